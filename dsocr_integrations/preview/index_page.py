"""The page at the root of an output folder: what lies in it, and where, without any script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import quote

from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.folder_names import INDEX_FILE
from dsocr_integrations.output.listing import ListedDocument
from dsocr_integrations.output.records import (
    CHUNKS_FILE,
    DOCUMENT_FILE,
    MARKDOWN_FILE,
    PREVIEW_FILE,
)
from dsocr_integrations.preview.names import given_title
from dsocr_integrations.preview.page_view import engine_notice
from dsocr_integrations.preview.plain_text import clean
from dsocr_integrations.records.cards import counted, shown_source

MAX_LISTED = 20_000
"""Documents that a page names: one of more is read by nobody, and must be written anew each time."""

_MAX_ERRORS = 3
_FILES = ((MARKDOWN_FILE, "Markdown"), (DOCUMENT_FILE, "JSON"), (CHUNKS_FILE, "chunks"))
_STYLE = """\
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75em; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: .4em .8em .4em 0; border-top: 1px solid #8886; }
th { border: 0; }
td.number { text-align: end; font-variant-numeric: tabular-nums; }
td.document { overflow-wrap: anywhere; min-width: 14em; }
small { display: block; opacity: .75; }
.doubt { color: light-dark(#8a4b00, #f0b35a); }
.failed { color: light-dark(#b3261e, #ff8a80); }
.files a { margin-inline-end: .6em; }
"""


def write_index_page(folder: OutputFolder) -> int:
    """Write `index.html` of an output folder: a line a document, with links to what was read of it.

    The same documents give the same bytes. Of more than `MAX_LISTED` none is named.

    Returns:
        The number of documents and of sources that could not be opened.
    """
    listed: list[ListedDocument] = []
    count = 0
    for count, one in enumerate(folder.documents(), start=1):
        if count <= MAX_LISTED:
            listed.append(one)
    page = "".join(_page(listed if count <= MAX_LISTED else [], count))
    folder.tree.write(INDEX_FILE, page.encode())
    return count


def _page(listed: list[ListedDocument], count: int) -> Iterator[str]:
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
        f" style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>Documents</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>Documents</h1>\n"
    )
    yield f"<p>{_summary(listed, count)}</p>\n"
    if listed:
        heads = ("Document", "Pages", "Holds", "Read by", "To be checked", "Files")
        yield f"<table>\n<tr>{''.join(f'<th>{head}' for head in heads)}\n"
        yield from map(_row, listed)
        yield "</table>\n"
    yield "</body>\n</html>\n"


def _summary(listed: list[ListedDocument], count: int) -> str:
    if count > len(listed):
        return f"{count:,} documents, too many for one page. They are listed by: dsocr list"
    facts = (
        counted(sum(one.engine is not None for one in listed), "document") or "no documents",
        counted(sum(one.pages for one in listed), "page"),
        _of(sum(bool(one.untrusted) for one in listed), "with doubtful pages"),
        _of(sum(bool(one.errors) for one in listed), "with failures"),
    )
    readers = sorted({one.engine for one in listed if one.engine is not None})
    return escape(", ".join(filter(None, (*facts, *map(engine_notice, readers)))))


def _of(number: int, what: str) -> str:
    return f"{number} {what}" if number else ""


def _row(one: ListedDocument) -> str:
    source = clean(shown_source(one.source), 500)
    title = clean(given_title(one.title), 300) or source
    page = PREVIEW_FILE if PREVIEW_FILE in one.files else MARKDOWN_FILE
    name = _link(one, page, title) if page in one.files else escape(title)
    below = f'<small dir="auto">{escape(source)}</small>' if title != source else ""
    pages = f"{one.pages}" if one.pages == one.page_count else f"{one.pages} of {one.page_count}"
    holds = filter(None, (counted(one.tables, "table"), counted(one.figures, "figure")))
    files = "".join(_link(one, file, kind) for file, kind in _FILES if file in one.files)
    return (
        f'<tr><td class="document"><span dir="auto">{name}</span>{below}'
        f'<td class="number">{pages if one.engine else ""}<td>{", ".join(holds)}'
        f"<td>{escape(clean(one.engine or '', 100))}<td>{''.join(_doubts(one))}"
        f'<td class="files">{files}\n'
    )


def _doubts(one: ListedDocument) -> Iterator[str]:
    if one.untrusted:
        yield f'<div class="doubt">doubtful: {_numbers(one.untrusted)}</div>'
    for error in one.errors[:_MAX_ERRORS]:
        place = f"page {error.number}: " if error.number else ""
        yield f'<div class="failed" dir="auto">{place}{escape(clean(error.message, 300))}</div>'
    if len(one.errors) > _MAX_ERRORS:
        yield f'<div class="failed">and {len(one.errors) - _MAX_ERRORS} more</div>'


def _numbers(pages: Iterable[int]) -> str:
    shown = list(pages)
    more = f" and {len(shown) - 20} more" if len(shown) > 20 else ""
    return f"page{'s' * (len(shown) != 1)} {', '.join(map(str, shown[:20]))}{more}"


def _link(one: ListedDocument, file: str, text: str) -> str:
    return f'<a href="{quote(f"{one.folder}/{file}")}">{escape(text)}</a>'

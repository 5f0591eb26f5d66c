"""What a notebook keeps of a document: its first page and who read it, without the widget."""

from __future__ import annotations

import base64
import html
from collections import Counter
from collections.abc import Iterable
from typing import Any

from dsocr_integrations.preview.names import shown_title
from dsocr_integrations.preview.page_view import engine_notice, page_view
from dsocr_integrations.preview.pictures import PageImages
from dsocr_integrations.preview.plain_text import clean
from dsocr_integrations.preview.static_page import page_html, page_png
from dsocr_integrations.records.cards import shown_source
from dsocr_integrations.records.documents import Document

_OUTPUTS = ":is(.jp-OutputArea-child,.output_container,.output_area)"
# While the viewer lives, it stands for all that is kept; where it does not, neither does what the
# notebook says in its place.
_STYLE = """<style>
:root:has({live}) #{kept}, :root:has({live}) {outputs}:has(+ {outputs} #{kept}) {{ display: none }}
{outputs}:has(#{kept}) + {outputs}:not(:has({live})) {{ display: none }}
</style>"""


def document_stats(document: Document) -> dict[str, Any]:
    """Counts of a document, and who read it; tokens are `None` where no engine counted them."""
    figures = Counter(figure.kind for page in document.pages for figure in page.figures)
    readings = [page.reading for page in document.pages]
    return {
        "engine": document.engine,
        "fingerprint": document.fingerprint,
        "pages": len(document.pages),
        "errors": len(document.errors),
        "flagged": sum(not reading.quality.trusted for reading in readings),
        "blocks": sum(len(page.blocks) for page in document.pages),
        "tables": sum(b.table is not None for page in document.pages for b in page.blocks),
        **{f"{kind}s": figures[kind] for kind in ("chart", "molecule", "picture")},
        "vision_tokens": _known_sum(reading.vision_tokens for reading in readings),
        "output_tokens": _known_sum(reading.output_tokens for reading in readings),
    }


def kept_html(document: Document, words: str = "") -> str:
    """Names, who read it and the first page, escaped and bounded, without any script.

    Args:
        document: What was read so far.
        words: How the reading stands, where it is not done.
    """
    title = shown_title(document) or shown_source(document.source) or "Document"
    source = shown_source(document.source)
    engines = dict.fromkeys(page.reading.engine for page in document.pages[:1]) or [document.engine]
    read = [f"{len(document.pages)} of {document.page_count} pages", *map(engine_notice, engines)]
    facts = [source if source != title else "", *(read if document.engine else ()), words]
    names = html.escape(clean(title, 200))
    told = html.escape(clean(" · ".join(filter(None, facts)), 1_000))
    parts = [f"<p><strong>{names}</strong><br>{told}</p>"]
    parts += [page_html(page_view(page)) for page in document.pages[:1]]
    if len(document.pages) > 1:
        parts.append("<p><em>Run the cell to see the other pages.</em></p>")
    return "\n".join(parts)


def kept_output(document: Document, output_id: str, words: str = "") -> str:
    """`kept_html` that gives way to the living viewer of the same cell."""
    kept = f"dsocr-kept-{output_id}"
    live = f'.dsocr[data-of="{output_id}"][data-live]'
    style = _STYLE.format(live=live, kept=kept, outputs=_OUTPUTS)
    return f'{style}\n<div id="{kept}">\n{kept_html(document, words)}\n</div>'


def kept_bundles(
    document: Document, images: PageImages, output_id: str, words: str
) -> list[dict[str, Any]]:
    """The outputs that a notebook keeps: the picture of the first page, and its text."""
    picture = kept_picture(document, images)
    image = {"image/png": base64.b64encode(picture).decode()} if picture else {"text/html": ""}
    return [image, {"text/html": kept_output(document, output_id, words)}]


def kept_picture(document: Document, images: PageImages) -> bytes | None:
    """The first page as PNG with its boxes, where there is a picture of it."""
    page = document.pages[0] if document.pages else None
    image = images(document, page) if page is not None else None
    return page_png(image, page_view(page)) if page is not None and image is not None else None


def _known_sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None

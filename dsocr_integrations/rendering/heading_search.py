"""Looks for headings on all pages of a document, to tell which level each has.

Two headings of one look are of one level wherever they stand, so that a single page cannot tell:
what is set larger, bolder or in capitals stands higher, a PART higher than an Item, `2` higher
than `2.1`. Bookmarks say the level of the headings that they name.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dsocr_integrations.records.identity import content_key
from dsocr_integrations.rendering.heading_ladder import Opening, give_levels, spelled
from dsocr_integrations.rendering.heading_levels import (
    SAME_SIZE,
    HeadingLevels,
    HeadingLine,
    Look,
)
from dsocr_integrations.rendering.heading_numbers import number_kind, section_depth
from dsocr_integrations.rendering.open_documents import mupdf, use_document
from dsocr_integrations.rendering.running_lines import EdgeLines

if TYPE_CHECKING:
    import pymupdf

    from dsocr_integrations.sources.records import Source

_MAX_PAGES = 400
"""Pages that are looked at, evenly spread over a longer document."""

_MAX_PAGE_BYTES = 200_000
"""Pages with more drawing instructions, packed, are maps and plans: slow to go through."""

_MAX_LINES, _MAX_LENGTH = 3, 150
"""Text that goes on for more lines or letters is no heading."""

_DISPLAYED, _MOST_DISPLAYED = 1.5, 2
"""Type this much larger than the body's sets a title, which may be as many times as long."""

_PROSE, _STACKED = 30, 4
"""Headings have a line of at least so many letters of text below them, and in between no more
than so many other headings."""

_LARGER = 1.08
_OPENING = 3
"""The last page that a document may open on, after a cover or a blank leaf."""

_BOLD, _ITALIC, _FAKE_BOLD = 16, 2, 8
"""MuPDF's flags of a span's font and, the last one, of its characters."""

_REMEMBERED = 64
_memory: OrderedDict[str, _Looked] = OrderedDict()
"""What was found in documents lately; guarded by MuPDF's lock."""

_CAPTION = re.compile(
    r"^(?:tab(?:le|elle|leau|la)|fig(?:ure|ura)|abb(?:ildung)?|exhibit|chart)\b", re.IGNORECASE
)
_ENDS = (".", ",", ";", ":")


@dataclass(frozen=True)
class _Looked:
    """What a look through a document tells.

    Attributes:
        levels: Of its headings.
        by_page: What of them each page depends on; pages that were not gone through are left out.
    """

    levels: HeadingLevels = field(default_factory=HeadingLevels)
    by_page: Mapping[int, str] = field(default_factory=dict)


@dataclass
class _Print:
    """What is printed on the pages of a document, as they are gone through.

    Attributes:
        lines: Lines of one look each.
        letters: How many letters are set in each look.
        edges: Lines at the edges of pages.
        looks: Looks that may be on each page, by its 1-based number.
    """

    lines: list[HeadingLine] = field(default_factory=list)
    letters: Counter[Look] = field(default_factory=Counter)
    edges: EdgeLines = field(default_factory=EdgeLines)
    looks: dict[int, set[Look]] = field(default_factory=dict)


def heading_levels_of(source: Source) -> HeadingLevels:
    """Look through a document, once.

    Args:
        source: Any; what is no PDF, or has one page only, tells nothing.
    """
    return _looked(source).levels


def headings_for_page(source: Source, number: int) -> str:
    """All that the reading of a page depends on of what a look through its document tells.

    Args:
        source: The document.
        number: 1-based number of the page.
    """
    looked = _looked(source)
    return looked.by_page.get(number) or repr(looked.levels)


def _looked(source: Source) -> _Looked:
    key = content_key(source.revision, source.media_type)
    with use_document(source) as document:
        if key not in _memory:
            _memory[key] = _look_through(document)
            while len(_memory) > _REMEMBERED:
                _memory.popitem(last=False)
        _memory.move_to_end(key)
        return _memory[key]


def _look_through(document: pymupdf.Document) -> _Looked:
    if not document.is_pdf or document.page_count < 2:
        return _Looked()
    printed = _print_of(document)
    if not printed.letters:
        return _Looked()
    levels = _levels(printed, document)
    edges = printed.edges.on_pages()
    by_page = {
        number: levels.for_page(number, looks, edges.get(number, ()))
        for number, looks in printed.looks.items()
    }
    return _Looked(levels, by_page)


def _levels(printed: _Print, document: pymupdf.Document) -> HeadingLevels:
    letters = printed.letters
    body = max(letters, key=lambda look: (letters[look], look))
    running = printed.edges.repeated()
    lines = [
        line for line in printed.lines if not running.holds(line.text, line.look, _middle(line.box))
    ]
    pages = [
        _runs(list(on_page))
        for _, on_page in itertools.groupby(
            _without_furniture(lines, body), key=lambda line: line.page
        )
    ]
    headings = [heading for runs in pages for heading in _headings(runs, body)]
    openings = (_opening(runs, body) for runs in pages if runs[0][0].page <= _OPENING)
    opening = next((found for found in openings if found.standing_out), Opening())
    levels = give_levels(headings, opening, document.page_count, _bookmarks(document))
    return replace(levels, opening=opening.page, running=running)


def _print_of(document: pymupdf.Document) -> _Print:
    found = _Print()
    count = document.page_count
    step = max(1.0, count / _MAX_PAGES)
    numbers = sorted({int(place * step) for place in range(min(count, _MAX_PAGES))})
    for number in numbers:
        height, printed, has_fields = _printed(document, number)
        looks: set[tuple[float, bool]] = set()
        for line in printed:
            parts = [_part(span) for span in line["spans"]]
            for said, size, bold, italic in parts:
                look = Look.of(said.lower(), size, bold=bold, italic=italic)
                found.letters[look] += len(said.strip())
                looks.add((size, italic))
            text = " ".join("".join(said for said, *_ in parts).split())
            if line["dir"] != (1.0, 0.0):
                continue
            prevailing = Look.prevailing(text, parts)
            found.edges.add(text, prevailing, _middle(line["bbox"]), number + 1, height)
            if prevailing is not None:
                box = tuple(line["bbox"])
                found.lines.append(HeadingLine(text, prevailing, box, number + 1))
        # Fields have words of their own.
        if printed and not has_fields:
            found.looks[number + 1] = {
                look for size, italic in looks for look in Look.any_of(size, italic=italic)
            }
    return found


def _printed(document: pymupdf.Document, number: int) -> tuple[float, list[dict[str, Any]], bool]:
    """Height of a page, its lines and whether it has fields; none where damaged or too large."""
    try:
        page = document[number]
        streams = [*page.get_contents(), *(found[0] for found in page.get_xobjects())]
        if sum(len(document.xref_stream_raw(one) or b"") for one in streams) > _MAX_PAGE_BYTES:
            return 0.0, [], False
        found = page.get_text("dict", flags=mupdf().TEXT_PRESERVE_WHITESPACE)
        has_fields = page.first_widget is not None
    except Exception:  # noqa: BLE001 - PyMuPDF raises nearly anything for damaged pages
        # It is told where the page itself is read.
        return 0.0, [], False
    lines = [line for block in found["blocks"] for line in block["lines"]]
    return found["height"], lines, has_fields


def _part(span: dict[str, Any]) -> tuple[str, float, bool, bool]:
    flags, strokes = int(span["flags"]), int(span.get("char_flags", 0))
    is_bold = bool(flags & _BOLD or strokes & _FAKE_BOLD)
    return span["text"], float(span["size"]), is_bold, bool(flags & _ITALIC)


def _opening(runs: Sequence[list[HeadingLine]], body: Look) -> Opening:
    above = itertools.takewhile(lambda run: not _is_prose(run, body), runs)
    standing_out = [run[0] for run in runs if _may_be_heading(run, body)]
    return Opening(standing_out, sum(_may_be_heading(run, body) for run in above))


def _is_prose(run: Sequence[HeadingLine], body: Look) -> bool:
    return run[0].look == body and len(_text(run)) >= _PROSE


def _headings(runs: Sequence[list[HeadingLine]], body: Look) -> Iterator[HeadingLine]:
    """What may be a heading on a page: few lines that stand out from the text below them."""
    waiting: list[HeadingLine] = []
    for run in runs:
        if _may_be_heading(run, body):
            waiting.append(replace(run[0], text=_text(run)))
            continue
        if _is_prose(run, body):
            yield from waiting[-_STACKED:]
        waiting = []


def _may_be_heading(run: Sequence[HeadingLine], body: Look) -> bool:
    text, look = _text(run), run[0].look
    most = _MOST_DISPLAYED if look.smallness <= _DISPLAYED * body.smallness else 1
    if len(run) > most * _MAX_LINES or len(text) > most * _MAX_LENGTH or text.endswith(_ENDS):
        return False
    if _CAPTION.match(text) or sum(character.isalpha() for character in text) <= 2:
        return False
    if look.smallness > body.smallness + SAME_SIZE or look == body:
        return False
    is_numbered = bool(number_kind(text) or section_depth(text))
    larger = look.smallness <= _LARGER * body.smallness
    return larger or look.lightness < body.lightness or is_numbered


def _text(run: Sequence[HeadingLine]) -> str:
    return " ".join(line.text for line in run)


def _without_furniture(lines: Sequence[HeadingLine], body: Look) -> list[HeadingLine]:
    """The lines without those that stand out from the text at the same place of several pages."""
    places: dict[tuple[str, Look, int], set[int]] = {}
    for line in lines:
        places.setdefault(_place(line), set()).add(line.page)
    return [line for line in lines if line.look == body or len(places[_place(line)]) == 1]


def _place(line: HeadingLine) -> tuple[str, Look, int]:
    return re.sub(r"[\W\d]+", "", line.text), line.look, round(line.box[1] / 4)


def _middle(box: Sequence[float]) -> float:
    return (box[1] + box[3]) / 2


def _runs(lines: Sequence[HeadingLine]) -> list[list[HeadingLine]]:
    """Lines of one look that follow each other, a number with its words; none out of a row."""
    runs: list[list[HeadingLine]] = []
    torn: set[int] = set()
    for line in lines:
        last = runs[-1][-1] if runs else None
        if last is not None and _is_number(last.text) and _are_in_row(last, line):
            runs[-1][-1] = replace(line, text=f"{last.text} {line.text}")
        elif last is None or last.look != line.look:
            runs.append([line])
        elif _are_in_row(last, line):
            runs[-1].append(line)
            torn.add(id(runs[-1]))
        elif line.box[1] - last.box[3] < line.box[3] - line.box[1]:
            runs[-1].append(line)
        else:
            runs.append([line])
    return [run for run in runs if id(run) not in torn]


def _are_in_row(first: HeadingLine, second: HeadingLine) -> bool:
    shared = min(first.box[3], second.box[3]) - max(first.box[1], second.box[1])
    return shared > 0.5 * (second.box[3] - second.box[1])


def _is_number(text: str) -> bool:
    """Whether a heading's words are still to come."""
    return len(text.split()) <= 2 and bool(number_kind(f"{text} A") or section_depth(f"{text} A"))


def _bookmarks(document: pymupdf.Document) -> dict[tuple[str, int], int]:
    """Level of the headings that the document's outline names, by their letters and page."""
    try:
        entries = document.get_toc(simple=True)
    except Exception:  # noqa: BLE001 - PyMuPDF raises nearly anything for damaged files
        return {}
    # A single entry above all others is the document.
    is_rooted = sum(level == 1 for level, _, _ in entries) == 1
    return {
        (spelled(title), page): level + (not is_rooted) for level, title, page in reversed(entries)
    }

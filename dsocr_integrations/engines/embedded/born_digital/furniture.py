"""Which regions of a page are its headers and footers."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from itertools import pairwise

from dsocr_integrations.engines.embedded.born_digital.block_text import is_page_number
from dsocr_integrations.engines.embedded.born_digital.line_text import Line, line_text
from dsocr_integrations.engines.embedded.born_digital.looks import look_of
from dsocr_integrations.engines.embedded.born_digital.zones import Zone
from dsocr_integrations.records.documents import PointBox
from dsocr_integrations.rendering.running_lines import EDGE, RunningLines

_EDGES = {"page-header": 1, "page-footer": 3}
"""Place in a box of the edge that faces the page's edge."""

FURNITURE = frozenset(_EDGES)

_BAND = 0.2
"""Headers and footers lie in this outer share of the page's height, on their side."""

_TITLE, _LARGEST = 1.5, 1.25
"""Type at the head of a page that is this much larger than the body's is no running header's;
less so where nothing on the page is larger, as on forms."""

_APART = 3
"""A wider gap in a line, in sizes of its type, parts a running header's left from its right."""

_HEAD_LINES = 3
"""So many lines at a page's head are an address, a number and a date, or a text."""

_SENTENCE_WORDS = 6
_SENTENCE = re.compile(r"[^\W\d_][)\"'”’»]?[.!?。！？]$")
"""How a sentence of several words ends."""

_PROSE = frozenset({"text", "list-item"})
_MAY_RUN = _PROSE | {"title", "section-header"}

_SIDE = 0.1
"""Running text along the sides lies in this outer share of the page's width."""


def settle_furniture(zones: Sequence[Zone], page: tuple[float, float]) -> None:
    """Correct what the layout model takes for headers and footers.

    Text away from the page's edge is none, and neither is the only text of a page; a page
    number may follow a short text. A line in much larger type than the body's is a heading; a
    sentence, and three lines, are text. A single line beside a header or footer, at the very edge, is part of it, and so is a row of
    cells with the page's number.

    Args:
        zones: All regions; their kinds are changed in place.
        page: Width and height of the whole page, in the regions' unit.
    """
    _furnish_rows(zones, page[1])
    prose = [word.size for zone in zones if zone.kind in _PROSE for word in zone.words]
    body = statistics.median(prose) if prose else 0.0
    largest = max((word.size for zone in zones for word in zone.words), default=0.0)
    title = min(_TITLE * body, max(_LARGEST * body, largest))
    for zone in zones:
        if zone.kind == "page-header" and body and _is_title(zone, title, page[0]):
            zone.kind = "section-header"
        elif (zone.kind == "page-header" and _is_text(zone)) or (
            zone.kind in FURNITURE
            and not (_is_outside(zone, page) or _is_outermost_number(zone, zones))
        ):
            zone.kind = "text"
    if all(zone.kind in FURNITURE for zone in zones if zone.words):
        for zone in zones:
            if zone.words:
                zone.kind = "text"
    _furnish_margins(zones)


def furnish_running(
    zones: Sequence[Zone], running: RunningLines, height: float, scale: float
) -> None:
    """Make regions headers and footers that say what stands there on several pages.

    What other text follows at once, such as a firm's name over the title of a table, is no
    running head.

    Args:
        zones: All regions; their kinds are changed in place.
        running: The document's running heads and feet.
        height: Of the page, in the regions' unit.
        scale: How much larger that is than points.
    """
    for zone in zones:
        level = (zone.box[1] + zone.box[3]) / 2
        if zone.kind in _MAY_RUN and not EDGE * height < level < (1 - EDGE) * height:
            runs = all(_runs(line, running, scale) for line in zone.lines)
            if runs and _stands_apart(zone, zones):
                zone.kind = "page-header" if level < height / 2 else "page-footer"


def _runs(line: Line, running: RunningLines, scale: float) -> bool:
    text = line_text(line)
    middle = (line[0].box[1] + line[0].box[3]) / 2 / scale
    return running.holds(text, look_of(line, text, scale), middle)


def _stands_apart(zone: Zone, zones: Sequence[Zone]) -> bool:
    """Whether a line's height of white parts a region from those above and below it."""
    near = zone.words[0].height
    return all(
        other is zone
        or other.box[1] >= zone.box[3] + near
        or other.box[3] <= zone.box[1] - near
        or other.box[0] >= zone.box[2]
        or other.box[2] <= zone.box[0]
        for other in zones
        if other.kind not in FURNITURE
    )


def _furnish_rows(zones: Sequence[Zone], height: float) -> None:
    """Make a row of cells with the page's number, above or below all else, a header or footer."""
    for zone in zones:
        cells = zone.table.row(0) if zone.table and zone.table.row_count == 1 else []
        if not any(cell.text.isdecimal() for cell in cells[:1] + cells[-1:]):
            continue
        level = (zone.box[1] + zone.box[3]) / 2
        others = [other.box for other in zones if other is not zone and _is_body(other)]
        for kind, edge in _EDGES.items():
            margin = level if edge == 1 else height - level
            if others and margin < _BAND * height and _is_beyond(level, edge, others):
                zone.kind, zone.table, zone.grid = kind, None, None


def _is_outside(zone: Zone, page: tuple[float, float]) -> bool:
    x, y = (zone.box[0] + zone.box[2]) / 2, (zone.box[1] + zone.box[3]) / 2
    if not all(word.horizontal for word in zone.words) and not _SIDE < x / page[0] < 1 - _SIDE:
        return True
    return y <= _BAND * page[1] if zone.kind == "page-header" else y >= (1 - _BAND) * page[1]


def _is_title(zone: Zone, size: float, width: float) -> bool:
    """Whether a header is set as a title: of some size, in one piece, not in the right corner."""
    words = sorted(zone.words, key=lambda word: word.box[0])
    smallest = min(word.size for word in words)
    letters = sum(character.isalpha() for word in words for character in word.text)
    apart = len(zone.lines) == 1 and any(
        after.box[0] - before.box[2] > _APART * smallest for before, after in pairwise(words)
    )
    upright = all(word.horizontal for word in words)
    in_corner = zone.box[0] > width / 2
    return letters > 2 and upright and not apart and not in_corner and smallest >= size


def _is_text(zone: Zone) -> bool:
    """Whether a header is a letter's head of several lines, or a sentence."""
    if not all(word.horizontal for word in zone.words):
        return False
    lines = zone.lines
    said = " ".join(line_text(line) for line in lines)
    return len(lines) >= _HEAD_LINES or (
        len(zone.words) >= _SENTENCE_WORDS and _SENTENCE.search(said) is not None
    )


def _is_outermost_number(zone: Zone, zones: Sequence[Zone]) -> bool:
    level = (zone.box[1] + zone.box[3]) / 2
    body = [other.box for other in zones if other.kind not in FURNITURE]
    return is_page_number(zone) and _is_beyond(level, _EDGES[zone.kind], body)


def _furnish_margins(zones: Sequence[Zone]) -> None:
    """Make single lines beside a header or footer, at the very edge, part of it.

    A running title between a page number and a chapter's name is often taken for a heading.
    """
    body = [zone for zone in zones if zone.kind not in FURNITURE and zone.words]
    for kind, edge in _EDGES.items():
        margins = [zone.box for zone in zones if zone.kind == kind]
        for zone in body:
            level = (zone.box[1] + zone.box[3]) / 2
            beside = any(box[1] <= level <= box[3] for box in margins)
            if not beside or len(zone.lines) > 1 or zone.kind in {"table", "picture"}:
                continue
            others = [other.box for other in body if other is not zone and _is_body(other)]
            if _is_beyond(level, edge, others):
                zone.kind = kind


def _is_body(zone: Zone) -> bool:
    return zone.kind not in FURNITURE and zone.kind != "footnote"


def _is_beyond(level: float, edge: int, others: Sequence[PointBox]) -> bool:
    """Whether a height lies above (edge 1) or below (edge 3) all boxes."""
    if edge == 1:
        return all(box[3] > level for box in others)
    return all(box[1] < level for box in others)

"""Words in drawn boxes that stand apart: boxes of a flow chart, framed or shaded cards.

Lines of words would run from one box into the next. The cells of a table share their edges; boxes
with white between them hold texts of their own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from dsocr_integrations.engines.embedded.born_digital.line_text import printed_lines, union
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.table_cells import FilledTable
from dsocr_integrations.engines.embedded.born_digital.zones import Zone, area
from dsocr_integrations.engines.embedded.order.order_pieces import Piece, by_rows
from dsocr_integrations.records.documents import PointBox

_LEAST_SIDE = 14.0
"""A box for words is at least this many points wide and high."""

_LARGEST = 0.4
"""Share of the page that such a box covers at most."""

_APART = 2.0
"""Points of white between two boxes."""

_MOST_FRAMES = 200
_MOST_ITEMS, _MOST_ROUNDED = 12, 60
"""Pieces of a box's outline at most; browsers make each rounded corner of many."""

_STRAIGHT = 0.6
"""Share of a rounded box's outline that is straight, at least."""

_TEXT = frozenset({"text", "list-item", "section-header", "caption"})
_IN_PICTURE = 3
"""So many boxes with words make a drawing a chart of boxes."""


def text_frames(
    paths: Iterable[dict[str, Any]], words: Sequence[StyledWord], page: tuple[float, float]
) -> list[PointBox]:
    """The drawn boxes that hold words and stand apart from all other such boxes.

    Args:
        paths: As `Page.get_cdrawings` gives them.
        words: The words of the page, in points as the paths.
        page: Its width and height.
    """
    found = {box for path in paths if (box := _closed(path)) and _is_frame(box, page)}
    if not 1 < len(found) <= _MOST_FRAMES:
        return []
    boxes = sorted(found, key=area)
    holding: list[PointBox] = []
    for box in boxes:
        inner = [other for other in holding if _holds(box, _middle(other))]
        if len(inner) > 1:
            continue
        if inner and area(inner[0]) > 0.7 * area(box):
            continue
        if any(_holds(box, word.centre) for word in words):
            holding = [other for other in holding if other not in inner] + [box]
    return [
        box
        for box in holding
        if not any(_touch(box, other) for other in holding if other is not box)
    ]


def part_framed(zones: Sequence[Zone], frames: Sequence[PointBox]) -> list[Zone]:
    """Part texts that run across boxes, and keep the words of each box in a drawing together.

    Args:
        zones: Regions of a page.
        frames: Boxes as `text_frames` gives them, in the regions' unit.
    """
    if len(frames) < 2:
        return list(zones)
    return [part for zone in zones for part in _parted(zone, frames)]


def _parted(zone: Zone, frames: Sequence[PointBox]) -> list[Zone]:
    if zone.table is not None and _holds_rows(zone.table, frames):
        zone = replace(zone, kind="text", table=None, grid=None)
    if zone.kind != "picture" and (zone.kind not in _TEXT or zone.table is not None):
        return [zone]
    own: list[list[StyledWord]] = [[] for _ in frames]
    outside: list[StyledWord] = []
    for word in zone.words:
        place = next((n for n, box in enumerate(frames) if _holds(box, word.centre)), None)
        (outside if place is None else own[place]).append(word)
    framed = [words for words in own if words]
    if zone.kind != "picture":
        in_line = outside and any(len(printed_lines(words)) == 1 for words in framed)
        if len(framed) < 2 or in_line:
            return [zone]
        return [
            replace(zone, box=union(word.box for word in words), words=words, pieces=())
            for words in (*framed, *([outside] if outside else ()))
        ]
    if len(framed) < _IN_PICTURE:
        return [zone]
    groups = [*framed, *printed_lines(outside)]
    pieces = [Piece(union(word.box for word in group)) for group in groups]
    parts = tuple(tuple(groups[n]) for n in by_rows(range(len(groups)), pieces))
    return [replace(zone, parts=parts)]


def _holds_rows(table: FilledTable, frames: Sequence[PointBox]) -> bool:
    """Whether all words stand in boxes, each of which holds words of several rows, as cards do."""
    rows: dict[PointBox, set[int]] = {}
    for cell in table.cells:
        for word in cell.words:
            box = next((box for box in frames if _holds(box, word.centre)), None)
            if box is None:
                return False
            rows.setdefault(box, set()).add(cell.row)
    return len(rows) > 1 and all(len(own) > 1 for own in rows.values())


def _closed(path: dict[str, Any]) -> PointBox | None:
    """The box of a path that goes all round; `None` for lines and for what bends much."""
    items = path["items"]
    is_box = len(items) == 1 and items[0][0] in {"re", "qu"}
    runs = [item for item in items if item[0] in {"l", "c"}]
    ends = bool(runs) and len(runs) == len(items) >= 3
    if not (is_box or (ends and (path.get("closePath") or _meets(runs)))):
        return None
    if len(items) > _MOST_ITEMS and not _is_rounded(items, path["rect"]):
        return None
    x0, y0, x1, y1 = path["rect"][:4]
    return (round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1))


def _is_rounded(items: Sequence[Any], rect: Sequence[float]) -> bool:
    """Whether most of a path runs along its box, as that of a box with rounded corners does."""
    straight = sum(
        max(abs(item[2][0] - item[1][0]), abs(item[2][1] - item[1][1]))
        for item in items
        if item[0] == "l"
    )
    around = 2 * (rect[2] - rect[0] + rect[3] - rect[1])
    return bool(len(items) <= _MOST_ROUNDED and straight >= _STRAIGHT * around)


def _meets(runs: Sequence[Any]) -> bool:
    """Whether each piece begins where the one before ends, and the last ends at the start."""
    joined = all(_near(a[-1], b[1]) for a, b in itertools.pairwise(runs))
    return joined and _near(runs[-1][-1], runs[0][1])


def _near(first: Sequence[float], second: Sequence[float]) -> bool:
    return abs(first[0] - second[0]) + abs(first[1] - second[1]) < 1.0


def _is_frame(box: PointBox, page: tuple[float, float]) -> bool:
    sides = (box[2] - box[0], box[3] - box[1])
    return min(sides) >= _LEAST_SIDE and area(box) <= _LARGEST * page[0] * page[1]


def _middle(box: PointBox) -> tuple[float, float]:
    return ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)


def _holds(box: PointBox, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _touch(first: PointBox, second: PointBox) -> bool:
    across = max(first[0] - second[2], second[0] - first[2])
    down = max(first[1] - second[3], second[1] - first[3])
    return max(across, down) < _APART

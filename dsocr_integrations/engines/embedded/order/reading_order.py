"""The order in which the pieces of a page are read.

Pieces are cut apart along white gutters. Columns that end above white from side to side are read
before what is below it, such as the next article. A piece that crosses a gutter, such as a heading
over two columns, parts the page into bands, and each band is ordered by itself. Columns are
read one after the other, unless their rows belong together (`1.  apples   2.  pears`).
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.order.card_rows import are_headed, card_rows
from dsocr_integrations.engines.embedded.order.column_starts import at_common_start
from dsocr_integrations.engines.embedded.order.figure_grids import figure_rows
from dsocr_integrations.engines.embedded.order.margin_entries import with_margin_entries
from dsocr_integrations.engines.embedded.order.numbered_columns import are_numbered_on
from dsocr_integrations.engines.embedded.order.order_pieces import (
    SHORT_LINE,
    TOUCH,
    Piece,
    by_rows,
    overlap,
    share,
)
from dsocr_integrations.engines.embedded.scan.recognised_line import bounding_box

GUTTER_CANDIDATES = 24
_TEXT_LINES = 4
"""A text of so many lines is none of the short entries of a row."""


def reading_order(pieces: Sequence[Piece], line_height: float) -> list[int]:
    """Put pieces in reading order.

    Args:
        pieces: Tables, pictures and groups of lines that do not overlap much.
        line_height: Prevailing height of a line, in the unit of the boxes.

    Returns:
        Indices into `pieces`.
    """
    return _order(list(range(len(pieces))), pieces, line_height, depth=0)


def _order(items: list[int], pieces: Sequence[Piece], height: float, depth: int) -> list[int]:
    if len(items) <= 1 or depth > 12:
        return by_rows(items, pieces)
    grid = figure_rows(items, pieces, height)
    if grid is not None:
        return grid
    columns = _columns(items, pieces, height)
    if columns is not None:
        return _order_columns(columns, pieces, height, depth + 1)
    parts = (
        _columns_and_rest(items, pieces, height)
        or _bands(items, pieces, height)
        or _halves(items, pieces)
    )
    if parts is not None:
        return [i for part in parts for i in _order(part, pieces, height, depth + 1)]
    return by_rows(items, pieces)


def _order_columns(
    columns: list[list[int]], pieces: Sequence[Piece], height: float, depth: int
) -> list[int]:
    if are_numbered_on(columns, pieces):
        return [i for column in columns for i in _order(column, pieces, height, depth)]
    rows = card_rows(columns, pieces, height)
    if rows is not None:
        return [i for row in rows for i in _order(row, pieces, height, depth)]
    if _rows_belong_together(columns, pieces, height):
        return by_rows([i for column in columns for i in column], pieces)
    parts = at_common_start(columns, pieces, height)
    if parts is not None:
        return [i for part in parts for i in _order(part, pieces, height, depth)]
    ordered = [_order(column, pieces, height, depth) for column in columns]
    return with_margin_entries(ordered, pieces, height)


def _columns(items: list[int], pieces: Sequence[Piece], height: float) -> list[list[int]] | None:
    """Groups of items parted by white from top to bottom, from left to right."""
    groups: list[list[int]] = []
    right = float("-inf")
    for item in sorted(items, key=lambda i: pieces[i].box[0]):
        if pieces[item].box[0] >= right - TOUCH * height:
            groups.append([])
        groups[-1].append(item)
        right = max(right, pieces[item].box[2])
    if len(groups) == 1:
        return None
    hulls = [bounding_box([pieces[i].box for i in group]) for group in groups]
    beside = all(overlap(a, b, 1) > 0 for a, b in itertools.pairwise(hulls))
    # Entries of a list and those one step deeper stand in turn, never side by side.
    abreast = any(_side_by_side(a, b, pieces, height) > 0 for a, b in itertools.pairwise(groups))
    return groups if beside and abreast else None


def _rows_belong_together(columns: list[list[int]], pieces: Sequence[Piece], height: float) -> bool:
    """Whether columns are short entries set side by side, row by row."""
    if all(pieces[i].role == "pair" for column in columns for i in column):
        return True
    lines = [[line for i in column for line in pieces[i].lines] for column in columns]
    if not all(lines) or any(_is_of_texts(column, pieces) for column in columns):
        return False
    for left, right in itertools.pairwise(lines):
        fewer, more = sorted((left, right), key=len)
        aligned = sum(any(share(a, b) > 0.6 for b in more) for a in fewer)
        short = sum(line[2] - line[0] < SHORT_LINE * height for line in fewer)
        if aligned < 0.75 * len(fewer) or short < 0.75 * len(fewer) or len(more) > 3 * len(fewer):
            return False
    return True


def _is_of_texts(column: list[int], pieces: Sequence[Piece]) -> bool:
    """Whether most of a column is texts of several lines, or texts under headings."""
    long = sum(len(pieces[i].lines) for i in column if len(pieces[i].lines) >= _TEXT_LINES)
    return 2 * long > sum(len(pieces[i].lines) for i in column) or are_headed(column, pieces)


def _columns_and_rest(
    items: list[int], pieces: Sequence[Piece], height: float
) -> list[list[int]] | None:
    """The most of the top that falls into columns above white from side to side, and the rest."""
    ordered = sorted(items, key=lambda i: pieces[i].box[1])
    bottoms = itertools.accumulate((pieces[i].box[3] for i in ordered), max)
    gaps = [
        (pieces[item].box[1] - bottom, n)
        for n, (bottom, item) in enumerate(zip(bottoms, ordered[1:], strict=False), start=1)
    ]
    widest = heapq.nlargest(GUTTER_CANDIDATES, (gap for gap in gaps if gap[0] > height))
    for _, n in sorted(widest, key=lambda gap: -gap[1]):
        opening = _opening_headings(ordered[:n], pieces)
        top = [i for i in ordered[:n] if i not in opening]
        if len(top) > 1 and _columns(top, pieces, height):
            return [top, [*opening, *ordered[n:]]]
    return None


def _bands(items: list[int], pieces: Sequence[Piece], height: float) -> list[list[int]] | None:
    """Part items at those that cross the best gutter; `None` where there is no gutter."""
    best: tuple[float, set[int]] | None = None
    for x in _gutters(items, pieces):
        crossing: set[int] = set()
        left: list[int] = []
        right: list[int] = []
        for i in items:
            x0, _, x1, _ = pieces[i].box
            if x0 < x - TOUCH * height and x1 > x + TOUCH * height:
                crossing.add(i)
            else:
                (left if x1 <= x + TOUCH * height else right).append(i)
        worth = _side_by_side(left, right, pieces, height) - 0.25 * sum(
            pieces[i].box[3] - pieces[i].box[1] for i in crossing
        )
        if left and right and crossing and worth > 0 and (best is None or worth > best[0]):
            best = (worth, crossing)
    return _cut_at(best[1], items, pieces) if best else None


def _gutters(items: list[int], pieces: Sequence[Piece]) -> list[float]:
    edges = sorted({pieces[i].box[2] for i in items} | {pieces[i].box[0] for i in items})
    middles = [(a + b) / 2 for a, b in itertools.pairwise(edges)]
    step = max(1, len(middles) // (4 * GUTTER_CANDIDATES))
    return middles[::step]


def _side_by_side(
    left: list[int], right: list[int], pieces: Sequence[Piece], height: float
) -> float:
    """Height over which something stands on both sides; what barely reaches beside is below."""
    total = 0.0
    for i in left:
        shared = max((overlap(pieces[i].box, pieces[j].box, 1) for j in right), default=0.0)
        total += shared if shared > TOUCH * height else 0.0
    return total


def _cut_at(crossing: set[int], items: list[int], pieces: Sequence[Piece]) -> list[list[int]]:
    bands: list[list[int]] = [[]]
    rest = [i for i in items if i not in crossing]
    for separator in sorted(crossing, key=lambda i: pieces[i].box[1]):
        above = [i for i in rest if pieces[i].middle < pieces[separator].middle]
        opening = _opening_headings(above, pieces)
        rest = [i for i in rest if i not in above]
        bands += [[i for i in above if i not in opening], opening, [separator]]
    return [band for band in [*bands, rest] if band]


def _opening_headings(items: list[int], pieces: Sequence[Piece]) -> list[int]:
    """The headings below everything else, which belong to what follows and not to a column."""
    opening: list[int] = []
    rest = sorted(items, key=lambda i: pieces[i].box[3])
    while rest and pieces[rest[-1]].role == "heading":
        lowest = rest.pop()
        if any(pieces[i].box[3] > pieces[lowest].box[1] for i in rest):
            break
        opening.insert(0, lowest)
    return opening


def _halves(items: list[int], pieces: Sequence[Piece]) -> list[list[int]] | None:
    """Part items at the widest white from side to side."""
    ordered = sorted(items, key=lambda i: pieces[i].box[1])
    bottom = pieces[ordered[0]].box[3]
    best, place = 0.0, 0
    for n, item in enumerate(ordered[1:], start=1):
        gap = pieces[item].box[1] - bottom
        if gap > best:
            best, place = gap, n
        bottom = max(bottom, pieces[item].box[3])
    return [ordered[:place], ordered[place:]] if place else None

"""Tables all of whose cells are ruled: the lines say what the layout model can only guess."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence

from dsocr_integrations.engines.embedded.born_digital.grid_tables import GridCell, GridTable
from dsocr_integrations.engines.embedded.born_digital.rule_runs import RuleRuns
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.zones import area, overlap
from dsocr_integrations.engines.embedded.page_layout import LayoutRegion
from dsocr_integrations.records.documents import PointBox

_NEAR = 3.0
"""Points by which lines that end together may differ; as near, two lines are one."""

_LEAST_LINES = 3
"""Lines in each direction of a grid of two rows and two columns."""

_MOST_GRIDS, _MOST_LINES = 30, 4000
"""Extents of lines of one direction that are looked at, and lines of a page, at most."""

_MOST_CELLS = 20_000
"""A grid of more cells is squared paper."""

_SHARED = 0.5
"""Share of the smaller one that a table and a grid have in common, if they are the same."""

_Line = tuple[float, float, float]
"""Its place, and where it begins and ends."""


def with_ruled(
    tables: Sequence[GridTable],
    rules: RuleRuns,
    words: Sequence[StyledWord],
    regions: Sequence[LayoutRegion],
) -> list[GridTable]:
    """The tables of a page, ruled ones with the cells that their lines draw.

    Args:
        tables: As the layout model and PyMuPDF found them.
        rules: The lines that are drawn on the page.
        words: The words of the page.
        regions: The layout model's regions; there is no table in a picture.

    Returns:
        The same tables, without those all of whose words stand in ruled grids of other cells,
        and these grids.
    """
    pictures = [region.box for region in regions if region.kind == "picture"]
    grids = [
        grid
        for grid in ruled_grids(rules)
        if _is_filled(grid, words)
        and not any(overlap(grid.box, box) > _SHARED * area(grid.box) for box in pictures)
    ]
    kept: list[GridTable] = []
    for table in tables:
        own = [grid for grid in grids if _is_same(grid, table)]
        if own and _tell_more(own, table) and _are_all_of(table, own, words):
            continue
        kept.append(table)
        grids = [grid for grid in grids if not any(grid is one for one in own)]
    return kept + grids


def ruled_grids(rules: RuleRuns) -> list[GridTable]:
    """The grids of a page, at least two by two, all of whose lines run from edge to edge."""
    level, upright = _lines(rules.level), _lines(rules.upright)
    if len(level) + len(upright) > _MOST_LINES:
        return []
    found = []
    for top, bottom in _extents(upright):
        sides = [line for line in upright if _ends(line, top, bottom)]
        within = [line for line in level if top - _NEAR <= line[0] <= bottom + _NEAR]
        for left, right in _extents(within):
            rows = _places(line[0] for line in within if _ends(line, left, right))
            columns = _places(x for x, *_ in sides if left - _NEAR <= x <= right + _NEAR)
            is_whole = (
                min(len(rows), len(columns)) >= _LEAST_LINES
                and len(rows) * len(columns) <= _MOST_CELLS
                and _spans(rows, columns, (left, top, right, bottom))
                and not _is_cut(level, upright, rows, columns)
            )
            if is_whole:
                found.append(_grid(rows, columns))
    return found


def _lines(runs: dict[int, list[tuple[float, float]]]) -> list[_Line]:
    return [
        (float(place), first, last)
        for place, own in sorted(runs.items())
        for first, last in own
        if last - first > 2 * _NEAR
    ]


def _extents(lines: Sequence[_Line]) -> list[tuple[float, float]]:
    """From where to where at least three lines run, the most frequent first."""
    counts: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for _, first, last in lines:
        key = (round(first / _NEAR), round(last / _NEAR))
        counts.setdefault(key, []).append((first, last))
    often = sorted(counts.values(), key=len, reverse=True)
    return [own[0] for own in often[:_MOST_GRIDS] if len(own) > 1]


def _ends(line: _Line, first: float, last: float) -> bool:
    return abs(line[1] - first) <= _NEAR and abs(line[2] - last) <= _NEAR


def _places(places: Iterable[float]) -> list[float]:
    """Where lines stand, those close to each other as one."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _NEAR:
            found.append(place)
    return found


def _spans(rows: Sequence[float], columns: Sequence[float], box: PointBox) -> bool:
    """Whether the outermost lines are the edges at which the others end."""
    edges = (columns[0], rows[0], columns[-1], rows[-1])
    return all(abs(a - b) <= 2 * _NEAR for a, b in zip(edges, box, strict=True))


def _is_cut(
    level: Sequence[_Line],
    upright: Sequence[_Line],
    rows: Sequence[float],
    columns: Sequence[float],
) -> bool:
    """Whether a shorter line parts some of the cells only, as where others span columns or rows."""
    return _has_shorter(level, rows, columns) or _has_shorter(upright, columns, rows)


def _has_shorter(lines: Sequence[_Line], along: Sequence[float], across: Sequence[float]) -> bool:
    return any(
        along[0] + _NEAR < place < along[-1] - _NEAR
        and across[0] - _NEAR <= first < last <= across[-1] + _NEAR
        and not (abs(first - across[0]) <= _NEAR and abs(last - across[-1]) <= _NEAR)
        and _is_at(first, across)
        and _is_at(last, across)
        for place, first, last in lines
    )


def _is_at(place: float, lines: Sequence[float]) -> bool:
    after = bisect.bisect_left(lines, place - 1)
    return after < len(lines) and lines[after] <= place + 1


def _grid(rows: Sequence[float], columns: Sequence[float]) -> GridTable:
    cells = tuple(
        GridCell((columns[c], rows[r], columns[c + 1], rows[r + 1]), r, c)
        for r in range(len(rows) - 1)
        for c in range(len(columns) - 1)
    )
    return GridTable((columns[0], rows[0], columns[-1], rows[-1]), cells)


def _is_filled(grid: GridTable, words: Sequence[StyledWord]) -> bool:
    """Whether each row and column has words, and none stands across a line."""
    rows = [cell.box[1] for cell in grid.cells if cell.column == 0]
    columns = [cell.box[0] for cell in grid.cells if cell.row == 0]
    named: tuple[set[int], set[int]] = (set(), set())
    for word in words:
        x, y = word.centre
        if not _holds(grid.box, x, y):
            continue
        row, column = bisect.bisect(rows, y) - 1, bisect.bisect(columns, x) - 1
        right = [*columns, grid.box[2]][column + 1]
        if word.box[0] < columns[column] - _NEAR or word.box[2] > right + _NEAR:
            return False
        named[0].add(row)
        named[1].add(column)
    return len(named[0]) == len(rows) and len(named[1]) == len(columns)


def _is_same(grid: GridTable, table: GridTable) -> bool:
    smaller = min(area(grid.box), area(table.box))
    return overlap(grid.box, table.box) >= _SHARED * smaller


def _are_all_of(table: GridTable, grids: Sequence[GridTable], words: Sequence[StyledWord]) -> bool:
    """Whether grids hold all words of a table."""
    return all(
        any(_holds(grid.box, *word.centre) for grid in grids)
        for word in words
        if _holds(table.box, *word.centre)
    )


def _tell_more(grids: Sequence[GridTable], table: GridTable) -> bool:
    """Whether grids have other cells than a table, and as many rows and columns at least.

    Rows and columns without lines between them are for the layout model to tell.
    """
    rows, columns = _size(table)
    sizes = [_size(grid) for grid in grids]
    is_finer = max(r for r, _ in sizes) >= rows and sum(c for _, c in sizes) >= columns
    return is_finer and (len(grids) > 1 or len(table.cells) != len(grids[0].cells))


def _size(table: GridTable) -> tuple[int, int]:
    """Rows and columns of a table."""
    return (
        max(cell.row + cell.rows for cell in table.cells),
        max(cell.column + cell.columns for cell in table.cells),
    )


def _holds(box: PointBox, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]

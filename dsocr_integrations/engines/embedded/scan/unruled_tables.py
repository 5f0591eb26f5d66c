"""The grid of a table whose cells are not drawn: columns from gutters, rows from lines and rules."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.scan.cells import Cell, CellGrid
from dsocr_integrations.engines.embedded.scan.column_gutters import find_columns
from dsocr_integrations.engines.embedded.scan.joined_rows import head_height, join_rows
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, bounding_box
from dsocr_integrations.engines.embedded.scan.segments import split
from dsocr_integrations.engines.embedded.scan.text_rows import TextRow, text_rows
from dsocr_integrations.records.documents import PointBox

NARROW = 0.35
"""White in line heights at which a piece that reaches over several columns may be cut."""

FEW_CUT = 0.3
"""Share of a table's rows in which pieces reach over gutters, at most."""

ACROSS = 0.9
"""Share of a table's width that a rule from side to side has at least; others stand under titles."""


def grid_from_text(
    lines: Sequence[TextLine], line_height: float, rules: Sequence[PointBox] = ()
) -> CellGrid | None:
    """Find the grid of a table whose cells are not drawn.

    Args:
        lines: The table's lines with their words.
        line_height: Prevailing line height, in the unit of the boxes.
        rules: Level rules in the table: under a title one tells its span, from side to side one
            parts rows.

    Returns:
        The grid, or `None` where no two columns can be told apart.
    """
    rows = text_rows(lines)
    if len(rows) < 2:
        return None
    x0, _, x1, _ = bounding_box([row.box for row in rows])
    levels, short = _told_apart(rules, ACROSS * (x1 - x0), line_height)
    head = head_height(rows, levels)
    borders = find_columns(rows, line_height, head)
    if not borders:
        return None
    rows = [*rows[:head], *_parted(rows[head:], borders, line_height)]
    cells = _place(rows, borders, line_height, short)
    cells = join_rows(cells, rows, head, levels, line_height)
    count = 1 + max(cell.row for cell in cells)
    return _with_row_spans(CellGrid(count, len(borders) + 1, tuple(cells)))


def _told_apart(
    rules: Sequence[PointBox], least: float, line_height: float
) -> tuple[list[float], list[PointBox]]:
    """Heights of rules from side to side, which a letter may interrupt, and the other rules."""
    levels, short = [], []
    ordered = sorted(rules, key=lambda rule: rule[1])
    while ordered:
        level = [rule for rule in ordered if rule[1] - ordered[0][1] <= 0.3 * line_height]
        ordered = ordered[len(level) :]
        if sum(rule[2] - rule[0] for rule in level) >= least:
            levels.append(level[0][1])
        else:
            short += level
    return levels, short


def _place(
    rows: Sequence[TextRow],
    borders: Sequence[float],
    line_height: float,
    under_rules: Sequence[PointBox],
) -> list[Cell]:
    cells: list[Cell] = []
    widths = _text_widths(rows, borders, line_height) if under_rules else []
    for number, row in enumerate(rows):
        for fragment in row.fragments:
            first, last = _columns_of(fragment.box, borders, line_height)
            for rule in under_rules:
                if _is_title_over(rule, fragment, row, line_height):
                    first, last = _widened(rule, (first, last), widths)
            known = next((c for c in cells if c.row == number and c.covers(first)), None)
            if known is None:
                cells.append(Cell(number, first, fragment.text, 1, last - first + 1, (fragment,)))
            else:
                merged = known.joined(fragment.text, (fragment,))
                span = max(known.column + known.column_span, last + 1) - known.column
                cells[cells.index(known)] = replace(merged, column_span=span)
    return _without_overlaps(cells)


def _parted(
    rows: Sequence[TextRow], borders: Sequence[float], line_height: float
) -> Sequence[TextRow]:
    """Rows with the few pieces cut that were found across a gutter; many are prose."""
    cut = [TextRow(_cut(row, borders, line_height)) for row in rows]
    changed = sum(len(a.fragments) < len(b.fragments) for a, b in zip(rows, cut, strict=True))
    return cut if changed <= FEW_CUT * len(rows) else rows


def _cut(row: TextRow, borders: Sequence[float], line_height: float) -> list[TextLine]:
    """A row's pieces, those over several columns in parts where each part stands in one."""
    pieces = []
    for piece in row.fragments:
        parts = split(piece, NARROW)
        spans = [_columns_of(part.box, borders, line_height) for part in parts]
        pieces += parts if all(first == last for first, last in spans) else [piece]
    return pieces


def _columns_of(box: PointBox, borders: Sequence[float], line_height: float) -> tuple[int, int]:
    slack = 0.3 * line_height
    inside = [n for n, x in enumerate(borders) if box[0] + slack < x < box[2] - slack]
    if inside:
        return inside[0], inside[-1] + 1
    middle = (box[0] + box[2]) / 2
    column = sum(x < middle for x in borders)
    return column, column


def _text_widths(
    rows: Sequence[TextRow], borders: Sequence[float], line_height: float
) -> list[tuple[float, float]]:
    """Where most texts of each column begin and end."""
    boxes: list[list[PointBox]] = [[] for _ in range(len(borders) + 1)]
    for piece in (piece for row in rows for piece in row.fragments):
        first, last = _columns_of(piece.box, borders, line_height)
        if first == last:
            boxes[first].append(piece.box)
    return [
        (statistics.median(box[0] for box in own), statistics.median(box[2] for box in own))
        if own
        else (0.0, 0.0)
        for own in boxes
    ]


def _is_title_over(rule: PointBox, piece: TextLine, row: TextRow, line_height: float) -> bool:
    """Whether a rule is drawn under a piece and no other one of its row, as one above sums is."""
    near = -0.3 * line_height <= rule[1] - piece.box[3] <= 0.8 * line_height
    slack = 0.5 * line_height
    over = [p for p in row.fragments if rule[0] < (p.box[0] + p.box[2]) / 2 < rule[2]]
    wide = rule[0] <= piece.box[0] + slack and rule[2] >= piece.box[2] - slack
    return near and wide and all(other is piece for other in over)


def _widened(
    rule: PointBox, span: tuple[int, int], widths: Sequence[tuple[float, float]]
) -> tuple[int, int]:
    """Span of a heading by the short rule drawn under it: the columns whose text is below."""
    under = [
        column
        for column, (x0, x1) in enumerate(widths)
        if 2 * (min(x1, rule[2]) - max(x0, rule[0])) > x1 - x0
    ]
    if under and len(under) < len(widths) and under[0] <= span[1] and under[-1] >= span[0]:
        return under[0], under[-1]
    return span


def _without_overlaps(cells: list[Cell]) -> list[Cell]:
    """Shorten spans that reach into the next cell of the row."""
    kept = []
    for _, group in itertools.groupby(cells, key=lambda cell: cell.row):
        row = sorted(group, key=lambda cell: cell.column)
        for cell, following in itertools.zip_longest(row, row[1:]):
            end = following.column if following else cell.column + cell.column_span
            kept.append(replace(cell, column_span=max(1, min(cell.column_span, end - cell.column))))
    return kept


def _with_row_spans(grid: CellGrid) -> CellGrid:
    """Give a heading beside a two-storey heading both storeys."""
    top = [cell for cell in grid.cells if cell.row == 0]
    if grid.rows < 3 or not any(cell.column_span > 1 for cell in top):
        return grid
    second = {cell.column for cell in grid.cells if cell.row == 1}
    if not any(c.column_span > 1 and any(c.covers(s) for s in second) for c in top):
        return grid
    cells = []
    for cell in grid.cells:
        alone = cell.column_span == 1
        if cell.row == 0 and alone and cell.column not in second:
            cells.append(replace(cell, row_span=2))
        elif cell.row == 1 and alone and not any(c.covers(cell.column) for c in top):
            cells.append(replace(cell, row=0, row_span=2))
        else:
            cells.append(cell)
    return replace(grid, cells=tuple(cells))

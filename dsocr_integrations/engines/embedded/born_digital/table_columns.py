"""Columns of a table that the grid left together, and tables printed side by side."""

from __future__ import annotations

import itertools

from dsocr_integrations.engines.embedded.born_digital.line_text import printed_lines
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.table_cells import FilledCell, FilledTable

_GUTTER = 1.0
"""White between two columns is at least this many type sizes wide."""

_BOTH_SIDES = 0.6
"""Share of a column's cells that must have words on both sides of a gutter."""


def split_columns(table: FilledTable) -> None:
    """Split each column in which most cells hold two texts parted by one gutter."""
    column = 0
    while column < table.column_count:
        gutter = _gutter(table, column)
        if gutter is None:
            column += 1
        else:
            _split(table, column, gutter)


def side_by_side(table: FilledTable) -> list[FilledTable]:
    """Part a table whose header is one sequence of names printed several times.

    Returns:
        One table for each repeat, from left to right; the table itself otherwise.
    """
    header = table.row(0)
    names = [cell.text.casefold() for cell in header]
    if any(cell.columns > 1 or cell.rows > 1 for cell in header) or not all(names):
        return [table]
    width = len(names)
    for period in range(2, width // 2 + 1):
        if width % period == 0 and names == names[:period] * (width // period):
            break
    else:
        return [table]
    if any((cell.column % period) + cell.columns > period for cell in table.cells):
        return [table]
    parts: list[FilledTable] = []
    for start in range(0, width, period):
        cells = [cell for cell in table.cells if start <= cell.column < start + period]
        for cell in cells:
            cell.column -= start
        parts.append(FilledTable(cells))
    return parts


def _gutter(table: FilledTable, column: int) -> float | None:
    """The x of the widest gutter down the column, if most of its cells straddle it."""
    cells = [c for c in table.cells if c.column == column and c.columns == 1 and c.words]
    if len(cells) < 3:
        return None
    words = sorted((word for cell in cells for word in cell.words), key=lambda word: word.box[0])
    best, place = 0.0, None
    right = words[0].box[2]
    for word in words[1:]:
        if word.box[0] - right > max(best, _GUTTER * word.size):
            best, place = word.box[0] - right, (word.box[0] + right) / 2
        right = max(right, word.box[2])
    if place is None:
        return None
    straddling = sum(_straddles(cell, place) for cell in cells)
    return place if straddling >= _BOTH_SIDES * len(cells) else None


def _straddles(cell: FilledCell, x: float) -> bool:
    """Whether a cell's line has words on both sides, so that it is not indented text."""
    return any(_side(line[0], x) < 0 < _side(line[-1], x) for line in printed_lines(cell.words))


def _side(word: StyledWord, x: float) -> float:
    return word.home[0] - x


def _split(table: FilledTable, column: int, x: float) -> None:
    added: list[FilledCell] = []
    for cell in table.cells:
        if cell.column > column:
            cell.column += 1
        elif cell.column + cell.columns - 1 > column or (
            cell.column <= column < cell.column + cell.columns and cell.columns > 1
        ):
            cell.columns += 1
        elif cell.column == column:
            x0, y0, x1, y1 = cell.box
            own = {
                side: list(words)
                for side, words in itertools.groupby(
                    sorted(cell.words, key=lambda word: _side(word, x) > 0),
                    key=lambda word: _side(word, x) > 0,
                )
            }
            cell.box, cell.words = (x0, y0, x, y1), own.get(False, [])
            added.append(
                FilledCell(cell.row, column + 1, cell.rows, 1, (x, y0, x1, y1), own.get(True, []))
            )
    table.cells.extend(added)

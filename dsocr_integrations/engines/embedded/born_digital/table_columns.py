"""Columns of a table that the grid left together, and tables printed side by side."""

from __future__ import annotations

import re

from dsocr_integrations.engines.embedded.born_digital.line_text import (
    Line,
    line_text,
    printed_lines,
)
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.table_cells import FilledCell, FilledTable

_GUTTER = 1.0
"""White between two columns is at least this many type sizes wide."""

_BOTH_SIDES = 0.6
"""Share of a column's cells that must have words on both sides of a gutter."""

_LABELLED = 0.7
"""Share of a column's cells that must end with a figure for these to be a column."""

_FIGURE = re.compile(r"^[^\w]*\d[\d.,:%/\s±–-]*(?:to \d[\d.,]*)?[^\w]*$")
_SIGN = re.compile(r"[$€£¥]")
_LETTERS = re.compile(r"[^\W\d_]{2}")


def split_columns(table: FilledTable) -> None:
    """Split each column in which most cells hold two texts parted by one gutter."""
    column = 0
    while column < table.column_count:
        behind = _behind_gutter(table, column) or _figures_at_ends(table, column)
        if behind:
            _split(table, column, behind)
        column += not behind


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


def _own_cells(table: FilledTable, column: int) -> list[FilledCell]:
    return [c for c in table.cells if c.column == column and c.columns == 1 and c.words]


def _behind_gutter(table: FilledTable, column: int) -> set[int]:
    """Words behind the widest gutter down the column, if most of its cells straddle it."""
    cells = _own_cells(table, column)
    if len(cells) < 3:
        return set()
    words = sorted((word for cell in cells for word in cell.words), key=lambda word: word.box[0])
    best, place = 0.0, None
    right, signs = words[0].box[2], [word.box[0] for word in words if _SIGN.fullmatch(word.text)]
    for word in words[1:]:
        if _SIGN.fullmatch(word.text):
            continue
        if word.box[0] - right > max(best, _GUTTER * word.size):
            best, place = word.box[0] - right, (word.box[0] + right) / 2
            # A sign that stands apart from its number is behind the gutter with it.
            place = min([place, *(x for x in signs if right < x < word.box[0])])
        right = max(right, word.box[2])
    if place is None or sum(_straddles(c, place) for c in cells) < _BOTH_SIDES * len(cells):
        return set()
    return {id(word) for word in words if _side(word, place) > 0}


def _figures_at_ends(table: FilledTable, column: int) -> set[int]:
    """Words of the figures that stand apart at the ends of most labels of a column.

    A long label may reach further to the right than a long figure does to the left.
    """
    cells = _own_cells(table, column)
    lines = [line for cell in cells if len(line := printed_lines(cell.words)) == 1]
    ends = [end for (line,) in lines if (end := _figure_at_end(line))]
    if len(cells) < 3 or len(ends) < _LABELLED * len(cells):
        return set()
    left = min(end[0].box[0] for end in ends)
    apart = [end for (line,) in lines if (end := _last_text(line)) and end[0].box[0] >= left]
    return {id(word) for end in apart for word in end}


def _figure_at_end(line: Line) -> Line:
    """The figure that stands apart behind a label; nothing where there is none."""
    end = _last_text(line)
    label = line_text(line[: len(line) - len(end)])
    return end if _LETTERS.search(label) and _FIGURE.match(line_text(end)) else []


def _last_text(line: Line) -> Line:
    """What stands behind the last wide white of a line; all of a line without any."""
    for place in reversed(range(1, len(line))):
        if line[place].box[0] - line[place - 1].box[2] > _GUTTER * line[place].size:
            return line[place:]
    return line


def _straddles(cell: FilledCell, x: float) -> bool:
    """Whether a cell's line has words on both sides, so that it is not indented text."""
    return any(_side(line[0], x) < 0 < _side(line[-1], x) for line in printed_lines(cell.words))


def _side(word: StyledWord, x: float) -> float:
    return word.home[0] - x


def _split(table: FilledTable, column: int, behind: set[int]) -> None:
    words = [w for cell in _own_cells(table, column) for w in cell.words if id(w) in behind]
    x = min(word.box[0] for word in words)
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
            left = [word for word in cell.words if id(word) not in behind]
            right = [word for word in cell.words if id(word) in behind]
            cell.box, cell.words = (x0, y0, x, y1), left
            added.append(FilledCell(cell.row, column + 1, cell.rows, 1, (x, y0, x1, y1), right))
    table.cells.extend(added)

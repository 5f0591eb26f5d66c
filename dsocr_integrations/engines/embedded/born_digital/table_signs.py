"""Currency signs and closing brackets that the grid set apart from their numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.born_digital.line_text import union
from dsocr_integrations.engines.embedded.born_digital.table_cells import FilledCell, FilledTable

_BEFORE = re.compile(
    r"(?:[$£€¥₹₽₩]|[A-Z]{1,2}\$|EUR|USD|GBP|CHF|SEK|NOK|DKK|Rs\.?|kr\.?)\s?[(\[]?[-–−]?|[(\[]"
)
_BEHIND = re.compile(r"[)\]]\s?%?|%\s?[)\]]?|[-–−]")
_FIGURE = re.compile(r"^[^\w]*(?:\d[\d.,:\s]*|[-–—])[^\w]*$")
_NEAR = 0.6
"""White between a number and the sign behind it, in sizes of type, at most."""


def join_signs(table: FilledTable) -> None:
    """Give columns that hold nothing but signs to the columns whose numbers they belong to."""
    column = 0
    while column < table.column_count:
        if _stands_before(table, column) and merge_columns(table, column):
            continue
        if _stands_behind(table, column) and merge_columns(table, column - 1):
            continue
        column += 1


def merge_columns(table: FilledTable, column: int) -> bool:
    """Make one column of a column and the one to its right.

    Returns:
        Whether that could be done: not where cells of several rows stand beside others.
    """
    left, right = _by_row(table, column), _by_row(table, column + 1)
    pairs = {
        (id(left[row]), id(right[row])): (left[row], right[row])
        for row in left.keys() & right.keys()
    }
    if not all(_fit(first, second) for first, second in pairs.values()):
        return False
    gone: set[int] = set()
    for first, second in pairs.values():
        if first.columns > 1 and (first is second or second.words or second.columns > 1):
            first.columns -= 1
        elif first.columns > 1 or (first.rows > 1 and not second.words):
            gone.add(id(second))
        else:
            second.words = [*first.words, *second.words]
            second.box = union((first.box, second.box))
            gone.add(id(first))
    table.cells = [cell for cell in table.cells if id(cell) not in gone]
    for cell in table.cells:
        if cell.column > column:
            cell.column -= 1
    return True


def _fit(first: FilledCell, second: FilledCell) -> bool:
    """Whether two cells side by side can become one, or one of them can give way."""
    if first.columns > 1 or (first.row, first.rows) == (second.row, second.rows):
        return True
    return not first.words or (not second.words and second.columns == 1)


def _by_row(table: FilledTable, column: int) -> dict[int, FilledCell]:
    """The cell of each row that covers a column."""
    return {
        row: cell
        for cell in table.cells
        if cell.column <= column < cell.column + cell.columns
        for row in range(cell.row, cell.row + cell.rows)
    }


def _printed(table: FilledTable, column: int) -> dict[int, FilledCell]:
    """The cells of one column only that have words, by their rows."""
    return {
        cell.row: cell
        for cell in table.cells
        if cell.column == column and cell.columns == 1 and cell.words
    }


def _stands_before(table: FilledTable, column: int) -> bool:
    signs, numbers = _printed(table, column), _printed(table, column + 1)
    rows = _rows_of(_BEFORE, signs)
    return bool(rows) and _are_numbers([numbers[row] for row in rows if row in numbers])


def _stands_behind(table: FilledTable, column: int) -> bool:
    signs, numbers = _printed(table, column), _printed(table, column - 1)
    rows = _rows_of(_BEHIND, signs)
    if not rows or not all(row in numbers for row in rows):
        return False
    return _are_numbers([numbers[row] for row in rows]) and all(
        _touches(numbers[row], signs[row]) for row in rows
    )


def _rows_of(sign: re.Pattern[str], cells: dict[int, FilledCell]) -> list[int]:
    """Rows with a sign, if all that stands in the column but a heading is signs."""
    rows = [row for row, cell in sorted(cells.items()) if sign.fullmatch(cell.text)]
    others = [row for row in cells if row not in rows]
    return rows if rows and all(row < rows[0] for row in others) else []


def _are_numbers(cells: Sequence[FilledCell]) -> bool:
    return bool(cells) and all(_FIGURE.match(cell.text) for cell in cells)


def _touches(number: FilledCell, sign: FilledCell) -> bool:
    right = max(word.box[2] for word in number.words)
    return sign.words[0].box[0] - right <= _NEAR * sign.words[0].size

"""What is laid out as a table and is none: lists, boxes to tick and signature blocks, as lines.

A list of properties, the contents of a report, the questions of a form and the fields that people
sign have rows and no columns worth a name: the first cell of a row says what the last one is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from dsocr_integrations.records.documents import Table
from dsocr_integrations.tables.headers import BOX_TO_TICK, is_value

_SIGN = re.compile(r"[^\w\s]{1,3}|[A-Z]{3}")
"""A currency, a percent sign or a bracket, as stands in a column of its own beside a number."""

_TICKED = 0.4
"""Share of the rows of a form's questions that have a box to tick, at least."""

_ENTRIES = 0.9
"""Share of the rows of a list that are entries, at least: a label may end on a row of its own."""

_ENDED = tuple(".:;)：。；）…")
_FIELD = re.compile(r"[^\W\d_][^:：\n]{0,24}[:：]")

_ITEM = re.compile(r"\(?[A-Z]?\d{1,3}(?:\.\d{1,3})*[.)]?(?:\s?\W{1,3})?|[^\w\s]{1,3}")
"""The number of an item, such as an exhibit's, with a mark that refers to a note."""

Row = tuple[str, ...]


def list_lines(table: Table) -> tuple[str, ...] | None:
    """The rows of a list as lines, a label and what it says in each.

    Args:
        table: Any table.

    Returns:
        A line for each row that is not empty; `None` for a table that names its columns, or whose
        rows have more than a label and one entry.
    """
    if any(table.columns):
        return None
    rows = list(filter(None, map(_cells, table.rows)))
    columns = {row[-1][0] for row in rows if len(row) > 1 and is_value(row[-1][1])}
    entries = len(columns) < 2 and sum(map(_is_entry, rows)) >= _ENTRIES * len(rows)
    if not rows or not (entries or all(map(_is_item, rows))):
        return None
    return tuple(_line([text for _, text in row]) for row in rows)


def choice_lines(table: Table) -> tuple[str, ...] | None:
    """The questions of a form, each on a line with its boxes to tick.

    Args:
        table: Any table.

    Returns:
        A line for each row that is not empty; `None` for a table that names its columns, or in
        which few rows have such a box.
    """
    rows = [" ".join(text for _, text in _cells(row)) for row in table.rows]
    rows = [row for row in rows if row]
    ticked = sum(BOX_TO_TICK.search(row) is not None for row in rows)
    return None if any(table.columns) or _TICKED * len(rows) > ticked else tuple(rows)


def field_lines(table: Table) -> tuple[str, ...] | None:
    """The fields that stand side by side in a block of signatures, column by column.

    A cell that has a row to itself heads the fields below it.

    Args:
        table: Any table.

    Returns:
        A line a cell; `None` for a table that is no such block.
    """
    rows = [_cells(row) for row in table.rows]
    cells = [text for row in rows for _, text in row]
    fields = [
        (column, text) for row in rows for column, text in row if _FIELD.match(text) is not None
    ]
    if (
        any(table.columns)
        or any(map(is_value, cells))
        or len({column for column, _ in fields}) < 2
        or 2 * len(fields) < len(cells)
    ):
        return None
    return tuple(_by_columns(rows))


def _by_columns(rows: Sequence[list[tuple[int, str]]]) -> Iterator[str]:
    for alone, group in groupby(rows, key=lambda row: len(row) == 1):
        cells = [cell for row in group for cell in row]
        yield from (text for _, text in (cells if alone else sorted(cells, key=_column)))


def _column(cell: tuple[int, str]) -> int:
    return cell[0]


def _cells(row: Row) -> list[tuple[int, str]]:
    """The filled cells of a row with their columns; a sign goes with the number it belongs to."""
    cells: list[tuple[int, str]] = []
    sign = ""
    for column, cell in enumerate(row):
        text = " ".join(cell.split())
        if not text:
            continue
        if cells and _SIGN.fullmatch(text):
            if is_value(cells[-1][1]):
                cells[-1] = (cells[-1][0], f"{cells[-1][1]} {text}")
            else:
                sign = f"{sign} {text}".strip()
            continue
        cells.append((column, f"{sign} {text}".strip()))
        sign = ""
    return [*cells, (len(row), sign)] if sign else cells


def _is_entry(cells: Sequence[tuple[int, str]]) -> bool:
    """Whether cells are a label and what it says, the label in one cell or several."""
    values = [is_value(text) for _, text in cells]
    if len(cells) > 2:
        return values[-1] and not any(values[:-1])
    return not all(values) or len(cells) < 2


def _is_item(cells: Sequence[tuple[int, str]]) -> bool:
    """Whether cells are an item of a numbered list, or a text that goes on."""
    *before, (_, said) = cells
    return not is_value(said) and all(_ITEM.fullmatch(text) for _, text in before)


def _line(cells: Sequence[str]) -> str:
    *label, said = cells
    name = " ".join(label)
    if not any(map(str.isalnum, name)) or name.endswith(_ENDED):
        return f"{name} {said}".strip()
    return f"{name}: {said}"

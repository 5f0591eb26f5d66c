"""Part a table where a second header stands among its rows, and names the columns anew.

Statements set several periods one below the other, and forms set a list below a line of facts. What
stands below such a header would carry the names of the upper one once the table is cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dsocr_integrations.records.documents import Table
from dsocr_integrations.tables.headers import column_names, is_value

_MIN_NAMES = 2

Row = tuple[str, ...]


def sections(table: Table) -> Iterator[Table]:
    """Yield a table in parts of its rows, each under the header that names its columns.

    The row of a second header stays the first of its part, so that no row is lost or moved.

    Args:
        table: Any table.
    """
    starts = [at for at in range(1, len(table.rows) - 1) if _names_anew(table, at)]
    ends = [*starts, len(table.rows)]
    head = tuple(span for span in table.spans if span.row < table.header_rows)
    upper = table.model_copy(update={"spans": head})
    yield _with_rows(upper, table, 0, ends[0]) if starts else table
    for start, end in zip(starts, ends[1:], strict=True):
        names = column_names((table.rows[start],), (), len(table.columns))
        section = table.model_copy(
            update={"columns": names, "header": (names,), "header_rows": 1, "spans": ()}
        )
        yield _with_rows(section, table, start, end)


def _with_rows(section: Table, table: Table, start: int, end: int) -> Table:
    """A section with some of a table's rows, and the spans of these."""
    first, shift = table.header_rows + start, section.header_rows - table.header_rows - start
    moved = (
        span.model_copy(update={"row": span.row + shift})
        for span in table.spans
        if first <= span.row < table.header_rows + end
    )
    rows = {"rows": table.rows[start:end], "values": table.values[start:end]}
    return section.model_copy(update={**rows, "spans": (*section.spans, *moved)})


def _names_anew(table: Table, at: int) -> bool:
    """Whether a row is a header: different names, above each column of numbers, and no value.

    It has no label, as the corner of a table has none, or stands below the title of a list in a
    table that names nothing yet.
    """
    row, below = table.rows[at], table.rows[at + 1]
    said = [cell for cell in row if _is_said(cell)]
    if len(said) < _MIN_NAMES or len(set(said)) < len(said) or any(map(is_value, said)):
        return False
    if _in_span(table, at):
        return False
    numbers = [column for column, cell in enumerate(below) if is_value(cell)]
    if len(numbers) < _MIN_NAMES or not all(_is_said(row[column]) for column in numbers):
        return False
    if any(table.columns):
        above = (column for column in numbers if _has_values(table.rows[:at], column))
        return not row[0] and bool(below[0]) and len(list(above)) == len(numbers)
    return len(said) > len(row) // 2 and sum(map(_is_said, table.rows[at - 1])) == 1


def _is_said(cell: str) -> bool:
    return any(map(str.isalnum, cell))


def _has_values(rows: Sequence[Row], column: int) -> bool:
    return any(is_value(row[column]) for row in rows)


def _in_span(table: Table, at: int) -> bool:
    """Whether a cell reaches down into a row, or from it: then it is one of a group's."""
    row = table.header_rows + at
    return any(
        span.row_span > 1 and span.row <= row < span.row + span.row_span for span in table.spans
    )

"""Charts: the table in an answer, and its values as numbers with unit and percent."""

from __future__ import annotations

import re
from dataclasses import replace

from dsocr_integrations.records.documents import Figure, ParseWarning, Table
from dsocr_integrations.tables import parse_table
from dsocr_integrations.tables.cell_tokens import cells_as_html
from dsocr_integrations.tables.corner import measure_of
from dsocr_integrations.tables.typed import TypedCell, TypedTable, type_table

MAX_ROWS = 1_000
MAX_COLUMNS = 60
"""More than any chart shows and the model's 8,192 tokens can say; the rest is a loop."""

_PIPE_ROW = re.compile(r"[^\n|]*\|[^\n]*")
_DELIMITER_MARKS = frozenset("-|:+ \t")
_LONGEST_UNIT = 40
_UNIT = re.compile(r"[(\[（]\s*([^()\[\]（）\d][^()\[\]（）]{0,15}?)\s*[)\]）]\s*$")
_UNIT_AFTER = re.compile(r"(?:,|/|\bin)\s+([^\W\d_%][\w²³µ°/·%$€£-]{0,11})\s*$")


def read_chart(text: str) -> tuple[Table | None, tuple[ParseWarning, ...]]:
    """Read the table of a chart.

    Args:
        text: HTML, or rows of cells parted by pipes, with or without a delimiter row.

    Returns:
        The table with at most `MAX_ROWS` x `MAX_COLUMNS` cells, or `None` where there is none,
        and what was irregular.
    """
    text = cells_as_html(text)
    if "<table" in text.lower():
        table, warnings = parse_table(text)
    else:
        table, warnings = parse_table(_with_delimiter(text))
    if table is None or not table.rows:
        return None, warnings
    return _bounded(table, warnings)


def chart_values(figure: Figure) -> TypedTable | None:
    """The values of a chart: numbers, percentages and amounts with the unit its labels name.

    A unit is taken from the cell, else from the name of its column, else from that of its row,
    else from the corner where it says what all columns measure: `Output (GWh)`, `Rainfall, mm`. The number is the one printed; see `type_table` for scales
    such as "in millions".

    Args:
        figure: A figure after deep parsing.

    Returns:
        The typed table, or `None` where the figure is no chart.
    """
    if figure.table is None:
        return None
    caption = figure.table.caption or figure.caption
    table = figure.table.model_copy(update={"caption": caption})
    typed = type_table(table, value_source=figure.value_source or "model")
    of_all = unit_named(measure_of(typed.columns[0]))
    of_column = [unit_named(name) for name in typed.columns]
    return replace(typed, rows=tuple(_row_with_units(row, of_column, of_all) for row in typed.rows))


def unit_named(label: str) -> str | None:
    """The unit that the name of an axis, column or row ends with, such as `GWh` or `mm`."""
    end = label[-_LONGEST_UNIT:]
    match = _UNIT.search(end) or _UNIT_AFTER.search(end)
    return match[1].strip() if match else None


def _row_with_units(
    row: tuple[TypedCell, ...], of_column: list[str | None], of_all: str | None
) -> tuple[TypedCell, ...]:
    own = (unit_named(row[0].printed) if row else None) or of_all
    return tuple(
        replace(cell, unit=of_column[at] or own) if at and cell.kind == "number" else cell
        for at, cell in enumerate(row)
    )


def _with_delimiter(text: str) -> str:
    """Put the row of dashes in where an answer of piped rows leaves it out."""
    lines = [line for line in text.split("\n") if line.strip()]
    rows = [line for line in lines if _PIPE_ROW.fullmatch(line)]
    if len(rows) < 2 or any(_DELIMITER_MARKS.issuperset(line) for line in rows):
        return text
    if len(rows) < len(lines):
        # Bars in prose make no table.
        return text
    columns = rows[0].strip().strip("|").count("|") + 1
    return "\n".join([rows[0], "|" + "---|" * columns, *rows[1:]])


def _bounded(
    table: Table, warnings: tuple[ParseWarning, ...]
) -> tuple[Table, tuple[ParseWarning, ...]]:
    if len(table.rows) <= MAX_ROWS and len(table.columns) <= MAX_COLUMNS:
        return table, warnings
    height = table.header_rows + min(MAX_ROWS, len(table.rows))
    cut = Table(
        columns=table.columns[:MAX_COLUMNS],
        rows=tuple(row[:MAX_COLUMNS] for row in table.rows[:MAX_ROWS]),
        values=tuple(row[:MAX_COLUMNS] for row in table.values[:MAX_ROWS]),
        header=tuple(row[:MAX_COLUMNS] for row in table.header),
        header_rows=table.header_rows,
        spans=tuple(
            span
            for span in table.spans
            if span.row + span.row_span <= height and span.column + span.column_span <= MAX_COLUMNS
        ),
        caption=table.caption,
    )
    message = (
        f"The answer has {len(table.rows)} rows and {len(table.columns)} columns, as no chart "
        f"has; {len(cut.rows)} and {len(cut.columns)} are kept."
    )
    return cut, (*warnings, ParseWarning(kind="chart_too_large", message=message))

"""Write a `Table` as HTML, as a pipe table, as CSV or as records."""

from __future__ import annotations

import csv
import html
import io
import re

from dsocr_integrations.records.documents import Table
from dsocr_integrations.tables.numbers import number_of

_LINE_BREAK = re.compile(r"\s*\n\s*")
_TAG_START = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY_START = re.compile(r"&(?=#?\w{1,31};)")
_PIPE = re.compile(r"(?<!\\)(\\*)\|")
# A spreadsheet takes a cell that starts so for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_html(table: Table) -> str:
    """Write a table as HTML without attributes other than `rowspan` and `colspan`.

    Header rows come as `<thead>` with `<th>`, the caption as `<caption>`. Everything printed
    is escaped.
    """
    grid = (*table.header, *table.rows)
    spans = {(span.row, span.column): (span.row_span, span.column_span) for span in table.spans}
    covered = _covered(spans)
    lines: list[str] = []
    for number, row in enumerate(grid):
        tag = "th" if number < table.header_rows else "td"
        cells = [
            f"<{tag}{_span_attributes(spans.get((number, column)))}>{_cell_html(text)}</{tag}>"
            for column, text in enumerate(row)
            if (number, column) not in covered
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    head, body = lines[: table.header_rows], lines[table.header_rows :]
    caption = f"<caption>{_cell_html(table.caption)}</caption>" if table.caption else ""
    thead = f"<thead>{''.join(head)}</thead>" if head else ""
    tbody = f"<tbody>{''.join(body)}</tbody>" if head and body else "".join(body)
    return f"<table>{caption}{thead}{tbody}</table>"


def to_markdown(table: Table) -> str:
    """Write a table as a pipe table.

    Several header rows become one (`Table.columns`); a table without a header gets an empty
    one, since a pipe table must have one. Text of a spanning cell stands in its first place.
    Pipes are escaped, line breaks become `<br>`.
    """
    if not table.columns:
        return ""
    lines = [pipe_row(table.columns), "|" + " --- |" * len(table.columns)]
    lines.extend(pipe_row(row) for row in table.rows)
    return "\n".join(lines)


def pipe_row(cells: tuple[str, ...]) -> str:
    """Write one row of a pipe table."""
    return "| " + " | ".join(_cell_pipe(cell) for cell in cells) + " |"


def to_csv(table: Table) -> str:
    """Write header rows and body as CSV, cells made safe for spreadsheets."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in (*table.header, *table.rows):
        writer.writerow([excel_safe(cell) for cell in row])
    return buffer.getvalue()


def excel_safe(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    Negative and signed numbers stay as they are.
    """
    if text.startswith(_FORMULA_STARTS) and number_of(text) is None:
        return f"'{text}"
    return text


def rows_as_records(table: Table) -> list[dict[str, str | float | None]]:
    """Give each body row as a dict; numbers as numbers, empty cells as `None`.

    Columns without a name are called `column 1`, `column 2` …; a repeated name gets its
    column number, so that no cell is lost.
    """
    names: list[str] = []
    for place, name in enumerate(table.columns, 1):
        wanted = name or f"column {place}"
        names.append(wanted if wanted not in names else f"{wanted} ({place})")
    records: list[dict[str, str | float | None]] = []
    for number, row in enumerate(table.rows):
        values = table.values[number] if number < len(table.values) else (None,) * len(row)
        records.append(
            {
                name: value if value is not None else (text or None)
                for name, text, value in zip(names, row, values, strict=False)
            }
        )
    return records


def _covered(spans: dict[tuple[int, int], tuple[int, int]]) -> set[tuple[int, int]]:
    return {
        (row + down, column + right)
        for (row, column), (row_span, column_span) in spans.items()
        for down in range(row_span)
        for right in range(column_span)
        if down or right
    }


def _span_attributes(span: tuple[int, int] | None) -> str:
    if span is None:
        return ""
    rows = f' rowspan="{span[0]}"' if span[0] > 1 else ""
    columns = f' colspan="{span[1]}"' if span[1] > 1 else ""
    return rows + columns


def _cell_html(text: str) -> str:
    return _LINE_BREAK.sub("<br>", html.escape(text.strip(), quote=False))


def _cell_pipe(text: str) -> str:
    safe = _TAG_START.sub("&lt;", _ENTITY_START.sub("&amp;", text.strip()))
    # A backslash before a pipe would undo the pipe's own escape.
    safe = _PIPE.sub(lambda match: match[1] * 2 + "\\|", safe)
    return _LINE_BREAK.sub("<br>", safe)

"""What `dsocr sql` prints."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any, Literal

from dsocr_integrations.cli.outcomes import ExitCode, say, tell
from dsocr_integrations.settings import DEFAULT_INDEX

if TYPE_CHECKING:
    from dsocr_integrations.settings import Settings
    from dsocr_integrations.sql import Answer
    from dsocr_integrations.table_records import PlacedTable

CATALOGUE = (
    "SELECT table_name, page, row_count AS rows, columns, scale, value_source AS 'values', caption"
    " FROM tables"
)

_LONGEST_WHOLE, _NARROWEST = 40, 10
"""Characters up to which a column of single words is never broken; fewest of any other."""

_BREAKS = re.compile(r"\s")


def sql(
    statement: str,
    settings: Settings,
    folder: str | None,
    source: str | None,
    form: str,
    **limits: Any,
) -> ExitCode:
    """Run a statement over the tables of an index or output folder and print its rows."""
    from dsocr_integrations.sql import QueryLimits, run_query

    tables = _tables(settings, folder, source)
    answer = run_query(statement or CATALOGUE, tables, QueryLimits(**limits))
    _PRINTED[form](answer)
    if answer.truncated:
        tell(f"Only the first {len(answer.rows)} rows are shown; --rows gives more.")
    if not answer.rows and not tables:
        tell("There are no tables.")
    return ExitCode.ALL_READ


def _tables(settings: Settings, folder: str | None, source: str | None) -> list[PlacedTable]:
    from dsocr_integrations.sql import tables_of_folder, tables_of_index

    if folder is not None:
        from dsocr_integrations.output import OutputFolder

        return list(tables_of_folder(OutputFolder(folder), source))
    from dsocr_integrations.index import open_index

    with open_index(settings.index or DEFAULT_INDEX, embedder="none", create=False) as index:
        return list(tables_of_index(index, source))


def _print_json(answer: Answer) -> None:
    for row in answer.rows:
        say(json.dumps(dict(zip(answer.columns, row, strict=True)), ensure_ascii=False))


def _print_csv(answer: Answer) -> None:
    from dsocr_integrations.tables import excel_safe

    writer = csv.writer(lines := io.StringIO(), lineterminator="\n")
    writer.writerow(answer.columns)
    for row in answer.rows:
        shown = (_text(value) if isinstance(value, list | dict) else value for value in row)
        writer.writerow(excel_safe(one) if isinstance(one, str) else one for one in shown)
    say(lines.getvalue(), end="")


def _print_table(answer: Answer) -> None:
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = [[_text(value) for value in row] for row in answer.rows]
    table, needed = Table(), 1
    for place, (name, kind) in enumerate(zip(answer.columns, answer.types, strict=True)):
        texts = [name, *(row[place] for row in rows)]
        width = max(map(cell_len, texts))
        # Names of tables are copied into the next query, so single words stay whole.
        is_whole = width <= _LONGEST_WHOLE and not any(map(_BREAKS.search, texts))
        needed += (width if is_whole else min(width, _NARROWEST)) + 3
        numbers = kind.startswith(("BIGINT", "DOUBLE", "HUGEINT", "INTEGER", "DECIMAL"))
        side: Literal["left", "right"] = "right" if numbers else "left"
        table.add_column(Text(name), justify=side, overflow="fold", no_wrap=is_whole)
    for row in rows:
        table.add_row(*map(Text, row))
    # On a narrow terminal lines that it breaks itself tell more than columns of no width.
    Console(width=max(Console().width, needed)).print(table)


def _text(value: Any) -> str:
    """A value as one cell shows it; what could steer a terminal is left out."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    text = f"{value:.12g}" if isinstance(value, float) else str(value)
    return "".join(one for one in text if one.isprintable() or one == "\n")


_PRINTED = {"json": _print_json, "csv": _print_csv, "table": _print_table}

"""Tables as SQL sees them: names that need no quotes, typed columns, and files to load."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from dsocr_integrations.table_records import PlacedTable, records
from dsocr_integrations.tables.typed import TypedCell

MAX_NAME = 40
"""Characters of a file's or column's name that go into a name."""

EXACT_INTEGERS = 2.0**53

SqlType = Literal["BIGINT", "DOUBLE", "VARCHAR"]


@dataclass(frozen=True)
class SqlColumn:
    """A column of a document's table.

    Attributes:
        name: Its name in SQL, in small letters.
        header: Its name as printed.
        type: A number type where every cell holds a number, a dash or nothing; else `VARCHAR`,
            the cells as printed.
        unit: Currency or `%`, where all its numbers have the same.
    """

    name: str
    header: str
    type: SqlType
    unit: str | None


@dataclass(frozen=True)
class SqlTable:
    """A document's table with its names in SQL.

    Attributes:
        name: File, page and place on the page, such as `report_p3_t1`.
        placed: The table.
        columns: Its columns.
    """

    name: str
    placed: PlacedTable
    columns: tuple[SqlColumn, ...]


def named_tables(tables: Iterable[PlacedTable]) -> Iterator[SqlTable]:
    """Give tables and their columns names; the same tables get the same names again."""
    taken: set[str] = set()
    for placed in tables:
        stem = _name(PurePosixPath(placed.source).stem) or "document"
        name = _unused(f"{stem}_p{placed.page}_t{placed.number}", taken)
        yield SqlTable(name, placed, tuple(_columns(placed)))


def write_files(tables: Iterable[SqlTable], folder: Path, max_cells: int) -> bool:
    """Write `tables.jsonl` and `cells.jsonl` for the process that answers the query.

    Returns:
        Whether the tables had no more than `max_cells` cells; otherwise the files are cut short.
    """
    total = 0
    with (
        (folder / "tables.jsonl").open("w", encoding="utf-8") as catalogue,
        (folder / "cells.jsonl").open("w", encoding="utf-8") as cells,
    ):
        for table in tables:
            _write(_table_record(table), catalogue)
            for record in records([table.placed]):
                _write(_cell_record(table, record), cells)
                total += 1
            if total > max_cells:
                return False
    return True


def _write(record: dict[str, Any], file: Any) -> None:
    file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _table_record(table: SqlTable) -> dict[str, Any]:
    placed, typed = table.placed, table.placed.table
    return {
        "table_name": table.name,
        "source": placed.source,
        "page": placed.page,
        "number": placed.number,
        "box": json.dumps(placed.boxes[0]) if placed.boxes else None,
        "caption": typed.caption,
        "columns": [column.name for column in table.columns],
        "headers": [column.header for column in table.columns],
        "types": [column.type for column in table.columns],
        "units": [column.unit for column in table.columns],
        "row_count": len(typed.rows),
        "scale": typed.scale.phrase if typed.scale is not None else None,
        "value_source": typed.value_source,
    }


def _cell_record(table: SqlTable, record: dict[str, Any]) -> dict[str, Any]:
    column = table.columns[record["column"]]
    return {
        "table_name": table.name,
        "source": record["source"],
        "page": record["page"],
        "row_number": record["row"],
        "row_label": record["row_label"],
        "column_number": record["column"],
        "column_name": column.name,
        "header": column.header,
        **{
            name: record[name]
            for name in ("printed", "value", "kind", "unit", "scale", "scale_phrase")
        },
        "value_source": record["value_source"],
    }


def _columns(placed: PlacedTable) -> Iterator[SqlColumn]:
    taken: set[str] = set()
    for at, header in enumerate(placed.table.columns):
        printed = " ".join(header.split())
        cells = [row[at] for row in placed.table.rows]
        name = _unused(_name(printed) or f"column_{at + 1}", taken)
        yield SqlColumn(name, printed, _type(cells), _unit(cells))


def _type(cells: list[TypedCell]) -> SqlType:
    values = [cell.value for cell in cells if cell.value is not None]
    if not values or any(cell.kind == "text" for cell in cells):
        return "VARCHAR"
    whole = all(value.is_integer() and abs(value) < EXACT_INTEGERS for value in values)
    return "BIGINT" if whole else "DOUBLE"


def _unit(cells: list[TypedCell]) -> str | None:
    units = {cell.unit for cell in cells if cell.value is not None}
    return units.pop() if len(units) == 1 else None


def _name(text: str) -> str:
    """Small letters of any script, digits and `_`; never a digit first."""
    name = re.sub(r"\W+", "_", text.casefold())[:MAX_NAME].strip("_")
    return f"_{name}" if name[:1].isdecimal() else name


def _unused(name: str, taken: set[str]) -> str:
    number, unused = 1, name
    while unused in taken:
        number += 1
        unused = f"{name}_{number}"
    taken.add(unused)
    return unused

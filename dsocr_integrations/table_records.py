"""The tables and charts of a document as typed records, and as DataFrame, CSV, XLSX, Parquet.

A record is one cell: printed text, value, unit and scale side by side, with the table's page
and the names of its row and column. pandas and what it writes files with are imported only
when asked for.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsocr_integrations.errors import MissingDependencyError
from dsocr_integrations.grounding.captions import captions_of
from dsocr_integrations.records.documents import Box, Document, Page
from dsocr_integrations.tables import excel_safe
from dsocr_integrations.tables.spreadsheets import undated
from dsocr_integrations.tables.typed import TypedTable, type_table

if TYPE_CHECKING:
    import pandas as pd

ABOVE = 2
"""Short blocks right above a table that are searched for a scale."""

MAX_ABOVE = 200
"""A longer block is prose about something else."""

COLUMNS = (
    "source", "page", "table", "caption", "row", "row_label", "column", "column_name", "printed",
    "value", "kind", "unit", "scale", "scale_phrase", "value_source",
)  # fmt: skip


@dataclass(frozen=True)
class PlacedTable:
    """A typed table of a document.

    Attributes:
        source: The document's source.
        page: 1-based page.
        number: 1-based place among the page's tables and charts.
        boxes: Where it stands on the page.
        table: The table.
    """

    source: str
    page: int
    number: int
    boxes: tuple[Box, ...]
    table: TypedTable


def typed_tables(document: Document) -> Iterator[PlacedTable]:
    """Yield the tables of a document, then the charts of each page, page by page.

    A scale is looked for in the caption, the table's corner and names, and the short blocks
    right above it.
    """
    for page in document.pages:
        for number, (boxes, table) in enumerate(_of_page(page), 1):
            yield PlacedTable(document.source, page.number, number, boxes, table)


def records(tables: Iterable[PlacedTable]) -> Iterator[dict[str, Any]]:
    """Yield each cell that is not empty as a flat record with the keys `COLUMNS`.

    Rows and columns are 0-based; the label of a row is its first cell.
    """
    for placed in tables:
        table = placed.table
        for at, row in enumerate(table.rows):
            for column, cell in enumerate(row):
                if cell.kind == "empty":
                    continue
                values = (
                    placed.source, placed.page, placed.number, table.caption, at, row[0].printed,
                    column, table.columns[column], cell.printed, cell.value, cell.kind, cell.unit,
                    cell.scale, cell.scale_phrase, table.value_source,
                )  # fmt: skip
                yield dict(zip(COLUMNS, values, strict=True))


def to_frame(tables: Iterable[PlacedTable]) -> pd.DataFrame:
    """Make a DataFrame of the records.

    Raises:
        MissingDependencyError: If pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise _missing("pandas") from error
    return pd.DataFrame(list(records(tables)), columns=list(COLUMNS))


def to_csv(tables: Iterable[PlacedTable]) -> str:
    """Write the records as CSV, texts made safe for spreadsheets; needs no package."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record in records(tables):
        writer.writerow(
            [excel_safe(value) if isinstance(value, str) else value for value in record.values()]
        )
    return buffer.getvalue()


def write_xlsx(tables: Iterable[PlacedTable], path: str | Path) -> None:
    """Write the records as a sheet, texts made safe as in `to_csv`.

    Raises:
        MissingDependencyError: If pandas or openpyxl is not installed.
    """
    frame = to_frame(tables)
    for name in frame.select_dtypes(exclude="number"):
        frame[name] = [excel_safe(one) if isinstance(one, str) else one for one in frame[name]]
    made = io.BytesIO()
    try:
        frame.to_excel(made, index=False, sheet_name="cells", engine="openpyxl")
    except ImportError as error:
        raise _missing("openpyxl") from error
    Path(path).write_bytes(undated(made.getvalue()))


def write_parquet(tables: Iterable[PlacedTable], path: str | Path) -> None:
    """Write the records as a Parquet file.

    Raises:
        MissingDependencyError: If pandas or pyarrow is not installed.
    """
    frame = to_frame(tables)
    texts = ("caption", "unit", "scale_phrase")
    # Columns without a single text would be written with no type at all.
    frame = frame.astype(dict.fromkeys(texts, "string") | {"value": "float64"})
    try:
        frame.to_parquet(path, index=False, engine="pyarrow")
    except ImportError as error:
        raise _missing("pyarrow") from error


def _of_page(page: Page) -> Iterator[tuple[tuple[Box, ...], TypedTable]]:
    captions = captions_of(page.blocks)
    for place, block in enumerate(page.blocks):
        if block.table is None:
            continue
        own = [page.blocks[other].text for other in captions.get(place, ())]
        printed = "\n".join(own) or None
        table = block.table
        if table.caption is None and printed is not None:
            table = table.model_copy(update={"caption": printed})
        yield block.boxes, type_table(table, context=_above(page, place))
    for figure in page.figures:
        if figure.table is not None:
            table = figure.table
            if table.caption is None and figure.caption is not None:
                table = table.model_copy(update={"caption": figure.caption})
            said = figure.value_source or "model"
            yield figure.boxes, type_table(table, value_source=said)


def _above(page: Page, place: int) -> str:
    near = [block.text for block in page.blocks[max(0, place - ABOVE) : place] if not block.table]
    return "\n".join(text for text in reversed(near) if len(text) <= MAX_ABOVE)


def _missing(package: str) -> MissingDependencyError:
    return MissingDependencyError(
        f"This table export needs {package}, which is not installed.",
        remedy="Run: pip install 'dsocr-integrations[tables]', or export CSV.",
    )

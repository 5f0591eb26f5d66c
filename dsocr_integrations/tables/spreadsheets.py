"""Tables for those who calculate with them: as DataFrame and as XLSX, numbers as numbers.

pandas and openpyxl are imported only when asked for.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from dsocr_integrations.errors import MissingDependencyError
from dsocr_integrations.records.documents import Table
from dsocr_integrations.tables.parser import excel_safe, rows_as_records

if TYPE_CHECKING:
    import pandas as pd

WIDEST = 60
"""Characters that a column of a sheet is made wide for."""

_TIME = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.]+Z")


def to_frame(table: Table) -> pd.DataFrame:
    """Make a DataFrame with one column a column and one row a body row.

    Raises:
        MissingDependencyError: If pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise _missing("pandas") from error
    rows = rows_as_records(table)
    return pd.DataFrame.from_records(rows) if rows else pd.DataFrame(columns=list(table.columns))


def to_xlsx(tables: Iterable[Table]) -> bytes:
    """Write each table on a sheet of its own: headers in bold, spans merged, texts made safe.

    Raises:
        MissingDependencyError: If openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter
    except ImportError as error:
        raise _missing("openpyxl") from error
    book = Workbook()
    book.remove(book.active)
    for number, table in enumerate(tables, 1):
        sheet = book.create_sheet(f"table {number}")
        for at, row in enumerate(_cells(table), 1):
            for column, value in enumerate(row, 1):
                safe = (
                    excel_safe(ILLEGAL_CHARACTERS_RE.sub("", value))
                    if isinstance(value, str)
                    else value
                )
                cell = sheet.cell(at, column, safe)
                cell.font = Font(bold=at <= table.header_rows)
        for span in table.spans:
            first, left = span.row + 1, span.column + 1
            sheet.merge_cells(
                start_row=first,
                start_column=left,
                end_row=first + span.row_span - 1,
                end_column=left + span.column_span - 1,
            )
        for column, texts in enumerate(zip(*table.header, *table.rows, strict=False), 1):
            width = min(WIDEST, 2 + max(map(len, texts)))
            sheet.column_dimensions[get_column_letter(column)].width = width
        if table.header_rows:
            sheet.freeze_panes = f"A{table.header_rows + 1}"
    out = io.BytesIO()
    book.save(out)
    return undated(out.getvalue())


def undated(workbook: bytes) -> bytes:
    """Take the times out of an XLSX file: the same tables give the same bytes."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(workbook)) as made, ZipFile(out, "w", ZIP_DEFLATED) as kept:
        for name in made.namelist():
            content = made.read(name)
            if name == "docProps/core.xml":
                content = _TIME.sub(b"1980-01-01T00:00:00Z", content)
            kept.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return out.getvalue()


def _cells(table: Table) -> Iterator[Iterable[str | float]]:
    """Rows with numbers in place of what was printed for them."""
    yield from table.header
    all_values = table.values  # noqa: PD011 - no DataFrame
    for place, row in enumerate(table.rows):
        numbers = dict(enumerate(all_values[place] if place < len(all_values) else ()))
        yield [text if (value := numbers.get(at)) is None else value for at, text in enumerate(row)]


def _missing(package: str) -> MissingDependencyError:
    return MissingDependencyError(
        f"This form of a table needs {package}, which is not installed.",
        remedy="Run: pip install 'dsocr-integrations[tables]', or take CSV.",
    )

"""Tables: HTML and pipe tables to records and back."""

from __future__ import annotations

from dsocr_integrations.tables.parser import (
    excel_safe,
    find_tables,
    number_of,
    parse_table,
    rows_as_records,
    to_csv,
    to_html,
    to_markdown,
)

__all__ = [
    "excel_safe",
    "find_tables",
    "number_of",
    "parse_table",
    "rows_as_records",
    "to_csv",
    "to_html",
    "to_markdown",
]

"""SELECT over the tables of documents, in a process of its own."""

from __future__ import annotations

from dsocr_integrations.sql.catalogue import SqlColumn, SqlTable, named_tables
from dsocr_integrations.sql.query import Answer, Query, QueryLimits, run_query
from dsocr_integrations.sql.sources import tables_of_folder, tables_of_index

__all__ = [
    "Answer",
    "Query",
    "QueryLimits",
    "SqlColumn",
    "SqlTable",
    "named_tables",
    "run_query",
    "tables_of_folder",
    "tables_of_index",
]

"""The index in one SQLite file."""

from __future__ import annotations

from dsocr_integrations.index.sqlite.index import SqliteIndex

__all__ = ["SqliteIndex"]

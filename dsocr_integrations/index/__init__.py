"""Chunks stored and found again, with the page and box they come from."""

from __future__ import annotations

from pathlib import Path

from dsocr_integrations.index.base import (
    Hit,
    Index,
    IndexedDocument,
    IndexStats,
    SearchFilters,
    SearchMode,
)
from dsocr_integrations.index.embedder import Embedder, LocalEmbedder, load_embedder
from dsocr_integrations.index.sqlite import SqliteIndex

__all__ = [
    "Embedder",
    "Hit",
    "Index",
    "IndexStats",
    "IndexedDocument",
    "LocalEmbedder",
    "SearchFilters",
    "SearchMode",
    "SqliteIndex",
    "load_embedder",
    "open_index",
]


def open_index(
    path: str | Path,
    *,
    embedder: Embedder | None = None,
    create: bool = True,
    allow_mixed_engines: bool = False,
) -> Index:
    """Open the index in a folder, making it if need be.

    Args:
        path: The index folder (or a file ending in `.sqlite`, `.sqlite3` or `.db`), on a
            local disk.
        embedder: Turns texts into vectors; without one, search is lexical and each hit says
            so.
        create: Make the index if it is not there.
        allow_mixed_engines: Take readings of several engines into one index.

    Raises:
        ConfigurationError: If there is no index and `create` is false.
        IndexMismatchError: If the file is no index, or was built with another embedder.
    """
    return SqliteIndex(
        path, embedder=embedder, create=create, allow_mixed_engines=allow_mixed_engines
    )

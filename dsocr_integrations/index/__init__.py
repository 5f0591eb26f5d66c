"""Chunks stored and found again, with the page and box they come from."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from dsocr_integrations.index.base import (
    Hit,
    Hits,
    Index,
    IndexedDocument,
    IndexStats,
    NoHits,
    SearchFilters,
    SearchMode,
)
from dsocr_integrations.index.embedder import (
    LOCAL_EMBEDDER_PACKAGE,
    Embedder,
    LocalEmbedder,
    load_embedder,
)
from dsocr_integrations.index.schema import database_path
from dsocr_integrations.index.sqlite import SqliteIndex
from dsocr_integrations.index.structure_export import to_csv, to_sdf
from dsocr_integrations.index.structure_search import StructureHit, StructureHits

__all__ = [
    "Embedder",
    "Hit",
    "Hits",
    "Index",
    "IndexStats",
    "IndexedDocument",
    "LocalEmbedder",
    "NoHits",
    "SearchFilters",
    "SearchMode",
    "SqliteIndex",
    "StructureHit",
    "StructureHits",
    "load_embedder",
    "open_index",
    "to_csv",
    "to_sdf",
]


def open_index(
    path: str | Path,
    *,
    embedder: Embedder | str | None = None,
    create: bool = True,
    allow_mixed_engines: bool = False,
) -> Index:
    """Open the index in a folder, making it if need be.

    Args:
        path: The index folder (or a file ending in `.sqlite`, `.sqlite3` or `.db`), on a
            local disk.
        embedder: Turns texts into vectors; without one, search is lexical and each hit says
            so. `"local"` and `"none"` are names, `"auto"` is what the index was built with,
            and for a new index the local embedder where its wheel is installed.
        create: Make the index if it is not there.
        allow_mixed_engines: Take readings of several engines into one index.

    Raises:
        ConfigurationError: If there is no index and `create` is false.
        IndexMismatchError: If the file is no index, or was built with another embedder.
    """
    chosen = _built_with(path) if embedder == "auto" else load_embedder(embedder)
    return SqliteIndex(
        path, embedder=chosen, create=create, allow_mixed_engines=allow_mixed_engines
    )


def _built_with(path: str | Path) -> Embedder | None:
    installed = find_spec(LOCAL_EMBEDDER_PACKAGE) is not None
    if not database_path(path).exists():
        return LocalEmbedder() if installed else None
    with SqliteIndex(path, create=False) as index:
        name = index.stats().embedder
    # Another embedder than ours is the caller's to give; without it search stays lexical.
    return LocalEmbedder() if installed and name == LocalEmbedder.name else None

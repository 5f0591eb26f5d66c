"""Chunks stored and found again, with the page and box they come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dsocr_integrations.index.base import (
    Hit,
    Hits,
    Index,
    IndexedDocument,
    IndexStats,
    NoHits,
    SearchMode,
)
from dsocr_integrations.index.embedders import Embedder, LocalEmbedder, load_embedder
from dsocr_integrations.index.embedders.loading import local_embedder_installed
from dsocr_integrations.index.embedders.vector_cache import with_cache
from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.postgres import PostgresIndex, is_address, stored_embedder
from dsocr_integrations.index.rerankers import RerankerLike, load_reranker
from dsocr_integrations.index.reranking import Reranker
from dsocr_integrations.index.sqlite import SqliteIndex
from dsocr_integrations.index.sqlite.schema import database_path
from dsocr_integrations.index.structure_export import to_csv, to_sdf
from dsocr_integrations.index.structure_search import StructureHit, StructureHits

if TYPE_CHECKING:
    from dsocr_integrations.index.embedders.loading import EmbedderLike

__all__ = [
    "Embedder",
    "Hit",
    "Hits",
    "Index",
    "IndexStats",
    "IndexedDocument",
    "LocalEmbedder",
    "NoHits",
    "PostgresIndex",
    "Reranker",
    "RerankerLike",
    "SearchFilters",
    "SearchMode",
    "SqliteIndex",
    "StructureHit",
    "StructureHits",
    "load_embedder",
    "load_reranker",
    "open_index",
    "to_csv",
    "to_sdf",
]


def open_index(
    path: str | Path,
    *,
    embedder: EmbedderLike | None = None,
    create: bool = True,
    allow_mixed_engines: bool = False,
    reranker: RerankerLike | None = None,
    vector_cache: bool | str | Path = True,
) -> Index:
    """Open the index in a folder or a database, making it if need be.

    Args:
        path: The index folder (or a file ending in `.sqlite`, `.sqlite3` or `.db`) on a local
            disk, or `postgresql://user@host/database?schema=name` for PostgreSQL; its password
            may stand in `PGPASSWORD` or `~/.pgpass`. `docs/indexes.md` says which when.
        embedder: Turns texts into vectors; without one, search is lexical and each hit says
            so. Names, URLs and objects as `load_embedder` takes them; `"auto"` is what the
            index was built with, and for a new index the local embedder where its wheel is
            installed.
        create: Make the index if it is not there.
        allow_mixed_engines: Take readings of several engines into one index.
        reranker: Orders the best hits of a search anew; names, URLs and callables as
            `load_reranker` takes them.
        vector_cache: Where vectors are looked up before a text is embedded: the configured
            cache, a folder, or `False` for nowhere.

    Raises:
        ConfigurationError: If there is no index and `create` is false.
        IndexMismatchError: If the file is no index, or was built with another embedder.
        IndexUnavailableError: If the database cannot be reached.
    """
    orders = load_reranker(reranker)
    chosen = _built_with(path) if embedder == "auto" else load_embedder(embedder)
    cached = None if chosen is None else with_cache(chosen, vector_cache)
    if isinstance(path, str) and is_address(path):
        return PostgresIndex(
            path,
            embedder=cached,
            create=create,
            allow_mixed_engines=allow_mixed_engines,
            reranker=orders,
        )
    return SqliteIndex(
        path,
        embedder=cached,
        create=create,
        allow_mixed_engines=allow_mixed_engines,
        reranker=orders,
    )


def _built_with(path: str | Path) -> Embedder | None:
    if not local_embedder_installed():
        return None
    name = _stored_embedder(path)
    # Another embedder than ours is the caller's to give; without it search stays lexical.
    return LocalEmbedder() if name in {"", LocalEmbedder.name} else None


def _stored_embedder(path: str | Path) -> str | None:
    """Name of an index's embedder; empty for an index that is still to be made."""
    if isinstance(path, str) and is_address(path):
        return stored_embedder(path)
    if not database_path(path).exists():
        return ""
    with SqliteIndex(path, create=False) as index:
        return index.stats().embedder

"""What the SQLite index holds, read without a query."""

from __future__ import annotations

import sqlite3

from dsocr_integrations.index.base import IndexedDocument, IndexStats, SearchMode
from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.sqlite import schema
from dsocr_integrations.index.sqlite.filtering import conditions
from dsocr_integrations.records.chunks import Chunk

COMFORTABLE_VECTORS = 300_000
"""Up to so many, comparing all vectors with a query takes about a tenth of a second."""


def chunk(connection: sqlite3.Connection, chunk_id: str) -> Chunk | None:
    """One chunk by id."""
    this, named = schema.with_id("chunk_id", chunk_id)
    row = connection.execute(f"SELECT record FROM chunks WHERE {this}", named).fetchone()  # noqa: S608 - conditions are ours, values are bound
    return None if row is None else Chunk.model_validate_json(row[0])


def chunks_of(connection: sqlite3.Connection, doc_id: str, filters: SearchFilters) -> list[Chunk]:
    """The chunks of a document that satisfy filters, in reading order."""
    this, named = schema.with_id("doc_id", doc_id)
    where, values = conditions(filters)
    rows = connection.execute(
        "SELECT record FROM chunks WHERE document = (SELECT id FROM documents"  # noqa: S608 - conditions are ours, values are bound
        f" WHERE {this}) {where} ORDER BY position",
        (*named, *values),
    )
    return [Chunk.model_validate_json(record) for (record,) in rows]


def neighbours(
    connection: sqlite3.Connection, chunk_id: str, before: int, after: int
) -> list[Chunk]:
    """A chunk between those around it in its document, in reading order."""
    this, named = schema.with_id("one.chunk_id", chunk_id)
    rows = connection.execute(
        "SELECT other.record FROM chunks one JOIN chunks other USING (document)"  # noqa: S608 - conditions are ours, values are bound
        f" WHERE {this}"
        " AND other.position BETWEEN one.position - ? AND one.position + ?"
        " ORDER BY other.position",
        (*named, before, after),
    )
    return [Chunk.model_validate_json(record) for (record,) in rows]


def documents(connection: sqlite3.Connection) -> list[IndexedDocument]:
    """The documents, ordered by source."""
    rows = connection.execute(
        "SELECT d.doc_id, d.source, d.revision, d.engine, d.fingerprint, count(c.id)"
        " FROM documents d LEFT JOIN chunks c ON c.document = d.id"
        " GROUP BY d.id ORDER BY d.source, d.doc_id"
    )
    return [IndexedDocument(*row) for row in rows]


def stats(
    connection: sqlite3.Connection, mode: SearchMode, mapped: int, unmapped: str | None
) -> IndexStats:
    """Counts of what is stored.

    Args:
        connection: The open index.
        mode: How it is searched.
        mapped: Vectors of the file beside it.
        unmapped: Why they are not mapped, where they should be.
    """
    notices = filter(None, (outgrown(connection), unmapped))
    built = schema.embedder_of(connection)
    return IndexStats(
        documents=count(connection, "documents"),
        chunks=count(connection, "chunks"),
        vectors=count(connection, "vectors"),
        kinds=_groups(connection, "chunks", "kind"),
        engines=_groups(connection, "documents", "engine"),
        embedder=None if built is None else built.name,
        dimension=None if built is None else built.dimension,
        mode=mode,
        mapped=mapped,
        notice=" ".join(notices) or None,
    )


def outgrown(connection: sqlite3.Connection) -> str | None:
    """What to say of an index that has more vectors than this backend is meant for."""
    vectors = count(connection, "vectors")
    if vectors <= COMFORTABLE_VECTORS:
        return None
    return (
        f"The index holds {vectors} vectors, and each process that searches it compares them all"
        f" with each query. Above {COMFORTABLE_VECTORS}, PostgreSQL serves better: docs/indexes.md."
    )


def count(connection: sqlite3.Connection, table: str) -> int:
    """Rows of a table."""
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - table names are ours


def _groups(connection: sqlite3.Connection, table: str, column: str) -> dict[str, int]:
    rows = connection.execute(
        f"SELECT {column}, count(*) FROM {table} GROUP BY 1 ORDER BY 1"  # noqa: S608 - names are ours
    )
    return {str(name): int(total) for name, total in rows}

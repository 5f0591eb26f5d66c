"""What the PostgreSQL index holds, read without a query."""

from __future__ import annotations

from dsocr_integrations.index.base import IndexedDocument, IndexStats, SearchMode
from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.postgres import schema
from dsocr_integrations.index.postgres.connection import Link
from dsocr_integrations.index.postgres.filtering import conditions, storable
from dsocr_integrations.records.chunks import Chunk


def chunk(link: Link, chunk_id: str) -> Chunk | None:
    """One chunk by id."""
    record = link.value(
        "SELECT record::text FROM chunks WHERE chunk_id = %s", (storable(chunk_id),)
    )
    return None if record is None else Chunk.model_validate_json(record)


def chunks_of(link: Link, doc_id: str, filters: SearchFilters) -> list[Chunk]:
    """The chunks of a document that satisfy filters, in reading order."""
    where, values = conditions(filters)
    rows = link.run(
        f"SELECT record::text FROM chunks WHERE chunks.doc_id = %s {where} ORDER BY position",  # noqa: S608 - conditions are ours, values are bound
        (doc_id, *values),
    )
    return [Chunk.model_validate_json(record) for (record,) in rows]


def neighbours(link: Link, chunk_id: str, before: int, after: int) -> list[Chunk]:
    """A chunk between those around it in its document, in reading order."""
    rows = link.run(
        "SELECT other.record::text FROM chunks one JOIN chunks other USING (doc_id)"
        " WHERE one.chunk_id = %s"
        " AND other.position BETWEEN one.position - %s AND one.position + %s"
        " ORDER BY other.position",
        (storable(chunk_id), before, after),
    )
    return [Chunk.model_validate_json(record) for (record,) in rows]


def documents(link: Link) -> list[IndexedDocument]:
    """The documents, ordered by source."""
    rows = link.run(
        "SELECT d.doc_id, d.source, d.revision, d.engine, d.fingerprint, count(c.id)"
        " FROM documents d LEFT JOIN chunks c USING (doc_id)"
        ' GROUP BY d.doc_id ORDER BY d.source COLLATE "C", d.doc_id COLLATE "C"'
    )
    return [IndexedDocument(*row) for row in rows]


def stats(link: Link, mode: SearchMode) -> IndexStats:
    """Counts of what is stored."""
    built = schema.embedder_of(link)
    return IndexStats(
        documents=count(link, "documents"),
        chunks=count(link, "chunks"),
        vectors=count(link, "vectors"),
        kinds=_groups(link, "chunks", "kind"),
        engines=_groups(link, "documents", "engine"),
        embedder=None if built is None else built.name,
        dimension=None if built is None else built.dimension,
        mode=mode,
    )


def count(link: Link, table: str) -> int:
    """Rows of a table."""
    return int(link.value(f"SELECT count(*) FROM {table}"))  # noqa: S608 - table names are ours


def _groups(link: Link, table: str, column: str) -> dict[str, int]:
    rows = link.run(
        f"SELECT {column}, count(*) FROM {table} GROUP BY 1 ORDER BY 1"  # noqa: S608 - names are ours
    )
    return {str(name): int(total) for name, total in rows}

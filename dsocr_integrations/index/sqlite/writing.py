"""How chunks are written to the SQLite index: rows, terms, vectors and fingerprints together.

Everything here runs inside the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence

from dsocr_integrations.index.rules import context_of, same_but_revision
from dsocr_integrations.index.structures import fingerprints_of
from dsocr_integrations.index.terms import terms
from dsocr_integrations.index.text_vectors import StoredVector
from dsocr_integrations.records.chunks import Chunk


class SqliteVectors:
    """The vectors of an open database, as `text_vectors.VectorStore` asks for them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def hashes_of(self, chunk_ids: Sequence[str]) -> dict[str, str]:
        """Text hashes of the chunks that have a vector, by chunk id."""
        found = (
            self._connection.execute(
                "SELECT chunk_id, text_hash FROM vectors JOIN chunks USING (id) WHERE chunk_id = ?",
                (chunk_id,),
            ).fetchone()
            for chunk_id in chunk_ids
        )
        return dict(row for row in found if row is not None)

    def vectors_by_hash(self, hashes: Collection[str]) -> dict[str, bytes]:
        """Stored vectors by the hash of their text, under whichever chunk."""
        found = (
            self._connection.execute(
                "SELECT text_hash, vector FROM vectors WHERE text_hash = ? LIMIT 1", (digest,)
            ).fetchone()
            for digest in hashes
        )
        return dict(row for row in found if row is not None)


def drop_chunks(connection: sqlite3.Connection, document_id: str, *, keep: set[str]) -> int:
    """Remove a document's chunks but those to keep; returns how many went."""
    stored = connection.execute(
        "SELECT id, chunk_id FROM chunks WHERE doc_id = ?", (document_id,)
    ).fetchall()
    gone = [(row,) for row, chunk_id in stored if chunk_id not in keep]
    connection.executemany("DELETE FROM fulltext WHERE rowid = ?", gone)
    connection.executemany("DELETE FROM chunks WHERE id = ?", gone)
    return len(gone)


def drop_document(connection: sqlite3.Connection, document_id: str) -> int:
    """Remove a document with its chunks; returns how many those were."""
    dropped = drop_chunks(connection, document_id, keep=set())
    connection.execute("DELETE FROM documents WHERE doc_id = ?", (document_id,))
    return dropped


def write_chunk(
    connection: sqlite3.Connection, position: int, chunk: Chunk, vector: StoredVector | None
) -> int:
    """Write one chunk; returns 1 if anything but its document's revision changed, else 0."""
    run = connection.execute
    record = chunk.model_dump_json()
    before = run(
        "SELECT id, position, record FROM chunks WHERE chunk_id = ?", (chunk.chunk_id,)
    ).fetchone()
    changed = before is None or before[1:] != (position, record)
    if (
        changed
        and before is not None
        and before[1] == position
        and same_but_revision(before[2], chunk)
    ):
        # The commonest change by far: another page of the document is different.
        run("UPDATE chunks SET record = ? WHERE id = ?", (record, before[0]))
        changed = False
    if changed:
        row = run(
            "INSERT INTO chunks (chunk_id, doc_id, position, source, kind, engine, trusted,"
            " smiles, inchikey, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (chunk_id) DO UPDATE SET position = excluded.position,"
            " source = excluded.source, kind = excluded.kind, engine = excluded.engine,"
            " trusted = excluded.trusted, smiles = excluded.smiles,"
            " inchikey = excluded.inchikey, record = excluded.record RETURNING id",
            (
                chunk.chunk_id,
                chunk.doc_id,
                position,
                chunk.source,
                chunk.kind,
                chunk.engine,
                chunk.trusted,
                chunk.smiles,
                chunk.inchikey,
                record,
            ),
        ).fetchone()[0]
        write_terms(connection, row, chunk)
        write_molecule(connection, row, chunk)
    else:
        row = before[0]
    if vector is not None:
        run("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", (row, *vector))
    return int(changed or vector is not None)


def write_terms(connection: sqlite3.Connection, row: int, chunk: Chunk) -> None:
    """Write a chunk's search terms and pages anew."""
    run = connection.execute
    run("DELETE FROM fulltext WHERE rowid = ?", (row,))
    run(
        "INSERT INTO fulltext (rowid, context, body) VALUES (?, ?, ?)",
        (row, " ".join(terms(context_of(chunk))), " ".join(terms(chunk.text))),
    )
    run("DELETE FROM chunk_pages WHERE id = ?", (row,))
    pages = sorted({span.page for span in chunk.spans})
    connection.executemany("INSERT INTO chunk_pages VALUES (?, ?)", [(row, page) for page in pages])


def write_molecule(connection: sqlite3.Connection, row: int, chunk: Chunk) -> bool:
    """Write a molecule's fingerprints anew; returns whether there are any.

    Without RDKit there are none, and `repair` adds them later.
    """
    connection.execute("DELETE FROM molecules WHERE id = ?", (row,))
    prints = fingerprints_of(chunk.smiles) if chunk.smiles else None
    if prints is None:
        return False
    connection.execute(
        "INSERT INTO molecules VALUES (?, ?, ?, ?)",
        (row, prints.smiles, prints.morgan, prints.pattern),
    )
    return True

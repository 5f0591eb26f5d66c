"""How chunks are written to the SQLite index: rows, terms, vectors and fingerprints together.

Everything here runs inside the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dsocr_integrations.index.rules import context_of, same_but_revision
from dsocr_integrations.index.sqlite.schema import with_id
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
                f"SELECT chunk_id, text_hash FROM vectors JOIN chunks USING (id) WHERE {this}",  # noqa: S608 - conditions are ours, values are bound
                named,
            ).fetchone()
            for this, named in (with_id("chunk_id", chunk_id) for chunk_id in chunk_ids)
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


def drop_document(connection: sqlite3.Connection, document_id: str) -> int:
    """Remove a document with its chunks; returns how many those were."""
    stored = _row(connection, "documents", ["id"], *with_id("doc_id", document_id))
    if stored is None:
        return 0
    rows = list(_rows_of(connection, stored["id"]).values())
    _drop_rows(connection, rows)
    connection.execute("DELETE FROM documents WHERE id = ?", (stored["id"],))
    return len(rows)


def write_document(
    connection: sqlite3.Connection, document_id: str, noted: Mapping[str, object]
) -> int:
    """Note a document; returns its row.

    Args:
        connection: The open index.
        document_id: The document's id.
        noted: Its `source`, `revision`, `engine` and `fingerprint`; with an empty source it keeps
            the one it had.
    """
    before = _row(connection, "documents", ["id", *noted], *with_id("doc_id", document_id))
    if before is None:
        return _insert(connection, "documents", {"doc_id": document_id, **noted})
    _update(
        connection, "documents", before, {**noted, "source": noted["source"] or before["source"]}
    )
    return int(before["id"])


def replace_chunks(
    connection: sqlite3.Connection,
    document: int,
    fresh: Sequence[Chunk],
    vectors: Mapping[str, StoredVector],
) -> int:
    """Put chunks in place of those that a document has.

    Args:
        connection: The open index.
        document: The document's row.
        fresh: All its chunks, in order.
        vectors: Vectors that are still to be written, by chunk id.

    Returns:
        How many differ in anything but their document's revision from what was stored.
    """
    stored = _rows_of(connection, document)
    kept = {chunk.chunk_id for chunk in fresh}
    # A new chunk takes the row of one that is gone. What is kept by row then stays where it is,
    # where a new row would write the old row's and its own page of every tree.
    free = iter([row for chunk_id, row in stored.items() if chunk_id not in kept])
    written = 0
    for position, chunk in enumerate(fresh):
        row = stored[chunk.chunk_id] if chunk.chunk_id in stored else next(free, None)
        now = {"document": document, "position": position, **_columns(chunk)}
        written += _write_chunk(connection, row, now, chunk, vectors.get(chunk.chunk_id))
    _drop_rows(connection, list(free))
    return written


def _write_chunk(
    connection: sqlite3.Connection,
    row: int | None,
    now: Mapping[str, object],
    chunk: Chunk,
    vector: StoredVector | None,
) -> int:
    """Write one chunk; returns 1 if anything but its document's revision changed, else 0."""
    run = connection.execute
    before = None if row is None else _row(connection, "chunks", ["id", *now], "id = ?", (row,))
    if row is None or before is None:
        row, changed = _insert(connection, "chunks", now), True
    else:
        # The commonest change by far: another page of the document is different.
        differing = {name for name, value in now.items() if value != before[name]}
        changed = bool(differing) and not (
            differing == {"record"} and same_but_revision(before["record"], chunk)
        )
        if changed:
            # FTS5 takes the terms to be removed from the row, so before it is written.
            run("DELETE FROM fulltext WHERE rowid = ?", (row,))
        _update(connection, "chunks", before, now)
        if vector is None and before["chunk_id"] != chunk.chunk_id:
            run("DELETE FROM vectors WHERE id = ?", (row,))
    if changed:
        run(
            "INSERT INTO fulltext (rowid, context, body) VALUES (?, ?, ?)",
            (row, now["context"], now["body"]),
        )
        _write_pages(connection, row, {span.page for span in chunk.spans})
        write_molecule(connection, row, chunk)
    if vector is not None:
        run("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", (row, *vector))
    return int(changed or vector is not None)


def _columns(chunk: Chunk) -> dict[str, object]:
    """What a chunk's row holds of the chunk itself."""
    return {
        "chunk_id": chunk.chunk_id,
        "source": chunk.source,
        "kind": chunk.kind,
        "engine": chunk.engine,
        "trusted": chunk.trusted,
        "smiles": chunk.smiles,
        "inchikey": chunk.inchikey,
        "record": chunk.model_dump_json(),
        "context": " ".join(terms(context_of(chunk))),
        "body": " ".join(terms(chunk.text)),
    }


def _write_pages(connection: sqlite3.Connection, row: int, pages: set[int]) -> None:
    run = connection.execute
    if pages != {page for (page,) in run("SELECT page FROM chunk_pages WHERE id = ?", (row,))}:
        run("DELETE FROM chunk_pages WHERE id = ?", (row,))
        connection.executemany(
            "INSERT INTO chunk_pages VALUES (?, ?)", [(row, page) for page in sorted(pages)]
        )


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


def _rows_of(connection: sqlite3.Connection, document: int) -> dict[str, int]:
    """Rows of a document's chunks by chunk id, in reading order."""
    return dict(
        connection.execute(
            "SELECT chunk_id, id FROM chunks WHERE document = ? ORDER BY position", (document,)
        )
    )


def _drop_rows(connection: sqlite3.Connection, rows: Sequence[int]) -> None:
    gone = [(row,) for row in rows]
    connection.executemany("DELETE FROM fulltext WHERE rowid = ?", gone)
    connection.executemany("DELETE FROM chunks WHERE id = ?", gone)


def _row(
    connection: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    where: str,
    values: Sequence[object],
) -> dict[str, Any] | None:
    found = connection.execute(
        f"SELECT {', '.join(columns)} FROM {table} WHERE {where}",  # noqa: S608 - names are ours
        values,
    ).fetchone()
    return None if found is None else dict(zip(columns, found, strict=True))


def _insert(connection: sqlite3.Connection, table: str, values: Mapping[str, object]) -> int:
    """Insert a row; returns its number."""
    places = ", ".join("?" * len(values))
    made = connection.execute(
        f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})",  # noqa: S608 - names are ours
        tuple(values.values()),
    )
    return int(made.lastrowid or 0)


def _update(
    connection: sqlite3.Connection,
    table: str,
    before: Mapping[str, object],
    now: Mapping[str, object],
) -> None:
    """Set the columns that differ: SQLite writes the index of each that is set, equal or not."""
    differing = {column: new for column, new in now.items() if new != before[column]}
    if differing:
        assigned = ", ".join(f"{column} = ?" for column in differing)
        connection.execute(
            f"UPDATE {table} SET {assigned} WHERE id = ?",  # noqa: S608 - names are ours
            (*differing.values(), before["id"]),
        )

"""Checking a SQLite index, mending it, and wiping what was deleted from its file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from dsocr_integrations.errors import IndexUnavailableError
from dsocr_integrations.index.embedders.base import EmbedderFacts
from dsocr_integrations.index.read_only import is_refused_writing
from dsocr_integrations.index.sqlite import schema
from dsocr_integrations.index.sqlite.writing import write_molecule
from dsocr_integrations.index.text_vectors import BATCH, embedded, text_hash
from dsocr_integrations.molecules import rdkit_installed
from dsocr_integrations.records.chunks import Chunk

if TYPE_CHECKING:
    from dsocr_integrations.index.embedders import Embedder

_NO_VECTOR = "id NOT IN (SELECT id FROM vectors)"
_NO_MOLECULE = "inchikey IS NOT NULL AND id NOT IN (SELECT id FROM molecules)"
_NO_DOCUMENT = "document NOT IN (SELECT id FROM documents)"


def problems(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Check that file, full text, vectors and fingerprints agree; a sentence a problem."""
    run = connection.execute
    found = [
        f"The database is damaged: {row[0]}."
        for row in run("PRAGMA integrity_check(5)")
        if row[0] != "ok"
    ]
    if not _fulltext_is_sound(connection):
        found.append("The full text does not agree with the chunks.")
    checks = {
        "vectors have no chunk": "vectors WHERE id NOT IN (SELECT id FROM chunks)",
        "fingerprints have no chunk": "molecules WHERE id NOT IN (SELECT id FROM chunks)",
        "chunks have no document": f"chunks WHERE {_NO_DOCUMENT}",
    }
    if schema.meta(connection, "embedder_name") is not None:
        checks["chunks have no vector"] = f"chunks WHERE {_NO_VECTOR}"
    if rdkit_installed():
        checks["molecules have no fingerprint"] = f"chunks WHERE {_NO_MOLECULE}"
    for problem, rows in checks.items():
        count = run(f"SELECT count(*) FROM {rows}").fetchone()[0]  # noqa: S608 - tables and conditions are ours
        if count:
            found.append(f"{count} {problem}.")
    return tuple(found)


def mend(connection: sqlite3.Connection, embedder: Embedder | None) -> tuple[str, ...]:
    """Mend what `problems` names, from the chunks' own records; a sentence for each thing done.

    Runs inside the caller's transaction. A damaged file, and missing vectors without an
    embedder, are left as they are.

    Args:
        connection: The open index.
        embedder: The index's embedder, if it was opened with one.
    """
    run = connection.execute
    done: list[str] = []

    def note(count: int, what: str) -> None:
        if count:
            done.append(f"{count} {what}.")

    if not _fulltext_is_sound(connection):
        run("INSERT INTO fulltext (fulltext) VALUES ('rebuild')")
        done.append("The full text was made anew from the chunks.")
    for table, name in (("vectors", "vectors"), ("molecules", "fingerprints")):
        note(
            run(f"DELETE FROM {table} WHERE id NOT IN (SELECT id FROM chunks)").rowcount,  # noqa: S608 - tables are ours
            f"{name} without a chunk were removed",
        )
    note(_documents_of_orphans(connection), "documents were noted again from their chunks")
    drawn = sum(
        write_molecule(connection, row, chunk) for row, chunk in _chunks(connection, _NO_MOLECULE)
    )
    note(drawn, "molecules were given their fingerprints")
    if embedder is not None:
        note(embed_missing(connection, embedder), "chunks were given their vectors")
    if done:
        schema.renew_vectors_stamp(connection)
    return tuple(done)


def embed_missing(connection: sqlite3.Connection, embedder: Embedder) -> int:
    """Embed the chunks that have no vector; returns their number."""
    rows = [row for (row,) in connection.execute(f"SELECT id FROM chunks WHERE {_NO_VECTOR}")]  # noqa: S608 - conditions are ours
    for start in range(0, len(rows), BATCH):
        chunks = [(row, _chunk(connection, row)) for row in rows[start : start + BATCH]]
        texts = {text_hash(chunk): chunk.embedding_text for _, chunk in chunks}
        vectors = embedded(embedder, texts)
        connection.executemany(
            "INSERT INTO vectors VALUES (?, ?, ?)",
            [(row, text_hash(chunk), vectors[text_hash(chunk)]) for row, chunk in chunks],
        )
    return len(rows)


def embed_anew(
    connection: sqlite3.Connection,
    embedder: Embedder | None,
    transaction: Callable[[], AbstractContextManager[None]],
) -> None:
    """Put vectors of another embedder in place of all that are stored; `None` removes them.

    Args:
        connection: The open index.
        embedder: The new embedder; it works outside any transaction.
        transaction: Opens the one in which the vectors are exchanged.
    """
    if embedder is None:
        with transaction():
            schema.forget_embedder(connection)
        return
    known: dict[str, bytes] = {}
    complete = False
    while not complete:
        _embed_texts(connection, embedder, known)
        with transaction():
            # Another process may have written meanwhile: its texts come with the next round.
            complete = _put_vectors(connection, known)
            if complete:
                schema.remember_embedder(connection, EmbedderFacts.of(embedder))


def _embed_texts(
    connection: sqlite3.Connection, embedder: Embedder, known: dict[str, bytes]
) -> None:
    """Embed every text of the index that `known` does not hold yet, by text hash."""
    texts: dict[str, str] = {}
    for _, chunk in _chunks(connection, "1"):
        digest = text_hash(chunk)
        if digest not in known:
            texts[digest] = chunk.embedding_text
        if len(texts) == BATCH:
            known.update(embedded(embedder, texts))
            texts.clear()
    known.update(embedded(embedder, texts))


def _put_vectors(connection: sqlite3.Connection, known: dict[str, bytes]) -> bool:
    """Exchange all vectors; false, and nothing done, if some chunk has none among them."""
    rows = []
    for row, chunk in _chunks(connection, "1"):
        digest = text_hash(chunk)
        if digest not in known:
            return False
        rows.append((row, digest, known[digest]))
    connection.execute("DELETE FROM vectors")
    schema.renew_vectors_stamp(connection)
    connection.executemany("INSERT INTO vectors VALUES (?, ?, ?)", rows)
    return True


def wipe(connection: sqlite3.Connection) -> None:
    """Rewrite the file, so that nothing deleted can be read from it or its journal.

    Raises:
        IndexUnavailableError: If another process reads an older state all the time.
    """
    connection.execute("INSERT INTO fulltext (fulltext) VALUES ('optimize')")
    connection.execute("VACUUM")
    in_use = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if in_use:
        raise IndexUnavailableError(
            "What was deleted is still in the index's journal, because another process reads it.",
            remedy="Forget the document again once that process has ended.",
        )


def _fulltext_is_sound(connection: sqlite3.Connection) -> bool:
    try:
        # With a rank of 1 it is compared with the chunks, too.
        connection.execute("INSERT INTO fulltext (fulltext, rank) VALUES ('integrity-check', 1)")
    except sqlite3.OperationalError as error:
        if not is_refused_writing(error):
            return False
        raise IndexUnavailableError(
            "The index cannot be checked where it may not be written: SQLite compares the full"
            " text by a statement that writes.",
            remedy="Copy it to where it may be written, and check it there.",
        ) from error
    except sqlite3.DatabaseError:
        return False
    return True


def _documents_of_orphans(connection: sqlite3.Connection) -> int:
    orphans = connection.execute(f"SELECT document, record FROM chunks WHERE {_NO_DOCUMENT}")  # noqa: S608 - conditions are ours
    noted = {row: Chunk.model_validate_json(record) for row, record in orphans}
    connection.executemany(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)",
        [
            (row, chunk.doc_id, chunk.source, chunk.revision, chunk.engine, chunk.fingerprint)
            for row, chunk in noted.items()
        ],
    )
    return len(noted)


def _chunks(connection: sqlite3.Connection, condition: str) -> list[tuple[int, Chunk]]:
    rows = connection.execute(f"SELECT id, record FROM chunks WHERE {condition} ORDER BY id")  # noqa: S608 - conditions are ours
    return [(row, Chunk.model_validate_json(record)) for row, record in rows]


def _chunk(connection: sqlite3.Connection, row: int) -> Chunk:
    record = connection.execute("SELECT record FROM chunks WHERE id = ?", (row,)).fetchone()[0]
    return Chunk.model_validate_json(record)

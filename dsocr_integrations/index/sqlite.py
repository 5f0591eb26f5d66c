"""The index on one SQLite file: full text by FTS5, vectors as float32 blobs, exact scan.

Several processes of one host may read and write it at once: the journal is a write-ahead log
and each document is replaced in one immediate transaction.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from dsocr_integrations.documents import Chunk
from dsocr_integrations.errors import ConfigurationError, IndexMismatchError
from dsocr_integrations.index import schema
from dsocr_integrations.index.base import (
    Hit,
    IndexedDocument,
    IndexStats,
    SearchFilters,
    SearchMode,
)
from dsocr_integrations.index.embedder import Embedder
from dsocr_integrations.index.lookup import Lookup
from dsocr_integrations.index.terms import terms


class SqliteIndex:
    """An index in one SQLite file; safe to share between threads.

    Args:
        path: The index folder, or a file ending in `.sqlite`, `.sqlite3` or `.db`.
        embedder: Turns texts into vectors; without one, search is lexical.
        create: Make the index if it is not there.
        allow_mixed_engines: Take readings of several engines, or of one engine with several
            fingerprints, into one index.

    Raises:
        ConfigurationError: If there is no index and `create` is false.
        IndexMismatchError: If the file is no index, or was built with another embedder.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        embedder: Embedder | None = None,
        create: bool = True,
        allow_mixed_engines: bool = False,
    ) -> None:
        self.path = schema.database_path(path)
        self._embedder = embedder
        self._allow_mixed_engines = allow_mixed_engines
        self._lock = threading.RLock()
        self._connection = schema.connect(path, create=create)
        try:
            self._remember_embedder()
        except BaseException:
            self._connection.close()
            raise
        self._lookup = Lookup(self._connection, embedder)

    @property
    def mode(self) -> SearchMode:
        """`hybrid` with an embedder, else `lexical`."""
        return self._lookup.mode

    def upsert_document(
        self,
        document_id: str,
        chunks: Iterable[Chunk],
        *,
        revision: str,
        engine: str,
        fingerprint: str,
    ) -> int:
        """Put a document's chunks in place of what is stored for it, all or nothing.

        Args:
            document_id: The document's id.
            chunks: All its chunks, in order.
            revision: SHA-256 of the bytes that were read.
            engine: Engine that read it.
            fingerprint: The engine's fingerprint.

        Returns:
            The number of chunks written; unchanged ones are left alone and not counted.

        Raises:
            ConfigurationError: If a chunk belongs to another document.
            IndexMismatchError: If the index holds readings of another engine, or vectors of
                an embedder that was not given.
        """
        fresh = list({chunk.chunk_id: chunk for chunk in chunks}.values())
        if any(chunk.doc_id != document_id for chunk in fresh):
            raise ConfigurationError(
                f"Some chunks belong to another document than {document_id}.",
                remedy="Put each document into the index by its own id.",
            )
        with self._lock:
            self._refuse_other_engine(document_id, engine, fingerprint)
            # Embedding takes long: it is done before the write lock is taken.
            vectors = self._embed(fresh)
            with self._transaction():
                # Again inside the transaction: another process may have written meanwhile.
                self._refuse_other_engine(document_id, engine, fingerprint)
                source = fresh[0].source if fresh else ""
                self._connection.execute(
                    "INSERT INTO documents VALUES (?, ?, ?, ?, ?) ON CONFLICT (doc_id) DO UPDATE"
                    " SET source = excluded.source, revision = excluded.revision,"
                    " engine = excluded.engine, fingerprint = excluded.fingerprint",
                    (document_id, source, revision, engine, fingerprint),
                )
                self._drop_chunks(document_id, keep={chunk.chunk_id for chunk in fresh})
                return sum(
                    self._write_chunk(position, chunk, vectors.get(chunk.chunk_id))
                    for position, chunk in enumerate(fresh)
                )

    def delete_document(self, document_id: str) -> int:
        """Remove a document; returns the number of chunks removed."""
        with self._lock, self._transaction():
            dropped = self._drop_chunks(document_id, keep=set())
            self._connection.execute("DELETE FROM documents WHERE doc_id = ?", (document_id,))
            return dropped

    def search(self, query: str, k: int = 5, filters: SearchFilters | None = None) -> list[Hit]:
        """Find the `k` best chunks.

        Args:
            query: Plain text; quotes and operators in it have no meaning.
            k: How many hits at most.
            filters: What a hit must satisfy.

        Returns:
            Hits, best first; each says whether the search was lexical or hybrid.
        """
        with self._lock:
            return self._lookup.search(query, k, filters or SearchFilters())

    def get(self, chunk_id: str) -> Chunk | None:
        """Return one chunk by id."""
        with self._lock:
            row = self._connection.execute(
                "SELECT record FROM chunks WHERE chunk_id = ?", (chunk_id,)
            ).fetchone()
        return None if row is None else Chunk.model_validate_json(row[0])

    def documents(self) -> list[IndexedDocument]:
        """List the documents, ordered by source."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT d.doc_id, d.source, d.revision, d.engine, d.fingerprint, count(c.id)"
                " FROM documents d LEFT JOIN chunks c USING (doc_id)"
                " GROUP BY d.doc_id ORDER BY d.source, d.doc_id"
            ).fetchall()
        return [IndexedDocument(*row) for row in rows]

    def stats(self) -> IndexStats:
        """Count what is stored."""
        with self._lock:
            dimension = schema.meta(self._connection, "embedder_dimension")
            return IndexStats(
                documents=self._count("documents"),
                chunks=self._count("chunks"),
                vectors=self._count("vectors"),
                kinds=self._groups("chunks", "kind"),
                engines=self._groups("documents", "engine"),
                embedder=schema.meta(self._connection, "embedder_name"),
                dimension=None if dimension is None else int(dimension),
                mode=self.mode,
            )

    def verify(self) -> tuple[str, ...]:
        """Check that file, full text and vectors agree; one sentence for each problem."""
        with self._lock:
            run = self._connection.execute
            problems = [
                f"The database is damaged: {row[0]}."
                for row in run("PRAGMA integrity_check(5)")
                if row[0] != "ok"
            ]
            try:
                run("INSERT INTO fulltext (fulltext) VALUES ('integrity-check')")
            except sqlite3.DatabaseError:
                problems.append("The full-text tables do not agree with their content.")
            checks = {
                "chunks are missing from the full text": "SELECT count(*) FROM chunks"
                " WHERE id NOT IN (SELECT rowid FROM fulltext)",
                "full-text rows have no chunk": "SELECT count(*) FROM fulltext"
                " WHERE rowid NOT IN (SELECT id FROM chunks)",
                "vectors have no chunk": "SELECT count(*) FROM vectors"
                " WHERE id NOT IN (SELECT id FROM chunks)",
                "chunks have no document": "SELECT count(*) FROM chunks"
                " WHERE doc_id NOT IN (SELECT doc_id FROM documents)",
            }
            if schema.meta(self._connection, "embedder_name") is not None:
                checks["chunks have no vector"] = (
                    "SELECT count(*) FROM chunks WHERE id NOT IN (SELECT id FROM vectors)"
                )
            for problem, question in checks.items():
                count = run(question).fetchone()[0]
                if count:
                    problems.append(f"{count} {problem}.")
        return tuple(problems)

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """One immediate transaction; counts up the generation that cached vectors go by."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute(
                "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'"
            )
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def _remember_embedder(self) -> None:
        name = schema.meta(self._connection, "embedder_name")
        dimension = schema.meta(self._connection, "embedder_dimension")
        if self._embedder is None:
            return
        asked = (self._embedder.name, str(self._embedder.dimension))
        if name is None and self._count("chunks") == 0:
            with self._transaction():
                schema.set_meta(self._connection, "embedder_name", asked[0])
                schema.set_meta(self._connection, "embedder_dimension", asked[1])
        elif (name, dimension) != asked:
            built = f"with {name} ({dimension} values)" if name else "without an embedder"
            raise IndexMismatchError(
                f"The index at {self.path} was built {built}, not with {asked[0]}"
                f" ({asked[1]} values).",
                remedy="Open it with that embedder, or ingest into a new folder.",
            )

    def _refuse_other_engine(self, document_id: str, engine: str, fingerprint: str) -> None:
        name = schema.meta(self._connection, "embedder_name")
        if self._embedder is None and name is not None:
            raise IndexMismatchError(
                f"The index at {self.path} holds vectors of {name}.",
                remedy="Open it with that embedder to add documents, or use a new folder.",
            )
        if self._allow_mixed_engines:
            return
        other = self._connection.execute(
            "SELECT engine, fingerprint FROM documents"
            " WHERE doc_id != ? AND (engine, fingerprint) != (?, ?) LIMIT 1",
            (document_id, engine, fingerprint),
        ).fetchone()
        if other is not None:
            raise IndexMismatchError(
                f"The index at {self.path} holds readings of {other[0]} ({other[1]}),"
                f" these are of {engine} ({fingerprint}).",
                remedy="Ingest into a new folder, or allow mixed engines.",
            )

    def _embed(self, chunks: Sequence[Chunk]) -> dict[str, tuple[str, bytes]]:
        """Vectors of the chunks whose text is new: chunk id to (text hash, float32 bytes)."""
        if self._embedder is None:
            return {}
        hashes = {
            chunk.chunk_id: hashlib.sha256(chunk.embedding_text.encode()).hexdigest()
            for chunk in chunks
        }
        known: set[tuple[str, str]] = set()
        for chunk in chunks:
            row = self._connection.execute(
                "SELECT text_hash FROM vectors JOIN chunks USING (id) WHERE chunk_id = ?",
                (chunk.chunk_id,),
            ).fetchone()
            if row is not None:
                known.add((chunk.chunk_id, str(row[0])))
        new = [c for c in chunks if (c.chunk_id, hashes[c.chunk_id]) not in known]
        if not new:
            return {}
        import numpy as np

        from dsocr_integrations.index.vectors import normalised

        vectors = self._embedder.embed_documents([chunk.embedding_text for chunk in new])
        if vectors.shape != (len(new), self._embedder.dimension):
            raise IndexMismatchError(
                f"{self._embedder.name} gave vectors of shape {vectors.shape}.",
                remedy=f"It must give {self._embedder.dimension} values for each text.",
            )
        blobs = normalised(np.asarray(vectors, dtype=np.float32)).astype("<f4")
        return {
            chunk.chunk_id: (hashes[chunk.chunk_id], blob.tobytes())
            for chunk, blob in zip(new, blobs, strict=True)
        }

    def _drop_chunks(self, document_id: str, *, keep: set[str]) -> int:
        stored = self._connection.execute(
            "SELECT id, chunk_id FROM chunks WHERE doc_id = ?", (document_id,)
        ).fetchall()
        gone = [(row,) for row, chunk_id in stored if chunk_id not in keep]
        self._connection.executemany("DELETE FROM fulltext WHERE rowid = ?", gone)
        self._connection.executemany("DELETE FROM chunks WHERE id = ?", gone)
        return len(gone)

    def _write_chunk(self, position: int, chunk: Chunk, vector: tuple[str, bytes] | None) -> int:
        run = self._connection.execute
        record = chunk.model_dump_json()
        before = run(
            "SELECT id, position, record FROM chunks WHERE chunk_id = ?", (chunk.chunk_id,)
        ).fetchone()
        changed = before is None or before[1:] != (position, record)
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
            self._write_terms(row, chunk)
        else:
            row = before[0]
        if vector is not None:
            run("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", (row, *vector))
        return int(changed or vector is not None)

    def _write_terms(self, row: int, chunk: Chunk) -> None:
        run = self._connection.execute
        context = "\n".join(filter(None, (chunk.title, *chunk.headings, chunk.caption)))
        run("DELETE FROM fulltext WHERE rowid = ?", (row,))
        run(
            "INSERT INTO fulltext (rowid, context, body) VALUES (?, ?, ?)",
            (row, " ".join(terms(context)), " ".join(terms(chunk.text))),
        )
        run("DELETE FROM chunk_pages WHERE id = ?", (row,))
        pages = sorted({span.page for span in chunk.spans})
        self._connection.executemany(
            "INSERT INTO chunk_pages VALUES (?, ?)", [(row, page) for page in pages]
        )

    def _count(self, table: str) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - table names are ours

    def _groups(self, table: str, column: str) -> dict[str, int]:
        rows = self._connection.execute(
            f"SELECT {column}, count(*) FROM {table} GROUP BY 1 ORDER BY 1"  # noqa: S608 - names are ours
        )
        return {str(name): int(count) for name, count in rows}

"""The index in PostgreSQL: words by GIN, vectors by pgvector, for several hosts at once.

Each document is replaced in one transaction under a lock of its own; readers see the index as
of one moment.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Iterator
from typing import Self

from dsocr_integrations.index import rules
from dsocr_integrations.index.base import (
    Hits,
    IndexedDocument,
    IndexStats,
    SearchMode,
)
from dsocr_integrations.index.embedders import Embedder, EmbedderFacts
from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.postgres import contents, schema, upkeep
from dsocr_integrations.index.postgres.address import Address
from dsocr_integrations.index.postgres.connection import Link
from dsocr_integrations.index.postgres.lexemes import Stemmer
from dsocr_integrations.index.postgres.molecules import PostgresMolecules
from dsocr_integrations.index.postgres.searching import EXACT_UP_TO, PostgresChunks
from dsocr_integrations.index.postgres.writing import (
    PostgresVectors,
    drop_chunks,
    write_chunks,
    write_document,
)
from dsocr_integrations.index.reranking import Reranker
from dsocr_integrations.index.searching import Search
from dsocr_integrations.index.structure_search import StructureHits, StructureLookup
from dsocr_integrations.index.structures import StructureMode, StructureNotation
from dsocr_integrations.index.text_vectors import vectors_of
from dsocr_integrations.records.chunks import Chunk


class PostgresIndex:
    """An index in one schema of a PostgreSQL database; safe to share between threads.

    Args:
        url: `postgresql://user@host:5432/database?schema=name`, with whatever else libpq takes;
            what it leaves out comes from libpq's environment (`PGPASSWORD`, `PGSERVICE`, …).
        schema_name: The schema, in place of the one in the URL; `dsocr` by default.
        embedder: Turns texts into vectors; without one, search is lexical.
        create: Make the index if it is not there.
        allow_mixed_engines: Take readings of several engines, or of one engine with several
            fingerprints, into one index.
        reranker: Orders the best hits of a search anew.
        exact_up_to: Vectors that are compared one by one; more are searched by the graph.

    Raises:
        ConfigurationError: If there is no index and `create` is false, or server or database
            cannot be used as they are.
        IndexMismatchError: If the schema holds something else, or the index was built with
            another embedder.
        IndexUnavailableError: If the server cannot be reached.
        MissingDependencyError: If psycopg is not installed.
    """

    def __init__(
        self,
        url: str,
        *,
        schema_name: str | None = None,
        embedder: Embedder | None = None,
        create: bool = True,
        allow_mixed_engines: bool = False,
        reranker: Reranker | None = None,
        exact_up_to: int = EXACT_UP_TO,
    ) -> None:
        self.address = Address.parse(url, schema_name)
        self._embedder = embedder
        self._allow_mixed_engines = allow_mixed_engines
        self._reranker = reranker
        self._exact_up_to = exact_up_to
        self._lock = threading.RLock()
        self._link = Link(self.address)
        try:
            schema.prepare(self._link, create=create)
            self._remember_embedder()
        except BaseException:
            self._link.close()
            raise
        self._stemmer = Stemmer(self._link)
        self._look_with(embedder)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.address.place!r})"

    def _look_with(self, embedder: Embedder | None) -> None:
        self._chunks = PostgresChunks(
            self._link,
            self._stemmer,
            None if embedder is None else embedder.dimension,
            exact_up_to=self._exact_up_to,
        )
        self._search = Search(self._chunks, embedder, self._reranker)
        self._structures = StructureLookup(PostgresMolecules(self._link, self._chunks))

    @property
    def mode(self) -> SearchMode:
        """`hybrid` with an embedder, else `lexical`."""
        return self._search.mode

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

        Returns:
            The number of chunks written; unchanged ones are left alone and not counted.

        Raises:
            ConfigurationError: If a chunk belongs to another document.
            IndexMismatchError: If the index holds readings of another engine, or vectors of
                another embedder than was given.
            IndexUnavailableError: If the server breaks off; nothing was written then.
        """
        fresh = rules.own_chunks(document_id, chunks)
        reading = (engine, fingerprint)
        with self._lock:
            self._refuse(document_id, reading)
            # Embedding takes long: it is done before any lock is taken.
            vectors = (
                {}
                if self._embedder is None
                else vectors_of(PostgresVectors(self._link), self._embedder, fresh)
            )
            with self._link.writing():
                # The first reading by an engine is written alone, so that no other engine's
                # comes in beside it unseen.
                self._link.lock_settings(alone=not self._known(document_id, reading))
                self._link.lock_document(document_id)
                # Again under the locks: another process may have written meanwhile.
                self._refuse(document_id, reading)
                source = fresh[0].source if fresh else ""
                document = IndexedDocument(document_id, source, revision, *reading, len(fresh))
                write_document(self._link, document)
                drop_chunks(self._link, document_id, keep=[chunk.chunk_id for chunk in fresh])
                return write_chunks(self._link, self._stemmer, document_id, fresh, vectors)

    def check_reading(self, document_id: str, *, engine: str, fingerprint: str) -> None:
        """Raise before a document is read what `upsert_document` would raise afterwards.

        Raises:
            IndexMismatchError: As `upsert_document`.
        """
        with self._lock:
            self._refuse(document_id, (engine, fingerprint))

    def delete_document(self, document_id: str) -> int:
        """Remove a document; returns the number of chunks removed."""
        with self._lock, self._link.writing():
            self._link.lock_settings()
            return self._delete(document_id)

    def forget(self, document_id: str) -> int:
        """Remove a document and wipe it from the tables' files and statistics.

        All tables are written anew, one after the other, and are locked meanwhile. The
        server's write-ahead log, its replicas and its backups are not ours to clear.

        Returns:
            The number of chunks removed.
        """
        with self._lock:
            dropped = self.delete_document(document_id)
            upkeep.wipe(self._link)
            return dropped

    def prune(self, root: str, seen: Collection[str]) -> list[IndexedDocument]:
        """Remove the documents under a root that are not there any more.

        Args:
            root: A document's source, or the folder or URL it begins with; empty for every
                document.
            seen: Ids of the documents that are still there.

        Returns:
            The documents removed.
        """
        with self._lock, self._link.writing():
            # No document comes or goes while the list is gone through.
            self._link.lock_settings(alone=True)
            gone = [
                document
                for document in self.documents()
                if document.doc_id not in seen and rules.is_under(document.source, root)
            ]
            for document in gone:
                self._delete(document.doc_id)
        return gone

    def _delete(self, document_id: str) -> int:
        self._link.lock_document(document_id)
        dropped = drop_chunks(self._link, document_id)
        self._link.run("DELETE FROM documents WHERE doc_id = %s", (document_id,))
        return dropped

    def search(
        self,
        query: str,
        k: int = 5,
        filters: SearchFilters | None = None,
        *,
        min_score: float = 0.0,
        per_page: int | None = None,
    ) -> Hits:
        """Find the `k` best chunks; the query is plain text, never query syntax."""
        with self._lock:
            return self._search.search(
                query, k, filters or SearchFilters(), min_score=min_score, per_page=per_page
            )

    def search_structure(
        self,
        query: str,
        mode: StructureMode = "substructure",
        *,
        k: int = 10,
        filters: SearchFilters | None = None,
        notation: StructureNotation = "auto",
        min_similarity: float = 0.0,
        seconds: float = 5.0,
    ) -> StructureHits:
        """Find molecules by structure, see `SqliteIndex.search_structure`.

        Raises:
            ConfigurationError: If the query is no structure that the mode can use.
            MissingDependencyError: If RDKit is not installed.
        """
        with self._lock, self._chunks.snapshot():
            return self._structures.search(
                query,
                mode,
                k=k,
                notation=notation,
                least=min_similarity,
                seconds=seconds,
                filters=filters,
            )

    def get(self, chunk_id: str) -> Chunk | None:
        """Return one chunk by id."""
        with self._lock:
            return contents.chunk(self._link, chunk_id)

    def chunks(self, filters: SearchFilters | None = None) -> Iterator[Chunk]:
        """Yield the chunks that satisfy filters: by source, then in reading order.

        A document at a time is held, as it stands when its turn comes.
        """
        wanted = filters or SearchFilters()
        for document in self.documents():
            if wanted.doc_id not in {None, document.doc_id}:
                continue
            with self._lock:
                chunks = contents.chunks_of(self._link, document.doc_id, wanted)
            yield from chunks

    def neighbours(self, chunk_id: str, before: int = 1, after: int = 1) -> list[Chunk]:
        """Return a chunk between those around it in its document, in reading order."""
        with self._lock:
            return contents.neighbours(self._link, chunk_id, before, after)

    def documents(self) -> list[IndexedDocument]:
        """List the documents, ordered by source."""
        with self._lock:
            return contents.documents(self._link)

    def add_root(self, root: str) -> None:
        """Remember a folder that sources are relative to, so that hits can show them."""
        with self._lock:
            if root in self.roots():
                return
            with self._link.writing():
                self._link.lock_settings(alone=True)
                known = dict.fromkeys([*schema.roots(self._link), root])
                schema.set_meta(self._link, "roots", json.dumps(list(known)))

    def roots(self) -> tuple[str, ...]:
        """The folders that sources may be relative to, in the order they were added."""
        with self._lock:
            return schema.roots(self._link)

    def stats(self) -> IndexStats:
        """Count what is stored."""
        with self._lock, self._link.reading():
            return contents.stats(self._link, self.mode)

    def verify(self) -> tuple[str, ...]:
        """Check that every part of the store agrees; one sentence for each problem."""
        with self._lock, self._link.reading():
            return upkeep.problems(self._link)

    def repair(self) -> tuple[str, ...]:
        """Mend what `verify` names from the chunks' own records.

        Missing vectors are made only if the index was opened with its embedder.

        Returns:
            One sentence for each thing done; nothing if all was well.
        """
        with self._lock:
            with self._link.writing():
                self._link.lock_settings(alone=True)
                done = upkeep.mend(self._link, self._stemmer)
            given = 0
            if self._embedder is not None:
                given = upkeep.embed_missing(self._link, self._embedder)
            return (*done, f"{given} chunks were given their vectors.") if given else done

    def reindex(self, embedder: Embedder | None) -> int:
        """Embed every chunk anew, and remember the embedder; `None` makes the index lexical.

        Open the index without an embedder first. Readers see the old vectors until all new
        ones are there; an interrupted run goes on where it stopped.

        Returns:
            The number of vectors stored.
        """
        with self._lock:
            upkeep.embed_anew(self._link, embedder)
            self._embedder = embedder
            self._look_with(embedder)
            return contents.count(self._link, "vectors")

    def close(self) -> None:
        """Close the connection; a second call does nothing."""
        with self._lock:
            self._link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _remember_embedder(self) -> None:
        if self._embedder is None:
            return
        asked = EmbedderFacts.of(self._embedder)
        with self._link.writing():
            built = schema.embedder_of(self._link)
            if built is None:
                self._link.lock_settings(alone=True)
                built = schema.embedder_of(self._link)
            if built is None and contents.count(self._link, "chunks") == 0:
                schema.remember_embedder(self._link, asked)
            elif built != asked:
                raise rules.other_embedder(self.address, built, asked)

    def _refuse(self, document_id: str, reading: tuple[str, str]) -> None:
        """Refuse vectors of another embedder, and readings by another engine.

        Raises:
            IndexMismatchError: If the index holds either.
        """
        built = schema.embedder_of(self._link)
        if self._embedder is None:
            if built is not None:
                raise rules.vectors_unattended(self.address, built.name)
        elif (asked := EmbedderFacts.of(self._embedder)) != built:
            raise rules.other_embedder(self.address, built, asked)
        if self._allow_mixed_engines:
            return

        def next_stored(reading: tuple[str, str]) -> tuple[str, str] | None:
            row: tuple[str, str] | None = self._link.run(
                "SELECT engine, fingerprint FROM documents"
                " WHERE (engine, fingerprint) > (%s, %s) AND doc_id != %s"
                " ORDER BY engine, fingerprint LIMIT 1",
                (*reading, document_id),
            ).fetchone()
            return row

        rules.refuse_mixed_engines(self.address, next_stored, reading)

    def _known(self, document_id: str, reading: tuple[str, str]) -> bool:
        """Whether another document was read by the same engine, or engines may be mixed."""
        return self._allow_mixed_engines or bool(
            self._link.value(
                "SELECT EXISTS (SELECT FROM documents"
                " WHERE doc_id != %s AND (engine, fingerprint) = (%s, %s))",
                (document_id, *reading),
            )
        )


def stored_embedder(url: str) -> str | None:
    """Name of the embedder that an index was built with; empty if there is no index yet."""
    link = Link(Address.parse(url))
    try:
        return schema.meta(link, "embedder_name") if schema.exists(link) else ""
    finally:
        link.close()

"""The index on one SQLite file: full text by FTS5, vectors as float32 blobs, exact scan.

Several processes of one host may read and write it at once: the journal is a write-ahead log
and each document is replaced in one immediate transaction. Where nothing may be written, it
is read all the same.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from dsocr_integrations.errors import IndexUnavailableError
from dsocr_integrations.index import rules
from dsocr_integrations.index.base import (
    Hits,
    IndexedDocument,
    IndexStats,
    SearchMode,
)
from dsocr_integrations.index.embedders import Embedder, EmbedderFacts
from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.reranking import Reranker
from dsocr_integrations.index.searching import Search
from dsocr_integrations.index.sqlite import contents, schema, upkeep
from dsocr_integrations.index.sqlite.lookup import SqliteChunks
from dsocr_integrations.index.sqlite.molecule_lookup import SqliteMolecules
from dsocr_integrations.index.sqlite.opening import opened
from dsocr_integrations.index.sqlite.vector_file import VectorFile
from dsocr_integrations.index.sqlite.writing import (
    SqliteVectors,
    drop_document,
    replace_chunks,
    write_document,
)
from dsocr_integrations.index.structure_search import StructureHits, StructureLookup
from dsocr_integrations.index.structures import StructureMode, StructureNotation
from dsocr_integrations.index.text_vectors import vectors_of
from dsocr_integrations.records.chunks import Chunk

_LOG = logging.getLogger(__name__)


class SqliteIndex:
    """An index in one SQLite file; safe to share between threads.

    Args:
        path: The index folder, or a file ending in `.sqlite`, `.sqlite3` or `.db`.
        embedder: Turns texts into vectors; without one, search is lexical.
        create: Make the index if it is not there.
        allow_mixed_engines: Take readings of several engines, or of one engine with several
            fingerprints, into one index.
        reranker: Orders the best hits of a search anew.

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
        reranker: Reranker | None = None,
    ) -> None:
        # The file of vectors is found by it later on, wherever the process has gone by then.
        self.path = schema.database_path(path).absolute()
        self._embedder = embedder
        self._allow_mixed_engines = allow_mixed_engines
        self._reranker = reranker
        self._told = False
        self._lock = threading.RLock()
        self._open(path, create=create)

    def _open(self, path: str | Path, *, create: bool) -> None:
        self._file = opened(path, create=create)
        self._connection = self._file.connection
        try:
            self._remember_embedder()
        except BaseException:
            self._connection.close()
            raise
        self._look_with(self._embedder)

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Keep other threads out; what may only be read is opened anew if it was written."""
        with self._lock:
            if self._file.unwritten is not None and self._file.unwritten.has_changed:
                self._connection.close()
                self._open(self.path, create=False)
            yield

    def _look_with(self, embedder: Embedder | None) -> None:
        dimension = None if embedder is None else embedder.dimension
        self._chunks = SqliteChunks(self._connection, dimension, self.path)
        self._search = Search(self._chunks, embedder, self._reranker)
        self._structures = StructureLookup(SqliteMolecules(self._connection, self._chunks))

    def _drop_vector_file(self) -> None:
        """Erase the mapped vectors, and let go of them: they would stay on the disk till then."""
        self._look_with(self._embedder)
        VectorFile(self.path).erase()

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

        Args:
            document_id: The document's id.
            chunks: All its chunks, in order.
            revision: SHA-256 of the bytes that were read.
            engine: Engine that read it.
            fingerprint: The reading versions it was read with.

        Returns:
            The number of chunks written; unchanged ones are left alone and not counted.

        Raises:
            ConfigurationError: If a chunk belongs to another document.
            IndexMismatchError: If the index holds readings of another engine, or vectors of
                an embedder that was not given.
        """
        fresh = rules.own_chunks(document_id, chunks)
        with self._in_turn():
            self._refuse_other_engine(document_id, engine, fingerprint)
            # Embedding takes long: it is done before the write lock is taken.
            vectors = (
                {}
                if self._embedder is None
                else vectors_of(SqliteVectors(self._connection), self._embedder, fresh)
            )
            with self._transaction():
                # Again inside the transaction: another process may have written meanwhile.
                self._refuse_other_engine(document_id, engine, fingerprint)
                noted = {
                    "source": fresh[0].source if fresh else "",
                    "revision": revision,
                    "engine": engine,
                    "fingerprint": fingerprint,
                }
                document = write_document(self._connection, document_id, noted)
                return replace_chunks(self._connection, document, fresh, vectors)

    def check_reading(self, document_id: str, *, engine: str, fingerprint: str) -> None:
        """Raise before a document is read what `upsert_document` would raise afterwards.

        Raises:
            IndexMismatchError: As `upsert_document`.
            IndexUnavailableError: If the file may only be read.
        """
        with self._in_turn():
            if self._file.unwritten is not None:
                raise self._not_written("it may only be read here")
            self._refuse_other_engine(document_id, engine, fingerprint)

    def delete_document(self, document_id: str) -> int:
        """Remove a document; returns the number of chunks removed."""
        with self._in_turn(), self._transaction():
            return drop_document(self._connection, document_id)

    def forget(self, document_id: str) -> int:
        """Remove a document and wipe it from the file: nothing of it is left to be recovered.

        The whole file is written anew, which takes as long as copying it. The output folder
        and the page cache are others' to clear.

        Returns:
            The number of chunks removed.

        Raises:
            ConfigurationError: If the file of vectors beside the index is somebody else's.
            IndexUnavailableError: If another process keeps the journal in use.
        """
        with self._in_turn():
            with self._transaction():
                dropped = drop_document(self._connection, document_id)
                schema.renew_vectors_stamp(self._connection)
            try:
                upkeep.wipe(self._connection)
            finally:
                self._drop_vector_file()
            return dropped

    def prune(self, root: str, seen: Collection[str]) -> list[IndexedDocument]:
        """Remove the documents under a root that are not there any more.

        Args:
            root: A document's source, or the folder or URL it begins with; empty for every
                document.
            seen: Ids of the documents that are still there, such as `IngestReport.doc_ids`
                of a run over the whole root. What an incomplete run did not see is removed.

        Returns:
            The documents removed.
        """
        with self._in_turn(), self._transaction():
            gone = [
                document
                for document in self.documents()
                if document.doc_id not in seen and rules.is_under(document.source, root)
            ]
            for document in gone:
                drop_document(self._connection, document.doc_id)
        return gone

    def search(
        self,
        query: str,
        k: int = 5,
        filters: SearchFilters | None = None,
        *,
        min_score: float = 0.0,
        per_page: int | None = None,
    ) -> Hits:
        """Find the `k` best chunks.

        Args:
            query: Plain text; quotes and operators in it have no meaning.
            k: How many hits at most.
            filters: What a hit must satisfy.
            min_score: Least score of a hit, in [0, 1].
            per_page: How many hits of one page at most. By default two come before those of
                other pages, and further ones where nothing else is left.

        Returns:
            Hits, best first; each says whether the search was lexical or hybrid. Without any,
            `reason` says why.

        Raises:
            ConfigurationError: If `min_score` or `per_page` is no such number.
        """
        with self._in_turn():
            self._tell_if_outgrown()
            return self._search.search(
                query, k, filters or SearchFilters(), min_score=min_score, per_page=per_page
            )

    def _tell_if_outgrown(self) -> None:
        """Say once for each opened index that vectors became too many for this backend."""
        if self._embedder is None or self._told:
            return
        self._told = True
        notice = contents.outgrown(self._connection)
        if notice is not None:
            _LOG.warning("%s", notice)

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
        """Find molecules by structure.

        Args:
            query: SMILES, SMARTS, molfile or InChIKey.
            mode: `exact` for the same InChIKey, `similarity` for the nearest by Tanimoto over
                Morgan fingerprints, `substructure` for molecules that contain it.
            k: How many hits at most.
            filters: What a hit must satisfy.
            notation: How the query is written; told from the text by default.
            min_similarity: Smallest Tanimoto coefficient that counts.
            seconds: Time for verifying substructures; the answer says if it was not enough.

        Raises:
            ConfigurationError: If the query is no structure that the mode can use.
            MissingDependencyError: If RDKit is not installed.
        """
        with self._in_turn(), self._chunks.snapshot():
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
        with self._in_turn():
            return contents.chunk(self._connection, chunk_id)

    def chunks(self, filters: SearchFilters | None = None) -> Iterator[Chunk]:
        """Yield the chunks that satisfy filters: by source, then in reading order.

        A document at a time is held, as it stands when its turn comes; writers do not wait.
        """
        wanted = filters or SearchFilters()
        for document in self.documents():
            if wanted.doc_id not in {None, document.doc_id}:
                continue
            with self._in_turn():
                chunks = contents.chunks_of(self._connection, document.doc_id, wanted)
            yield from chunks

    def neighbours(self, chunk_id: str, before: int = 1, after: int = 1) -> list[Chunk]:
        """Return a chunk between those around it in its document, in reading order.

        Args:
            chunk_id: The chunk.
            before: How many before it.
            after: How many after it.

        Returns:
            The chunk itself among them; nothing if the index does not hold it.
        """
        with self._in_turn():
            return contents.neighbours(self._connection, chunk_id, before, after)

    def documents(self) -> list[IndexedDocument]:
        """List the documents, ordered by source."""
        with self._in_turn():
            return contents.documents(self._connection)

    def add_root(self, root: str) -> None:
        """Remember a folder that sources are relative to, so that hits can show them."""
        with self._in_turn():
            if root in self.roots():
                return
            with self._transaction():
                known = [*schema.roots(self._connection), root]
                schema.set_meta(self._connection, "roots", json.dumps(list(dict.fromkeys(known))))

    def roots(self) -> tuple[str, ...]:
        """The folders that sources may be relative to, in the order they were added."""
        with self._in_turn():
            return schema.roots(self._connection)

    def stats(self) -> IndexStats:
        """Count what is stored."""
        with self._in_turn():
            mapped = VectorFile(self.path).count(schema.vectors_stamp(self._connection))
            unmapped = self._chunks.unmapped()
            return contents.stats(self._connection, self.mode, mapped, unmapped)

    def verify(self) -> tuple[str, ...]:
        """Check that file, full text, vectors and fingerprints agree; a sentence a problem."""
        with self._in_turn():
            return upkeep.problems(self._connection)

    def repair(self) -> tuple[str, ...]:
        """Mend what `verify` names from the chunks' own records.

        Missing vectors are made only if the index was opened with its embedder; a damaged
        file is not mended.

        Returns:
            One sentence for each thing done; nothing if all was well.
        """
        with self._in_turn(), self._transaction():
            return upkeep.mend(self._connection, self._embedder)

    def reindex(self, embedder: Embedder | None) -> int:
        """Embed every chunk anew, and remember the embedder; `None` makes the index lexical.

        Open the index without an embedder first. Texts are embedded before the write lock is
        taken, and readers see the old vectors until all new ones are there.

        Returns:
            The number of vectors stored.
        """
        with self._in_turn():
            upkeep.embed_anew(self._connection, embedder, self._transaction)
            self._embedder = embedder
            self._drop_vector_file()
            return contents.count(self._connection, "vectors")

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """One immediate transaction; its end is another state, which what is cached goes by.

        Raises:
            IndexUnavailableError: If the file cannot be written: no room, no permission, or
                another process holds it for too long.
        """
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                schema.new_state(self._connection)
                self._connection.execute("COMMIT")
            except BaseException:
                # Without room SQLite has rolled back already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.OperationalError as error:
            raise self._not_written(str(error)) from error

    def _not_written(self, reason: str) -> IndexUnavailableError:
        return IndexUnavailableError(
            f"The index at {self.path} cannot be written: {reason}.",
            remedy="Check the disk's room and the folder's permissions, and run it again.",
        )

    def _remember_embedder(self) -> None:
        if self._embedder is None:
            return
        built = schema.embedder_of(self._connection)
        asked = EmbedderFacts.of(self._embedder)
        if built is None and contents.count(self._connection, "chunks") == 0:
            if self._file.unwritten is None:
                with self._transaction():
                    schema.remember_embedder(self._connection, asked)
        elif built != asked:
            raise rules.other_embedder(self.path, built, asked)

    def _refuse_other_engine(self, document_id: str, engine: str, fingerprint: str) -> None:
        name = schema.meta(self._connection, "embedder_name")
        if self._embedder is None and name is not None:
            raise rules.vectors_unattended(self.path, name)
        if self._allow_mixed_engines:
            return

        def next_stored(reading: tuple[str, str]) -> tuple[str, str] | None:
            # A blob comes after every text: all documents of that reading are skipped at once.
            row: tuple[str, str] | None = self._connection.execute(
                "SELECT engine, fingerprint FROM documents"
                " WHERE (engine, fingerprint, doc_id) > (?, ?, x'') AND doc_id != ?"
                " ORDER BY engine, fingerprint LIMIT 1",
                (*reading, document_id),
            ).fetchone()
            return row

        rules.refuse_mixed_engines(self.path, next_stored, (engine, fingerprint))

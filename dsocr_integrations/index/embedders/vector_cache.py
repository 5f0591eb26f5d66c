"""Vectors that were computed once, by embedder and text, so that no index pays for them again."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from dsocr_integrations.errors import ConfigurationError, IndexUnavailableError
from dsocr_integrations.index.embedders.base import Embedder, checked
from dsocr_integrations.index.read_only import unwritten
from dsocr_integrations.index.write_ahead import is_locked, write_ahead
from dsocr_integrations.runner.cache import vectors_folder
from dsocr_integrations.storage import PRIVATE_FILE, PRIVATE_FOLDER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_Answer = TypeVar("_Answer")

_LOG = logging.getLogger(__name__)

MAX_BYTES = 1024**3
"""Size that the cache is kept below: some 600,000 vectors of 384 values."""

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})

BATCH = 64
"""Texts embedded at a time: what an interrupted run has to embed again at most."""

_TABLES = """
CREATE TABLE IF NOT EXISTS embedders (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS vectors (
    id INTEGER PRIMARY KEY,
    embedder INTEGER NOT NULL REFERENCES embedders (id),
    digest BLOB NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (embedder, digest)
);
"""


class VectorCache:
    """Vectors in one SQLite file, readable by its owner only; opened when first used.

    Texts are kept as digests, vectors as float32. Where it is full the oldest go.

    Args:
        folder: Folder on a local disk, such as the page cache's.
        max_bytes: Size that the file is kept below, about.
    """

    def __init__(self, folder: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES) -> None:
        self.path = vectors_folder(folder) / "vectors.sqlite"
        self.max_bytes = max_bytes
        self._lock = threading.Lock()
        self._told = False

    def dimension(self, embedder: str) -> int | None:
        """Length of an embedder's vectors, `None` where there are none."""

        def ask(connection: sqlite3.Connection) -> int | None:
            row = connection.execute(
                "SELECT length(vector) / 4 FROM vectors"
                " WHERE embedder = (SELECT id FROM embedders WHERE name = ?) LIMIT 1",
                (embedder,),
            ).fetchone()
            return None if row is None else int(row[0])

        return self._answered(ask)

    def known(self, embedder: str, digests: Sequence[bytes]) -> dict[bytes, bytes]:
        """The vectors that are there, as float32 bytes by text digest."""

        def ask(connection: sqlite3.Connection) -> dict[bytes, bytes]:
            found: dict[bytes, bytes] = {}
            for digest in digests:
                row = connection.execute(
                    "SELECT vector FROM vectors WHERE digest = ?"
                    " AND embedder = (SELECT id FROM embedders WHERE name = ?)",
                    (digest, embedder),
                ).fetchone()
                if row is not None:
                    found[digest] = row[0]
            return found

        return self._answered(ask) or {}

    def put(self, embedder: str, vectors: Mapping[bytes, bytes]) -> None:
        """Record vectors by text digest; one that is there already stays.

        Where nothing can be recorded, a warning says so once: the vectors are known all the same.
        """
        try:
            with self._opened() as connection, _transaction(connection):
                self._add(connection, embedder, vectors)
        except (ConfigurationError, sqlite3.OperationalError) as error:
            if is_locked(error):
                raise
            if not self._told:
                unusable = self._unusable(str(error))
                _LOG.warning("%s", error if isinstance(error, ConfigurationError) else unusable)
            self._told = True

    def _add(
        self, connection: sqlite3.Connection, embedder: str, vectors: Mapping[bytes, bytes]
    ) -> None:
        connection.execute("INSERT OR IGNORE INTO embedders (name) VALUES (?)", (embedder,))
        connection.executemany(
            "INSERT OR IGNORE INTO vectors (embedder, digest, vector)"
            " VALUES ((SELECT id FROM embedders WHERE name = ?), ?, ?)",
            [(embedder, digest, vector) for digest, vector in vectors.items()],
        )
        self._make_room(connection)

    def keep(self, digests: Collection[bytes]) -> int:
        """Remove the vectors of all other texts, so that none can be read from the file.

        Args:
            digests: SHA-256 of the texts whose vectors stay, of whichever embedder.

        Returns:
            Vectors removed.
        """
        if not self.path.exists():
            return 0
        with self._opened() as connection:
            connection.execute("CREATE TEMP TABLE kept (digest BLOB PRIMARY KEY) WITHOUT ROWID")
            with _transaction(connection):
                connection.executemany("INSERT INTO kept VALUES (?)", ((one,) for one in digests))
                gone = connection.execute(
                    "DELETE FROM vectors WHERE digest NOT IN (SELECT digest FROM kept)"
                ).rowcount
                connection.execute(
                    "DELETE FROM embedders WHERE id NOT IN (SELECT embedder FROM vectors)"
                )
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(gone)

    def _make_room(self, connection: sqlite3.Connection) -> None:
        facts = ("page_count", "freelist_count", "page_size")
        pages, free, size = (connection.execute(f"PRAGMA {fact}").fetchone()[0] for fact in facts)
        if (pages - free) * size > self.max_bytes:
            connection.execute(
                "DELETE FROM vectors WHERE id IN (SELECT id FROM vectors ORDER BY id"
                " LIMIT (SELECT count(*) / 4 + 1 FROM vectors))"
            )

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with self._lock, contextlib.closing(self._writable()) as connection:
            yield connection

    def _answered(self, ask: Callable[[sqlite3.Connection], _Answer]) -> _Answer | None:
        """What the file answers, also on a disk that is read-only; `None` if it cannot be used."""
        if not self.path.exists():
            return None
        try:
            with self._lock, contextlib.closing(self._readable()) as connection:
                return ask(connection)
        except (sqlite3.DatabaseError, IndexUnavailableError) as error:
            if is_locked(error):
                raise
            return None

    def _readable(self) -> sqlite3.Connection:
        try:
            return self._writable()
        except ConfigurationError:
            return unwritten(self.path)[0]

    def _writable(self) -> sqlite3.Connection:
        """The file opened for writing.

        Raises:
            ConfigurationError: If it may not be written, or has no room.
        """
        try:
            return self._connected()
        except sqlite3.DatabaseError as error:
            if is_locked(error):
                raise
            if error.sqlite_errorcode & 0xFF not in _DAMAGED:
                raise self._unusable(str(error)) from error
            # Damaged, or something else of that name: it is a cache, so it starts anew.
            for path in self.path.parent.glob(f"{self.path.name}*"):
                path.unlink(missing_ok=True)
            return self._connected()

    def _connected(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            # SQLite gives its side files the permissions of the file itself.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))
        except OSError as error:
            raise self._unusable(str(error.strerror)) from error
        connection = sqlite3.connect(
            self.path, timeout=60, isolation_level=None, check_same_thread=False
        )
        try:
            write_ahead(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA secure_delete = ON")
            connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
        except BaseException:
            connection.close()
            raise
        return connection

    def _unusable(self, reason: str) -> ConfigurationError:
        return ConfigurationError(
            f"Vectors cannot be cached in {self.path.parent}: {reason}.",
            remedy="Set DSOCR_CACHE to a folder with room that this user may write, or to '' for none.",
        )


class CachedEmbedder:
    """An embedder that looks into a cache first; its vectors are the embedder's own.

    Args:
        embedder: Embeds what the cache does not know.
        cache: Where its vectors are kept.
    """

    def __init__(self, embedder: Embedder, cache: VectorCache) -> None:
        self._embedder = embedder
        self._cache = cache
        self.name = embedder.name
        self.normalised = bool(getattr(embedder, "normalised", False))

    @property
    def dimension(self) -> int:
        """Length of a vector; a recorded vector tells it without loading a model."""
        return self._cache.dimension(self._key) or self._embedder.dimension

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages, each text that the cache does not know once; shape `(n, dimension)`."""
        import numpy as np

        digests = [hashlib.sha256(text.encode()).digest() for text in texts]
        vectors = self._cache.known(self._key, digests)
        new = {
            digest: text
            for digest, text in zip(digests, texts, strict=True)
            if digest not in vectors
        }
        for start in range(0, len(new), BATCH):
            batch = dict(list(new.items())[start : start + BATCH])
            fresh = self._embedded(batch)
            self._cache.put(self._key, fresh)
            vectors |= fresh
        rows = b"".join(vectors[digest] for digest in digests)
        return np.frombuffer(rows, dtype="<f4").reshape(len(texts), -1).astype(np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Embed a query; queries are not recorded. Shape `(dimension,)`."""
        return self._embedder.embed_query(text)

    @property
    def _key(self) -> str:
        return f"{self.name}{' (unit length)' if self.normalised else ''}"

    def _embedded(self, texts: Mapping[bytes, str]) -> dict[bytes, bytes]:
        # Checked before it is recorded: a wrong vector would come back for ever.
        vectors = self._embedder.embed_documents(list(texts.values()))
        rows = checked(self._embedder, vectors, len(texts)).astype("<f4")
        return {digest: row.tobytes() for digest, row in zip(texts, rows, strict=True)}


def with_cache(embedder: Embedder, cache: bool | str | os.PathLike[str]) -> Embedder:
    """Let an embedder look into a cache of vectors first.

    Args:
        embedder: The embedder.
        cache: `True` for the configured cache, a folder, or `False` for none. A cache on a
            remote store keeps pages only, so it counts as none.
    """
    from dsocr_integrations.settings import load_settings

    if isinstance(embedder, CachedEmbedder) or cache is False:
        return embedder
    folder = load_settings().cache if cache is True else os.fspath(cache)
    if not folder or "://" in folder.removeprefix("file://"):
        return embedder
    return CachedEmbedder(embedder, VectorCache(folder))


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # Without room SQLite has rolled back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise

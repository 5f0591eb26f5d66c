"""Exact search over the stored vectors: one product of a matrix and the query."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dsocr_integrations.index.sqlite import schema
from dsocr_integrations.index.sqlite.vector_file import Keys, MappedVectors, VectorFile
from dsocr_integrations.index.unit_vectors import normalised

if TYPE_CHECKING:
    from pathlib import Path

_LOG = logging.getLogger(__name__)

MAPPED_FROM = 5_000
"""Vectors from which a file is worth its place: some 8 MB of 384 values each."""

STALE_SHARE = 4
"""A file is written anew once more than one in so many of its vectors changed."""

_PART = 2_000
"""Vectors read at a time."""

_GATHERED = 256
"""Chosen vectors compared at a time: they fit into the processor's cache."""


class VectorScan:
    """The vectors of an index: those of its file mapped, those newer than the file in memory.

    Which of the file's vectors still count is looked up in the database whenever another state
    of it was committed: by row and text, so that no file can bring back what has changed.

    Args:
        database: The database file.
        dimension: Length of its vectors.
    """

    def __init__(self, database: Path, dimension: int) -> None:
        self._database = database
        self._dimension = dimension
        self._file = VectorFile(database)
        self._state: str | None = None
        self._mapped: MappedVectors | None = None
        self._alive: NDArray[np.bool_] | None = None
        self._rows: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._matrix: NDArray[np.float32] = np.empty((0, dimension), dtype=np.float32)
        self.unmapped: str | None = None
        """Why vectors are kept in memory that should be mapped."""

    def nearest(
        self,
        connection: sqlite3.Connection,
        state: str,
        query: NDArray[np.float32],
        count: int,
        only: NDArray[np.int64] | None = None,
    ) -> list[tuple[int, float]]:
        """Return `(row, cosine)` of the nearest vectors, best first.

        Args:
            connection: Where the vectors are.
            state: The index's state, read in the same transaction.
            query: Shape `(dimension,)`.
            count: How many at most.
            only: Rows to choose from, ascending; `None` for all.
        """
        if state != self._state:
            self._follow(connection, state)
        unit = normalised(query[None, :])[0]
        rows, cosines = _compared(self._rows, self._matrix, None, unit, only)
        if self._mapped is not None:
            mapped = self._mapped
            others = _compared(mapped.keys.rows, mapped.matrix, self._alive, unit, only)
            rows, cosines = np.append(rows, others[0]), np.append(cosines, others[1])
        if not len(rows):
            return []
        if len(rows) > count:
            top = np.argpartition(-cosines, count - 1)[:count]
            rows, cosines = rows[top], cosines[top]
        order = np.lexsort((rows, -cosines))
        return [(int(rows[at]), float(cosines[at])) for at in order]

    def _follow(self, connection: sqlite3.Connection, state: str) -> None:
        """Bring the vectors up to a state of the database."""
        self._state = None
        self._read_newer(connection, np.empty(0, dtype=np.int64))
        stamp = schema.vectors_stamp(connection)
        self._alive, self._mapped = None, self._file.mapped(stamp, self._dimension, self._mapped)
        if self._mapped is None or self._mapped.state != state:
            stored = _stored_keys(connection)
            if self._is_stale(self._mapped, stored):
                self._write(connection, stamp, state, stored)
            if self._mapped is None:
                self._read_newer(connection, stored.rows)
            else:
                self._alive = self._mapped.keys.among(stored)
                self._read_newer(connection, stored.rows[~stored.among(self._mapped.keys)])
        self._state = state

    def _is_stale(self, mapped: MappedVectors | None, stored: Keys) -> bool:
        if mapped is None:
            return len(stored) >= MAPPED_FROM
        gone = np.count_nonzero(~mapped.keys.among(stored))
        new = np.count_nonzero(~stored.among(mapped.keys))
        return bool(gone + new > max(len(mapped.keys), MAPPED_FROM) // STALE_SHARE)

    def _write(self, connection: sqlite3.Connection, stamp: str, state: str, stored: Keys) -> None:
        """Write the file anew, unless another process just did or the vectors were forgotten."""
        if self.unmapped is not None:
            return
        try:
            with self._file.locked():
                other = self._file.mapped(stamp, self._dimension, self._mapped)
                if other is not None and not self._is_stale(other, stored):
                    self._mapped = other
                # What this transaction sees may have been forgotten meanwhile. `forget` asks for
                # the lock after its commit, so it removes a file that is written from here on.
                elif schema.vectors_stamp_now(self._database) == stamp:
                    parts = _read(connection, None, self._dimension)
                    self._file.write(stamp, state, stored, self._dimension, parts)
                    self._mapped = self._file.mapped(stamp, self._dimension)
        except OSError as error:
            self.unmapped = (
                f"Vectors are kept in memory, because {self._file.folder} cannot be written:"
                f" {error.strerror}."
            )
            _LOG.warning("%s", self.unmapped)

    def _read_newer(self, connection: sqlite3.Connection, rows: NDArray[np.int64]) -> None:
        """Read the vectors of rows, in place of those that are in memory."""
        # Let go of the old ones first, and fill the new in parts: never two at a time.
        self._matrix = np.empty((0, self._dimension), dtype=np.float32)
        matrix = np.empty((len(rows), self._dimension), dtype=np.float32)
        start = 0
        for part in _read(connection, rows, self._dimension):
            matrix[start : start + len(part)] = part
            start += len(part)
        self._rows, self._matrix = rows, matrix


def _compared(
    rows: NDArray[np.int64],
    matrix: NDArray[np.float32],
    alive: NDArray[np.bool_] | None,
    query: NDArray[np.float32],
    only: NDArray[np.int64] | None,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Rows that count, and their cosines with a query of unit length; both of shape `(m,)`."""
    if only is None:
        cosines = matrix @ query
        return (rows, cosines) if alive is None else (rows[alive], cosines[alive])
    places = np.searchsorted(rows, only)
    there = places < len(rows)
    there[there] = rows[places[there]] == only[there]
    places = places[there]
    if alive is not None:
        places = places[alive[places]]
    cosines = np.empty(len(places), dtype=np.float32)
    for start in range(0, len(places), _GATHERED):
        part = slice(start, start + _GATHERED)
        cosines[part] = matrix[places[part]] @ query
    return rows[places], cosines


def _stored_keys(connection: sqlite3.Connection) -> Keys:
    # An index has both columns, so the vectors themselves are not read.
    stored = connection.execute("SELECT id, substr(text_hash, 1, 16) FROM vectors")
    rows, marks = [], []
    while part := stored.fetchmany(_PART):
        rows.append(np.array([row for row, _ in part], dtype=np.int64))
        marks.append(np.frombuffer(bytes.fromhex("".join(mark for _, mark in part)), ">u8"))
    if not rows:
        return Keys(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint64))
    all_rows = np.concatenate(rows)
    order = np.argsort(all_rows)
    return Keys(all_rows[order], np.concatenate(marks)[order].astype(np.uint64))


def _read(
    connection: sqlite3.Connection, rows: NDArray[np.int64] | None, dimension: int
) -> Iterator[NDArray[np.float32]]:
    """Vectors of rows, `None` for all in order, some at a time; shape `(m, dimension)`."""
    if rows is None:
        stored = connection.execute("SELECT vector FROM vectors ORDER BY id")
        parts: Iterator[list[tuple[bytes]]] = iter(lambda: stored.fetchmany(_PART), [])
    else:
        run = connection.execute
        parts = (
            [
                run("SELECT vector FROM vectors WHERE id = ?", (row,)).fetchone()
                for row in rows[start : start + _PART].tolist()
            ]
            for start in range(0, len(rows), _PART)
        )
    for part in parts:
        data = b"".join(vector for (vector,) in part)
        yield np.frombuffer(data, dtype="<f4").reshape(len(part), dimension)

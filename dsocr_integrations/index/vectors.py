"""Exact search over the stored vectors: one matrix in memory, one product a query."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

_PART = 2_000
"""Vectors read at a time."""


def normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale rows to unit length; a zero row stays zero. Shape `(n, d)` in and out."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled = vectors / np.where(lengths == 0, 1, lengths)
    return np.nan_to_num(scaled).astype(np.float32)


class VectorScan:
    """The vectors of an index, loaded again whenever another generation was committed."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._generation: str | None = None
        self._rows: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._matrix: NDArray[np.float32] = np.empty((0, dimension), dtype=np.float32)

    def nearest(
        self,
        connection: sqlite3.Connection,
        generation: str,
        query: NDArray[np.float32],
        count: int,
        only: Collection[int] | None = None,
    ) -> list[tuple[int, float]]:
        """Return `(row, cosine)` of the nearest vectors, best first.

        Args:
            connection: Where the vectors are.
            generation: The index's write counter, read in the same transaction.
            query: Shape `(dimension,)`.
            count: How many at most.
            only: Rows to choose from; `None` for all.
        """
        if generation != self._generation:
            self._load(connection)
            self._generation = generation
        rows, matrix = self._rows, self._matrix
        if only is not None:
            chosen = self._places(only)
            rows, matrix = rows[chosen], matrix[chosen]
        if not len(rows):
            return []
        cosines = matrix @ normalised(query[None, :])[0]
        if len(rows) > count:
            top = np.argpartition(-cosines, count - 1)[:count]
            rows, cosines = rows[top], cosines[top]
        order = np.lexsort((rows, -cosines))
        return [(int(rows[at]), float(cosines[at])) for at in order]

    def _places(self, only: Collection[int]) -> NDArray[np.intp]:
        """Places of those rows that have a vector; the rows are kept in order."""
        asked = np.sort(np.fromiter(only, dtype=np.int64, count=len(only)))
        places = np.searchsorted(self._rows, asked)
        there = places < len(self._rows)
        there[there] = self._rows[places[there]] == asked[there]
        return places[there]

    def _load(self, connection: sqlite3.Connection) -> None:
        count = connection.execute("SELECT count(*) FROM vectors").fetchone()[0]
        # Let go of the old matrix first, and fill the new one in parts: never two at a time.
        self._generation = None
        self._matrix = np.empty((0, self._dimension), dtype=np.float32)
        rows = np.empty(count, dtype=np.int64)
        matrix = np.empty((count, self._dimension), dtype=np.float32)
        stored = connection.execute("SELECT id, vector FROM vectors ORDER BY id")
        start = 0
        while part := stored.fetchmany(_PART):
            end = start + len(part)
            rows[start:end] = [row for row, _ in part]
            data = b"".join(vector for _, vector in part)
            matrix[start:end] = np.frombuffer(data, dtype="<f4").reshape(len(part), -1)
            start = end
        self._rows, self._matrix = rows, matrix

"""Exact search over the stored vectors: one matrix in memory, one product a query."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray


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
            chosen = np.isin(rows, np.fromiter(only, dtype=np.int64, count=len(only)))
            rows, matrix = rows[chosen], matrix[chosen]
        if not len(rows):
            return []
        cosines = matrix @ normalised(query[None, :])[0]
        if len(rows) > count:
            top = np.argpartition(-cosines, count - 1)[:count]
            rows, cosines = rows[top], cosines[top]
        order = np.lexsort((rows, -cosines))
        return [(int(rows[at]), float(cosines[at])) for at in order]

    def _load(self, connection: sqlite3.Connection) -> None:
        stored = connection.execute("SELECT id, vector FROM vectors ORDER BY id").fetchall()
        self._rows = np.fromiter((row for row, _ in stored), dtype=np.int64, count=len(stored))
        data = b"".join(blob for _, blob in stored)
        self._matrix = np.frombuffer(data, dtype="<f4").reshape(len(stored), self._dimension)

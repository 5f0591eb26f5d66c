"""The fingerprints of an index in memory: similarity and substructure screening, exactly.

512 bytes a molecule. The words of a fingerprint lie together for all molecules, so that a
query reads only the words in which it has bits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from dsocr_integrations.index.structures import FINGERPRINT_BYTES

WORDS = FINGERPRINT_BYTES // 8
Words = NDArray[np.uint64]
Rows = NDArray[np.int64]


class MoleculeScan:
    """The molecules of an index, loaded again whenever another generation was committed."""

    def __init__(self) -> None:
        self._generation: str | None = None
        self._rows: Rows = np.empty(0, dtype=np.int64)
        self._morgan: Words = np.empty((WORDS, 0), dtype=np.uint64)
        self._pattern: Words = self._morgan
        self._morgan_bits: NDArray[np.int32] = np.empty(0, dtype=np.int32)
        self._pattern_bits: NDArray[np.int32] = self._morgan_bits

    def load(self, connection: sqlite3.Connection, generation: str) -> int:
        """Bring the scan up to a generation; returns the number of molecules."""
        if generation != self._generation:
            stored = connection.execute(
                "SELECT id, morgan, pattern FROM molecules ORDER BY id"
            ).fetchall()
            self._rows = np.fromiter((row[0] for row in stored), np.int64, count=len(stored))
            self._morgan = _words(b"".join(row[1] for row in stored))
            self._pattern = _words(b"".join(row[2] for row in stored))
            self._morgan_bits = _bits(self._morgan)
            self._pattern_bits = _bits(self._pattern)
            self._generation = generation
        return len(self._rows)

    def nearest(
        self, morgan: bytes, count: int, least: float, only: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return `(row, Tanimoto)` of the most similar molecules, best first.

        Args:
            morgan: The query's packed fingerprint.
            count: How many at most.
            least: Smallest similarity that counts, 0 to 1.
            only: Rows to choose from; `None` for all.
        """
        query = _words(morgan)[:, 0]
        shared = np.zeros(len(self._rows), dtype=np.int32)
        for word in np.flatnonzero(query):
            shared += np.bitwise_count(self._morgan[word] & query[word])
        union = self._morgan_bits + int(np.bitwise_count(query).sum()) - shared
        similar = shared / np.maximum(union, 1)
        good = similar >= max(least, np.finfo(np.float64).tiny)
        if only is not None:
            good &= self._among(only)
        places = np.flatnonzero(good)
        if len(places) > count:
            # All ties of the last place stay in, so that rows decide between them.
            bound = np.partition(similar[places], len(places) - count)[len(places) - count]
            places = places[similar[places] >= bound]
        order = np.lexsort((self._rows[places], -similar[places]))[:count]
        return [(int(self._rows[at]), float(similar[at])) for at in places[order]]

    def containing(self, pattern: bytes, only: Collection[int] | None = None) -> list[int]:
        """Rows that may contain a structure, smallest molecules first.

        No row that contains it is missing; most of those returned do contain it, and each
        is still to be verified.
        """
        query = _words(pattern)[:, 0]
        places = np.arange(len(self._rows))
        words = sorted(np.flatnonzero(query), key=lambda word: -int(np.bitwise_count(query[word])))
        whole = True
        if only is not None:
            places = np.flatnonzero(self._among(only))
            whole = False
        for word in words:
            column = self._pattern[word] if whole else self._pattern[word][places]
            places = places[(column & query[word]) == query[word]]
            whole = whole and len(places) == len(self._rows)
        order = np.lexsort((self._rows[places], self._pattern_bits[places]))
        return [int(row) for row in self._rows[places[order]]]

    def _among(self, only: Collection[int]) -> NDArray[np.bool_]:
        return np.isin(self._rows, np.fromiter(only, dtype=np.int64, count=len(only)))


def _words(data: bytes) -> Words:
    """Packed fingerprints as words: shape `(WORDS, number of molecules)`."""
    return np.ascontiguousarray(np.frombuffer(data, dtype="<u8").reshape(-1, WORDS).T)


def _bits(words: Words) -> NDArray[np.int32]:
    counts: NDArray[np.int32] = np.bitwise_count(words).sum(axis=0, dtype=np.int32)
    return counts

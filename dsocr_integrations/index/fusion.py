"""Reciprocal rank fusion: several rankings of the same chunks become one.

Ranks rather than scores are fused, because BM25 and cosines have no common unit. Stop words
never reach a ranking (see `terms.py`): with them, every passage would match and the words
that matter would be outvoted. A chunk that holds the query's numbers and codes as typed is
ranked a third time, with more weight, because an embedder confuses `4.2` and `4.3`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dsocr_integrations.index.base import Evidence

RANK_OFFSET = 60
"""The constant of Cormack, Clarke and Büttcher (SIGIR 2009)."""

WEIGHTS: Mapping[Evidence, float] = {"exact": 2.0, "lexical": 1.0, "vector": 1.0}


@dataclass(frozen=True)
class Fused:
    """One chunk after fusion.

    Attributes:
        row: The chunk's row.
        score: In (0, 1]; 1 for a chunk that is first in every ranking that was made.
        found_by: The rankings that hold it.
    """

    row: int
    score: float
    found_by: tuple[Evidence, ...]


def fuse(rankings: Mapping[Evidence, Sequence[int]]) -> list[Fused]:
    """Fuse rankings, best first; empty rankings have no say.

    Args:
        rankings: Rows by way of looking, best first, no row twice in one ranking.

    Returns:
        Every row once, ordered by score, then by row for a stable order.
    """
    used = {way: rows for way, rows in rankings.items() if rows}
    if not used:
        return []
    best = sum(WEIGHTS[way] for way in used) / (RANK_OFFSET + 1)
    scores: dict[int, float] = {}
    ways: dict[int, list[Evidence]] = {}
    for way, rows in used.items():
        for rank, row in enumerate(rows, start=1):
            scores[row] = scores.get(row, 0.0) + WEIGHTS[way] / (RANK_OFFSET + rank)
            ways.setdefault(row, []).append(way)
    order = sorted(scores, key=lambda row: (-scores[row], row))
    return [Fused(row, round(scores[row] / best, 6), tuple(sorted(ways[row]))) for row in order]

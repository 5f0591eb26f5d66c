"""A second look at the best hits, by whatever scorer the caller brings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index.base import Hits

CANDIDATES = 50
"""Hits that a reranker is shown, or four times those asked for if that is more."""


class Reranker(Protocol):
    """Scores passages against a query, such as a cross-encoder; any callable of this shape."""

    def __call__(self, query: str, passages: Sequence[str], /) -> Sequence[float]:
        """Score each passage; more is better, the unit is the reranker's own."""
        ...


def candidates(count: int, reranker: Reranker | None) -> int:
    """How many hits to look for so that `count` are left."""
    return count if reranker is None else max(CANDIDATES, 4 * count)


def reranked(hits: Hits, query: str, count: int, reranker: Reranker | None) -> Hits:
    """The `count` best hits by the reranker's scores; as they are without one.

    A reranker sees what is embedded of a chunk: its headings, caption and text. Equal scores
    keep the order that search gave.

    Raises:
        ConfigurationError: If it does not give one finite number for each passage.
    """
    if reranker is None or not hits:
        return hits
    scores = [float(score) for score in reranker(query, [h.chunk.embedding_text for h in hits])]
    if len(scores) != len(hits) or not all(map(math.isfinite, scores)):
        raise ConfigurationError(
            f"The reranker gave {len(scores)} scores for {len(hits)} passages.",
            remedy="It must give one finite number for each passage.",
        )
    order = sorted(range(len(hits)), key=lambda at: -scores[at])
    return Hits(replace(hits[at], rerank_score=scores[at]) for at in order[:count])

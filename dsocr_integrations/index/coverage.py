"""How many of a query's words a passage holds.

Words weigh as they do in BM25, by how few passages hold them, so that a word which stands nowhere
weighs most.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dsocr_integrations.index.terms import Phrase, QueryTerms, Ways


@dataclass(frozen=True)
class Holders:
    """Where a word or phrase stands.

    Attributes:
        count: In how many chunks of the index.
        rows: In which of the rows that were asked about.
    """

    count: int
    rows: Collection[int]


def phrases_of(asked: QueryTerms) -> list[Phrase]:
    """Everything that a store must be asked about, once."""
    every = (phrase for ways in asked.informative for way in ways for phrase in way)
    return list(dict.fromkeys(every))


def coverage(
    asked: QueryTerms, held: Mapping[Phrase, Holders], total: int, rows: Sequence[int]
) -> dict[int, float]:
    """The share of a query's words that stand in each row's text or above it, in [0, 1].

    A word that stands there in part counts in part.

    Args:
        asked: The query.
        held: Where each of `phrases_of` stands.
        total: Number of chunks of the index.
        rows: The rows to tell of.
    """
    weights = [_weight(ways, held, total) for ways in asked.informative]
    whole = sum(weights)
    return {
        row: sum(
            weight * max(_share(way, held, row) for way in ways)
            for weight, ways in zip(weights, asked.informative, strict=True)
        )
        / whole
        if whole
        else 0.0
        for row in rows
    }


def _weight(ways: Ways, held: Mapping[Phrase, Holders], total: int) -> float:
    """Inverse document frequency of a word in its commonest way; above 0, also for all."""
    count = max(min(held[phrase].count for phrase in way) for way in ways)
    return math.log1p((total - count + 0.5) / (count + 0.5))


def _share(way: Sequence[Phrase], held: Mapping[Phrase, Holders], row: int) -> float:
    return sum(row in held[phrase].rows for phrase in way) / len(way)

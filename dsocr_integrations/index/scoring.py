"""How good a hit is, whatever else was found: words and meaning together as one number.

A rank says which passage is best, not whether it is any good: something is always first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsocr_integrations.index.embedders.base import checked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dsocr_integrations.index.embedders import Embedder

MEANING = 0.6
"""Share of the meaning in a score of a short question; words have the rest.

A passage that answers often holds all words asked for, but seldom goes more than half the way to
the same meaning. Chosen on one half of `benchmarks/own_questions.py`; .5 to .75 do about as well.
"""

LONG = 8
"""Words of a question beyond which its meaning has a smaller share.

Most of a long question is filler, which no passage shares: it blurs the meaning, while rare words
still say what is asked for. Chosen on the questions of `benchmarks/short_questions.py` within four
other texts of filler, and as the least that loses none of `benchmarks/own_questions.py`'s first half.
"""

DOUBTFUL = 0.35
"""Below it most hits do not answer, and above it most do (`benchmarks/short_questions.py`)."""

_UNRELATED = (
    "The committee will meet again next spring to discuss the remaining points.",
    "Stir the flour into the butter and let it cook for two minutes.",
    "Le train part chaque matin de la gare du Nord.",
    "会议将于下周三上午举行，请准时参加。",
    "| Year | Total | Share |\n| --- | --- | --- |\n| 2019 | 1,204 | 31% |",
    "Figure 3. Results by group.",
    "All rights reserved.",
    "value",
)


@dataclass(frozen=True)
class Meaning:
    """What a query means to an embedder.

    Attributes:
        vector: The query's vector.
        unrelated: Its mean cosine with passages that have nothing to do with it.
    """

    vector: NDArray[np.float32]
    unrelated: float

    def nearness(self, cosine: float) -> float:
        """How far on the way from unrelated passages, 0, to the same text, 1, a cosine is."""
        way = 1 - self.unrelated
        return min(1.0, max(0.0, (cosine - self.unrelated) / way)) if way > 0 else 0.0


class Meanings:
    """What queries mean to an embedder, on a scale that does not depend on it.

    Cosines of one embedder lie between .7 and .9, those of another between .1 and .6. So each
    query is compared with a few unrelated passages, too, as voices are with a cohort of others
    where speakers are verified (Auckenthaler, Carey and Lloyd-Thomas, 2000). These are embedded
    once.

    Args:
        embedder: Embeds queries and passages.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._unrelated: NDArray[np.float32] | None = None

    def of(self, query: str) -> Meaning:
        """Embed a query."""
        from dsocr_integrations.index.unit_vectors import normalised

        if self._unrelated is None:
            vectors = self._embedder.embed_documents(list(_UNRELATED))
            known = checked(self._embedder, vectors, len(_UNRELATED))
            self._unrelated = normalised(known).mean(axis=0)
        vector = self._embedder.embed_query(query)
        return Meaning(vector, float(normalised(vector[None, :])[0] @ self._unrelated))


def score(coverage: float, nearness: float | None, words: float) -> float:
    """How much of a query a passage holds, in [0, 1].

    Args:
        coverage: Share of the query's words that it holds.
        nearness: Of its meaning; `None` where no meanings are compared.
        words: How many words of the query say something (`QueryTerms.length`).
    """
    if nearness is None:
        return coverage
    meaning = MEANING * min(1.0, LONG / max(words, 1.0))
    return meaning * nearness + (1 - meaning) * coverage

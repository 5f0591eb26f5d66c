"""How any index answers a query: three rankings of its chunks, fused and scored, or why not.

What a backend must be able to do for it is `ChunkStore`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index.base import Hit, Hits, NoHits, SearchMode
from dsocr_integrations.index.coverage import Holders, coverage, phrases_of
from dsocr_integrations.index.embedders import Embedder
from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.fusion import Fused, fuse, spread, supported
from dsocr_integrations.index.reranking import Reranker, candidates, reranked
from dsocr_integrations.index.scoring import Meaning, Meanings, score
from dsocr_integrations.index.terms import (
    MAX_QUERY_CHARACTERS,
    Phrase,
    QueryTerms,
    has_terms,
    query_terms,
)
from dsocr_integrations.records.chunks import Chunk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CONTEXT_WEIGHT = 0.6
"""BM25 weight of title, headings and caption beside 1.0 for the text itself."""

MIN_CANDIDATES = 50

RANKING = 1.0
"""Weight of the fused ranks in the order, not in the score, of hits found by words alone.

Page among the first five of 386 questions (`benchmarks/own_questions.py`): .938 by the score alone,
.951 with a weight of .3, .953 with this.
"""

SUPPORTING = 500
"""Best matches among which chunks of one page support each other."""

Ranges = tuple[tuple[int, int], ...]
"""Ranges of characters, start included, end not."""


@dataclass(frozen=True)
class Question:
    """What the full text is asked for: all of `every`, and one or more of the others.

    Attributes:
        every: Terms that a chunk must hold.
        some: Terms of which it must hold one, or a phrase.
        phrases: Pairs of terms that stand together.
    """

    every: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    phrases: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.every or self.some or self.phrases)


class Match(NamedTuple):
    """A chunk that answers a question.

    Attributes:
        row: Its row.
        page: Its document and first page.
        score: BM25, above 0 or next to it.
    """

    row: int
    page: Hashable
    score: float


@dataclass(frozen=True)
class Scored:
    """A chunk that was found, and how much of the query it holds.

    Attributes:
        found: The chunk's row, and the ways in which it was found.
        score: In [0, 1].
        coverage: Share of the query's words.
        cosine: Of query and chunk, where vectors were compared.
    """

    found: Fused
    score: float
    coverage: float
    cosine: float | None


class ChunkStore(Protocol):
    """What a search needs of a backend; filters are `SearchFilters` in every call."""

    def snapshot(self) -> AbstractContextManager[None]:
        """One state of the index for all that is read inside."""
        ...

    def matching(self, question: Question, filters: SearchFilters, count: int) -> list[Match]:
        """The best matches of the full text by BM25, best first."""
        ...

    def molecules_named(self, query: str, filters: SearchFilters, count: int) -> list[int]:
        """Rows whose SMILES or InChIKey is the query."""
        ...

    def nearest(
        self, vector: NDArray[np.float32], filters: SearchFilters, count: int
    ) -> list[tuple[int, float]]:
        """`(row, cosine)` of the nearest vectors, best first; nothing without vectors."""
        ...

    def cosines(self, vector: NDArray[np.float32], rows: Sequence[int]) -> dict[int, float]:
        """How near the vectors of rows are; rows without one are left out."""
        ...

    def holders(self, phrases: Sequence[Phrase], rows: Sequence[int]) -> dict[Phrase, Holders]:
        """Where words and phrases stand: in how many chunks, and in which of the rows."""
        ...

    def chunk(self, row: int) -> Chunk:
        """The chunk of a row."""
        ...

    def roots(self) -> tuple[str, ...]:
        """Folders that sources may be relative to."""
        ...

    def highlights(self, row: int, text: str, question: Question) -> Ranges:
        """Where the words of a question stand in a chunk's text."""
        ...

    def holds_any(self, filters: SearchFilters) -> bool:
        """Whether any chunk satisfies the filters."""
        ...

    def size(self) -> int:
        """Number of chunks."""
        ...

    def built_with(self) -> str | None:
        """Name of the embedder whose vectors are stored."""
        ...


class Search:
    """Answers queries from an open store.

    Args:
        store: The backend.
        embedder: Embeds queries; without one only words are compared.
        reranker: Orders the best hits anew.
    """

    def __init__(
        self, store: ChunkStore, embedder: Embedder | None, reranker: Reranker | None = None
    ) -> None:
        self._store = store
        self._reranker = reranker
        self._embedder = embedder
        self._meanings = None if embedder is None else Meanings(embedder)

    @property
    def mode(self) -> SearchMode:
        """`hybrid` with an embedder, else `lexical`."""
        return "lexical" if self._embedder is None else "hybrid"

    def search(
        self,
        query: str,
        k: int,
        filters: SearchFilters,
        *,
        min_score: float = 0.0,
        per_page: int | None = None,
    ) -> Hits:
        """Find the `k` best chunks, best first; as `Index.search`.

        Raises:
            ConfigurationError: If `min_score` or `per_page` is out of its range.
        """
        if not 0 <= min_score <= 1:
            raise ConfigurationError("A score lies between 0 and 1.", remedy="Give one of these.")
        if per_page is not None and per_page < 1:
            raise ConfigurationError("At least one hit of a page must be let through.")
        # Half a character, as JSON and command lines may hold, can be neither embedded nor found.
        query = query[:MAX_QUERY_CHARACTERS].encode("utf-8", "replace").decode().strip()
        if not query or k < 1:
            return Hits(reason=NoHits("empty_query", "Nothing was asked for."))
        asked = query_terms(query)
        # The query is embedded before the read transaction: no snapshot is held meanwhile.
        meaning = None if self._meanings is None else self._meanings.of(query)
        wanted = candidates(k, self._reranker)
        with self._store.snapshot():
            scored = self._scored(query, asked, meaning, filters, max(MIN_CANDIDATES, 4 * wanted))
            good = (one for one in scored if one.score >= min_score)
            best = spread(self._read(good), wanted, per_page)
            if not best:
                return Hits(reason=self._why_nothing(asked, filters, scored, min_score))
            roots = self._store.roots()
            hits = Hits(self._hit(one, chunk, asked, roots) for one, chunk in best)
        return reranked(hits, query, k, self._reranker)

    def _scored(
        self,
        query: str,
        asked: QueryTerms,
        meaning: Meaning | None,
        filters: SearchFilters,
        count: int,
    ) -> list[Scored]:
        """What is found by any way of looking, best first; as fused where scores are equal."""
        store = self._store
        molecules = store.molecules_named(query, filters, count)
        near = {} if meaning is None else dict(store.nearest(meaning.vector, filters, count))
        fused = fuse(
            {
                "exact": molecules or self._exact(asked, filters, count),
                "lexical": self._worded(asked, filters, count),
                "vector": list(near),
            }
        )
        rows = [found.row for found in fused]
        if meaning is not None:
            near |= store.cosines(meaning.vector, [row for row in rows if row not in near])
        held = store.holders(phrases_of(asked), rows)
        covered = coverage(asked, held, store.size(), rows)
        scored = []
        for found in fused:
            cosine = near.get(found.row)
            near_by = 0.0 if meaning is None or cosine is None else meaning.nearness(cosine)
            nearness = None if meaning is None else near_by
            counted = score(covered[found.row], nearness, asked.length)
            whole = 1.0 if found.row in molecules else counted
            # What is compared with a threshold is what is shown.
            scored.append(Scored(found, round(whole, 6), covered[found.row], cosine))
        # Words alone say once that they are there; the ranking knows how often and how rare.
        ranked = RANKING if meaning is None else 0.0
        return sorted(scored, key=lambda one: -(one.score + ranked * one.found.score))

    def _read(self, scored: Iterable[Scored]) -> Iterator[tuple[tuple[Scored, Chunk], Hashable]]:
        for one in scored:
            chunk = self._store.chunk(one.found.row)
            # A bracket or a rule, as is left of a formula or a form, answers nothing.
            if has_terms(chunk.text) or has_terms(chunk.caption or ""):
                yield (one, chunk), (chunk.doc_id, min(span.page for span in chunk.spans))

    def _hit(self, one: Scored, chunk: Chunk, asked: QueryTerms, roots: tuple[str, ...]) -> Hit:
        question = _any_of(asked)
        return Hit(
            chunk=chunk,
            score=one.score,
            mode=self.mode,
            found_by=one.found.found_by,
            similarity=one.cosine,
            coverage=round(one.coverage, 6),
            highlights=(
                self._store.highlights(one.found.row, chunk.text, question) if question else ()
            ),
            roots=roots,
        )

    def _worded(self, asked: QueryTerms, filters: SearchFilters, count: int) -> list[int]:
        """Chunks with the words asked for; then those with single characters of them only."""
        rows = self._ranked(_any_of(asked), filters, count)
        if len(rows) < count and asked.characters:
            loose = self._ranked(Question(some=asked.characters), filters, count)
            rows = list(dict.fromkeys([*rows, *loose]))[:count]
        return rows

    def _exact(self, asked: QueryTerms, filters: SearchFilters, count: int) -> list[int]:
        """Chunks that hold all numbers and codes asked for."""
        if not asked.codes:
            return []
        matches = self._ranked(Question(every=asked.codes), filters, count)
        if len(matches) == count:
            # A number of that many chunks, such as a year, picks none out: a word among others.
            return []
        rest = tuple(word for word in asked.words if word not in asked.codes)
        if rest or asked.phrases:
            # Among chunks with the codes, those with the other words come first.
            both = Question(every=asked.codes, some=rest, phrases=asked.phrases)
            return self._ranked(both, filters, count) or matches
        return matches

    def _ranked(self, question: Question, filters: SearchFilters, count: int) -> list[int]:
        if not question:
            return []
        return supported(self._store.matching(question, filters, max(count, SUPPORTING)))[:count]

    def _why_nothing(
        self,
        asked: QueryTerms,
        filters: SearchFilters,
        scored: Sequence[Scored],
        min_score: float,
    ) -> NoHits:
        total = self._store.size()
        if not total:
            return NoHits("empty_index", "The index is empty: nothing was ingested into it yet.")
        best = max((one.score for one in scored), default=1.0)
        if best < min_score:
            said = f"No passage has a score of {min_score:g} or more; the best has {best:.3f}."
            return NoHits("score", said)
        given = filters.given()
        if given:
            named = ", ".join(f"{name} = {value!r}" for name, value in given.items())
            if not self._store.holds_any(filters):
                return NoHits("filters", f"None of the {total} chunks has {named}.")
            if self._worded(asked, SearchFilters(), 1):
                return NoHits("filters", f"The words stand only in chunks without {named}.")
        pairs = ("".join(phrase) for phrase in asked.phrases)
        words = ", ".join([*asked.words, *pairs][:8])
        why = f"None of the {total} chunks holds any of: {words}."
        built = self._store.built_with()
        if self._embedder is None and built is not None:
            why += f" Meanings were not compared: open the index with its embedder, {built}."
        elif self._embedder is None:
            why += " Only words were compared, as the index has no embedder."
        else:
            why += " Nor is any of them near it in meaning."
        return NoHits("words", why)


def joined(ranges: Sequence[tuple[int, int]]) -> Ranges:
    """Ranges in order, those that touch made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _any_of(asked: QueryTerms) -> Question:
    return Question(some=asked.words, phrases=asked.phrases)

"""How any index answers a query: three rankings of its chunks, fused, or why there are none.

What a backend must be able to do for it is `ChunkStore`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from dsocr_integrations.index.base import Hit, Hits, NoHits, SearchMode
from dsocr_integrations.index.embedders import Embedder
from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.fusion import Fused, fuse, spread, supported
from dsocr_integrations.index.reranking import Reranker, candidates, reranked
from dsocr_integrations.index.terms import MAX_QUERY_CHARACTERS, QueryTerms, query_terms
from dsocr_integrations.records.chunks import Chunk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CONTEXT_WEIGHT = 0.6
"""BM25 weight of title, headings and caption beside 1.0 for the text itself."""

MIN_CANDIDATES = 50

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

    @property
    def mode(self) -> SearchMode:
        """`hybrid` with an embedder, else `lexical`."""
        return "lexical" if self._embedder is None else "hybrid"

    def search(self, query: str, k: int, filters: SearchFilters) -> Hits:
        """Find the `k` best chunks, best first."""
        # Half a character, as JSON and command lines may hold, can be neither embedded nor found.
        query = query[:MAX_QUERY_CHARACTERS].encode("utf-8", "replace").decode().strip()
        if not query or k < 1:
            return Hits(reason=NoHits("empty_query", "Nothing was asked for."))
        wanted = candidates(k, self._reranker)
        hits = self._fused(query, wanted, filters)
        return reranked(hits, query, k, self._reranker)

    def _fused(self, query: str, k: int, filters: SearchFilters) -> Hits:
        count = max(MIN_CANDIDATES, 4 * k)
        # The query is embedded before the read transaction: no snapshot is held meanwhile.
        vector = None if self._embedder is None else self._embedder.embed_query(query)
        asked = query_terms(query)
        with self._store.snapshot():
            nearest = {} if vector is None else dict(self._store.nearest(vector, filters, count))
            fused = fuse(
                {
                    "exact": self._exact(query, asked, filters, count),
                    "lexical": self._worded(asked, filters, count),
                    "vector": list(nearest),
                }
            )
            if not fused:
                return Hits(reason=self._why_nothing(asked, filters))
            roots = self._store.roots()
            best = spread(self._read(fused), k)
            return Hits(self._hit(found, chunk, nearest, asked, roots) for found, chunk in best)

    def _read(self, fused: Iterable[Fused]) -> Iterator[tuple[tuple[Fused, Chunk], Hashable]]:
        for found in fused:
            chunk = self._store.chunk(found.row)
            yield (found, chunk), (chunk.doc_id, min(span.page for span in chunk.spans))

    def _hit(
        self,
        found: Fused,
        chunk: Chunk,
        nearest: dict[int, float],
        asked: QueryTerms,
        roots: tuple[str, ...],
    ) -> Hit:
        question = _any_of(asked)
        return Hit(
            chunk=chunk,
            score=found.score,
            mode=self.mode,
            found_by=found.found_by,
            similarity=nearest.get(found.row),
            highlights=(
                self._store.highlights(found.row, chunk.text, question) if question else ()
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

    def _exact(
        self, query: str, asked: QueryTerms, filters: SearchFilters, count: int
    ) -> list[int]:
        """Chunks that hold the molecule asked for, else all numbers and codes asked for."""
        molecules = self._store.molecules_named(query, filters, count)
        if molecules or not asked.codes:
            return molecules
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

    def _why_nothing(self, asked: QueryTerms, filters: SearchFilters) -> NoHits:
        total = self._store.size()
        if not total:
            return NoHits("empty_index", "The index is empty: nothing was ingested into it yet.")
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

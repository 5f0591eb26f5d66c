"""What the frameworks' retrievers share: one query, answered by words and meaning or structure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.retrieval.cited import Cited
from dsocr_integrations.retrieval.lazy_index import LazyIndex
from dsocr_integrations.runner.event_loops import called_without_blocking

RetrievalMode = Literal["text", "exact", "similarity", "substructure"]
"""`text` for a query in words; the others take it for a molecule and say how it is compared."""


@dataclass(frozen=True)
class Retriever:
    """Finds the chunks of an index that answer a query.

    Attributes:
        index: The index; opened by the first query.
        k: How many chunks at most.
        mode: What the query is.
        filters: What a chunk must satisfy.
        min_score: Least score of a chunk, in [0, 1]; Tanimoto's coefficient for `similarity`.
        per_page: How many chunks of one page a text finds at most; `Index.search` says what else.
    """

    index: LazyIndex
    k: int = 5
    mode: RetrievalMode = "text"
    filters: SearchFilters | None = None
    min_score: float = 0.0
    per_page: int | None = None

    def retrieve(self, query: str) -> list[Cited]:
        """The best chunks, best first; none for an empty query.

        Raises:
            ConfigurationError: If there is no index, or the query is no structure where it should be.
        """
        index = self.index.open()
        if self.mode == "text":
            hits = index.search(
                query, self.k, self.filters, min_score=self.min_score, per_page=self.per_page
            )
            return list(map(Cited.of_hit, hits))
        found = index.search_structure(
            query, self.mode, k=self.k, filters=self.filters, min_similarity=self.min_score
        )
        return list(map(Cited.of_structure, found))

    async def aretrieve(self, query: str) -> list[Cited]:
        """As `retrieve`, without blocking the event loop; who cancels is not held up."""
        return await called_without_blocking(partial(self.retrieve, query))

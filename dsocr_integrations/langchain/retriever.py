"""An index of ours as a retriever of LangChain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.rerankers import RerankerLike
from dsocr_integrations.langchain.lc_documents import to_langchain
from dsocr_integrations.retrieval import Cited, IndexLike, LazyIndex, RetrievalMode, Retriever

if TYPE_CHECKING:
    from dsocr_integrations.index.embedders.loading import EmbedderLike


class DeepSeekOCRRetriever(BaseRetriever):
    """Finds passages in an index that `dsocr ingest` or `open_index` made.

    Each `Document` has the id, content and metadata of the loader's, and beside them `score`,
    `found_by`, `similarity`, and the page and box of the words that were found. `k`, `mode`,
    `filters`, `min_score` and `per_page` can be given to a single `invoke` too.

    Args:
        index: Folder, file or PostgreSQL URL of the index, opened by the first query; or an open
            index. As configured (`DSOCR_INDEX`, `dsocr.toml`) where it is not given.
        embedder: Turns queries into vectors, as `open_index` takes it: what the index was built
            with, as configured by default.
        reranker: Orders the best hits anew; any callable of query and texts that gives scores, or
            a name that `load_reranker` takes.
        k: How many passages at most.
        mode: `text`, or `exact`, `similarity`, `substructure` for queries that are molecules, in
            SMILES, InChIKey or SMARTS.
        filters: What a passage must satisfy, as `SearchFilters` or its fields by name, such as
            `{"kind": ["table", "chart"], "page": "1-3", "trusted": True}`.
        min_score: Least score of a passage, in [0, 1]; Tanimoto's coefficient for `similarity`.
        per_page: How many passages of one page at most; by default two, or four tenths of `k`, come
            before those of others.
    """

    model_config = ConfigDict(extra="forbid")

    # A field, so that `configurable_fields` hands it on to the retriever that it makes.
    index: LazyIndex = Field(repr=False)
    k: int = Field(default=5, ge=1)
    mode: RetrievalMode = "text"
    filters: SearchFilters | None = None
    min_score: float = Field(default=0.0, ge=0, le=1)
    per_page: int | None = Field(default=None, ge=1)

    def __init__(
        self,
        index: IndexLike | LazyIndex = None,
        *,
        embedder: EmbedderLike | None = None,
        reranker: RerankerLike | None = None,
        **fields: Any,
    ) -> None:
        if not isinstance(index, LazyIndex):
            index = LazyIndex(index, embedder=embedder, reranker=reranker)
        super().__init__(index=index, **fields)

    def close(self) -> None:
        """Close the index, unless it was given open; the next query opens it again."""
        self.index.close()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - its presence is the interface
        **asked: Any,
    ) -> list[Document]:
        return _documents(self._asked(asked).retrieve(query))

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,  # noqa: ARG002
        **asked: Any,
    ) -> list[Document]:
        return _documents(await self._asked(asked).aretrieve(query))

    def _asked(self, asked: dict[str, Any]) -> Retriever:
        """What one call asks: the retriever's own fields, or others beside its query."""
        names = ("k", "mode", "filters", "min_score", "per_page")
        own = {name: getattr(self, name) for name in names}
        given = type(self)(self.index, **(own | asked)) if asked else self
        return Retriever(self.index, **{name: getattr(given, name) for name in names})


def _documents(found: Iterable[Cited]) -> list[Document]:
    return [to_langchain(one.passage) for one in found]

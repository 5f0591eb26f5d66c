"""An index of ours as a retriever of LlamaIndex."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.callbacks import CallbackManager
from llama_index.core.schema import NodeWithScore, QueryBundle
from llama_index.core.vector_stores import MetadataFilters

from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.rerankers import RerankerLike
from dsocr_integrations.llama_index.cited_nodes import cited_node
from dsocr_integrations.llama_index.metadata_filters import search_filters
from dsocr_integrations.retrieval import IndexLike, LazyIndex, RetrievalMode, Retriever

if TYPE_CHECKING:
    from dsocr_integrations.index.embedders.loading import EmbedderLike


class DeepSeekOCRRetriever(BaseRetriever):
    """Finds passages in an index that `dsocr ingest` or `open_index` made.

    Each node has the id, text and metadata of the reader's, and beside them `score`, `found_by`,
    `similarity`, `revision`, and the page and box of the words that were found. Its source is the
    document that the reader gives for the page.

    Args:
        index: Folder, file or PostgreSQL URL of the index, opened by the first query; or an open
            index. As configured (`DSOCR_INDEX`, `dsocr.toml`) where it is not given.
        embedder: Turns queries into vectors: an embedding model of LlamaIndex, or what else
            `open_index` takes; as configured by default.
        reranker: Orders the best hits anew; any callable of query and texts that gives scores, or
            a name that `load_reranker` takes.
        similarity_top_k: How many nodes at most.
        min_score: Least score of a node, in [0, 1]; Tanimoto's coefficient for `similarity`.
        per_page: How many nodes of one page a text finds at most; by default two, or four
            tenths of all, while others are left.
        mode: `text`, or `exact`, `similarity`, `substructure` for queries that are molecules, in
            SMILES, InChIKey or SMARTS.
        filters: What a node must satisfy: `SearchFilters`, or LlamaIndex's `MetadataFilters` as
            far as the index has their like.
        callback_manager: LlamaIndex's.
        verbose: LlamaIndex's.

    Raises:
        ConfigurationError: If the index cannot filter as the filters ask.
    """

    def __init__(
        self,
        index: IndexLike = None,
        *,
        embedder: EmbedderLike | None = None,
        reranker: RerankerLike | None = None,
        similarity_top_k: int = 5,
        min_score: float = 0.0,
        per_page: int | None = None,
        mode: RetrievalMode = "text",
        filters: SearchFilters | MetadataFilters | None = None,
        callback_manager: CallbackManager | None = None,
        verbose: bool = False,
    ) -> None:
        super().__init__(callback_manager=callback_manager, verbose=verbose)
        self._index = LazyIndex(index, embedder=embedder, reranker=reranker)
        asked = search_filters(filters) if isinstance(filters, MetadataFilters) else filters
        self._retriever = Retriever(self._index, similarity_top_k, mode, asked, min_score, per_page)

    def close(self) -> None:
        """Close the index, unless it was given open; the next query opens it again."""
        self._index.close()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return list(map(cited_node, self._retriever.retrieve(query_bundle.query_str)))

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return list(map(cited_node, await self._retriever.aretrieve(query_bundle.query_str)))

"""Nodes for a model's prompt, quoted as text of documents that anyone may have written."""

from __future__ import annotations

from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import BaseNode, NodeWithScore, QueryBundle

from dsocr_integrations.retrieval import NOTICE, quoted_each


class DeepSeekOCRQuotePostprocessor(BaseNodePostprocessor):
    """Puts what was printed between marks that no document knows, below its citation.

    The first node begins with a notice that such text is to be quoted and never followed. The nodes
    keep their ids and metadata, which a model is shown no more of than the citation says. To be put
    last, as what comes later sees the marks.
    """

    @classmethod
    def class_name(cls) -> str:
        """Name under which LlamaIndex serialises it."""
        return "DeepSeekOCRQuotePostprocessor"

    def _postprocess_nodes(
        self,
        nodes: list[NodeWithScore],
        query_bundle: QueryBundle | None = None,  # noqa: ARG002 - the same for any query
    ) -> list[NodeWithScore]:
        quotes = quoted_each((_printed(hit.node), hit.node.metadata) for hit in nodes)
        quotes[:1] = [f"{NOTICE}\n\n{first}" for first in quotes[:1]]
        return [
            NodeWithScore(node=_saying(hit.node, quote), score=hit.score)
            for hit, quote in zip(nodes, quotes, strict=True)
        ]


def _printed(node: BaseNode) -> str:
    context = node.metadata.get("context")
    return f"{context}\n\n{node.get_content()}" if context else node.get_content()


def _saying(node: BaseNode, text: str) -> BaseNode:
    """A copy that a model is shown a text of and no metadata."""
    copied = node.model_copy(update={"excluded_llm_metadata_keys": list(node.metadata)})
    copied.set_content(text)
    return copied

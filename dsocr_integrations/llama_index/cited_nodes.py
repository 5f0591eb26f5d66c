"""What an index found, as LlamaIndex's nodes: text, score, and where to look."""

from __future__ import annotations

from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    ObjectType,
    RelatedNodeInfo,
    TextNode,
)

from dsocr_integrations.export import llama_index_record
from dsocr_integrations.records.identity import page_id
from dsocr_integrations.retrieval import Cited


def cited_node(cited: Cited) -> NodeWithScore:
    """A chunk with its score, below the document that the reader gives for its page."""
    chunk = cited.chunk
    page = RelatedNodeInfo(node_id=page_id(chunk.doc_id, chunk.page), node_type=ObjectType.DOCUMENT)
    node = TextNode(
        **llama_index_record(cited.passage), relationships={NodeRelationship.SOURCE: page}
    )
    return NodeWithScore(node=node, score=cited.rank_score)

"""Nodes of the chunks that a page was cut into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, NodeRelationship, RelatedNodeInfo

from dsocr_integrations.llama_index.page_document import PageDocument
from dsocr_integrations.passages import CHUNKS_HASH


class DeepSeekOCRNodeParser(NodeParser):
    """Makes one node of each chunk of the pages that `DeepSeekOCRReader` gives.

    Ids, texts and metadata of the nodes are those of the LangChain loader's chunks; their source
    is the page. Metadata that was added to the page, such as `SimpleDirectoryReader`'s, is handed
    on. Documents of other readers are left as they are, for the next splitter.
    """

    include_metadata: bool = False

    @classmethod
    def class_name(cls) -> str:
        """Name under which LlamaIndex serialises the parser."""
        return "DeepSeekOCRNodeParser"

    def _parse_nodes(
        self,
        nodes: Sequence[BaseNode],
        show_progress: bool = False,  # noqa: ARG002 - nothing here takes long
        **kwargs: Any,  # noqa: ARG002
    ) -> list[BaseNode]:
        return [node for document in nodes for node in _nodes_of(document)]


def _nodes_of(document: BaseNode) -> Iterator[BaseNode]:
    if not isinstance(document, PageDocument):
        if CHUNKS_HASH in document.metadata:
            msg = "A page's chunks are not kept where it is written as JSON: read it again."
            raise ValueError(msg)
        yield document
        return
    # Without the page's metadata, which would stand in each node once more.
    page = RelatedNodeInfo(node_id=document.id_, node_type=document.get_type(), hash=document.hash)
    added = {key: value for key, value in document.metadata.items() if key != CHUNKS_HASH}
    for node in document.nodes:
        yield node.model_copy(
            update={
                "metadata": {**added, **node.metadata},
                "excluded_embed_metadata_keys": _both(
                    node.excluded_embed_metadata_keys, document.excluded_embed_metadata_keys
                ),
                "excluded_llm_metadata_keys": _both(
                    node.excluded_llm_metadata_keys, document.excluded_llm_metadata_keys
                ),
                "relationships": {NodeRelationship.SOURCE: page},
            }
        )


def _both(keys: Iterable[str], others: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*keys, *others]))

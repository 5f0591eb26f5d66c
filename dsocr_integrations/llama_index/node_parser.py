"""Nodes of the chunks that a page was cut into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from typing import Any

from llama_index.core import Settings
from llama_index.core.bridge.pydantic import SerializeAsAny
from llama_index.core.node_parser import NodeParser, SentenceSplitter
from llama_index.core.schema import BaseNode, Document, NodeRelationship, RelatedNodeInfo

from dsocr_integrations.llama_index.page_document import PageDocument
from dsocr_integrations.passages import CHUNKS_HASH


class DeepSeekOCRNodeParser(NodeParser):
    """Makes one node of each chunk of the pages that `DeepSeekOCRReader` gives.

    Ids, texts and metadata of the nodes are those of the LangChain loader's chunks; their source
    is the page. Metadata that was added to the page, such as `SimpleDirectoryReader`'s, is handed
    on. Nodes that another splitter has made are left as they are.

    Attributes:
        splitter: Splits the documents of other readers; `Settings.node_parser` by default.
    """

    include_metadata: bool = False
    splitter: SerializeAsAny[NodeParser] | None = None

    @classmethod
    def class_name(cls) -> str:
        """Name under which LlamaIndex serialises the parser."""
        return "DeepSeekOCRNodeParser"

    def _parse_nodes(
        self,
        nodes: Sequence[BaseNode],
        show_progress: bool = False,  # noqa: ARG002 - nothing of ours takes long
        **kwargs: Any,  # noqa: ARG002
    ) -> list[BaseNode]:
        made: list[BaseNode] = []
        for is_other, group in groupby(nodes, _is_other):
            if is_other:
                made += self._others()([_checked(document) for document in group])
            else:
                made += chain.from_iterable(map(_nodes_of, group))
        return made

    def _others(self) -> NodeParser:
        chosen = self.splitter or Settings.node_parser
        return SentenceSplitter() if isinstance(chosen, DeepSeekOCRNodeParser) else chosen


def _is_other(node: BaseNode) -> bool:
    """Whether it is a document of another reader, and no node yet."""
    return isinstance(node, Document) and not isinstance(node, PageDocument)


def _checked(other: BaseNode) -> BaseNode:
    """What is not a page of ours.

    Raises:
        ValueError: If it was one.
    """
    if CHUNKS_HASH in other.metadata:
        msg = (
            "A page of DeepSeekOCRReader has come without its chunks, which are lost where it is"
            " written as JSON or split by another parser. Read it again, and put"
            " DeepSeekOCRNodeParser first; for a splitter of your own read with export='pages'."
        )
        raise ValueError(msg)
    return other


def _nodes_of(document: BaseNode) -> Iterator[BaseNode]:
    if not isinstance(document, PageDocument):
        yield _checked(document)
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

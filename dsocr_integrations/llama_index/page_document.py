"""A page as LlamaIndex's `Document`, which its chunks are nodes of."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

from llama_index.core.bridge.pydantic import Field
from llama_index.core.schema import Document, RelatedNodeInfo, TextNode

from dsocr_integrations.export import llama_index_record
from dsocr_integrations.llama_index.image_nodes import figure_node, shows_figure
from dsocr_integrations.passages import CHUNKS_HASH, Passage
from dsocr_integrations.sources import Source

_SPLIT_BY_ANOTHER = (
    "The text of a page of DeepSeekOCRReader is split anew, and its chunks are left behind with"
    " their headings and boxes. Pass transformations=[DeepSeekOCRNodeParser()], or read with"
    " export='pages' if that is what you want."
)


class PageDocument(Document):
    """A page under the id of its place, so that a pipeline replaces what stood there before.

    Attributes:
        nodes: The page's chunks, for `DeepSeekOCRNodeParser`; they are pickled with it, and left
            out where it is written as JSON.
    """

    nodes: list[TextNode] = Field(default_factory=list, exclude=True, repr=False)

    def as_related_node_info(self) -> RelatedNodeInfo:
        """What a node's source is: asked for by parsers that split the text, and not by ours."""
        # Of one text at one place: Python shows it once.
        warnings.warn(_SPLIT_BY_ANOTHER, stacklevel=2)
        return super().as_related_node_info()


def to_llama_index(
    passage: Passage, extra_info: Mapping[str, Any] | None, *, images: bool = False
) -> Document:
    """Rename a passage's fields.

    Args:
        passage: The passage.
        extra_info: Metadata to add.
        images: Draw the figures among a page's chunks.
    """
    fields = llama_index_record(passage, extra_info)
    if CHUNKS_HASH not in passage.metadata:
        return Document(**fields)
    source = passage.source if images else None
    if source is not None and any(map(shows_figure, passage.parts)):
        # A pipeline that knows the page without its pictures is to take it again.
        fields["metadata"][CHUNKS_HASH] += " with images"
    nodes = [_node(part, source, extra_info) for part in passage.parts]
    return PageDocument(**fields, nodes=nodes)


def _node(
    passage: Passage, source: Source | None, extra_info: Mapping[str, Any] | None
) -> TextNode:
    if source is not None and shows_figure(passage):
        return figure_node(passage, source, extra_info)
    return TextNode(**llama_index_record(passage, extra_info))

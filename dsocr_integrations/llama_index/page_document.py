"""A page as LlamaIndex's `Document`, which its chunks are nodes of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llama_index.core.bridge.pydantic import Field
from llama_index.core.schema import Document, TextNode

from dsocr_integrations.export import llama_index_record
from dsocr_integrations.passages import CHUNKS_HASH, Passage


class PageDocument(Document):
    """A page under the id of its place, so that a pipeline replaces what stood there before.

    Attributes:
        nodes: The page's chunks, for `DeepSeekOCRNodeParser`; they are pickled with it, and left
            out where it is written as JSON.
    """

    nodes: list[TextNode] = Field(default_factory=list, exclude=True, repr=False)


def to_llama_index(passage: Passage, extra_info: Mapping[str, Any] | None) -> Document:
    """Rename a passage's fields."""
    fields = llama_index_record(passage, extra_info)
    if CHUNKS_HASH not in passage.metadata:
        return Document(**fields)
    nodes = [TextNode(**llama_index_record(part, extra_info)) for part in passage.parts]
    return PageDocument(**fields, nodes=nodes)

"""Places on pages as LlamaIndex's `ImageNode`, with the picture in the node itself."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, get_args
from uuid import uuid5

from llama_index.core.schema import (
    BaseNode,
    ImageNode,
    NodeRelationship,
    NodeWithScore,
    RelatedNodeInfo,
)

from dsocr_integrations.export import llama_index_record
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.output.evidence_crops import CropOptions, drawn
from dsocr_integrations.passages import Passage
from dsocr_integrations.records.documents import FigureKind
from dsocr_integrations.records.identity import NAMESPACE, content_key
from dsocr_integrations.retrieval import IndexLike
from dsocr_integrations.retrieval import crop as crop_cited
from dsocr_integrations.sources import Source

if TYPE_CHECKING:
    from PIL.Image import Image

FIGURE_KINDS = frozenset(get_args(FigureKind))


def crop(
    node: BaseNode | NodeWithScore,
    *,
    index: IndexLike = None,
    output: OutputFolder | str | Path | None = None,
    **options: Unpack[CropOptions],
) -> ImageNode:
    """Show the place that a node was read from: its boxes outlined, in an `ImageNode`.

    The id is that of the place; text and metadata are the node's.

    Args:
        node: A node of our retriever, reader or node parser, out of whatever store or engine.
        index: The index that it came from, which knows what its source is relative to.
        output: The output folder of the ingest, which knows which bytes were read and keeps the
            figures. Without it a node that no retriever gave is shown as its source is now.
        **options: As `evidence_crops.crop`: `roots`, `page`, `margin`, `dpi`, `outline`, `fetch`,
            `password`.

    Raises:
        SourceNotFoundError: If the source has gone.
        SourceChangedError: If it holds other bytes than those that were read.
        ConfigurationError: If the node is none of ours, or its source is a URL and `fetch` is off.
    """
    read = node.node if isinstance(node, NodeWithScore) else node
    picture = crop_cited(read, index=index, output=output, **options)
    parent = RelatedNodeInfo(node_id=read.node_id, node_type=read.get_type())
    return ImageNode(
        id_=_place_id(read.metadata, options.get("page")),
        text=read.get_content(),
        metadata=dict(read.metadata),
        excluded_embed_metadata_keys=read.excluded_embed_metadata_keys,
        excluded_llm_metadata_keys=read.excluded_llm_metadata_keys,
        relationships={**read.relationships, NodeRelationship.PARENT: parent},
        **image_fields(picture),
    )


def _place_id(metadata: Mapping[str, Any], page: int | None) -> str:
    """UUIDv5 of the place; some engines give their nodes new ids for each query."""
    names = ("source", "page_number", "spans", "kind")
    said = [str(metadata.get(name, "")) for name in names]
    return str(uuid5(NAMESPACE, content_key("crop", *said, str(page or ""))))


def shows_figure(passage: Passage) -> bool:
    """Whether a passage says what a figure shows."""
    return passage.metadata["kind"] in FIGURE_KINDS


def figure_node(
    passage: Passage, source: Source, extra_info: Mapping[str, Any] | None
) -> ImageNode:
    """The passage of a figure as a node, with a picture of the figure and its caption.

    Raises:
        SourceError: If the source cannot be opened any more.
    """
    spans = json.loads(str(passage.metadata["spans"]))
    boxes = [tuple(span["box"]) for span in spans if span["page"] == passage.page]
    picture = drawn(source, passage.page, boxes, margin=0, outline=False)
    return ImageNode(**llama_index_record(passage, extra_info), **image_fields(picture))


def image_fields(picture: Image) -> dict[str, str]:
    """The fields in which an `ImageNode` holds a picture."""
    data = io.BytesIO()
    picture.save(data, "PNG")
    return {"image": base64.b64encode(data.getvalue()).decode(), "image_mimetype": "image/png"}

"""Places on pages as LlamaIndex's `ImageNode`, with the picture in the node itself."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_args

from llama_index.core.schema import ImageNode

from dsocr_integrations.export import llama_index_record
from dsocr_integrations.output.evidence_crops import drawn
from dsocr_integrations.passages import Passage
from dsocr_integrations.records.documents import FigureKind
from dsocr_integrations.sources import Source

if TYPE_CHECKING:
    from PIL.Image import Image

FIGURE_KINDS = frozenset(get_args(FigureKind))


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

"""Questions about one page that are no reading of it: where something stands, what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsocr_integrations import grounding
from dsocr_integrations.errors import PageReadError, UnsupportedPromptError
from dsocr_integrations.figures import plain_answer
from dsocr_integrations.records.base import Record
from dsocr_integrations.records.documents import GRID, Box, ParseWarning, PointBox, RawBox
from dsocr_integrations.records.readings import FinishReason

if TYPE_CHECKING:
    from dsocr_integrations.engines.base import Reading
    from dsocr_integrations.rendering import PageRegion
    from dsocr_integrations.runner.page_keys import EngineFacts

MAX_BOXES = 500
"""Boxes of one answer that are kept; a model that names more is looping."""


class Location(Record):
    """Where a thing or a text stands on a page.

    Attributes:
        target: What was asked for.
        page: 1-based page number.
        boxes: Clamped and ordered boxes on the 0–999 grid; empty where it was not found.
        raw_boxes: The boxes as said.
        page_width: Width of the upright page in points.
        page_height: Height of the upright page in points.
        engine: Who looked.
        fingerprint: The reading versions it was read with.
        raw: The answer as said.
        warnings: Irregularities of the answer.
    """

    target: str
    page: int
    boxes: tuple[Box, ...]
    raw_boxes: tuple[RawBox, ...]
    page_width: float
    page_height: float
    engine: str
    fingerprint: str
    raw: str
    warnings: tuple[ParseWarning, ...] = ()

    @property
    def point_boxes(self) -> tuple[PointBox, ...]:
        """The boxes in points of the upright page, origin top left."""
        across, down = self.page_width / GRID, self.page_height / GRID
        return tuple(
            (x0 * across, y0 * down, x1 * across, y1 * down) for x0, y0, x1, y1 in self.boxes
        )


class Description(Record):
    """What a model says a page or picture shows. It may be invented and is never a reading.

    Attributes:
        page: 1-based page number.
        text: The description; special tokens removed.
        engine: Who described it.
        fingerprint: The reading versions it was read with.
        finish_reason: `stop` for a complete answer.
        vision_tokens: Image tokens, where the engine has them.
        output_tokens: Tokens of the answer, where known.
    """

    page: int
    text: str
    engine: str
    fingerprint: str
    finish_reason: FinishReason = "stop"
    vision_tokens: int | None = None
    output_tokens: int | None = None


def location_of(target: str, region: PageRegion, reading: Reading, engine: EngineFacts) -> Location:
    """Make the record of an answer to the referring prompt.

    Raises:
        UnsupportedPromptError: If the engine cannot be asked that.
        PageReadError: If it could not answer.
    """
    _need_answer(reading, engine, "locate")
    parsed = grounding.parse(reading.text)
    found = dict.fromkeys(
        pair for block in parsed.blocks for pair in zip(block.boxes, block.raw_boxes, strict=False)
    )
    pairs = list(found)[:MAX_BOXES]
    return Location(
        target=target,
        page=region.number,
        boxes=tuple(box for box, _ in pairs),
        raw_boxes=tuple(raw for _, raw in pairs),
        page_width=region.width,
        page_height=region.height,
        engine=engine.name,
        fingerprint=engine.fingerprint,
        raw=reading.text,
        warnings=parsed.warnings,
    )


def description_of(region: PageRegion, reading: Reading, engine: EngineFacts) -> Description:
    """Make the record of an answer to `Describe this image in detail.`.

    Raises:
        UnsupportedPromptError: If the engine cannot be asked that.
        PageReadError: If it could not answer.
    """
    _need_answer(reading, engine, "describe")
    return Description(
        page=region.number,
        text=plain_answer(reading.text),
        engine=engine.name,
        fingerprint=engine.fingerprint,
        finish_reason=reading.finish_reason,
        vision_tokens=reading.vision_tokens,
        output_tokens=reading.output_tokens,
    )


def _need_answer(reading: Reading, engine: EngineFacts, question: str) -> None:
    failure = reading.failure
    if failure is None:
        return
    if failure.kind == "unsupported":
        raise UnsupportedPromptError(
            f"The engine {engine.name} cannot {question}: {failure.message}",
            remedy="Use DeepSeek-OCR itself: the engine transformers, vllm or a server's address.",
        )
    raise PageReadError(
        f"The engine {engine.name} could not {question} ({failure.kind}): {failure.message}"
    )

"""Lines and words as an OCR engine found them, in pixels of the picture it looked at."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from dsocr_integrations.records.documents import PointBox

Corner = tuple[float, float]
Quad = tuple[Corner, Corner, Corner, Corner]
"""Corners of a line: top left, top right, bottom right, bottom left, along the text."""


@dataclass(frozen=True)
class WordBox:
    """A word, or a run of characters without a wide gap.

    Attributes:
        text: What was read.
        box: `(x0, y0, x1, y1)`.
    """

    text: str
    box: PointBox


@dataclass(frozen=True)
class TextLine:
    """A line of text.

    Attributes:
        text: What was read.
        box: `(x0, y0, x1, y1)`.
        score: Mean confidence of the characters, 0–1.
        words: The line's words from left to right; never empty for a line with text.
        vertical: Whether its characters are stacked from top to bottom.
        marked: The text with `_{…}` and `^{…}` around lowered and raised characters; empty where
            there are none.
        quad: Its corners along the text, where it is not level.
    """

    text: str
    box: PointBox
    score: float
    words: tuple[WordBox, ...] = ()
    vertical: bool = False
    marked: str = ""
    quad: Quad | None = None

    @property
    def height(self) -> float:
        """Height of the box; for vertical text its width, the size of a character."""
        x0, y0, x1, y1 = self.box
        return x1 - x0 if self.vertical else y1 - y0


def bounding_box(boxes: list[PointBox] | tuple[PointBox, ...]) -> PointBox:
    """The smallest box that holds all of `boxes`; at least one is needed."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def quad_of(*corners: Iterable[float]) -> Quad:
    """A line by its four corners, each of two numbers of any kind."""
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return (a, b, c, d)


def quad_angle(quad: Quad) -> float:
    """Slope of a line's top and bottom edges in degrees, positive when it falls to the right."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = quad
    return math.degrees(math.atan2((by - ay) + (cy - dy), (bx - ax) + (cx - dx)))

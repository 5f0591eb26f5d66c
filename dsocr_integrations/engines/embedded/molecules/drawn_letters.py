"""The labels of a molecule that is drawn with paths: its letters are text, or outlines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.born_digital.glyph_shapes import likest_character

if TYPE_CHECKING:
    from dsocr_integrations.engines.embedded.charts.labels import Glyph
    from dsocr_integrations.engines.embedded.charts.scene import Box, Point, Shape

CHARACTERS = "BCFHKLMNOPRSTZabehilnrtuy23456789+()"
"""What labels of atoms and groups are written with, one of those that differ in size only. Bars,
such as a minus, need no comparison."""

CAPITAL = 0.73
"""Height of capitals and figures in sizes of the font."""

SOLID = 0.9
"""Share of ink in the box of a minus or of the letter l, which is also the capital I."""

GAP = 0.45
"""Heights of a capital between letters of one label."""

LOWERED = 0.15
"""Heights of a capital between it and the top of a lowered figure or the foot of a raised sign."""

GRID_HEIGHT = 40
"""Pixels that an outline is drawn high to be compared."""

UNREAD = "?"


@dataclass(frozen=True)
class Letter:
    """A character in a drawing.

    Attributes:
        text: What it is; `UNREAD` where its outline is no known character's.
        box: Its ink, in points.
        others: What else it may be, the likest first.
    """

    text: str
    box: Box
    others: str = ""


@dataclass(frozen=True)
class AtomLabel:
    """Letters that stand together.

    Attributes:
        letters: From left to right.
    """

    letters: tuple[Letter, ...]

    @property
    def text(self) -> str:
        """What they say, raised and lowered ones in their order."""
        return "".join(letter.text for letter in self.letters)

    @property
    def box(self) -> Box:
        """Around all of them."""
        boxes = [letter.box for letter in self.letters]
        return (
            min(box[0] for box in boxes), min(box[1] for box in boxes),
            max(box[2] for box in boxes), max(box[3] for box in boxes),
        )  # fmt: skip

    @property
    def height(self) -> float:
        """Of its highest letter."""
        return max(letter.box[3] - letter.box[1] for letter in self.letters)

    def middle_of(self, place: int) -> Point:
        """Middle of one of its letters."""
        x0, y0, x1, y1 = self.letters[place].box
        return (x0 + x1) / 2, (y0 + y1) / 2


def written(glyphs: Iterable[Glyph]) -> Iterator[Letter]:
    """The letters of the text of a drawing."""
    for glyph in glyphs:
        (x, y), height = glyph.origin, CAPITAL * glyph.size
        if glyph.text.strip() and glyph.direction[0] > 0.99:
            yield Letter(glyph.text, (x, y - height, x + glyph.advance, y))


def outlined(shapes: Sequence[Shape]) -> Iterator[Letter]:
    """The letters among filled shapes; the holes of a letter are painted with it."""
    for _, own in groupby(shapes, key=lambda shape: shape.order):
        paths = [shape.outline for shape in own]
        points = np.concatenate([np.asarray(path, dtype=float) for path in paths])
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        yield Letter(_character(paths, (x0, y0, x1, y1)), (x0, y0, x1, y1))


def labels(letters: Sequence[Letter]) -> list[AtomLabel]:
    """Letters that stand beside each other, as labels."""
    left = sorted(letters, key=lambda letter: letter.box[0])
    found: list[AtomLabel] = []
    while left:
        own = [left.pop(0)]
        while following := next((one for one in left if _follows(one, own)), None):
            own.append(following)
            left.remove(following)
        found.append(AtomLabel(tuple(own)))
    return found


def _follows(letter: Letter, own: Sequence[Letter]) -> bool:
    x0, y0, _, y1 = letter.box
    last = own[-1].box
    height = max(one.box[3] - one.box[1] for one in own)
    high = max(height, y1 - y0)
    shared = min(y1, max(one.box[3] for one in own)) - max(y0, min(one.box[1] for one in own))
    return (last[0] + last[2]) / 2 <= x0 <= last[2] + GAP * high and shared > -LOWERED * high


def _character(paths: Sequence[Sequence[Point]], box: Box) -> str:
    import cv2

    width, height = box[2] - box[0], box[3] - box[1]
    scale = GRID_HEIGHT / max(height, 1e-6)
    pixels = np.zeros((GRID_HEIGHT, max(2, round(width * scale))), np.uint8)
    drawn = [
        ((np.asarray(path) - box[:2]) * scale * 256).round().astype(np.int32) for path in paths
    ]
    cv2.fillPoly(pixels, drawn, 1, shift=8)
    if pixels.mean() >= SOLID:
        return "l" if height > width else "-"
    return likest_character(pixels.astype(np.float32), CHARACTERS) or UNREAD

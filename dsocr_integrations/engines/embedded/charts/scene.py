"""What a chart is made of: shapes with their colours, and text labels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Color = tuple[int, int, int]

NEUTRAL_SPREAD = 24
"""Largest difference between the channels (0–255) of a grey, black or white."""

SAME_COLOR = 14
"""Largest difference of any channel between two prints of one colour."""

SAME_PLACE = 0.3
"""Points that part two places at least."""


@dataclass(frozen=True)
class Label:
    """A line of text.

    Attributes:
        text: What it says.
        start: Where its baseline begins.
        end: Where its baseline ends.
        size: Font size.
        color: Colour of its first character.
    """

    text: str
    start: Point
    end: Point
    size: float
    color: Color | None = None

    @cached_property
    def angle(self) -> float:
        """Direction of reading in degrees; 0 is left to right, 90 is upwards."""
        rise, run = self.start[1] - self.end[1], self.end[0] - self.start[0]
        return math.degrees(math.atan2(rise, run)) if rise or run else 0.0

    @cached_property
    def is_level(self) -> bool:
        """Whether it reads from left to right."""
        return abs(self.angle) < 10

    @cached_property
    def box(self) -> Box:
        """Its ink, from the baseline to the height of capitals and digits."""
        turn = math.radians(self.angle)
        up = (-math.sin(turn) * 0.73 * self.size, -math.cos(turn) * 0.73 * self.size)
        xs = (self.start[0], self.end[0], self.start[0] + up[0], self.end[0] + up[0])
        ys = (self.start[1], self.end[1], self.start[1] + up[1], self.end[1] + up[1])
        return (min(xs), min(ys), max(xs), max(ys))

    @cached_property
    def center(self) -> Point:
        """Middle of its box."""
        x0, y0, x1, y1 = self.box
        return ((x0 + x1) / 2, (y0 + y1) / 2)


@dataclass(frozen=True)
class Shape:
    """One subpath of a drawing.

    Attributes:
        points: Vertices; where the path is curved, the ends of the curves.
        outline: The same path with its curves flattened.
        closed: Whether it returns to its start or is filled.
        curved: Whether it has curves.
        fill: Fill colour.
        stroke: Stroke colour.
        width: Stroke width.
        dashes: How the stroke is dashed, as one writer says it; empty where it is not.
        order: Place in the order of painting.
        is_cross: Whether it is a small marker of crossing strokes.
    """

    points: tuple[Point, ...]
    outline: tuple[Point, ...]
    closed: bool = False
    curved: bool = False
    fill: Color | None = None
    stroke: Color | None = None
    width: float = 0.0
    dashes: str = ""
    order: int = 0
    is_cross: bool = False

    @cached_property
    def box(self) -> Box:
        """Bounding box of the outline."""
        return bounds(self.outline)

    @cached_property
    def size(self) -> Point:
        """Width and height of the box."""
        x0, y0, x1, y1 = self.box
        return (x1 - x0, y1 - y0)

    @cached_property
    def center(self) -> Point:
        """Middle of the box."""
        x0, y0, x1, y1 = self.box
        return ((x0 + x1) / 2, (y0 + y1) / 2)

    @cached_property
    def area(self) -> float:
        """Area of the outline as a polygon."""
        return abs(polygon_area(self.outline))

    @cached_property
    def is_box(self) -> bool:
        """Whether it is an upright rectangle; corners may be rounded."""
        width, height = self.size
        if not self.closed or width * height <= 0:
            return False
        return self.area >= (0.985 if not self.curved else 0.93) * width * height

    @cached_property
    def is_segment(self) -> bool:
        """Whether it is one upright or level line, or a bar so thin that it reads as one."""
        width, height = self.size
        thin = min(width, height)
        if self.fill is not None:
            return thin <= 1.2 and max(width, height) >= 8 * max(thin, 0.05)
        return thin <= 0.4 and not self.curved and not self.is_cross

    @property
    def color(self) -> Color | None:
        """The colour that tells its series."""
        return self.fill if self.fill is not None else self.stroke


@dataclass(frozen=True)
class Scene:
    """All shapes in order of painting, all labels, and the size of the region."""

    width: float
    height: float
    shapes: tuple[Shape, ...] = ()
    labels: tuple[Label, ...] = ()
    exact: bool = field(default=True)
    """Whether coordinates come from drawing paths rather than pixels."""
    picture: Callable[[], Image] | None = field(default=None, compare=False)
    """Draws it, for what paths do not tell; `None` where it cannot be drawn."""


def bounds(points: Iterable[Point]) -> Box:
    """Smallest upright box around points."""
    xs, ys = zip(*points, strict=True)
    return (min(xs), min(ys), max(xs), max(ys))


def union(boxes: Sequence[Box]) -> Box:
    """Smallest box around boxes."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def distinct_places(places: Iterable[float]) -> list[float]:
    """Places along one axis in order, those that a drawing does not tell apart once."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > SAME_PLACE:
            found.append(place)
    return found


def contains(outer: Box, inner: Box, slack: float = 1.0) -> bool:
    """Whether a box lies in another."""
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


def has_point(box: Box, point: Point, slack: float = 0.0) -> bool:
    """Whether a point lies in a box."""
    return (
        box[0] - slack <= point[0] <= box[2] + slack
        and box[1] - slack <= point[1] <= box[3] + slack
    )


def polygon_area(points: Sequence[Point]) -> float:
    """Signed area by the shoelace rule."""
    shifted = (*points[1:], points[0])
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, shifted, strict=True)) / 2


def same_color(first: Color | None, second: Color | None, tolerance: int = SAME_COLOR) -> bool:
    """Whether two colours are prints of one."""
    if first is None or second is None:
        return first is second
    return all(abs(a - b) <= tolerance for a, b in zip(first, second, strict=True))


def is_neutral(color: Color | None) -> bool:
    """Whether a colour is a grey, black or white, as axes and grids usually are."""
    return color is None or max(color) - min(color) <= NEUTRAL_SPREAD


def is_pale(color: Color | None) -> bool:
    """Whether a colour is close to white, as backgrounds usually are."""
    return color is not None and min(color) >= 215

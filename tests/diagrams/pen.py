"""What diagrams are drawn with: a page, a chance and a style."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

import pymupdf

WIDTH = 420.0
"""Points; also what a diagram is drawn within."""

HEIGHT = 300.0

WORDS = (
    "Start", "Check", "Order", "Pack", "Ship", "Stock", "Bill", "Close", "Retry", "Queue", "Log",
    "Input", "Parser", "Cache", "Store", "Index", "Reader", "Writer", "Gate", "Router", "Plan",
    "Board", "Sales", "Design", "Tests", "Kitchen", "Hall", "Bath", "Office", "Harbour", "Mill",
    "Quay", "Lodge", "Dune", "Birch", "Osprey", "Heron", "Otter", "Lynx", "Alder",
)  # fmt: skip

Point = tuple[float, float]
Color = tuple[float, float, float]


@dataclass(frozen=True)
class Pen:
    """A page with one style of drawing.

    Attributes:
        page: What is drawn on, from its origin, `WIDTH` by `HEIGHT`.
        chance: What is chosen follows from it.
        stroke: Width of lines in points.
        ink: Colour of lines and letters.
        size: Of letters, in points.
        font: Name of a font that every PDF viewer has.
        fills: Colours of boxes; none of them where boxes stay blank.
    """

    page: pymupdf.Page
    chance: random.Random
    stroke: float = 1.0
    ink: Color = (0, 0, 0)
    size: float = 9.0
    font: str = "helv"
    fills: tuple[Color, ...] = field(default=())

    def word(self) -> str:
        return self.chance.choice(WORDS)

    def fill(self) -> Color | None:
        return self.chance.choice(self.fills) if self.fills else None

    def line(self, *points: Point, dashed: bool = False) -> None:
        dashes = "[4 3] 0" if dashed else None
        self.page.draw_polyline(points, color=self.ink, width=self.stroke, dashes=dashes)

    def polygon(self, points: list[Point], fill: Color | None = None) -> None:
        self.page.draw_polyline(
            points, color=self.ink, fill=fill, width=self.stroke, closePath=True
        )

    def box(
        self, x: float, y: float, width: float, height: float, *, rounded: bool = False
    ) -> None:
        self.page.draw_rect(
            (x, y, x + width, y + height),
            color=self.ink,
            fill=self.fill(),
            width=self.stroke,
            radius=0.2 if rounded else None,
        )

    def circle(self, centre: Point, radius: float, fill: Color | None = None) -> None:
        self.page.draw_circle(centre, radius, color=self.ink, fill=fill, width=self.stroke)

    def text(self, centre: Point, said: str, size: float | None = None) -> None:
        size = size or self.size
        width = pymupdf.get_text_length(said, self.font, size)
        place = (centre[0] - width / 2, centre[1] + 0.35 * size)
        self.page.insert_text(place, said, fontname=self.font, fontsize=size, color=self.ink)

    def arrow(self, start: Point, end: Point) -> None:
        """A line with a filled head."""
        self.line(start, end)
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        head = [
            (end[0] - 7 * math.cos(angle + turn), end[1] - 7 * math.sin(angle + turn))
            for turn in (0.4, -0.4)
        ]
        self.polygon([end, *head], self.ink)


def regular(centre: Point, radius: float, corners: int, turn: float = 0.0) -> list[Point]:
    """Corners of a regular polygon."""
    angles = [turn + 2 * math.pi * n / corners for n in range(corners)]
    return [(centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles]


def styled(page: pymupdf.Page, chance: random.Random) -> Pen:
    """A pen of a style of its own: thin or bold, black or coloured, blank or filled."""
    shades = tuple(tuple(round(chance.uniform(0.7, 1), 2) for _ in range(3)) for _ in range(3))
    ink = chance.choice(((0, 0, 0), (0, 0, 0), (0.1, 0.2, 0.5), (0.4, 0.4, 0.4)))
    return Pen(
        page,
        chance,
        stroke=chance.choice((0.6, 1.0, 1.5, 2.2)),
        ink=ink,
        size=chance.choice((7.5, 9.0, 11.0)),
        font=chance.choice(("helv", "tiro", "cour", "hebo")),
        fills=shades if chance.random() < 0.4 else (),  # type: ignore[arg-type]
    )

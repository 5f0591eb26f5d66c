"""Dashed lines whose writer painted every dash as a little rectangle of its own.

Such a line is one path that is filled and not stroked. Bars and markers drawn in one path are
told from it by their direction: dashes point to their neighbours.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from dsocr_integrations.engines.embedded.charts.scene import Point

MIN_DASHES = 3
MAX_WIDTH = 6.0
"""Widest line that is taken for one, in points."""

MOST = 0.8
"""Share of the dashes that must agree; the first, the last and those at bends may not."""

OFF_LINE = 0.3
"""How far a dash may stand off the line through its neighbours, in points."""


@dataclass(frozen=True)
class _Dash:
    """One rectangle: its middle, its direction (a unit vector), and its extents."""

    middle: Point
    direction: Point
    length: float
    width: float

    def points_along(self, run: Point) -> bool:
        """Whether it lies along a direction; a square one may lie across it, too."""
        size = math.hypot(*run)
        across = abs(self.direction[0] * run[1] - self.direction[1] * run[0])
        along = abs(self.direction[0] * run[0] + self.direction[1] * run[1])
        return across < 0.1 * size or (self.is_square and along < 0.1 * size)

    @property
    def is_square(self) -> bool:
        return abs(self.length - self.width) < 0.1 * self.width

    def end(self, side: int) -> Point:
        """Middle of its far (`side` 1) or near (-1) edge."""
        reach = side * self.length / 2
        x, y = self.middle
        return (x + reach * self.direction[0], y + reach * self.direction[1])


def dashed_line(pieces: Sequence[Sequence[Point]]) -> tuple[tuple[Point, ...], float] | None:
    """Put the dashes of one path together to the line they were cut from.

    Args:
        pieces: Vertices of each piece of a filled path, in the order of drawing.

    Returns:
        The vertices and the width of the line; `None` where the pieces are no dashes.
    """
    if len(pieces) < MIN_DASHES:
        return None
    corners = [found for piece in pieces if (found := _rectangle(piece)) is not None]
    if len(corners) < max(MIN_DASHES, 0.6 * len(pieces)):
        return None
    for width in _widths(corners):
        dashes = _directed([_dash(corner, width) for corner in corners])
        if _follow_each_other(dashes, width):
            return tuple(_vertices(dashes)), width
    return None


def _rectangle(piece: Sequence[Point]) -> list[Point] | None:
    """The four corners of a piece, or `None` for other shapes."""
    corners = list(piece)
    if len(corners) == 5 and math.dist(corners[0], corners[-1]) < 0.1:
        corners.pop()
    if len(corners) != 4:
        return None
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    if math.hypot(ax + cx - bx - dx, ay + cy - by - dy) > 0.1:
        return None
    sides = math.dist(corners[0], corners[1]) * math.dist(corners[1], corners[2])
    square = (bx - ax) * (cx - bx) + (by - ay) * (cy - by)
    return corners if sides > 0 and abs(square) <= 0.1 * sides else None


def _widths(corners: Sequence[Sequence[Point]]) -> list[float]:
    """Extents that nearly all rectangles have, the smaller first."""
    sides = [(math.dist(c[0], c[1]), math.dist(c[1], c[2])) for c in corners]
    usual = sides[len(sides) // 2]
    return sorted(
        width
        for width in usual
        if width <= MAX_WIDTH
        and sum(min(abs(a - width), abs(b - width)) < 0.15 for a, b in sides) >= MOST * len(sides)
    )


def _dash(corners: Sequence[Point], width: float) -> _Dash:
    a, b, c = corners[:3]
    first, second = math.dist(a, b), math.dist(b, c)
    if abs(first - width) < abs(second - width):
        start, end, length = b, c, second
    else:
        start, end, length = a, b, first
    direction = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    return _Dash(((a[0] + c[0]) / 2, (a[1] + c[1]) / 2), direction, length, width)


def _directed(dashes: Sequence[_Dash]) -> list[_Dash]:
    """Dashes that all point from the first to the last along their line."""
    found = []
    for index, dash in enumerate(dashes):
        other = dashes[index + 1] if index + 1 < len(dashes) else dashes[index - 1]
        sign = 1 if index + 1 < len(dashes) else -1
        run = (sign * (other.middle[0] - dash.middle[0]), sign * (other.middle[1] - dash.middle[1]))
        (dx, dy) = dash.direction
        if dash.is_square and abs(dx * run[0] + dy * run[1]) < abs(dy * run[0] - dx * run[1]):
            dx, dy = dy, -dx
        if dx * run[0] + dy * run[1] < 0:
            dx, dy = -dx, -dy
        found.append(_Dash(dash.middle, (dx, dy), dash.length, dash.width))
    return found


def _follow_each_other(dashes: Sequence[_Dash], width: float) -> bool:
    longest = max(dash.length for dash in dashes)
    good = 0
    for dash, after in itertools.pairwise(dashes):
        gap = math.dist(dash.middle, after.middle) - (dash.length + after.length) / 2
        run = (after.middle[0] - dash.middle[0], after.middle[1] - dash.middle[1])
        good += 0 < gap <= 1.5 * max(longest, width) and dash.points_along(run)
    return good >= min(MOST * (len(dashes) - 1), len(dashes) - 1.5)


def _vertices(dashes: Sequence[_Dash]) -> list[Point]:
    """Both ends of the line, and where its straight parts meet."""
    runs = _straight_runs(dashes)
    if any(len(run) == 1 and run[0].is_square for run in runs):
        return [dash.middle for dash in dashes]
    found = [dashes[0].end(-1)]
    for before, after in itertools.pairwise(runs):
        found.append(_meeting(before, after))
    found.append(dashes[-1].end(1))
    return found


def _straight_runs(dashes: Sequence[_Dash]) -> list[list[_Dash]]:
    runs = [[dashes[0]]]
    for dash in dashes[1:]:
        run = runs[-1]
        x, y = run[0].middle
        way = (dash.middle[0] - x, dash.middle[1] - y)
        length = math.hypot(*way) or 1.0
        off = [
            abs((d.middle[0] - x) * way[1] - (d.middle[1] - y) * way[0]) / length for d in run[1:]
        ]
        on_line = dash.points_along(way) and run[-1].points_along(way)
        if on_line and max(off, default=0.0) < OFF_LINE:
            run.append(dash)
        else:
            runs.append([dash])
    return runs


def _meeting(before: Sequence[_Dash], after: Sequence[_Dash]) -> Point:
    """Where two straight parts cross, or the middle between them if that is far away."""
    end, start = before[-1].end(1), after[0].end(-1)
    (ax, ay), (bx, by) = _way(before), _way(after)
    halfway = ((end[0] + start[0]) / 2, (end[1] + start[1]) / 2)
    turn = ax * by - ay * bx
    if abs(turn) < 0.01:
        return halfway
    share = ((start[0] - end[0]) * by - (start[1] - end[1]) * bx) / turn
    crossing = (end[0] + share * ax, end[1] + share * ay)
    reach = math.dist(end, start) + before[-1].length + before[-1].width
    return crossing if math.dist(crossing, halfway) <= reach else halfway


def _way(run: Sequence[_Dash]) -> Point:
    """Direction of a straight part."""
    if len(run) == 1:
        return run[0].direction
    (x0, y0), (x1, y1) = run[0].middle, run[-1].middle
    length = math.dist(run[0].middle, run[-1].middle) or 1.0
    return ((x1 - x0) / length, (y1 - y0) / length)

"""Markers on lines, and those that have none."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.legend import Legend
from dsocr_integrations.engines.embedded.charts.scene import Point, Shape

ALIKE = 0.5
"""Share by which a marker may be larger or smaller than in the legend."""

ON_LINE = 1.5
"""Points between the middle of a marker and its line, at most."""

MIN_BESIDE = 4
MAX_DISTANCES = 200_000

DASH_GAP = 6.0
"""Points that may part the last dash of a line from its last marker."""


def markers_on(dots: Sequence[Point], points: Sequence[Point]) -> list[Point]:
    """Markers that lie on a line, from left to right; one of dashes may end before the last."""
    pieces = list(itertools.pairwise(_lengthened(points)))
    near = [dot for dot in dots if any(distance_to(dot, a, b) < ON_LINE for a, b in pieces)]
    found: list[Point] = []
    for dot in sorted(near):
        if not found or math.dist(found[-1], dot) > 0.3:
            found.append(dot)
    return found


def markers_alone(
    dots: Sequence[Point], marks: Sequence[Point], points: Sequence[Point]
) -> list[Point]:
    """Markers of single values between two that are missing, where every value has a marker."""
    if len(marks) < len(points):
        return []
    places = [x for x, _ in marks]
    step = min(b - a for a, b in itertools.pairwise(places))
    return [dot for dot in dots if all(abs(dot[0] - x) > 0.5 * step for x in places)]


def loose_markers(
    dots: Sequence[Shape], lines: Sequence[str], legend: Legend
) -> list[tuple[str, list[Point]]]:
    """Series of the legend that have markers but no line, drawn as large as in the legend."""
    sides = {entry.name: entry.box[2] - entry.box[0] for entry in legend.entries}
    found: dict[str, list[Point]] = {}
    for dot in dots:
        name = legend.name_of(dot.color)
        if name and name not in lines and abs(dot.size[0] / sides[name] - 1) < ALIKE:
            found.setdefault(name, []).append(dot.center)
    return [(name, sorted(points)) for name, points in found.items() if len(points) >= 2]


def are_beside(dots: Sequence[Point], lines: Sequence[Sequence[Point]]) -> bool:
    """Whether at least half of several markers are on no line: a fit, or the ground of stems."""
    pieces = [piece for line in lines for piece in itertools.pairwise(line)]
    if len(dots) < MIN_BESIDE or len(dots) * len(pieces) > MAX_DISTANCES:
        return False
    beside = sum(all(distance_to(dot, a, b) >= ON_LINE for a, b in pieces) for dot in dots)
    return 2 * beside >= len(dots)


def distance_to(point: Point, start: Point, end: Point) -> float:
    """How far a point is from a piece of a line."""
    run, rise = end[0] - start[0], end[1] - start[1]
    length = run * run + rise * rise
    t = 0.0
    if length:
        t = ((point[0] - start[0]) * run + (point[1] - start[1]) * rise) / length
        t = max(0.0, min(1.0, t))
    return math.dist(point, (start[0] + t * run, start[1] + t * rise))


def _lengthened(points: Sequence[Point]) -> list[Point]:
    """A line that goes on for the length of a gap at both ends."""
    if len(points) < 2:
        return list(points)
    return [_beyond(points[1], points[0]), *points, _beyond(points[-2], points[-1])]


def _beyond(inner: Point, end: Point) -> Point:
    share = DASH_GAP / (math.dist(inner, end) or 1.0)
    return (end[0] + share * (end[0] - inner[0]), end[1] + share * (end[1] - inner[1]))

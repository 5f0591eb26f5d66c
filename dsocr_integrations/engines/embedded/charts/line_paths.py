"""The paths of a panel that are lines of data."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.frames import GRID_REACH
from dsocr_integrations.engines.embedded.charts.legend import Legend
from dsocr_integrations.engines.embedded.charts.line_markers import distance_to
from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.scene import (
    Color,
    Point,
    Shape,
    is_neutral,
    same_color,
)
from dsocr_integrations.engines.embedded.charts.step_lines import LEVEL

Line = tuple[tuple[Color, str], list[Point]]
"""Its look, which is its colour and how it is dashed, and its vertices."""

MIN_LENGTH = 8.0


def find_lines(shapes: Sequence[Shape], panel: Panel) -> list[Line]:
    """Vertices of each line; pieces of one look that follow each other are one line."""
    found: list[Line] = []
    for shape in shapes:
        if shape.stroke is None or shape.fill is not None or shape.closed or shape.is_cross:
            continue
        if not _is_line(shape, panel) or _is_bracket(shape):
            continue
        if not runs_one_way(shape.points):
            continue
        look = (shape.stroke, shape.dashes)
        points = _straightened(shape.points)
        for other_look, other in found:
            if other_look == look and math.dist(other[-1], points[0]) < 0.6:
                other.extend(points[1:])
                break
        else:
            found.append((look, points))
    return found


def without_references(lines: Sequence[Line], panel: Panel, legend: Legend) -> list[Line]:
    """Lines without nameless level strokes: thresholds from edge to edge, and error bars.

    A line that stands alone may be a constant series.
    """
    series = [
        (look, points)
        for look, points in lines
        if len(points) > 2
        or abs(points[0][1] - points[1][1]) > 0.1
        or (
            abs(points[0][0] - points[1][0]) < GRID_REACH * panel.width
            and not _is_error_bar(look[0], points, lines)
        )
        or legend.name_of(look[0], dashes=look[1]) is not None
    ]
    return list(lines) if len(lines) == 1 else series


def without_gaps(
    lines: Sequence[Line],
) -> list[Line]:
    """Lines of one look that stand beside each other are one, which values are missing from."""
    found: list[Line] = []
    for look, points in lines:
        start, end = _reach(points)
        for number, (other_look, other) in enumerate(found):
            other_start, other_end = _reach(other)
            if look == other_look and (start > other_end or end < other_start):
                found[number] = (look, sorted([*other, *points]))
                break
        else:
            found.append((look, points))
    return found


def runs_through(points: Sequence[Point], panel: Panel) -> bool:
    """Whether a line is one level stroke from edge to edge, which holds at every category."""
    level = max(y for _, y in points) - min(y for _, y in points) <= LEVEL
    start, end = _reach(points)
    return level and end - start >= GRID_REACH * panel.width


def runs_one_way(points: Sequence[Point]) -> bool:
    """Whether a path goes from one side to the other, as a series does and a contour does not."""
    steps = [b[0] - a[0] for a, b in itertools.pairwise(points)]
    forward = sum(step for step in steps if step > 0)
    backward = -sum(step for step in steps if step < 0)
    return min(forward, backward) <= 0.05 * max(forward, backward)


def _is_error_bar(color: Color, stroke: Sequence[Point], lines: Sequence[Line]) -> bool:
    """Whether a level stroke lies across a place of a longer line of its colour."""
    return any(
        same_color(look[0], color) and any(distance_to(point, *stroke) < 0.5 for point in points)
        for look, points in lines
        if len(points) > 2
    )


def _reach(points: Sequence[Point]) -> tuple[float, float]:
    return min(x for x, _ in points), max(x for x, _ in points)


def _is_line(shape: Shape, panel: Panel) -> bool:
    width, height = shape.size
    if max(width, height) < MIN_LENGTH:
        return False
    if len(shape.points) == 2:
        if is_neutral(shape.stroke) and (shape.is_segment or width < 0.5 * panel.width):
            return False
        if width < 2 or width < 0.1 * panel.width:
            return False
    return width >= 0.05 * panel.width


def _is_bracket(shape: Shape) -> bool:
    """Whether a path goes up, across and down: a pair in a tree of clusters, or a remark."""
    if len(shape.points) != len("abcd"):
        return False
    a, b, c, d = shape.points
    upright = all(abs(one[0] - other[0]) <= LEVEL for one, other in ((a, b), (c, d)))
    return upright and abs(b[1] - c[1]) <= LEVEL


def _straightened(points: Sequence[Point]) -> list[Point]:
    """Vertices without repetitions."""
    found = [points[0]]
    found += [b for a, b in itertools.pairwise(points) if math.dist(a, b) > 0.01]
    return found

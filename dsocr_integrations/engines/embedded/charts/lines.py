"""Lines and areas."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.axis import Axis, key_names, write_values
from dsocr_integrations.engines.embedded.charts.data import ChartData, Datum
from dsocr_integrations.engines.embedded.charts.frames import GRID_REACH
from dsocr_integrations.engines.embedded.charts.legend import Legend
from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.points import find_dots, is_disc
from dsocr_integrations.engines.embedded.charts.scene import (
    Color,
    Point,
    Shape,
    is_neutral,
    same_color,
)
from dsocr_integrations.engines.embedded.charts.step_lines import LEVEL, without_steps

MAX_POINTS = 400
"""Values reported for one line; a longer one is thinned out evenly."""

MIN_LENGTH = 8.0
ALIKE = 0.5
"""Share by which a marker may be larger or smaller than in the legend."""

ON_TICK = 0.1
"""Share of the distance of ticks by which a line's place may miss its category's tick."""

ON_TOP = 0.6
"""Points by which an area that stands on another may miss its edge."""

DASH_GAP = 6.0
"""Points that may part the last dash of a line from its last marker."""

MIN_SHARED = 3

MAX_UNNAMED = 15
"""More lines without a legend are contours, a map or a bundle of samples."""


def read_lines(shapes: Sequence[Shape], panel: Panel, legend: Legend) -> ChartData | None:
    """Read the lines of a panel.

    Args:
        shapes: Shapes that may carry data.
        panel: The panel with its axes.
        legend: Colours of the series.

    Returns:
        The vertices of each line (its markers, where it has some), or `None` where there is
        no line or no measured axis.
    """
    if panel.x is None or panel.y is None or not panel.y.is_measured:
        return None
    lines = _lines(shapes, panel)
    if not lines or (len(lines) > MAX_UNNAMED and not legend.entries):
        return None
    lines = _without_gaps(_without_references(lines, panel, legend))
    dots = find_dots(shapes, panel)
    named = []
    for number, (look, points) in enumerate(lines, 1):
        color, dashed = look
        name = legend.name_of(color, dashed=dashed) or (
            f"series {number}" if len(lines) > 1 else ""
        )
        own = [
            dot.center
            for dot in dots
            if same_color(dot.color, color)
            or same_color(dot.stroke, color)
            or (name and legend.name_of(dot.color) == name)
        ]
        marks = _on_line(own, points)
        if len(marks) >= 2:
            marks = sorted([*marks, *_alone(own, marks, points)])
        named.append((name, marks if len(marks) >= 2 else _thinned(without_steps(points))))
    named += _loose_markers(dots, [name for name, _ in named], legend)
    return _data(named, panel.x, panel.y.shifted(-panel.y.crispness), legend)


def _loose_markers(
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


def read_areas(shapes: Sequence[Shape], panel: Panel, legend: Legend) -> ChartData | None:
    """Read filled areas: the height of each at its vertices; both edges of a lone one that floats."""
    if panel.x is None or panel.y is None or not panel.y.is_measured:
        return None
    areas = [
        shape
        for shape in shapes
        if shape.fill is not None and not shape.is_box and _is_area(shape, panel)
    ]
    if not areas or (len(areas) > 1 and not (_stand(areas) or are_stacked(areas, panel))):
        return None
    values = panel.y
    named = []
    for number, shape in enumerate(areas, 1):
        name = legend.name_of(shape.fill) or (f"series {number}" if len(areas) > 1 else "")
        places = _thinned([(x, 0.0) for x in _distinct([p[0] for p in shape.points])])
        edges = [(x, _crossings(shape.outline, x)) for x, _ in places]
        known = [
            (x, top, bottom) for x, ends in edges if ends is not None for top, bottom in (ends,)
        ]
        if len(areas) == 1 and not _is_level([bottom for _, _, bottom in known]):
            shown = values.shifted(-values.crispness)
            ranges = [
                (f"{name} from".strip(), [(x, bottom) for x, _, bottom in known]),
                (f"{name} to".strip(), [(x, top) for x, top, _ in known]),
            ]
            return _data(ranges, panel.x, shown, legend)
        heights = [(x, values.value(top) - values.value(bottom)) for x, top, bottom in known]
        named.append((name, [(x, values.position(height)) for x, height in heights]))
    return _data(named, panel.x, values, legend)


def are_stacked(shapes: Sequence[Shape], panel: Panel) -> bool:
    """Whether areas stand on each other all along, so that the lines above them are sums."""
    areas = [s for s in shapes if s.fill is not None and not s.is_box and _is_area(s, panel)]
    tops = [_edges(area, top=True) for area in areas]
    lower = [_edges(area, top=False) for area in areas]
    rests = [any(_follows(bottom, top) for top in tops) for bottom in lower]
    level = [_is_level(list(bottom.values())) for bottom in lower]
    return (
        len(areas) >= 2
        and sum(level) == 1
        and all(one or other for one, other in zip(rests, level, strict=True))
    )


def _stand(areas: Sequence[Shape]) -> bool:
    """Whether each area has a level lower edge; the bands between contours have none."""
    return all(_is_level(list(_edges(area, top=False).values())) for area in areas)


def _edges(area: Shape, *, top: bool) -> dict[float, float]:
    """The height of an area's upper or lower edge at each of its vertices."""
    crossings = {x: _crossings(area.outline, x) for x in _distinct([p[0] for p in area.points])}
    return {x: ends[not top] for x, ends in crossings.items() if ends is not None}


def _is_level(ys: Sequence[float]) -> bool:
    return max(ys, default=0.0) - min(ys, default=0.0) <= ON_TOP


def _follows(bottom: dict[float, float], top: dict[float, float]) -> bool:
    shared = [(y, top[x]) for x, y in bottom.items() if x in top]
    return len(shared) >= MIN_SHARED and all(abs(a - b) <= ON_TOP for a, b in shared)


def is_contour_map(shapes: Sequence[Shape]) -> bool:
    """Whether many paths run back or around, as contours, coasts and outlines do."""
    paths = [
        s
        for s in shapes
        if s.fill is None and len(s.points) > 4 and max(s.size) > 12 and not is_disc(s)
    ]
    astray = [s for s in paths if not s.is_box and not _runs_one_way(s.points)]
    return len(astray) >= 3 and len(astray) > 0.25 * len(paths)


def _lines(shapes: Sequence[Shape], panel: Panel) -> list[tuple[tuple[Color, bool], list[Point]]]:
    """Vertices of each line; pieces of one look that follow each other are one line."""
    found: list[tuple[tuple[Color, bool], list[Point]]] = []
    for shape in shapes:
        if shape.stroke is None or shape.fill is not None or shape.closed or shape.is_cross:
            continue
        if not _is_line(shape, panel) or _is_bracket(shape):
            continue
        if not _runs_one_way(shape.points):
            continue
        look = (shape.stroke, shape.dashed)
        points = _straightened(shape.points)
        for other_look, other in found:
            if other_look == look and math.dist(other[-1], points[0]) < 0.6:
                other.extend(points[1:])
                break
        else:
            found.append((look, points))
    return found


def _without_references(
    lines: Sequence[tuple[tuple[Color, bool], list[Point]]], panel: Panel, legend: Legend
) -> list[tuple[tuple[Color, bool], list[Point]]]:
    """Lines without nameless level strokes: thresholds from edge to edge, and error bars.

    A line that stands alone may be a constant series.
    """
    series = [
        (look, points)
        for look, points in lines
        if len(points) > 2
        or abs(points[0][1] - points[1][1]) > 0.1
        or (
            abs(points[0][0] - points[1][0]) < GRID_REACH * _width(panel)
            and not _is_error_bar(look[0], points, lines)
        )
        or legend.name_of(look[0], dashed=look[1]) is not None
    ]
    return list(lines) if len(lines) == 1 else series


def _is_error_bar(
    color: Color, stroke: Sequence[Point], lines: Sequence[tuple[tuple[Color, bool], list[Point]]]
) -> bool:
    """Whether a level stroke lies across a place of a longer line of its colour."""
    return any(
        same_color(look[0], color) and any(_distance(point, *stroke) < 0.5 for point in points)
        for look, points in lines
        if len(points) > 2
    )


def _without_gaps(
    lines: Sequence[tuple[tuple[Color, bool], list[Point]]],
) -> list[tuple[tuple[Color, bool], list[Point]]]:
    """Lines of one look that stand beside each other are one, which values are missing from."""
    found: list[tuple[tuple[Color, bool], list[Point]]] = []
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


def _reach(points: Sequence[Point]) -> tuple[float, float]:
    return min(x for x, _ in points), max(x for x, _ in points)


def _is_line(shape: Shape, panel: Panel) -> bool:
    width, height = shape.size
    if max(width, height) < MIN_LENGTH:
        return False
    if len(shape.points) == 2:
        if is_neutral(shape.stroke) and (shape.is_segment or width < 0.5 * _width(panel)):
            return False
        if width < 2 or width < 0.1 * _width(panel):
            return False
    return width >= 0.05 * _width(panel)


def _is_bracket(shape: Shape) -> bool:
    """Whether a path goes up, across and down: a pair in a tree of clusters, or a remark."""
    if len(shape.points) != len("abcd"):
        return False
    a, b, c, d = shape.points
    upright = all(abs(one[0] - other[0]) <= LEVEL for one, other in ((a, b), (c, d)))
    return upright and abs(b[1] - c[1]) <= LEVEL


def _runs_one_way(points: Sequence[Point]) -> bool:
    """Whether a path goes from one side to the other, as a series does and a contour does not."""
    steps = [b[0] - a[0] for a, b in itertools.pairwise(points)]
    forward = sum(step for step in steps if step > 0)
    backward = -sum(step for step in steps if step < 0)
    return min(forward, backward) <= 0.05 * max(forward, backward)


def _width(panel: Panel) -> float:
    return panel.box[2] - panel.box[0]


def _straightened(points: Sequence[Point]) -> list[Point]:
    """Vertices without repetitions."""
    found = [points[0]]
    found += [b for a, b in itertools.pairwise(points) if math.dist(a, b) > 0.01]
    return found


def _on_line(dots: Sequence[Point], points: Sequence[Point]) -> list[Point]:
    """Markers that lie on a line, from left to right; one of dashes may end before the last."""
    pieces = list(itertools.pairwise(_lengthened(points)))
    near = [dot for dot in dots if any(_distance(dot, a, b) < 1.5 for a, b in pieces)]
    found: list[Point] = []
    for dot in sorted(near):
        if not found or math.dist(found[-1], dot) > 0.3:
            found.append(dot)
    return found


def _lengthened(points: Sequence[Point]) -> list[Point]:
    """A line that goes on for the length of a gap at both ends."""
    if len(points) < 2:
        return list(points)
    return [_beyond(points[1], points[0]), *points, _beyond(points[-2], points[-1])]


def _beyond(inner: Point, end: Point) -> Point:
    share = DASH_GAP / (math.dist(inner, end) or 1.0)
    return (end[0] + share * (end[0] - inner[0]), end[1] + share * (end[1] - inner[1]))


def _alone(dots: Sequence[Point], marks: Sequence[Point], points: Sequence[Point]) -> list[Point]:
    """Markers of single values between two that are missing, where every value has a marker."""
    if len(marks) < len(points):
        return []
    places = [x for x, _ in marks]
    step = min(b - a for a, b in itertools.pairwise(places))
    return [dot for dot in dots if all(abs(dot[0] - x) > 0.5 * step for x in places)]


def _distance(point: Point, start: Point, end: Point) -> float:
    run, rise = end[0] - start[0], end[1] - start[1]
    length = run * run + rise * rise
    t = 0.0
    if length:
        t = ((point[0] - start[0]) * run + (point[1] - start[1]) * rise) / length
        t = max(0.0, min(1.0, t))
    return math.dist(point, (start[0] + t * run, start[1] + t * rise))


def _thinned(points: Sequence[Point]) -> list[Point]:
    if len(points) <= MAX_POINTS:
        return list(points)
    step = (len(points) - 1) / (MAX_POINTS - 1)
    return [points[round(index * step)] for index in range(MAX_POINTS)]


def _is_area(shape: Shape, panel: Panel) -> bool:
    width, height = shape.size
    return width >= 0.3 * _width(panel) and height >= 4 and len(shape.points) >= 4


def _distinct(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > 0.3:
            found.append(value)
    return found


def _crossings(outline: Sequence[Point], x: float) -> tuple[float, float] | None:
    """Highest and lowest place where an outline crosses an upright line."""
    ys = []
    for (x0, y0), (x1, y1) in zip(outline, (*outline[1:], outline[0]), strict=True):
        if min(x0, x1) - 0.05 <= x <= max(x0, x1) + 0.05:
            ys.append(y0 if abs(x1 - x0) < 0.1 else y0 + (y1 - y0) * (x - x0) / (x1 - x0))
            if abs(x1 - x0) < 0.1:
                ys.append(y1)
    return (min(ys), max(ys)) if ys else None


def _are_thinned(named: Sequence[tuple[str, Sequence[Point]]], keys: Axis) -> bool:
    """Whether only some categories are labelled: a line has several places near one label."""
    for _, points in named:
        places = _distinct([x for x, _ in points])
        if len({keys.nearest(x).position for x in places}) < len(places):
            return True
    return False


def _data(
    named: Sequence[tuple[str, Sequence[Point]]], keys: Axis, values: Axis, legend: Legend
) -> ChartData | None:
    places = [(name, x, y) for name, points in named for x, y in points]
    if not places:
        return None
    keys = keys.met_by([x for _, x, _ in places])
    texts = write_values(values, [values.value(y) for _, _, y in places])
    names = key_names(keys, [x for _, x, _ in places])
    if keys.kind == "category" and _are_thinned(named, keys):
        names = [
            name if abs(keys.nearest(x).position - x) <= ON_TICK * keys.spacing else ""
            for name, (_, x, _) in zip(names, places, strict=True)
        ]
    data = [
        Datum(key, text, name, x)
        for key, text, (name, x, _) in zip(names, texts, places, strict=True)
    ]
    data.sort(key=lambda datum: datum.place)
    unnamed = len(named) > 1 and not legend.entries
    confidence = (0.9 if values.exact else 0.7) - (0.2 if unnamed else 0.0)
    return ChartData(
        tuple(data),
        key_name=keys.title,
        value_name=values.title,
        confidence=confidence,
        key_is_measured=keys.kind != "category",
        series_order=tuple(entry.name for entry in legend.entries),
    )

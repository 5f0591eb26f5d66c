"""Scatter plots and dot plots."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.axis import Axis, key_names, write_values
from dsocr_integrations.engines.embedded.charts.data import ChartData, Datum
from dsocr_integrations.engines.embedded.charts.legend import Legend
from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.scene import (
    Color,
    Point,
    Shape,
    is_neutral,
    same_color,
)

MAX_COLORS = 8
"""More colours without names are a colour scale, not series."""

MAX_SIDE = 30.0
MAX_DISC = 0.7
"""Largest disc that is a marker, as a share of the panel's shorter side."""

MIN_DOTS = 3


def is_dot(shape: Shape, panel: Panel) -> bool:
    """Whether a shape is a marker: small and about as wide as high."""
    width, height = shape.size
    if shape.is_cross:
        return True
    if not shape.closed or min(width, height) < 0.8:
        return False
    x0, y0, x1, y1 = panel.box
    if is_disc(shape) and width <= MAX_DISC * min(x1 - x0, y1 - y0):
        return True
    limit = max(MAX_SIDE, 0.08 * (x1 - x0))
    if max(width, height) > limit or not 0.7 <= width / height <= 1.43:
        return False
    return shape.curved or len(shape.points) >= 3


def is_disc(shape: Shape) -> bool:
    """Whether a path is a full circle, filled or not, such as a bubble of any size."""
    width, height = shape.size
    disc = math.pi / 4 * width * height
    return shape.closed and abs(width - height) < 0.03 * width and abs(shape.area / disc - 1) < 0.03


def find_dots(shapes: Sequence[Shape], panel: Panel) -> list[Shape]:
    """Markers of a panel, each once.

    Squares count only where several are of one size, since small bars are squares too. A
    marker's fill and its outline, drawn one after the other, are one marker.
    """
    dots = [shape for shape in shapes if is_dot(shape, panel)] or _dashes(shapes)
    if _tile(dots) or _are_turned(dots):
        return []
    squares = [shape for shape in dots if shape.is_box and not shape.curved]
    if _are_bars(squares, shapes):
        dots = [dot for dot in dots if not dot.is_box or dot.curved]
        squares = []
    dots = [dot for dot in dots if not _is_odd_square(dot, squares)]
    found: list[Shape] = []
    for dot in dots:
        last = found[-1] if found else None
        if (
            last is not None
            and math.dist(last.center, dot.center) < 0.25
            and ((last.fill is None) != (dot.fill is None))
        ):
            continue
        found.append(dot)
    return found


def _is_odd_square(dot: Shape, squares: Sequence[Shape]) -> bool:
    """Whether a square has not the size of most squares of its colour, or these are too few."""
    if not any(dot is square for square in squares):
        return False
    own = [square for square in squares if same_color(square.color, dot.color)]
    return sum(same_size(dot, other) for other in own) < max(MIN_DOTS, 0.8 * len(own))


def _are_bars(squares: Sequence[Shape], shapes: Sequence[Shape]) -> bool:
    """Whether squares are as wide (or as high) as oblong boxes: bars that happen to be square."""
    known = {id(square) for square in squares}
    boxes = [s for s in shapes if s.is_box and s.fill is not None and id(s) not in known]
    oblong = [box.size for box in boxes if not box.is_segment]
    return any(
        sum(abs(size[side] - square.size[side]) < 0.3 for size in oblong) >= max(2, len(squares))
        for square in squares[:1]
        for side in (0, 1)
    )


def _dashes(shapes: Sequence[Shape]) -> list[Shape]:
    """Short coloured strokes of one size, as in strip plots."""
    strokes = [
        shape
        for shape in shapes
        if shape.is_segment and not is_neutral(shape.color) and 3 <= max(shape.size) <= MAX_SIDE
    ]
    if len(strokes) < MIN_DOTS or any(not same_size(strokes[0], other) for other in strokes):
        return []
    return strokes


def _tile(dots: Sequence[Shape]) -> bool:
    """Whether squares of one size stand edge to edge in rows and columns: a heat map."""
    squares = [dot for dot in dots if dot.is_box and not dot.curved]
    if len(squares) < 9 or len(squares) < 0.8 * len(dots):
        return False
    places = {(round(dot.center[0]), round(dot.center[1])) for dot in squares}
    width, height = squares[0].size
    reach_x, reach_y = 1.3 * width + 1, 1.3 * height + 1
    touching = sum(
        any(
            (abs(x - a) < 0.5 and 0 < abs(y - b) <= height + 1.1)
            or (abs(y - b) < 0.5 and 0 < abs(x - a) <= width + 1.1)
            for x, y in places
        )
        for a, b in places
    )
    rows, columns = {y for _, y in places}, {x for x, _ in places}
    if touching >= 0.6 * len(places) and min(len(rows), len(columns)) >= 3:
        return True
    beside = sum(
        any(0 < x - a <= reach_x and abs(y - b) <= 1 for x, y in places)
        and any(0 < y - b <= reach_y and abs(x - a) <= 1 for x, y in places)
        for a, b in places
    )
    return beside >= 0.4 * len(places)


def _are_turned(dots: Sequence[Shape]) -> bool:
    """Whether polygons are each of an outline of their own, as the arrows of a field are."""
    polygons = [dot for dot in dots if not (dot.curved or dot.is_box or dot.is_cross)]
    return len(polygons) >= MIN_DOTS and 2 * len({_outline(dot) for dot in polygons}) > len(
        polygons
    )


def _outline(dot: Shape) -> tuple[Point, ...]:
    """The vertices of a marker as shares of its size."""
    (x0, y0, _, _), (width, height) = dot.box, dot.size
    return tuple((round((x - x0) / width, 1), round((y - y0) / height, 1)) for x, y in dot.points)


def same_size(first: Shape, second: Shape) -> bool:
    """Whether two shapes are as wide and as high as each other."""
    return all(abs(a - b) < 0.3 for a, b in zip(first.size, second.size, strict=True))


def read_points(shapes: Sequence[Shape], panel: Panel, legend: Legend) -> ChartData | None:
    """Read the markers of a panel.

    Args:
        shapes: Shapes that may carry data.
        panel: The panel with its axes.
        legend: Colours of the series.

    Returns:
        Places of the markers, or `None` where there are too few or an axis is missing.
    """
    dots = find_dots(shapes, panel)
    if len(dots) < MIN_DOTS:
        return None
    if panel.x is None or panel.y is None:
        return _stacked_dots(dots, panel)
    if not (panel.x.is_measured or panel.y.is_measured):
        return None
    keys, values, side = _roles(panel.x, panel.y)
    keys = keys.met_by([dot.center[side] for dot in dots])
    values = values.shifted(-values.crispness)
    names = series_of(dots, legend)
    texts = write_values(values, [values.value(dot.center[1 - side]) for dot in dots])
    key_texts = key_names(keys, [dot.center[side] for dot in dots])
    data = [
        Datum(key, text, name, dot.center[side])
        for dot, key, text, name in zip(dots, key_texts, texts, names, strict=True)
    ]
    data.sort(key=lambda datum: datum.place)
    return ChartData(
        tuple(data),
        key_name=keys.title,
        value_name=values.title,
        confidence=0.9 if values.exact and (keys.exact or keys.kind == "category") else 0.7,
        key_is_measured=keys.kind != "category",
        series_order=tuple(entry.name for entry in legend.entries),
    )


def _roles(x: Axis, y: Axis) -> tuple[Axis, Axis, int]:
    """Key axis, value axis, and which coordinate is the key."""
    return (x, y, 0) if y.is_measured else (y, x, 1)


def _stacked_dots(dots: Sequence[Shape], panel: Panel) -> ChartData | None:
    """Dots of one size piled up over one axis: each pile is counted."""
    axis = panel.x
    if axis is None or panel.y is not None or not all(same_size(dots[0], d) for d in dots):
        return None
    piles: dict[str, list[float]] = {}
    for dot in dots:
        piles.setdefault(axis.name(dot.center[0]), []).append(dot.center[1])
    steps = []
    for pile in piles.values():
        pile.sort(reverse=True)
        steps += [a - b for a, b in itertools.pairwise(pile)]
    if len(steps) < 3 or max(steps) - min(steps) > 0.1 * max(steps) or not min(steps):
        return None
    bottom = max(pile[0] for pile in piles.values())
    if any(abs(pile[0] - bottom) > 0.5 for pile in piles.values()):
        return None
    data = [
        Datum(name, str(count), "", float(count))
        for name, pile in piles.items()
        for count in range(1, len(pile) + 1)
    ]
    return ChartData(tuple(data), key_name=axis.title, value_name="dot", confidence=0.6)


def colors_of(dots: Sequence[Shape]) -> list[Color | None]:
    """The colour of each marker that tells its series: the stroke of hollow ones."""
    return [_look(dot) for dot in dots]


def series_of(dots: Sequence[Shape], legend: Legend) -> list[str]:
    """The series of each marker by its colour, numbered where the legend does not name it."""
    colors: list[Color | None] = []
    for color in colors_of(dots):
        if not any(same_color(other, color) for other in colors):
            colors.append(color)
    if len(colors) == 1:
        return [legend.name_of(colors[0]) or ""] * len(dots)
    named = {color: legend.name_of(color) for color in colors}
    if 2 * len(colors) > len(dots) and not any(named.values()):
        return [""] * len(dots)
    if len(colors) > MAX_COLORS and sum(name is not None for name in named.values()) < 2:
        return [""] * len(dots)
    found = []
    for dot in dots:
        color = next(c for c in colors if same_color(c, _look(dot)))
        found.append(named[color] or f"series {colors.index(color) + 1}")
    return found


def _look(dot: Shape) -> Color | None:
    if dot.fill is not None and min(dot.fill) >= 250 and dot.stroke is not None:
        return dot.stroke
    return dot.color

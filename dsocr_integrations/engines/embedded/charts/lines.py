"""Lines."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.data import ChartData
from dsocr_integrations.engines.embedded.charts.legend import Legend
from dsocr_integrations.engines.embedded.charts.line_data import line_data, thinned
from dsocr_integrations.engines.embedded.charts.line_markers import (
    are_beside,
    loose_markers,
    markers_alone,
    markers_on,
)
from dsocr_integrations.engines.embedded.charts.line_paths import (
    find_lines,
    runs_through,
    without_gaps,
    without_references,
)
from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.points import find_dots
from dsocr_integrations.engines.embedded.charts.scene import Color, Point, Shape, same_color
from dsocr_integrations.engines.embedded.charts.step_lines import without_steps

MIN_MARKS = 2
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
        no line or no measured axis, or where the line is fitted to markers or is their ground.
    """
    if panel.x is None or panel.y is None or not panel.y.is_measured:
        return None
    lines = find_lines(shapes, panel)
    if not lines or (len(lines) > MAX_UNNAMED and not legend.entries):
        return None
    lines = without_gaps(without_references(lines, panel, legend))
    dots = find_dots(shapes, panel)
    if not legend.entries and are_beside([dot.center for dot in dots], [line for _, line in lines]):
        return None
    named = []
    for number, ((color, dashes), points) in enumerate(lines, 1):
        name = legend.name_of(color, dashes=dashes) or (
            f"series {number}" if len(lines) > 1 else ""
        )
        own = [dot.center for dot in dots if _is_of_line(dot, color, name, legend)]
        named.append((name, _places(points, own, panel)))
    named += loose_markers(dots, [name for name, _ in named], legend)
    return line_data(named, panel.x, panel.y.shifted(-panel.y.crispness), legend)


def _is_of_line(dot: Shape, color: Color, name: str, legend: Legend) -> bool:
    alike = same_color(dot.color, color) or same_color(dot.stroke, color)
    return alike or bool(name and legend.name_of(dot.color) == name)


def _places(points: Sequence[Point], dots: Sequence[Point], panel: Panel) -> Sequence[Point]:
    """Where a line has values: at its markers, else at its vertices, else at every category."""
    if panel.x is not None and panel.x.kind == "category" and runs_through(points, panel):
        return [(tick.position, points[0][1]) for tick in panel.x.ticks]
    marks = markers_on(dots, points)
    if len(marks) < MIN_MARKS:
        return thinned(without_steps(points))
    return sorted([*marks, *markers_alone(dots, marks, points)])

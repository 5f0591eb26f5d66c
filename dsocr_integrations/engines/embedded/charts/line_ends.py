"""Names of lines that are printed at their right ends instead of in a legend."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.legend import Legend, LegendEntry
from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.scene import Color, Label, Point, Shape, is_neutral
from dsocr_integrations.engines.embedded.charts.tick_values import tick_value

_MIN_LINES = 2
_AHEAD = 2.0
"""Sizes of type by which a name begins behind the end of its line, at most."""

_BESIDE = 0.7
"""The same above or below it."""


def named_at_ends(
    shapes: Sequence[Shape], labels: Sequence[Label], panel: Panel, legend: Legend
) -> Legend:
    """A legend of the names at the ends of a panel's lines.

    Args:
        shapes: Shapes that may carry data.
        labels: Labels that belong to no axis and no legend.
        panel: The panel.
        legend: What is known; it stays where it has names.

    Returns:
        The legend with an entry for each colour of lines, if each has a name of its own.
    """
    ends = _ends(shapes, panel)
    if legend.entries or len(ends) < _MIN_LINES:
        return legend
    entries = []
    for color, end in ends.items():
        near = [label for label in labels if _stands_at(label, end)]
        if not near:
            return legend
        label = min(near, key=lambda one: math.dist((one.box[0], one.center[1]), end))
        entries.append(LegendEntry(label.text, color, None, label, (), label.box))
    if len({entry.name for entry in entries}) < len(entries):
        return legend
    return Legend(tuple(entries), legend.sizes)


def _ends(shapes: Sequence[Shape], panel: Panel) -> dict[Color, Point]:
    """The rightmost place of the lines of each colour."""
    found: dict[Color, Point] = {}
    for shape in shapes:
        is_line = shape.fill is None and not shape.closed and len(shape.points) > 1
        if not is_line or shape.stroke is None or is_neutral(shape.stroke):
            continue
        if shape.size[0] >= 0.3 * panel.width:
            end = max(shape.points)
            found[shape.stroke] = max(end, found.get(shape.stroke, end))
    return found


def _stands_at(label: Label, end: Point) -> bool:
    ahead, beside = label.box[0] - end[0], abs(label.center[1] - end[1])
    return (
        label.is_level
        and tick_value(label.text) is None
        and 0 <= ahead <= _AHEAD * label.size
        and beside <= _BESIDE * label.size
    )

"""Which way bars grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.bar_names import Bar
from dsocr_integrations.engines.embedded.charts.dashes import are_dashes
from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.scene import Shape


def as_bars(shapes: Sequence[Shape], upright: bool) -> list[Bar]:
    """Boxes as bars that grow upwards or sideways."""
    bars = []
    for shape in shapes:
        x0, y0, x1, y1 = shape.box
        edges = (y0, y1, x0, x1) if upright else (x0, x1, y0, y1)
        bars.append(Bar(*edges, color=shape.color or (0, 0, 0), upright=upright))
    return bars


def stand_upright(shapes: Sequence[Shape], panel: Panel) -> bool:
    """Which way the bars grow."""
    x_counts = panel.x is not None and panel.x.is_measured
    y_counts = panel.y is not None and panel.y.is_measured
    if x_counts != y_counts:
        return y_counts
    for upright in (True, False):
        if are_dashes(as_bars(shapes, upright)):
            return upright
    across = _agreement([edge for s in shapes for edge in (s.box[1], s.box[3])], len(shapes))
    along = _agreement([edge for s in shapes for edge in (s.box[0], s.box[2])], len(shapes))
    widths = Counter(round(shape.size[0], 1) for shape in shapes).most_common(1)[0][1]
    heights = Counter(round(shape.size[1], 1) for shape in shapes).most_common(1)[0][1]
    score = (across - along) + (widths - heights) / len(shapes)
    return score >= 0


def _agreement(edges: Sequence[float], count: int) -> float:
    return Counter(round(edge) for edge in edges).most_common(1)[0][1] / count

"""Strips: marks in one row over one axis."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.axis import key_names, write_values
from dsocr_integrations.engines.embedded.charts.color_scales import find_color_scale
from dsocr_integrations.engines.embedded.charts.data import ChartData, Datum
from dsocr_integrations.engines.embedded.charts.legend import Legend
from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.points import (
    MIN_DOTS,
    colors_of,
    find_dots,
    same_size,
    series_of,
)
from dsocr_integrations.engines.embedded.charts.scene import Label, Scene, Shape, has_point

ONE_ROW = 0.3
"""Points by which the middles of marks in one row differ at most."""


def read_strip(
    scene: Scene, shapes: Sequence[Shape], panel: Panel, legend: Legend, labels: Sequence[Label]
) -> ChartData | None:
    """Read marks whose only axis gives each a value; their colours may give them another one.

    Args:
        scene: The scene.
        shapes: Shapes of the panel that may carry data; where others than marks are among
            them, it is a drawing.
        panel: The panel, with one axis.
        legend: Colours of the series.
        labels: Labels that are not used otherwise; one in the panel names what is no series.

    Returns:
        A value for each mark, or `None` where that is not what the panel shows.
    """
    axis = panel.x or panel.y
    if axis is None or (panel.x is not None and panel.y is not None):
        return None
    side = 0 if panel.x is not None else 1
    dots = _with_pale_ones(find_dots(shapes, panel), scene, panel)
    rows = [dot.center[1 - side] for dot in dots]
    if (
        len(dots) < max(MIN_DOTS, len(shapes))
        or max(rows) - min(rows) > ONE_ROW
        or not axis.exact
        or any(has_point(panel.box, one.center, slack=one.size) for one in labels)
    ):
        return None
    axis = axis.shifted(-axis.crispness)
    places = [dot.center[side] for dot in dots]
    texts = (
        write_values(axis, [axis.value(place) for place in places])
        if axis.is_measured
        else key_names(axis, places)
    )
    colors = colors_of(dots)
    are_named = any(legend.name_of(color) for color in colors)
    # The marks of a scale may look like swatches before its numbers.
    free = [label for label in scene.labels if label not in panel.used]
    scale = None if are_named else find_color_scale(scene, free)
    told = scale.names(dots, colors) if scale is not None else None
    if told is not None:
        data = [Datum(key, text, "", at) for (key, at), text in zip(told, texts, strict=True)]
    else:
        series = series_of(dots, legend) if are_named else [""] * len(dots)
        data = [
            Datum("", text, name, at) for text, name, at in zip(texts, series, places, strict=True)
        ]
    return ChartData(
        tuple(sorted(data, key=lambda datum: datum.place)),
        key_name=scale.title if scale is not None and told is not None else "",
        value_name=axis.title,
        confidence=0.8,
        key_is_measured=True,
        series_order=tuple(entry.name for entry in legend.entries),
    )


def _with_pale_ones(dots: Sequence[Shape], scene: Scene, panel: Panel) -> list[Shape]:
    """Strokes with those of their size in their row that are as pale as a grid."""
    if not dots or not dots[0].is_segment:
        return list(dots)
    first = dots[0]
    return [
        shape
        for shape in scene.shapes
        if shape.is_segment
        and same_size(shape, first)
        and has_point(panel.box, shape.center, slack=2.0)
        and (
            abs(shape.center[1] - first.center[1]) <= ONE_ROW
            or abs(shape.center[0] - first.center[0]) <= ONE_ROW
        )
    ]

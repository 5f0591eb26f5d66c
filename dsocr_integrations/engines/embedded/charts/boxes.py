"""Box plots: quartiles, median and whiskers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.charts.axis import Axis, write_values
from dsocr_integrations.engines.embedded.charts.data import ChartData, Datum
from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.scene import Scene, Shape, has_point

BROADEST = 0.6
"""Share of a panel with names that a box is broad at most."""

NAMES = ("lower whisker", "lower quartile", "median", "upper quartile", "upper whisker")


def read_boxes(scene: Scene, panel: Panel) -> ChartData | None:
    """Read the boxes of a box plot, upright or level ones.

    Args:
        scene: The scene; whiskers are drawn in the colour of axes, so all of it is looked at.
        panel: The panel; its other axis, if it has one, names the boxes.

    Returns:
        Five numbers a box, or `None` where fewer than half of the boxes have a median line and
        two whiskers.
    """
    is_level = panel.x is not None and panel.x.is_measured and not _is_measured(panel.y)
    axis, names = (panel.x, panel.y) if is_level else (panel.y, panel.x)
    if axis is None or not axis.is_measured or (names is None and not axis.exact):
        return None
    shapes = [s for s in scene.shapes if has_point(panel.box, s.center, slack=1.0)]
    inside = [_turned(shape) for shape in shapes] if is_level else shapes
    x0, y0, x1, y1 = panel.box
    width = (y1 - y0 if is_level else x1 - x0) * (BROADEST if names is not None else 1.0)
    boxes = _each_once(
        [s for s in inside if s.is_box and 3 <= s.size[0] < width and s.size[1] >= 2]
    )
    segments = [s for s in inside if s.is_segment and s.size[0] < width]
    places = [(box, found) for box in boxes if (found := _five(box, segments)) is not None]
    if not places or 2 * len(places) < len(boxes) or (names is None and len(places) > 1):
        return None
    axis = axis.shifted(-axis.crispness)
    side = -1 if is_level else 1
    texts = write_values(axis, [axis.value(side * y) for _, five in places for y in five])
    data = [
        Datum(
            names.nearest(box.center[0]).text if names is not None else "",
            texts[5 * number + index],
            name,
            box.center[0],
        )
        for number, (box, _) in enumerate(places)
        for index, name in enumerate(NAMES)
    ]
    return ChartData(
        tuple(data),
        key_name=names.title if names is not None else "",
        value_name=axis.title,
        confidence=0.8,
        series_order=NAMES,
    )


def _each_once(boxes: Sequence[Shape]) -> list[Shape]:
    """Boxes of which outline and filling were drawn one after the other, once each."""
    found = {tuple(round(side) for side in box.box): box for box in boxes}
    return list(found.values())


def _is_measured(axis: Axis | None) -> bool:
    return axis is not None and axis.is_measured


def _turned(shape: Shape) -> Shape:
    """A shape turned so that its right end is its upper one."""
    return replace(
        shape,
        points=tuple((y, -x) for x, y in shape.points),
        outline=tuple((y, -x) for x, y in shape.outline),
    )


def _five(box: Shape, segments: Sequence[Shape]) -> tuple[float, ...] | None:
    """Places of whisker, quartile, median, quartile and whisker, from below."""
    x0, y0, x1, y1 = box.box
    middle = (x0 + x1) / 2
    medians = [
        s.center[1]
        for s in segments
        if s.size[0] > s.size[1]
        and s.size[0] >= 0.7 * (x1 - x0)
        and abs(s.center[0] - middle) < 1.5
        and y0 - 0.5 <= s.center[1] <= y1 + 0.5
    ]
    upright = [s for s in segments if s.size[1] > s.size[0] and abs(s.center[0] - middle) < 1.5]
    upper = [s.box[1] for s in upright if s.box[1] < y0 and abs(s.box[3] - y0) < 2]
    lower = [s.box[3] for s in upright if s.box[3] > y1 and abs(s.box[1] - y1) < 2]
    through = [s for s in upright if s.box[1] < y0 - 1 and s.box[3] > y1 + 1]
    if through:
        upper, lower = [through[0].box[1]], [through[0].box[3]]
    if not medians or not upper or not lower:
        return None
    return (max(lower), y1, medians[0], y0, min(upper))

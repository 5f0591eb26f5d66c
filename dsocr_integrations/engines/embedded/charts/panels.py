"""Panels: a frame with its axes, and the labels that were used for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dsocr_integrations.engines.embedded.charts.axis import Axis
from dsocr_integrations.engines.embedded.charts.axis_factors import (
    multiplied_level,
    multiplied_upright,
)
from dsocr_integrations.engines.embedded.charts.axis_titles import (
    titled_level,
    titled_right,
    titled_upright,
)
from dsocr_integrations.engines.embedded.charts.frames import (
    find_frames,
    grid_colors,
    is_neutral_rule,
)
from dsocr_integrations.engines.embedded.charts.panel_axes import (
    find_level_axis,
    find_marks,
    find_right_axis,
    find_upright_axis,
)
from dsocr_integrations.engines.embedded.charts.scene import (
    Box,
    Label,
    Point,
    Scene,
    Shape,
    has_point,
    is_neutral,
)

MAX_PANELS = 30


@dataclass(frozen=True)
class Panel:
    """One coordinate system.

    Attributes:
        box: Where data is drawn.
        x: The level axis, if labels were found for it.
        y: The upright axis.
        used: Labels that belong to the axes, titles included.
        title: Heading of the panel, for facets.
        right: The scale at its right edge, where there is one at its left too.
    """

    box: Box
    x: Axis | None
    y: Axis | None
    used: tuple[Label, ...] = ()
    title: str = ""
    right: Axis | None = None

    @property
    def width(self) -> float:
        """Width of the box."""
        return self.box[2] - self.box[0]


def find_panels(scene: Scene) -> list[Panel]:
    """Find the panels of a chart with their axes.

    Panels of a grid often share the labels at the left and at the bottom; a panel without its
    own takes those of the panel beside or below it.
    """
    panels = [_panel(scene, frame) for frame in find_frames(scene)[:MAX_PANELS]]
    panels = [_with_own_right(panel, panels) for panel in panels]
    shared = [_with_shared_axes(panel, panels) for panel in panels]
    return [panel for panel in shared if panel.x is not None or panel.y is not None]


def _panel(scene: Scene, frame: Box) -> Panel:
    marks_x, marks_y = find_marks(scene, frame)
    x, x_used = find_level_axis(scene, frame, marks_x)
    y, y_used = find_upright_axis(scene, frame, marks_y)
    used = (*x_used, *y_used)
    if x is not None:
        x, factor = multiplied_level(scene, frame, x)
        x, title = titled_level(scene, frame, x, (*used, *factor))
        used = (*used, *factor, *title)
    if y is not None:
        y, factor = multiplied_upright(scene, frame, y)
        y, title = titled_upright(scene, frame, y, used)
        used = (*used, *factor, *title)
    right, right_used = find_right_axis(scene, frame, marks_y, used)
    if right is None or y is None or not y.is_measured:
        return Panel(frame, x, y, used)
    right, factor = multiplied_upright(scene, frame, right, right=True)
    used = (*used, *right_used, *factor)
    right, title = titled_right(scene, frame, right, used)
    return Panel(frame, x, y, (*used, *title), right=right)


def _with_own_right(panel: Panel, panels: Sequence[Panel]) -> Panel:
    """A panel without the scale at its right edge, where that is the left one of the next."""
    right = panel.right
    if right is None:
        return panel
    said = {tick.text for tick in right.ticks}
    borrowed = any(
        other.y is not None
        and other.box[0] >= panel.box[2]
        and said <= {tick.text for tick in other.y.ticks}
        for other in panels
    )
    return replace(panel, right=None) if borrowed else panel


def _with_shared_axes(panel: Panel, panels: Sequence[Panel]) -> Panel:
    x, y = panel.x, panel.y
    if x is None:
        below = [
            other
            for other in panels
            if other.x is not None
            and abs(other.box[0] - panel.box[0]) < 3
            and abs(other.box[2] - panel.box[2]) < 3
            and other.box[1] >= panel.box[3] - 3
        ]
        x = min(below, key=lambda other: other.box[1]).x if below else None
    if y is None:
        beside = [
            other
            for other in panels
            if other.y is not None
            and abs(other.box[1] - panel.box[1]) < 3
            and abs(other.box[3] - panel.box[3]) < 3
        ]
        y = min(beside, key=lambda o: abs(o.box[0] - panel.box[0])).y if beside else None
    return replace(panel, x=x, y=y)


def data_shapes(scene: Scene, panel: Panel, swatches: frozenset[int]) -> list[Shape]:
    """Shapes that may carry data: inside the panel, and neither grid, axis, frame nor legend.

    Args:
        scene: The scene.
        panel: The panel.
        swatches: `id` of each shape that belongs to a legend.
    """
    x0, y0, x1, y1 = panel.box
    found = []
    fills = {
        shape.fill
        for shape in scene.shapes
        if shape.is_box and not shape.is_segment and not is_neutral(shape.fill)
    }
    grids = grid_colors(scene, panel.box)
    for shape in scene.shapes:
        width, height = shape.size
        if id(shape) in swatches or not _overlaps(panel.box, shape.box):
            continue
        if (
            width >= 0.985 * (x1 - x0)
            and height >= 0.985 * (y1 - y0)
            and (shape.is_box or shape.is_segment)
        ):
            continue
        is_low_bar = shape.fill in fills and shape.fill is not None
        if shape.is_segment and not is_low_bar and _is_rule(shape, panel.box):
            continue
        if shape.is_segment and shape.color in grids:
            continue
        center = _shown_middle(shape, panel.box) if shape.is_box else shape.center
        if not has_point(panel.box, center, slack=4.0):
            continue
        found.append(shape)
    return found


def _shown_middle(shape: Shape, frame: Box) -> Point:
    """Middle of the part of a bar that its panel shows: bars of a log axis have no lower end."""
    x0, y0, x1, y1 = shape.box
    left, top, right, bottom = frame
    wide = (max(x0, left) + min(x1, right)) / 2 if x1 - x0 > right - left else shape.center[0]
    high = (max(y0, top) + min(y1, bottom)) / 2 if y1 - y0 > bottom - top else shape.center[1]
    return (wide, high)


def _overlaps(first: Box, second: Box) -> bool:
    return (
        first[0] - 3 <= second[2]
        and second[0] <= first[2] + 3
        and first[1] - 3 <= second[3]
        and second[1] <= first[3] + 3
    )


def _is_rule(shape: Shape, frame: Box) -> bool:
    """Grid line, axis line or tick mark."""
    if is_neutral_rule(shape):
        return True
    # A coloured line from edge to edge may be a constant series; one along the edge is not.
    x0, y0, x1, y1 = shape.box
    along_x = min(abs(y0 - frame[1]), abs(y1 - frame[3])) < 1 and x1 - x0 > y1 - y0
    along_y = min(abs(x0 - frame[0]), abs(x1 - frame[2])) < 1 and y1 - y0 > x1 - x0
    return along_x or along_y

"""Panels: a frame with its axes, and the labels that were used for them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dsocr_integrations.engines.embedded.charts.axis import Axis, fit_axis
from dsocr_integrations.engines.embedded.charts.frames import (
    find_frames,
    grid_colors,
    is_neutral_rule,
)
from dsocr_integrations.engines.embedded.charts.scene import (
    Box,
    Label,
    Scene,
    Shape,
    contains,
    has_point,
    is_neutral,
)
from dsocr_integrations.engines.embedded.charts.tick_values import tick_value

REACH = 46.0
"""How far from a panel's edge its tick labels may begin, in points."""

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
    """

    box: Box
    x: Axis | None
    y: Axis | None
    used: tuple[Label, ...] = ()
    title: str = ""


def find_panels(scene: Scene) -> list[Panel]:
    """Find the panels of a chart with their axes.

    Panels of a grid often share the labels at the left and at the bottom; a panel without its
    own takes those of the panel beside or below it.
    """
    panels = [_panel(scene, frame) for frame in find_frames(scene)[:MAX_PANELS]]
    shared = [_with_shared_axes(panel, panels) for panel in panels]
    return [panel for panel in shared if panel.x is not None or panel.y is not None]


def _panel(scene: Scene, frame: Box) -> Panel:
    marks_x, marks_y = _marks(scene, frame)
    x, x_used = _level_axis(scene, frame, marks_x)
    y, y_used = _upright_axis(scene, frame, marks_y)
    used = (*x_used, *y_used)
    if x is not None:
        x, title = _titled_level(scene, frame, x, used)
        used = (*used, *title)
    if y is not None:
        y, title = _titled_upright(scene, frame, y, used)
        used = (*used, *title)
    return Panel(frame, x, y, used)


def _marks(scene: Scene, frame: Box) -> tuple[list[float], list[float]]:
    """Places of tick marks and grid lines along both axes."""
    xs: list[tuple[float, float]] = []
    ys: list[tuple[float, float]] = []
    x0, y0, x1, y1 = frame
    grids = grid_colors(scene, frame)
    for shape in scene.shapes:
        if not shape.is_segment or not (is_neutral_rule(shape) or shape.color in grids):
            continue
        box, (width, height) = shape.box, shape.size
        if height >= width and x0 - 2 <= shape.center[0] <= x1 + 2:
            at_edge = min(abs(box[1] - y1), abs(box[3] - y1), abs(box[1] - y0), abs(box[3] - y0))
            if at_edge < 4 and (height <= 12 or height >= 0.9 * (y1 - y0)):
                xs.append((shape.center[0], height))
        if width >= height and y0 - 2 <= shape.center[1] <= y1 + 2:
            at_edge = min(abs(box[0] - x0), abs(box[2] - x0), abs(box[0] - x1), abs(box[2] - x1))
            if at_edge < 4 and (width <= 12 or width >= 0.9 * (x1 - x0)):
                ys.append((shape.center[1], width))
    return _distinct(_major(xs)), _distinct(_major(ys))


def _major(marks: Sequence[tuple[float, float]]) -> list[float]:
    """Places of the long tick marks where there are shorter ones between them."""
    lengths = [length for _, length in marks if length <= 12]
    if not lengths:
        return [place for place, _ in marks]
    longest = max(lengths)
    if sum(length > 0.9 * longest for length in lengths) < 2:
        return [place for place, _ in marks]
    return [place for place, length in marks if 0.9 * longest < length <= 12]


def _distinct(values: list[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > 0.3:
            found.append(value)
    return found


def _level_axis(
    scene: Scene, frame: Box, marks: list[float]
) -> tuple[Axis | None, tuple[Label, ...]]:
    x0, y0, x1, y1 = frame
    near = [label for label in scene.labels if x0 - 8 <= label.center[0] <= x1 + 8]
    below = [label for label in near if -4 <= label.box[1] - y1 <= REACH]
    above = [label for label in near if -4 <= y0 - label.box[3] <= REACH / 2]
    doubtful: tuple[Axis | None, tuple[Label, ...]] = (None, ())
    for labels, edge in ((below, _top), (above, _bottom_up)):
        rows = _aligned(labels, edge)
        for place, row in enumerate(rows[:3]):
            if len(row) < 2 or not _spread(row, 0):
                continue
            row = _with_second_lines(row, rows[place + 1 : place + 3])  # noqa: PLW2901
            if not row:
                continue
            axis = _best_fit(row, marks, scene.exact)
            if axis is None:
                continue
            found = (axis, tuple(label for label in labels if _is_in(label, row)))
            # Numbers that miss the grid may be those of a colour bar beyond the panel.
            if marks and axis.is_measured and not axis.exact:
                doubtful = doubtful if doubtful[0] is not None else found
                continue
            if doubtful[0] is None or axis.exact:
                return found
    return doubtful


def _is_in(label: Label, row: Sequence[Label]) -> bool:
    return any(contains(other.box, label.box, slack=0.1) for other in row)


def _top(label: Label) -> float:
    return label.box[1]


def _bottom_up(label: Label) -> float:
    return -label.box[3]


def _best_fit(row: Sequence[Label], marks: list[float], exact: bool) -> Axis | None:
    """Fit by the middles of labels, or by the ends of slanted ones, whichever meets the marks."""
    centers = [(label.center[0], label) for label in row]
    slanted = [label for label in row if 10 <= abs(label.angle) <= 80]
    if 2 * len(slanted) <= len(row):
        return fit_axis(centers, marks, exact=exact)
    ends = [(min((lb.start, lb.end), key=lambda p: p[1])[0], lb) for lb in row]
    if not marks:
        return fit_axis(ends, marks, exact=exact)
    return fit_axis(
        min((centers, ends), key=lambda pairs: _distance_to_marks(pairs, marks)),
        marks,
        exact=exact,
    )


def _distance_to_marks(pairs: Sequence[tuple[float, Label]], marks: Sequence[float]) -> float:
    # A constant offset (labels end a little beside their mark) must not count.
    offsets = [min((mark - place for mark in marks), key=abs) for place, _ in pairs]
    middle = sorted(offsets)[len(offsets) // 2]
    return sum(abs(offset - middle) for offset in offsets) + abs(middle)


def _with_second_lines(row: list[Label], below: Sequence[list[Label]]) -> list[Label]:
    """Join category labels that were wrapped onto two or three lines."""
    if any(not label.is_level for label in row):
        return row
    joined = list(row)
    for line in below:
        if len(line) < 2 and len(row) > 2:
            break
        gap = line[0].box[1] - max(label.box[3] for label in joined)
        if gap > 0.9 * row[0].size:
            break
        nearest = [_nearest(joined, label) for label in line]
        if any(
            abs(joined[i].center[0] - label.center[0]) > 3.0
            for i, label in zip(nearest, line, strict=True)
        ):
            break
        for i, label in zip(nearest, line, strict=True):
            upper = joined[i]
            joined[i] = replace(
                upper,
                text=f"{upper.text} {label.text}",
                start=(min(upper.start[0], label.start[0]), label.start[1]),
                end=(max(upper.end[0], label.end[0]), label.end[1]),
            )
    return joined


def _nearest(labels: Sequence[Label], wanted: Label) -> int:
    """Place of the label whose middle is nearest along the level axis."""
    distances = [abs(label.center[0] - wanted.center[0]) for label in labels]
    return distances.index(min(distances))


def _upright_axis(
    scene: Scene, frame: Box, marks: list[float]
) -> tuple[Axis | None, tuple[Label, ...]]:
    x0, y0, x1, y1 = frame
    near = [
        label for label in scene.labels if y0 - 8 <= label.center[1] <= y1 + 8 and label.is_level
    ]
    left = [label for label in near if -4 <= x0 - label.box[2] <= REACH]
    right = [label for label in near if -4 <= label.box[0] - x1 <= REACH / 2]
    inside = [label for label in near if contains(frame, label.box)]
    attempts: tuple[tuple[list[Label], Callable[[Label], float], bool], ...] = (
        (left, lambda label: -label.box[2], False),
        (left, lambda label: label.box[0], False),
        (right, lambda label: label.box[0], True),
        (inside, lambda label: label.box[0], True),
        (inside, lambda label: -label.box[2], True),
    )
    for labels, edge, numbers_only in attempts:
        for column in _aligned(labels, edge)[:4]:
            if len(column) < 2 or not _spread(column, 1):
                continue
            axis = fit_axis([(lb.center[1], lb) for lb in column], marks, exact=scene.exact)
            if axis is None or (numbers_only and not (axis.is_measured and axis.exact)):
                continue
            return axis, tuple(column)
    return None, ()


def _aligned(labels: Sequence[Label], edge: Callable[[Label], float]) -> list[list[Label]]:
    """Group labels whose edge is in line, in the order of the edges."""
    groups: list[list[Label]] = []
    for label in sorted(labels, key=edge):
        if groups and edge(label) - edge(groups[-1][0]) <= max(2.5, 0.3 * label.size):
            groups[-1].append(label)
        else:
            groups.append([label])
    return groups


def _spread(labels: Sequence[Label], side: int) -> bool:
    """Whether labels stand at different places along the axis."""
    places = sorted(label.center[side] for label in labels)
    same = sum(b - a <= 1.0 for a, b in itertools.pairwise(places))
    # The last number of an axis may be pushed in, onto the one before it.
    numbers = len(labels) >= 4 and all(tick_value(label.text) is not None for label in labels)
    return same <= (1 if numbers else 0)


def _titled_level(
    scene: Scene, frame: Box, axis: Axis, used: Sequence[Label]
) -> tuple[Axis, tuple[Label, ...]]:
    lowest = max((label.box[3] for label in used), default=frame[3])
    found = [
        label
        for label in scene.labels
        if label not in used
        and label.is_level
        and tick_value(label.text) is None
        and max(frame[3], lowest) - 6 <= label.box[1] <= lowest + 34
        and frame[0] - 10 <= label.center[0] <= frame[2] + 10
        and not _has_swatch(scene, label)
    ]
    if not found:
        return axis, ()
    label = min(found, key=lambda lb: lb.box[1] + 0.1 * abs(lb.center[0] - _mid(frame, 0)))
    return replace(axis, title=label.text), (label,)


def _has_swatch(scene: Scene, label: Label) -> bool:
    """Whether a small coloured patch or line stands before a label, as in a legend."""
    return any(
        not is_neutral(shape.color)
        and max(shape.size) <= 3 * label.size
        and 0 <= label.box[0] - shape.box[2] <= 1.9 * label.size
        and abs(shape.center[1] - label.center[1]) <= 0.45 * label.size
        for shape in scene.shapes
    )


def _titled_upright(
    scene: Scene, frame: Box, axis: Axis, used: Sequence[Label]
) -> tuple[Axis, tuple[Label, ...]]:
    found = [
        label
        for label in scene.labels
        if label not in used
        and abs(abs(label.angle) - 90) < 5
        and label.box[2] <= frame[0]
        and frame[0] - label.box[2] < 120
        and frame[1] - 10 <= label.center[1] <= frame[3] + 10
    ]
    if not found:
        return axis, ()
    label = max(found, key=lambda lb: lb.box[2])
    return replace(axis, title=label.text), (label,)


def _mid(box: Box, side: int) -> float:
    return (box[side] + box[side + 2]) / 2


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
        if not has_point(panel.box, shape.center, slack=4.0):
            continue
        found.append(shape)
    return found


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

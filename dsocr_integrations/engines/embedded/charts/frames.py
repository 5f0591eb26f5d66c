"""Where the panels of a chart are: frames, axis lines, grids and backgrounds."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Sequence

from dsocr_integrations.engines.embedded.charts.scene import (
    Box,
    Color,
    Scene,
    Shape,
    bounds,
    contains,
    is_neutral,
    is_pale,
    union,
)

MIN_SIDE = 18.0
"""A panel narrower than this is a colour bar or a sparkline without axes."""

TOUCH = 2.5
MAX_RULES = 1500

_FRAME_SHARE = 0.1
"""Share of a sheet that each of the frames on it covers; legends are smaller."""

GRID_REACH = 0.985
"""Share of a frame's side that a grid line crosses."""


def find_frames(scene: Scene) -> list[Box]:
    """Find the boxes that data may be drawn in, largest first.

    Lines of axes, frames and grids that touch or run in parallel are joined; a background
    rectangle counts as its four edges. A frame inside another is a legend or an inset and is
    left out.
    """
    groups = _joined([[rule] for rule in _rules(scene)[:MAX_RULES]], _touch)
    groups = _joined(groups, _are_one_grid)
    boxes = [_core(group) for group in groups]
    boxes = [box for box in boxes if box[2] - box[0] >= MIN_SIDE and box[3] - box[1] >= MIN_SIDE]
    boxes.sort(key=lambda box: -(box[2] - box[0]) * (box[3] - box[1]))
    frames: list[Box] = []
    for box in boxes:
        if not any(contains(frame, box, slack=3.0) for frame in frames):
            frames.append(box)
    return frames


def _core(group: Sequence[Box]) -> Box:
    """The box that most of a group's lines agree on, so that long ticks do not widen it."""
    across = [box for box in group if box[2] - box[0] >= box[3] - box[1]]
    upright = [box for box in group if box[2] - box[0] < box[3] - box[1]]
    whole = union(group)
    if len(across) >= 3 and len(upright) >= 3:
        x0, x1 = _middle([b[0] for b in across]), _middle([b[2] for b in across])
        y0, y1 = _middle([b[1] for b in upright]), _middle([b[3] for b in upright])
        near = max(abs(x0 - whole[0]), abs(x1 - whole[2]), abs(y0 - whole[1]), abs(y1 - whole[3]))
        if near < 12:
            return (x0, y0, x1, y1)
    return whole


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _rules(scene: Scene) -> list[Box]:
    rules: list[Box] = []
    for shape in scene.shapes:
        if shape.is_segment:
            if max(shape.size) >= MIN_SIDE and is_neutral_rule(shape):
                rules.append(shape.box)
        elif shape.is_box and _is_frame(shape, scene):
            x0, y0, x1, y1 = shape.box
            rules += [(x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)]
        elif shape.fill is None and is_neutral(shape.stroke):
            rules += _elbow(shape)
    return rules


def is_neutral_rule(shape: Shape) -> bool:
    """Whether a segment has the colour of axes and grids, tinted pale ones included."""
    color = shape.color
    return is_neutral(color) or is_pale(color)


def grid_colors(scene: Scene, frame: Box) -> frozenset[Color]:
    """Colours in which lines cross a frame both ways or several times, as only grids do."""
    x0, y0, x1, y1 = frame
    inside = [s for s in scene.shapes if s.is_segment and contains(frame, s.box, slack=2.0)]
    across = Counter(s.color for s in inside if s.size[0] >= GRID_REACH * (x1 - x0))
    upright = Counter(s.color for s in inside if s.size[1] >= GRID_REACH * (y1 - y0))
    return frozenset(
        color
        for color in across | upright
        if color is not None
        and (min(across[color], upright[color]) >= 1 or max(across[color], upright[color]) >= 3)
    )


def _elbow(shape: Shape) -> list[Box]:
    """Axis lines drawn in one stroke: domain paths and L shapes."""
    points = shape.points
    if shape.curved or not 3 <= len(points) <= 6:
        return []
    sides = [bounds(pair) for pair in itertools.pairwise(points)]
    if any(min(box[2] - box[0], box[3] - box[1]) > 0.4 for box in sides):
        return []
    return [box for box in sides if max(box[2] - box[0], box[3] - box[1]) >= MIN_SIDE]


def _is_frame(shape: Shape, scene: Scene) -> bool:
    width, height = shape.size
    if width < MIN_SIDE or height < MIN_SIDE:
        return False
    if width > 0.97 * scene.width and height > 0.97 * scene.height and shape.fill is not None:
        return False
    if _is_sheet(shape, scene):
        return False
    if shape.fill is None:
        return is_neutral(shape.stroke) or is_pale(shape.stroke)
    if not (is_pale(shape.fill) or is_neutral(shape.fill)):
        return False
    inside = sum(
        1
        for other in scene.shapes
        if other.order > shape.order and contains(shape.box, other.box, slack=6.0)
    )
    return inside >= 2


def _is_sheet(shape: Shape, scene: Scene) -> bool:
    """Whether a box is the sheet a chart is drawn on: tick labels stand outside of frames."""
    inside = [label for label in scene.labels if contains(shape.box, label.box, slack=1.0)]
    if len(inside) < 3:
        return False
    if len(inside) > 0.95 * len(scene.labels):
        return True
    width, height = shape.size
    frames = [
        other.box
        for other in scene.shapes
        if other is not shape
        and other.is_box
        and (is_pale(other.fill) or is_neutral(other.fill))
        and other.size[0] * other.size[1] >= _FRAME_SHARE * width * height
        and contains(shape.box, other.box)
        and not contains(other.box, shape.box)
    ]
    around = sum(not any(contains(box, label.box) for box in frames) for label in inside)
    return bool(frames) and around >= max(3, 0.6 * len(inside))


def _joined(
    groups: list[list[Box]], belong: Callable[[list[Box], list[Box]], bool]
) -> list[list[Box]]:
    found: list[list[Box]] = []
    for group in groups:
        mates = [other for other in found if belong(group, other)]
        found = [other for other in found if not any(other is mate for mate in mates)]
        found.append([*group, *(box for mate in mates for box in mate)])
    return found


def _touch(first: list[Box], second: list[Box]) -> bool:
    box = first[0]
    return any(
        box[0] <= other[2] + TOUCH
        and other[0] <= box[2] + TOUCH
        and box[1] <= other[3] + TOUCH
        and other[1] <= box[3] + TOUCH
        for other in second
    )


def _are_one_grid(first: list[Box], second: list[Box]) -> bool:
    """Whether groups without any crossing are grid lines of one panel.

    They run in parallel, have one length, and are not far apart.
    """
    a, b = union(first), union(second)
    flat = [min(box[2] - box[0], box[3] - box[1]) <= 2 for box in (a, b)]
    if abs(a[0] - b[0]) < 1.5 and abs(a[2] - b[2]) < 1.5 and _is_level(first + second):
        gap = max(a[1], b[1]) - min(a[3], b[3])
        return any(flat) and gap < 0.48 * (a[2] - a[0])
    if abs(a[1] - b[1]) < 1.5 and abs(a[3] - b[3]) < 1.5 and _is_upright(first + second):
        gap = max(a[0], b[0]) - min(a[2], b[2])
        return any(flat) and gap < 0.48 * (a[3] - a[1])
    return False


def _is_level(boxes: Sequence[Box]) -> bool:
    return all(box[3] - box[1] < 2 for box in boxes)


def _is_upright(boxes: Sequence[Box]) -> bool:
    return all(box[2] - box[0] < 2 for box in boxes)

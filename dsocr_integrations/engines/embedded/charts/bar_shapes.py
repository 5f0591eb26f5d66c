"""Which shapes of a panel are bars."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.points import MAX_SIDE
from dsocr_integrations.engines.embedded.charts.scene import Color, Shape

WHITE = 225

MAX_GROUNDS = 2


def find_bar_shapes(shapes: Sequence[Shape], panel: Panel) -> list[Shape]:
    """Find the bars of a panel, filled ones before outlined or hatched ones.

    Args:
        shapes: Shapes that may carry data.
        panel: The panel.

    Returns:
        The bars; none where the boxes are a heat map, a calendar or parts of a picture.
    """
    filled = _without_ground([shape for shape in shapes if _is_bar(shape)])
    drawn = filled or [shape for shape in shapes if _is_outline(shape)]
    boxes = [shape for shape in drawn if _is_in(shape, panel)]
    if _is_grid_of_cells(boxes) or _are_patches(boxes, shapes):
        return []
    return _shown(boxes)


def _is_bar(shape: Shape) -> bool:
    width, height = shape.size
    if shape.fill is None or width <= 0.5 or height <= 0.05:
        return False
    return shape.is_box or _has_round_end(shape)


def _without_ground(boxes: Sequence[Shape]) -> list[Shape]:
    """Boxes without a single white one beside others: what these or a legend stand on."""
    white = [box for box in boxes if box.fill is not None and min(box.fill) >= WHITE]
    others = [box for box in boxes if not any(box is ground for ground in white)]
    return others if len(white) < len(others) and len(white) <= MAX_GROUNDS else list(boxes)


def _has_round_end(shape: Shape) -> bool:
    """Whether a path is a bar with one end rounded: two corners, and at most a disc cut off."""
    width, height = shape.size
    if not (shape.curved and shape.closed) or shape.area < 0.8 * width * height:
        return False
    x0, y0, x1, y1 = shape.box
    corners = sum(
        any(math.dist(corner, point) < 0.3 for point in shape.points)
        for corner in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    )
    return corners >= 2


def _is_outline(shape: Shape) -> bool:
    """A bar that is only outlined or hatched."""
    width, height = shape.size
    return shape.fill is None and shape.is_box and width > 2 and height > 0.5


def _is_in(shape: Shape, panel: Panel) -> bool:
    """Whether a panel shows a good part of a bar; what lies outside its clip hides."""
    x0, y0, x1, y1 = panel.box
    left, top, right, bottom = shape.box
    shown = min(right, x1 + 1) - max(left, x0 - 1)
    return shown >= 0.3 * (right - left) and min(bottom, y1 + 1) > max(top, y0 - 1)


def _shown(boxes: list[Shape]) -> list[Shape]:
    """Bars without those of a colour that others cover to the last, as highlighted ones do."""
    places: dict[Color | None, set[tuple[float, ...]]] = {}
    for box in boxes:
        place = tuple(round(edge, 1) for edge in box.box)
        places.setdefault(box.color, set()).add(place)
    colors = list(places)
    covered = {
        color
        for number, color in enumerate(colors)
        if any(places[color] == places[other] for other in colors[number + 1 :])
    }
    return [box for box in boxes if box.color not in covered]


def _are_patches(boxes: Sequence[Shape], shapes: Sequence[Shape]) -> bool:
    """Whether other filled shapes cover more than the boxes do, as in maps and violins."""
    known = {id(box) for box in boxes}
    others = [s for s in shapes if s.fill is not None and not s.is_box and id(s) not in known]
    larger = [shape for shape in others if max(shape.size) > MAX_SIDE]
    return sum(shape.area for shape in larger) > sum(box.area for box in boxes)


def _is_grid_of_cells(shapes: Sequence[Shape]) -> bool:
    """Whether equal rectangles tile rows and columns, as in a heat map or a calendar."""
    if len(shapes) < 9:
        return False
    sizes = Counter((round(shape.size[0]), round(shape.size[1])) for shape in shapes)
    (size, count) = sizes.most_common(1)[0]
    if count < 0.8 * len(shapes):
        return False
    alike = [s for s in shapes if (round(s.size[0]), round(s.size[1])) == size]
    columns = {round(shape.center[0]) for shape in alike}
    rows = {round(shape.center[1]) for shape in alike}
    return len(columns) >= 3 and len(rows) >= 3

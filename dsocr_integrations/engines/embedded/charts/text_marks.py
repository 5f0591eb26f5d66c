"""What is drawn for the sake of text: shadows, backgrounds and underlines, and bold by striking twice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.charts.scene import Label, Scene, Shape, is_neutral

SAME_PLACE = 0.6
"""Equal labels this near to each other (points) are one, struck twice."""

BESIDE = 0.3
"""How far a text's own mark may reach beyond its ends or above it, as a share of its size."""

BELOW = 0.5
"""How far it may reach below the baseline."""

MIN_HEIGHT = 0.7
"""A box behind words is at least this high, as a share of the height of capitals."""


def without_text_marks(scene: Scene) -> Scene:
    """A scene without the boxes and lines that belong to its labels, and each label once.

    Args:
        scene: Shapes and labels.
    """
    labels = _each_once(scene.labels)
    lines: dict[int, list[Label]] = {}
    for label in labels:
        if label.is_level:
            for line in range(_line(label.box[1]), _line(label.box[3] + label.size) + 1):
                lines.setdefault(line, []).append(label)
    shapes = [
        shape
        for shape in scene.shapes
        if not _may_be_mark(shape)
        or not any(_belongs(shape, label) for label in lines.get(_line(shape.center[1]), ()))
    ]
    return replace(scene, shapes=tuple(shapes), labels=tuple(labels))


def _line(y: float) -> int:
    """Which strip of the page a place is in, so that few labels are looked at for each shape."""
    return math.floor(y / 10.0)


def _each_once(labels: Sequence[Label]) -> list[Label]:
    found: dict[str, list[Label]] = {}
    kept = []
    for label in labels:
        alike = found.setdefault(label.text, [])
        if any(math.dist(label.start, other.start) <= SAME_PLACE for other in alike):
            continue
        alike.append(label)
        kept.append(label)
    return kept


def _may_be_mark(shape: Shape) -> bool:
    return shape.is_segment or (shape.is_box and shape.fill is not None and is_neutral(shape.fill))


def _belongs(shape: Shape, label: Label) -> bool:
    """Whether a line runs under or through a label from end to end, or a box just holds words."""
    x0, y0, x1, y1 = shape.box
    left, top, right, bottom = label.box
    beside, below = BESIDE * label.size, BELOW * label.size
    if shape.is_segment:
        from_end_to_end = abs(x0 - left) <= beside and abs(x1 - right) <= beside
        return from_end_to_end and top <= y0 and y1 <= bottom + below and y1 - y0 < x1 - x0
    inside = left - beside <= x0 and x1 <= right + beside and top - beside <= y0
    return inside and y1 <= bottom + below and y1 - y0 >= MIN_HEIGHT * (bottom - top)

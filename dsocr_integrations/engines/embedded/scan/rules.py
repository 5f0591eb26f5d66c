"""Straight lines drawn on a page picture: borders of tables, rules between columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.scan.recognised_line import bounding_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dsocr_integrations.records.documents import PointBox

HORIZONTAL_LENGTH = 2.5
"""A horizontal rule is at least this many line heights long: longer than a dash."""

VERTICAL_LENGTH = 1.4
"""A vertical rule is at least this many line heights long: longer than a letter."""

THICKNESS = 0.4
"""Thicker than this many line heights is a bar or a picture, not a rule."""


@dataclass(frozen=True)
class DrawnRules:
    """Rules of a picture, as thin boxes in its pixels.

    Attributes:
        horizontal: From left to right.
        vertical: From top to bottom.
        parts: Those from left to right with the gaps in them, such as between the rules under
            neighbouring titles.
    """

    horizontal: tuple[PointBox, ...] = ()
    vertical: tuple[PointBox, ...] = ()
    parts: tuple[PointBox, ...] = ()

    @property
    def as_drawn(self) -> tuple[PointBox, ...]:
        """Level rules with their gaps, where they are known."""
        return self.parts or self.horizontal


def find_rules(grey: NDArray[np.uint8], line_height: float) -> DrawnRules:
    """Find straight horizontal and vertical lines, strokes of large letters included.

    Args:
        grey: `(height, width)` picture, upright and without skew.
        line_height: Prevailing height of a line of text in pixels.
    """
    import cv2

    window = max(15, int(line_height) | 1)
    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, 12
    )
    thick = max(4.0, THICKNESS * line_height)
    wide = max(12, int(HORIZONTAL_LENGTH * line_height))
    high = max(10, int(VERTICAL_LENGTH * line_height))
    across = [box for box in _runs(ink, (wide, 1), line_height) if box[3] - box[1] <= thick]
    down = [box for box in _runs(ink, (1, high), line_height) if box[2] - box[0] <= thick]
    return DrawnRules(
        tuple(_merged(across, axis=0, gap=thick)),
        tuple(_merged(down, axis=1, gap=thick)),
        tuple(across),
    )


def without_strokes(rules: DrawnRules, text: Sequence[PointBox]) -> DrawnRules:
    """Leave out rules that are strokes of letters: inside a line of text and no longer.

    Args:
        rules: All rules.
        text: Boxes of the lines of text.
    """

    def is_stroke(rule: PointBox, axis: int) -> bool:
        other = 1 - axis
        middle = (rule[other] + rule[other + 2]) / 2
        for box in text:
            slack = 0.15 * (box[3] - box[1])
            size = box[other + 2] - box[other]
            inside = box[other] + 0.12 * size < middle < box[other + 2] - 0.12 * size
            if (
                inside
                and box[axis] - slack <= rule[axis]
                and rule[axis + 2] <= box[axis + 2] + slack
            ):
                return True
        return False

    return DrawnRules(
        tuple(rule for rule in rules.horizontal if not is_stroke(rule, 0)),
        tuple(rule for rule in rules.vertical if not is_stroke(rule, 1)),
        tuple(rule for rule in rules.parts if not is_stroke(rule, 0)),
    )


def _runs(ink: NDArray[np.uint8], kernel: tuple[int, int], line_height: float) -> list[PointBox]:
    import cv2

    # A scan's rules waver by a pixel or two, which would cut them into short runs.
    slack = max(1, round(line_height / 16))
    across = kernel[1] == 1
    thickened = cv2.dilate(ink, np.ones((1 + slack, 1) if across else (1, 1 + slack), np.uint8))
    opened = cv2.morphologyEx(thickened, cv2.MORPH_OPEN, np.ones((kernel[1], kernel[0]), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    return [
        (float(x), float(y), float(x + width), float(y + height))
        for x, y, width, height, _ in (stats[i] for i in range(1, count))
    ]


def _merged(boxes: Sequence[PointBox], axis: int, gap: float) -> list[PointBox]:
    """Join runs of one line that a letter, a fold or a dash has interrupted."""
    other = 1 - axis
    merged: list[PointBox] = []
    for box in sorted(boxes, key=lambda b: (b[axis], b[other])):
        for n, known in enumerate(merged):
            level = abs((known[other] + known[other + 2]) - (box[other] + box[other + 2])) / 2
            if level <= gap / 2 and box[axis] - known[axis + 2] <= 2 * gap:
                merged[n] = bounding_box([known, box])
                break
        else:
            merged.append(box)
    return merged

"""Detected lines that reach into each other, so that some letters would be read twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.scan.detected_line import DetectedLine
from dsocr_integrations.engines.embedded.scan.recognised_line import Quad
from dsocr_integrations.records.documents import PointBox

LOWER = 0.75
"""A line at most this high, in heights of another that reaches into it, shows the latter's edge."""

LEAST_KEPT = 0.4
"""Share of a line's height that must stay when it is cut off at its neighbours."""

ALIKE = 0.7
"""Two lines of one row are about as high, at one height, and share less than this share of a
height at their ends."""


def without_overlaps(lines: Sequence[DetectedLine]) -> list[DetectedLine]:
    """Cut level lines off where others stand, so that each letter is in one of them.

    A line that an index or a bracket made reach into lower ones ends where these begin. What the
    ends of two lines of one row share is halved.
    """
    extents = [line.box for line in lines]
    return [
        _cut(line, box, extents) if line.is_level and not line.is_tall else line
        for line, box in zip(lines, extents, strict=True)
    ]


def _cut(line: DetectedLine, box: PointBox, others: Sequence[PointBox]) -> DetectedLine:
    left, top, right, bottom = box
    height, middle = bottom - top, (top + bottom) / 2
    for x0, y0, x1, y1 in others:
        if _in_one_row(box, (x0, y0, x1, y1)):
            if box[0] < x0 < box[2] < x1:
                right = min(right, (x0 + box[2]) / 2)
            elif x0 < box[0] < x1 < box[2]:
                left = max(left, (box[0] + x1) / 2)
        elif y1 - y0 <= LOWER * height and _is_beneath(box, (x0, y0, x1, y1)):
            if y0 < box[1] < y1 < middle:
                top = max(top, y1)
            elif middle < y0 < box[3] < y1:
                bottom = min(bottom, y0)
    if bottom - top < LEAST_KEPT * height:
        top, bottom = box[1], box[3]
    return replace(line, quad=_clipped(line.quad, (left, top, right, bottom)))


def _in_one_row(a: PointBox, b: PointBox) -> bool:
    heights = sorted((a[3] - a[1], b[3] - b[1]))
    level = min(a[3], b[3]) - max(a[1], b[1]) >= ALIKE * heights[1]
    return level and 0 < min(a[2], b[2]) - max(a[0], b[0]) < ALIKE * heights[0]


def _is_beneath(a: PointBox, b: PointBox) -> bool:
    return min(a[2], b[2]) - max(a[0], b[0]) >= 0.5 * min(a[2] - a[0], b[2] - b[0])


def _clipped(quad: Quad, box: PointBox) -> Quad:
    x0, y0, x1, y1 = box
    a, b, c, d = ((min(max(x, x0), x1), min(max(y, y0), y1)) for x, y in quad)
    return (a, b, c, d)

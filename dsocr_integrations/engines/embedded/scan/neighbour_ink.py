"""Feet and heads of letters of the lines above and below, which would be read as accents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsocr_integrations.records.documents import PointBox

NEAR = 0.1
"""Heights of a line between it and another one at most, where parts of that may reach into it."""

AROUND = 0.35
"""Heights of a line above and below it that are looked at."""

INSIDE, DEPTH = 0.35, 0.3
"""Share of a letter that reaches into a line at most, and how many of the line's heights deep."""


def has_neighbours(box: PointBox, boxes: Sequence[PointBox]) -> bool:
    """Whether other lines stand so close above or below one that they reach into it."""
    x0, y0, x1, y1 = box
    near, middle = NEAR * (y1 - y0), (y0 + y1) / 2
    return any(
        min(x1, right) > max(x0, left)
        and (y0 - near < below < middle or middle < above < y1 + near)
        for left, above, right, below in boxes
    )


def without_neighbours(image: NDArray[np.uint8], box: PointBox) -> NDArray[np.uint8]:
    """The pixels of a level line's box, its neighbours' ink made paper.

    Args:
        image: `(height, width, 3)` RGB, dark print on light ground.
        box: The line's extent in pixels.

    Returns:
        The part of the picture from `floor(x0), floor(y0)` to `ceil(x1), ceil(y1)`.
    """
    import cv2

    x0, y0 = (max(0, int(v)) for v in box[:2])
    x1, y1 = (int(np.ceil(v)) for v in box[2:])
    margin = round(AROUND * (y1 - y0))
    top = min(y0, margin)
    patch = image[y0 - top : y1 + margin, x0:x1]
    own = slice(top, top + min(y1, image.shape[0]) - y0)
    inner = patch[own]
    grey = cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY)
    _, ink = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    if 2 * int(ink.sum()) > ink.size:
        return inner
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    within = np.bincount(labels[own].ravel(), minlength=count)
    starts = np.maximum(stats[:, cv2.CC_STAT_TOP], own.start)
    stops = np.minimum(stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT], own.stop)
    foreign = (within > 0) & (within <= INSIDE * stats[:, cv2.CC_STAT_AREA])
    foreign &= stops - starts <= DEPTH * (own.stop - own.start)
    foreign[0] = False
    if not foreign.any():
        return inner
    marks = cv2.dilate(foreign[labels[own]].astype(np.uint8), np.ones((3, 3), np.uint8))
    cleaned = inner.copy()
    cleaned[(marks > 0) & (labels[own] * ~foreign[labels[own]] == 0)] = np.median(
        inner[ink[own] == 0], axis=0
    )
    return cleaned

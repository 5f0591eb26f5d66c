"""Grounds of dots, squares or noise in which nothing was read, though print may stand there.

Such a ground is alike all over; a photograph is not, and print stands in rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsocr_integrations.records.documents import PointBox

WORK_SIDE = 1000
"""Long side in pixels at which grounds are looked for."""

BLOCK = 16
"""Pixels of a square that is a sample of the ground."""

UNEVEN = 14.0
"""Steps of 255 by which a ground's pixels differ from their mean, at least."""

SMOOTH = 0.35
"""The same after blurring, as a share of it at most: a photograph keeps its shapes."""

ALIKE = 1.8
"""Times by which samples of one ground differ in their unevenness, at most, but for a few."""

LEVEL = 60.0
"""Steps of 255 by which they differ in their mean, where print lightens some of them."""

WIDEST_PITCH = 9
"""Pixels over which blurring evens a pattern."""

WIDTH, ROWS = 0.3, 4
"""Share of the page that a ground is wide at least, and squares that it is high."""

FULL = 0.8
"""Share of its box that a ground fills."""

LEGIBLE, BESIDE, WHOLE = 0.4, 2, 5.0
"""Share of a ground's height that lines read on it account for, where print would be found; squares
beside it within which they begin or end; and heights that they are long, as scraps of them are not."""


def has_patterned_ground(image: NDArray[np.uint8], lines: Sequence[PointBox]) -> bool:
    """Whether a picture has a patterned or noisy ground on which no lines, or hardly any, were read.

    Args:
        image: `(height, width, 3)` RGB, upright.
        lines: Boxes of the lines in pixels of the image.
    """
    import cv2

    scale = min(1.0, WORK_SIDE / max(image.shape[:2]))
    size = tuple(max(1, round(side * scale)) for side in image.shape[1::-1])
    grey = cv2.resize(image.mean(axis=2).astype(np.uint8), size, interpolation=cv2.INTER_AREA)
    flat = cv2.blur(grey, (2 * WIDEST_PITCH, 2 * WIDEST_PITCH))
    samples, smooth = _samples(grey), _samples(flat)
    uneven = _unevenness(samples)
    ground = (uneven >= UNEVEN) & (smooth.std(axis=2) <= SMOOTH * uneven)
    for left, top, right, bottom in (_squares(line, scale) for line in lines):
        ground[top : bottom + 1, left : right + 1] = False
    count, _, boxes, _ = cv2.connectedComponentsWithStats(ground.astype(np.uint8), connectivity=4)
    level = samples.mean(axis=2)
    whole = [
        _squares(line, scale) for line in lines if line[2] - line[0] >= WHOLE * (line[3] - line[1])
    ]
    grounds = [[int(edge) for edge in boxes[place, :4]] for place in range(1, count)]
    return any(
        _is_ground(ground, uneven, level, box) and not _is_legible(box, whole) for box in grounds
    )


def _squares(line: PointBox, scale: float) -> list[int]:
    """The squares in which a line begins and ends."""
    return [int(edge * scale) // BLOCK for edge in line]


def _is_legible(box: Sequence[int], lines: Sequence[Sequence[int]]) -> bool:
    """Whether lines were read all over a ground, so that it is but what is left beside them."""
    x, y, width, height = box
    rows = {
        row
        for left, top, right, bottom in lines
        if left <= x + width + BESIDE and right >= x - BESIDE
        for row in range(max(top, y), min(bottom + 1, y + height))
    }
    return len(rows) >= LEGIBLE * height


def _unevenness(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """By how much the pixels of each square differ, rules that run through it left aside."""
    squares = samples.reshape(*samples.shape[:2], BLOCK, BLOCK)
    level = (squares - squares.mean(axis=3, keepdims=True)).std(axis=(2, 3))
    upright = (squares - squares.mean(axis=2, keepdims=True)).std(axis=(2, 3))
    uneven: NDArray[np.float32] = np.minimum(level, upright)
    return uneven


def _samples(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """`(rows, columns, pixels)` of the squares of a picture."""
    rows, columns = grey.shape[0] // BLOCK, grey.shape[1] // BLOCK
    squares = grey[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    return squares.swapaxes(1, 2).reshape(rows, columns, BLOCK * BLOCK).astype(np.float32)


def _is_ground(
    ground: NDArray[np.bool_],
    uneven: NDArray[np.float32],
    level: NDArray[np.float32],
    box: Sequence[int],
) -> bool:
    x, y, width, height = box
    if width < WIDTH * ground.shape[1] or height < ROWS:
        return False
    part = np.s_[y : y + height, x : x + width]
    inside = ground[part]
    if float(inside.mean()) < FULL:
        return False
    low, high = np.percentile(uneven[part][inside], (15, 85))
    dark, light = np.percentile(level[part][inside], (15, 85))
    return bool(high <= ALIKE * low and light - dark <= LEVEL)

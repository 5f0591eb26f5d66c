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

LEVEL = 45.0
"""Steps of 255 by which they differ in their mean."""

WIDEST_PITCH = 9
"""Pixels over which blurring evens a pattern."""

WIDTH, ROWS = 0.3, 4
"""Share of the page that a ground is wide at least, and squares that it is high."""

FULL = 0.8
"""Share of its box that a ground fills."""


def has_patterned_ground(image: NDArray[np.uint8], lines: Sequence[PointBox]) -> bool:
    """Whether a picture has a patterned or noisy ground in which no line was read.

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
    uneven = samples.std(axis=2)
    ground = (uneven >= UNEVEN) & (smooth.std(axis=2) <= SMOOTH * uneven)
    for x0, y0, x1, y1 in lines:
        left, top = int(x0 * scale) // BLOCK, int(y0 * scale) // BLOCK
        ground[top : int(y1 * scale) // BLOCK + 1, left : int(x1 * scale) // BLOCK + 1] = False
    count, _, boxes, _ = cv2.connectedComponentsWithStats(ground.astype(np.uint8), connectivity=4)
    return any(
        _is_ground(ground, uneven, samples.mean(axis=2), [int(edge) for edge in boxes[place, :4]])
        for place in range(1, count)
    )


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

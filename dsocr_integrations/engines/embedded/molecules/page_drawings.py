"""The molecules that are drawn on a page, each as one box around its lines and letters.

A network for layout sees them as it sees any picture: it cuts one in two, takes a row of them for
one, or passes over some. Their ink tells more: it hangs together but for small gaps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from dsocr_integrations.engines.embedded.molecules.black_lines import as_black_lines
from dsocr_integrations.engines.embedded.molecules.drawing_look import is_drawn
from dsocr_integrations.engines.embedded.molecules.stroke_width import MIDDLE_GREY, stroke_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Ink = NDArray[np.bool_]
    PixelBox = tuple[int, int, int, int]

SMALLEST, LARGEST = 0.025, 0.6
"""Shares of the page's longer side that the lines of a drawing which hang together may take."""

THIN = 0.3
"""Share of ink in their box at most."""

REACH = 2.5
"""Line widths that are added around all ink: gaps of up to twice as much are closed."""

MOST_PARTS = 20_000
"""Pieces of ink of the busiest page that is looked at."""

MOST_DRAWINGS = 60
"""Clusters of ink on it that are looked at."""

MARGIN = 3
"""Pixels of paper around a drawing that is looked at."""


def drawings_on(picture: Image.Image) -> list[PixelBox]:
    """Find the molecules on a page.

    Args:
        picture: Of the page, any mode; letters of the text may be on it.

    Returns:
        A box in pixels around the ink of each, in no order.
    """
    import cv2

    black = as_black_lines(picture)
    ink = np.asarray(black) < MIDDLE_GREY
    count, part_of, stats, _ = cv2.connectedComponentsWithStats(
        ink.astype(np.uint8), connectivity=8
    )
    if not 1 < count < MOST_PARTS:
        return []
    lines = np.isin(part_of, _line_parts(stats, max(picture.size)))
    stroke = stroke_width(Image.fromarray(np.where(lines, 0, 255).astype(np.uint8)))
    if not stroke:
        return []
    reach = max(1, round(REACH * stroke))
    return [box for box in _clusters(ink, lines, reach) if is_drawn(black.crop(_around(box)))]


def _line_parts(stats: NDArray[np.int32], side: int) -> NDArray[np.int64]:
    """Numbers of the pieces of ink that may be the lines of a drawing."""
    _, _, wide, high, area = stats.T.astype(np.int64)
    longer = np.maximum(wide, high)
    fits = (longer >= SMALLEST * side) & (longer <= LARGEST * side)
    fits &= (area <= THIN * wide * high) | (np.minimum(wide, high) < SMALLEST * side / 2)
    fits[0] = False
    return np.flatnonzero(fits)


def _clusters(ink: Ink, lines: Ink, reach: int) -> Iterator[PixelBox]:
    """Boxes around ink that hangs together but for small gaps, and holds lines."""
    import cv2

    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    joined = cv2.dilate(ink.astype(np.uint8), kernel)
    _, cluster_of, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for number in np.unique(cluster_of[lines])[:MOST_DRAWINGS].tolist():
        left, top, wide, high = (int(value) for value in stats[number, :4])
        yield left + reach, top + reach, left + wide - reach, top + high - reach


def _around(box: PixelBox) -> PixelBox:
    return box[0] - MARGIN, box[1] - MARGIN, box[2] + MARGIN, box[3] + MARGIN

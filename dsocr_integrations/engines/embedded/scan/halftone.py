"""Grey grounds of black-and-white scans: patterns of dots, in which no letter is found.

Such a ground becomes even again where it is blurred by the width of its dots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CONTRAST = 100
"""Steps of 255 by which a dot differs from what is around it."""

DENSITY = 0.08
"""Share of a ground that its dots are at least; edges of print leave less."""

LIGHT, CLEAR = 200, 7
"""Paper is lighter, over so many pixels each way, which the dots of a ground do not leave free."""

PAPER = 0.06
"""Share of a ground that is paper at most; between letters and lines of print there is more."""

WINDOW, GAP = 21, 25
"""Pixels over which dots are counted, and between parts of one ground: a letter's size."""

LEAST, EDGE = 4000, 11
"""Pixels of a ground at least, and how much wider it is than its middle that is told by its dots."""

SMALLEST_SIDE = 1500
"""Long side in pixels below which letters are as small as dots."""

USUAL_SIDE = 2400
"""Long side in pixels of a page whose dots are blurred by `SPREAD` pixels."""

SPREAD = 2.0


def without_dots(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture whose grounds of dots are grey.

    Args:
        image: `(height, width, 3)` RGB.

    Returns:
        The picture itself where there are none, or where it is too small to tell.
    """
    import cv2

    if max(image.shape) < SMALLEST_SIDE:
        return image
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    dots = (cv2.absdiff(grey, cv2.medianBlur(grey, 5)) > CONTRAST).astype(np.float32)
    paper = cv2.erode((grey > LIGHT).astype(np.float32), np.ones((CLEAR, CLEAR), np.uint8))
    dotted, clear = (cv2.blur(share, (WINDOW, WINDOW)) for share in (dots, paper))
    grounds = ((dotted > DENSITY) & (clear < PAPER)).astype(np.uint8)
    grounds = cv2.morphologyEx(grounds, cv2.MORPH_OPEN, np.ones((WINDOW, WINDOW), np.uint8))
    grounds = cv2.morphologyEx(grounds, cv2.MORPH_CLOSE, np.ones((GAP, GAP), np.uint8))
    _, parts, stats, _ = cv2.connectedComponentsWithStats(grounds, connectivity=8)
    large = stats[:, cv2.CC_STAT_AREA] >= LEAST
    large[0] = False
    if not large.any():
        return image
    grounds = cv2.dilate(large[parts].astype(np.uint8), np.ones((EDGE, EDGE), np.uint8))
    spread = max(1.0, SPREAD * max(grey.shape) / USUAL_SIDE)
    even: NDArray[np.uint8] = np.where(
        grounds[:, :, None] > 0, cv2.GaussianBlur(image, (0, 0), spread), image
    )
    return even

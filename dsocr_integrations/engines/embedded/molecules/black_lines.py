"""Coloured and faint lines made black: yellow sulphur and cyan fluorine are as light as paper."""

from __future__ import annotations

import numpy as np
from PIL import Image

FAINT = (90, 215)
"""Brightness of the middle of a faint line; what is darker is black enough, and lighter is paper."""

REACH = 7
"""Pixels around a place in which its line's middle lies."""


def as_black_lines(picture: Image.Image) -> Image.Image:
    """A greyscale copy in which no line is faint.

    Args:
        picture: Lines of any colours on white paper, any mode.
    """
    import cv2

    if picture.mode == "1":
        return picture.convert("L")
    red, green, blue = (np.asarray(band) for band in picture.convert("RGB").split())
    darkest = np.minimum(np.minimum(red, green), blue)
    middle = cv2.erode(darkest, np.ones((REACH, REACH), np.uint8))
    faint = (middle >= FAINT[0]) & (middle <= FAINT[1])
    dark = middle[faint].astype(np.float32)
    black = darkest.copy()
    black[faint] = (darkest[faint] - dark) / (255 - dark) * 255
    return Image.fromarray(black)

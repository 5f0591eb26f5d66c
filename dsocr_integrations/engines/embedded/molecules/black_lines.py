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
    darkest = np.asarray(picture.convert("RGB")).min(axis=2)
    middle = cv2.erode(darkest, np.ones((REACH, REACH), np.uint8)).astype(np.float32)
    middle[(middle < FAINT[0]) | (middle > FAINT[1])] = 0
    stretched = (darkest - middle) / (255 - middle) * 255
    return Image.fromarray(stretched.clip(0, 255).astype(np.uint8))

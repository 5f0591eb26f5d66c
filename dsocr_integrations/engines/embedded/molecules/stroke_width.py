"""How thick a drawing's lines are, from the area and the outline of its ink."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

MIDDLE_GREY = 128

SLANT = 4 / math.pi
"""A line's outline counted along rows and columns is longer by this, over all directions."""


def stroke_width(picture: Image) -> float:
    """Mean thickness of the lines of a drawing.

    A line of length l and thickness t has the area t * l and an outline of about 2 * l.

    Args:
        picture: Dark lines on light paper, any mode.

    Returns:
        Thickness in pixels; 0.0 where there is no ink.
    """
    ink = np.asarray(picture.convert("L")) < MIDDLE_GREY
    outline = int(np.count_nonzero(ink[1:] != ink[:-1]))
    outline += int(np.count_nonzero(ink[:, 1:] != ink[:, :-1]))
    return 2 * SLANT * float(np.count_nonzero(ink)) / outline if outline else 0.0

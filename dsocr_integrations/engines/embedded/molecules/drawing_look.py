"""Whether a picture looks like a drawn molecule: bonds of one length that meet in corners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.figure_kind import may_be_molecule
from dsocr_integrations.engines.embedded.molecules.stroke_width import stroke_width

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

FEWEST_BONDS = 4
"""Lines of about one length in each molecule, some of them slanting, that meet in corners."""

EVEN = 0.25
"""How much longer or shorter they are, of their length."""

CORNER = (40.0, 80.0)
"""Degrees between two bonds that meet; 60 in most drawings."""

CORNER_REACH = 4.0
"""Line widths between the ends of two edges that meet in a corner."""

SLANT = 12.0
"""Degrees from the level and the upright, in which boxes and axes are drawn."""


def is_drawn(picture: Image) -> bool:
    """Whether a picture has bonds: lines of one length that meet in corners.

    Args:
        picture: Black lines on white paper, greyscale.
    """
    import cv2

    if not may_be_molecule(picture):
        return False
    stroke = stroke_width(picture)
    found = cv2.createLineSegmentDetector().detect(np.asarray(picture))[0]
    lines = np.zeros((0, 2, 2)) if found is None else found.reshape(-1, 2, 2).astype(float)
    way = lines[:, 1] - lines[:, 0]
    long = np.hypot(*way.T)
    turn = np.degrees(np.arctan2(way[:, 1], way[:, 0])) % 180
    is_slanting = (np.abs(turn % 90 - 45) < 45 - SLANT) & (long > 4 * stroke)
    if np.count_nonzero(is_slanting) < 2 * FEWEST_BONDS:
        return False
    usual = np.median(long[is_slanting & (long > long[is_slanting].max() / 2)])
    even = np.abs(long - usual) <= EVEN * usual
    return _corners(lines[even], turn[even], CORNER_REACH * stroke) >= FEWEST_BONDS


def _corners(lines: NDArray[np.float64], turn: NDArray[np.float64], reach: float) -> int:
    """Lines that meet another at about the angle of two bonds; those of a circle turn less."""
    apart = np.abs(turn[:, None] - turn[None])
    angle = np.minimum(apart, 180 - apart)
    ends = lines.reshape(-1, 2)
    near = np.hypot(*(ends[:, None] - ends[None]).transpose(2, 0, 1)) <= reach
    meet = near.reshape(len(lines), 2, len(lines), 2).any(axis=(1, 3))
    return int((meet & (angle > CORNER[0]) & (angle < CORNER[1])).any(axis=1).sum())

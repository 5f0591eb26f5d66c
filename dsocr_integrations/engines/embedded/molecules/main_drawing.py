"""A drawing without what is written beside it: numbers, titles and specks.

OSRA takes a compound's number or title for atoms, or refuses the whole picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from dsocr_integrations.engines.embedded.molecules.stroke_width import MIDDLE_GREY, stroke_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

REACH = 8.0
"""Line widths of white that part a drawing from what stands beside it; about half a bond."""

MIN_REACH = 8
"""Pixels."""

MAX_SHARE = 0.3
"""Of the drawing's box. What takes more is no number or title, but may be drawn too."""

MAX_HEIGHT = 0.45
"""Of the drawing's height, likewise."""

MARGIN = 10
"""Pixels of paper left around the drawing."""


@dataclass(frozen=True)
class PartedPicture:
    """A drawing and what stands beside it.

    Attributes:
        drawing: The largest piece alone.
        beside: Boxes of the others in the picture, in pixels.
    """

    drawing: Image.Image
    beside: tuple[tuple[int, int, int, int], ...] = ()


def main_drawing(picture: Image.Image) -> Image.Image:
    """The drawing of `parted`."""
    return parted(picture).drawing


def parted(picture: Image.Image) -> PartedPicture:
    """Part the largest piece of a line drawing from all others, where they are small beside it.

    Args:
        picture: Dark lines on light paper, any mode.

    Returns:
        The piece on white paper, greyscale, and where the others are; the picture as it was
        where it has no second piece, or one that may be drawn too.
    """
    import cv2

    grey = np.asarray(picture.convert("L"))
    ink = (grey < MIDDLE_GREY).astype(np.uint8)
    reach = max(MIN_REACH, round(REACH * stroke_width(picture)))
    joined = cv2.dilate(ink, np.ones((reach, reach), np.uint8))
    count, piece_of, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    if count <= 2:
        return PartedPicture(picture)
    boxes: NDArray[np.int64] = stats[1:].astype(np.int64)
    sides = boxes[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    width, height = np.maximum(1, sides - reach).T
    areas = width * height
    main = int(areas.argmax())
    small = (areas <= MAX_SHARE * areas[main]) & (height <= MAX_HEIGHT * height[main])
    if np.count_nonzero(small) < count - 2:
        return PartedPicture(picture)
    own = _within(boxes, piece_of == main + 1)
    own[main] = True
    alone = np.where(np.isin(piece_of, np.flatnonzero(own) + 1), grey, 255).astype(np.uint8)
    left, top, across, down = (int(value) for value in boxes[main, :4])
    box = (
        max(0, left - MARGIN), max(0, top - MARGIN),
        min(grey.shape[1], left + across + MARGIN), min(grey.shape[0], top + down + MARGIN),
    )  # fmt: skip
    beside = tuple((x, y, x + across, y + down) for x, y, across, down in boxes[~own, :4].tolist())
    return PartedPicture(Image.fromarray(alone).crop(box), beside)


def _within(boxes: NDArray[np.int64], piece: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which boxes have their middle within the outline of a piece.

    The second line of a bond in a large ring has paper all around it.
    """
    import cv2

    rows, columns = np.nonzero(piece)
    outline = cv2.convexHull(np.stack([columns, rows], axis=1).astype(np.int32))
    middles = boxes[:, :2] + boxes[:, 2:4] / 2
    inside = [cv2.pointPolygonTest(outline, place, measureDist=False) for place in middles.tolist()]
    return np.asarray(inside) >= 0

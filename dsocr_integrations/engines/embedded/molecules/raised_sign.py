"""The small raised plus or minus behind a label, which recognition of letters passes over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL.Image import Resampling

from dsocr_integrations.engines.embedded.molecules.black_lines import as_black_lines
from dsocr_integrations.engines.embedded.molecules.stroke_width import MIDDLE_GREY

if TYPE_CHECKING:
    from PIL.Image import Image

SCALE = 3
"""A small minus is but two pixels wide."""

LOW = 0.3
"""Height of a minus over that of the letters at most."""

SMALL = 0.7
"""Height of a plus, likewise."""

RAISED = 0.55
"""Heights of the letters from their top to the middle of a sign at most."""

BAR = 0.85
"""Share of its width, and of its height, that the bars of a plus take."""

SQUARE = 0.7
"""Width over height, or height over width, of a plus."""


def raised_sign(label: Image) -> str:
    """The sign at the end of a label.

    Args:
        label: Its letters on paper, any mode.

    Returns:
        A plus, a minus, or nothing.
    """
    import cv2

    large = label.convert("RGB").resize(
        (SCALE * label.width, SCALE * label.height), Resampling.BICUBIC
    )
    ink = (np.asarray(as_black_lines(large)) < MIDDLE_GREY).astype(np.uint8)
    count, part_of, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if count < 3:
        return ""
    boxes = stats[1:, :4].astype(float)
    top, foot = boxes[:, 1].min(), (boxes[:, 1] + boxes[:, 3]).max()
    last = int((boxes[:, 0] + boxes[:, 2] / 2).argmax())
    left, upper, wide, high = (int(value) for value in stats[last + 1, :4])
    if upper + high / 2 - top > RAISED * (foot - top) or wide < 3:
        return ""
    if high <= LOW * (foot - top) and wide > high:
        return "-"
    own = part_of[upper : upper + high, left : left + wide] == last + 1
    bars = own.mean(axis=1).max(), own.mean(axis=0).max()
    is_cross = min(bars) >= BAR and not own[[0, 0, -1, -1], [0, -1, 0, -1]].any()
    is_square = SQUARE <= wide / high <= 1 / SQUARE
    return "+" if is_cross and is_square and high <= SMALL * (foot - top) else ""

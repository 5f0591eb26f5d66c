"""Scraps of print: a few letters that were read here and there amid print that was not.

Of faint print on a noisy ground hardly more is found. Short entries of a table or a chart have
white around them; scraps have as much ink beside them as there is in themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.scan.unread_rows import unread_ink

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine

LONGEST = 3
"""Letters of a scrap."""

NEAR, FAR = 0.2, 2.2
"""Heights before and behind a scrap between which it is looked at for more print."""

AS_DARK = 0.6
"""Ink on both sides of a scrap, as a share of its own, at least."""

FEWEST = 3
"""Scraps on a page that are worth telling."""


def count_scraps(image: NDArray[np.uint8], lines: Sequence[TextLine]) -> int:
    """Count the scraps of print.

    Args:
        image: `(height, width, 3)` RGB, upright.
        lines: Lines that were read, in pixels of the image.

    Returns:
        Their number, 0 where it is smaller than `FEWEST`.
    """
    short = [line.box for line in lines if not line.vertical and len(line.text) <= LONGEST]
    if len(short) < FEWEST:
        return 0
    beside, own = unread_ink(image, [line.box for line in lines]), unread_ink(image, [])
    scale = own.shape[0] / image.shape[0]
    count = sum(_is_scrap(beside, own, [edge * scale for edge in box]) for box in short)
    return count if count >= FEWEST else 0


def _is_scrap(beside: NDArray[np.float32], own: NDArray[np.float32], box: Sequence[float]) -> bool:
    x0, y0, x1, y1 = (max(0, int(edge)) for edge in box)
    near, far = int(NEAR * (y1 - y0)), int(FAR * (y1 - y0))
    before = beside[y0:y1, max(0, x0 - far) : max(0, x0 - near)]
    behind = beside[y0:y1, x1 + near : x1 + far]
    ink = own[y0:y1, x0:x1]
    if not (before.size and behind.size and ink.size):
        return False
    return min(float(before.mean()), float(behind.mean())) >= AS_DARK * float(ink.mean()) > 0

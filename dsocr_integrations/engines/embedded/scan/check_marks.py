"""Check marks, which the recogniser knows as letters: told by their ink, whose arms are unequal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, WordBox
from dsocr_integrations.engines.embedded.scan.word_placement import inked_pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHECK = "✓"

READ_AS = frozenset({"V", "v", "√", "L", "✓", "✔"})
"""What a check mark is read as."""

ASPECT = (0.6, 1.8)
"""Width of a mark in its heights, from and to."""

FOOT = (0.15, 0.46)
"""Where its foot stands, as a share of its width; that of a V stands in the middle."""

SIDE = 0.2
"""Share of its width that is an arm's end."""

HIGH, LOW = 0.15, 0.25
"""Shares of its height below its top that the right arm begins at most, and the left one at least."""

AROUND = 0.25
"""Heights of a mark that its line is higher above and below it."""


def with_check_marks(image: NDArray[np.uint8], lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines, those that are a check mark alone named so and as high as print of its size.

    Args:
        image: `(height, width, 3)` RGB, upright.
        lines: As recognised, in pixels of the image.
    """
    return [_named(image, line) if line.text in READ_AS else line for line in lines]


def _named(image: NDArray[np.uint8], line: TextLine) -> TextLine:
    x0, y0, x1, y1 = (max(0, round(edge)) for edge in line.box)
    mark = _largest_mark(inked_pixels(image[y0:y1, x0:x1]))
    if mark is None or not _has_unequal_arms(mark[1]):
        return line
    (left, top), ink = mark
    height, width = ink.shape
    margin = AROUND * height
    box = (
        float(x0 + left),
        y0 + top - margin,
        float(x0 + left + width),
        y0 + top + height + margin,
    )
    return TextLine(CHECK, box, line.score, (WordBox(CHECK, box),))


def _has_unequal_arms(ink: NDArray[np.uint8]) -> bool:
    height, width = ink.shape
    if not ASPECT[0] * height <= width <= ASPECT[1] * height:
        return False
    foot = float(np.flatnonzero(ink[-1]).mean()) / width
    end = max(1, round(SIDE * width))
    left, right = (int(side.any(axis=1).argmax()) for side in (ink[:, :end], ink[:, -end:]))
    return bool(FOOT[0] <= foot <= FOOT[1] and right <= HIGH * height and left >= LOW * height)


def _largest_mark(ink: NDArray[np.uint8]) -> tuple[tuple[int, int], NDArray[np.uint8]] | None:
    """Left and top of the largest mark of ink, and the mark cut out; `None` where there is none."""
    import cv2

    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if count < 2:
        return None
    place = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    x, y, width, height = (int(side) for side in stats[place, :4])
    cut: NDArray[np.uint8] = (labels[y : y + height, x : x + width] == place).astype(np.uint8)
    return (x, y), cut

"""Print on a line that was read, but which its words do not account for.

A name in another script amid a line leaves a few letters in the place of many; a line that goes on
beyond the edge of the picture leaves half a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.scan.word_placement import inked_pixels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, WordBox

WIDEST, SHORTEST = 0.85, 2.0
"""Line heights that a Latin letter is wide at most, and that a word is long at least."""

MORE_STROKES, STROKES = 1.6, 4
"""Strokes of a word in which letters are lacking: more than so many for each letter, and some."""

UPPER, LOWER = 0.35, 0.6
"""Shares of a line's height between which its small letters stand, and no leaders do."""

FEWEST_CUT = 2
"""Lines that end at the edge; a single one may be a stamp."""

EDGE = 2
"""Pixels."""

CUT_INK = (0.04, 0.85)
"""Share of the edge within a line that is ink; more is the shadow of the scan's edge."""


def count_unread_words(image: NDArray[np.uint8], lines: Sequence[TextLine]) -> int:
    """Count the words of Latin letters that have the ink of many more letters.

    Args:
        image: `(height, width, 3)` RGB, upright.
        lines: Lines that were read, in pixels of the image.
    """
    return sum(
        _lacks_letters(image, word) for line in lines if not line.vertical for word in line.words
    )


def count_cut_lines(image: NDArray[np.uint8], lines: Sequence[TextLine]) -> int:
    """Count the lines that end amid a letter at the left or right edge of the picture.

    Args:
        image: `(height, width, 3)` RGB, upright.
        lines: Lines that were read, in pixels of the image.

    Returns:
        Their number, 0 where it is smaller than `FEWEST_CUT`.
    """
    cut = sum(_is_cut(image, line) for line in lines if not line.vertical)
    return cut if cut >= FEWEST_CUT else 0


def _lacks_letters(image: NDArray[np.uint8], word: WordBox) -> bool:
    x0, y0, x1, y1 = (max(0, round(edge)) for edge in word.box)
    width, height, letters = x1 - x0, y1 - y0, len(word.text)
    if not word.text.isascii() or width < max(SHORTEST, WIDEST * letters) * height:
        return False
    ink = inked_pixels(image[y0:y1, x0:x1])[int(UPPER * height) : int(LOWER * height)]
    across = ink.max(axis=0, initial=0)
    strokes = int((across[1:] > across[:-1]).sum()) + int(across[:1].sum())
    return strokes >= MORE_STROKES * letters + STROKES


def _is_cut(image: NDArray[np.uint8], line: TextLine) -> bool:
    x0, y0, x1, y1 = (max(0, round(edge)) for edge in line.box)
    ink = inked_pixels(image[y0:y1, x0:x1])
    ends = []
    if x1 >= image.shape[1] - EDGE:
        ends.append(ink[:, -EDGE:])
    if x0 <= EDGE:
        ends.append(ink[:, :EDGE])
    return any(end.size and CUT_INK[0] <= float(end.mean()) <= CUT_INK[1] for end in ends)

"""Small print that the detector passes over: single figures beside lines, and bullets before them."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.scan.detected_line import DetectedLine
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, WordBox, quad_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsocr_integrations.records.documents import PointBox

SURE = 0.9
"""Score from which a lone figure is kept."""

MOST = 30
"""So many marks on one page are a drawing or dirt."""

HIGH, WIDE = (0.3, 1.1), (0.1, 1.4)
"""Heights of a line that a figure is high and wide, from and to."""

BULLET = (0.22, 0.6)
"""Heights of a line that a bullet is high and wide, from and to."""

SOLID = 0.72
"""Share of its box that a bullet fills: a disc .785, a square all of it."""

BEFORE = (0.2, 2.4)
"""Heights of a line that a bullet stands before it, from and to."""

FLUSH = 0.3
"""Heights of a line by which bullets below each other differ."""

LEVEL = 0.35
"""Heights of a line by which a mark's middle lies above or below the line's at most."""

APART = (0.2, 0.35)
"""Heights of a line beside a mark, and above and below it, in which there is no other ink."""

_FIGURE = re.compile(r"[A-Za-z0-9]{1,3}")
_STROKES = {"l", "I", "i"}
_PAPER = 2.0
_CONTRAST = 40


def lone_marks(
    image: NDArray[np.uint8], lines: Sequence[DetectedLine]
) -> tuple[list[DetectedLine], list[TextLine]]:
    """Find marks in the rows of lines that none of these holds.

    Args:
        image: `(height, width, 3)` RGB, upright.
        lines: What the detector found in it.

    Returns:
        What may be figures, to be read; and bullets.
    """
    boxes = [line.box for line in lines if line.is_level and not line.is_tall]
    if not boxes:
        return [], []
    height = statistics.median(box[3] - box[1] for box in boxes)
    figures, bullets = [], []
    for mark, share in _blots(image, [line.box for line in lines], height):
        row = _row_of(mark, boxes)
        if row is None:
            continue
        high, wide = (mark[3] - mark[1]) / row, (mark[2] - mark[0]) / row
        if share >= SOLID and all(BULLET[0] <= side <= BULLET[1] for side in (high, wide)):
            if 0.7 <= high / wide <= 1.4 and _opens_a_line(mark, row, boxes):
                bullets.append(mark)
        elif HIGH[0] <= high <= HIGH[1] and WIDE[0] <= wide <= WIDE[1]:
            figures.append(_around(mark, 0.25 * row))
    if len(figures) > MOST:
        figures = []
    return figures, [_bullet(mark) for mark in _below_each_other(bullets, height)]


def is_lone_figure(line: TextLine) -> bool:
    """Whether what was read of a mark is surely a number or a letter, and not a stroke."""
    text = line.text
    return line.score >= SURE and bool(_FIGURE.fullmatch(text)) and text not in _STROKES


def _blots(
    image: NDArray[np.uint8], boxes: Sequence[PointBox], height: float
) -> list[tuple[PointBox, float]]:
    """Ink outside some boxes that has white around it, and the share of its own box it fills."""
    import cv2

    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    window = max(15, int(_PAPER * height) | 1)
    ink = cv2.adaptiveThreshold(
        grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, _CONTRAST
    )
    for x0, y0, x1, y1 in boxes:
        ink[max(0, int(y0)) : int(y1) + 1, max(0, int(x0)) : int(x1) + 1] = 0
    ink = _without_dots(ink, BULLET[0] * height)
    total = cv2.integral(ink)
    joined = cv2.dilate(ink, np.ones((1, max(1, round(0.2 * height))), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for x, y, width, high, _ in stats[1:count]:
        if not (BULLET[0] * height <= high <= 1.5 * height and width <= 2 * height):
            continue
        columns = np.flatnonzero(ink[y : y + high, x : x + width].any(axis=0))
        left, right = int(x + columns[0]), int(x + columns[-1] + 1)
        own = int(ink[y : y + high, left:right].sum())
        beside, above = (round(share * height) for share in APART)
        top, foot = max(0, y - above), min(ink.shape[0], y + high + above)
        start, stop = max(0, left - beside), min(ink.shape[1], right + beside)
        around = total[foot, stop] - total[top, stop] - total[foot, start] + total[top, start]
        if around == own:
            box = (float(left), float(y), float(right), float(y + high))
            found.append((box, own / max(1, high * (right - left))))
    return found


def _without_dots(ink: NDArray[np.uint8], size: float) -> NDArray[np.uint8]:
    """Ink without what is smaller than `size` pixels both ways: leaders, specks, dots of an i."""
    import cv2

    _, places, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    is_dot = (stats[:, cv2.CC_STAT_WIDTH] < size) & (stats[:, cv2.CC_STAT_HEIGHT] < size)
    return np.where(is_dot[places], 0, ink).astype(np.uint8)


def _row_of(mark: PointBox, boxes: Sequence[PointBox]) -> float | None:
    """Height of the line beside which a mark stands, if there is one."""
    middle = (mark[1] + mark[3]) / 2
    level = [
        box[3] - box[1]
        for box in boxes
        if abs((box[1] + box[3]) / 2 - middle) <= LEVEL * (box[3] - box[1])
    ]
    return statistics.median(level) if level else None


def _opens_a_line(mark: PointBox, row: float, boxes: Sequence[PointBox]) -> bool:
    return any(
        BEFORE[0] * row <= box[0] - mark[2] <= BEFORE[1] * row
        and box[1] < mark[3]
        and mark[1] < box[3]
        for box in boxes
    )


def _below_each_other(marks: Sequence[PointBox], height: float) -> list[PointBox]:
    """Those that begin where another one begins: a speck is alone."""
    ordered = sorted(marks, key=lambda mark: mark[0])
    paired = {
        mark
        for pair in itertools.pairwise(ordered)
        if pair[1][0] - pair[0][0] <= FLUSH * height
        for mark in pair
    }
    return [mark for mark in ordered if mark in paired]


def _around(mark: PointBox, margin: float) -> DetectedLine:
    x0, y0, x1, y1 = mark[0] - margin, mark[1] - margin, mark[2] + margin, mark[3] + margin
    return DetectedLine(quad_of((x0, y0), (x1, y0), (x1, y1), (x0, y1)), 1.0)


def _bullet(mark: PointBox) -> TextLine:
    """A bullet as high as a line, so that it is put in one row with its text."""
    high = mark[3] - mark[1]
    box = (mark[0], mark[1] - 0.5 * high, mark[2], mark[3] + 0.5 * high)
    return TextLine("•", box, 1.0, (WordBox("•", box),))

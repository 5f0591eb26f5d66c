"""Pictures on a scanned page: large areas of ink that no line of text explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, bounding_box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsocr_integrations.records.documents import PointBox

WORK_SIDE = 700
"""Long side in pixels at which ink is grouped; pictures need no finer look."""

SMALLEST = (4.5, 3.0)
"""Width and height of the smallest picture, in line heights."""

LABEL = 12.0
"""Lines longer than this many line heights within a picture are prose, not its labels."""

COLUMN = 5
"""So many lines below each other, begun and ended alike, are a column of text beside a picture."""

MOST = 0.9
"""Share of the page's width or height that a picture beside a column of text has at most."""

LEAST_INK = 0.02
FRAME_PIXELS = 7
"""Straight lines up to this thick, at the working size, are frames and axes."""

MOSTLY_TEXT = 0.3
"""A coloured box with at least this share of its area covered by text is no picture."""


@dataclass(frozen=True)
class FigureRegion:
    """A picture.

    Attributes:
        box: Its extent in pixels of the page picture.
        lines: Short lines of text in it.
    """

    box: PointBox
    lines: tuple[TextLine, ...] = ()


def find_figures(
    image: NDArray[np.uint8],
    lines: Sequence[TextLine],
    tables: Sequence[PointBox],
    line_height: float,
    hints: Sequence[PointBox] = (),
) -> list[FigureRegion]:
    """Find pictures.

    Args:
        image: `(height, width, 3)` RGB page.
        lines: Lines of text outside tables.
        tables: Boxes of tables.
        line_height: Prevailing line height in pixels.
        hints: Boxes that a layout model takes for pictures; believed where they hold ink that
            is no text, and no prose.

    Returns:
        Pictures that overlap neither tables nor each other, with the short lines inside.
    """
    import cv2

    scale = min(1.0, WORK_SIDE / max(image.shape[:2]))
    height, width = (max(1, round(side * scale)) for side in image.shape[:2])
    small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    ink = _ink(small)
    for box in [line.box for line in lines] + list(tables):
        x0, y0, x1, y1 = (round(value * scale) for value in box)
        ink[max(0, y0 - 1) : y1 + 1, max(0, x0 - 1) : x1 + 1] = 0
    reach = max(3, round(line_height * scale))
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    boxes = _extents(joined, scale)
    for column in _columns(lines, line_height):
        if any(_holds(box, column) and not _is_around(box, image.shape) for box in boxes):
            _part_at(joined, column, scale)
            boxes = _extents(joined, scale)
    large = [box for box in boxes if box[2] - box[0] > SMALLEST[0] * line_height / 2]
    hinted = [h for h in hints if not any(_overlap(h, table) for table in tables)]
    hinted = [h for h in hinted if any(_holds(h, box) for box in large)]
    found = []
    for box in _merged([*large, *hinted]):
        inside = [line for line in lines if _holds(box, line.box)]
        if _is_picture(box, inside, line_height, image.shape) and _inked(ink, box, scale):
            labels = [x for x in inside if x.box[2] - x.box[0] <= LABEL * line_height]
            found.append(FigureRegion(box, tuple(labels)))
    return found


def _extents(joined: NDArray[np.uint8], scale: float) -> list[PointBox]:
    """Boxes of connected ink, in pixels of the page."""
    import cv2

    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    return [
        (x / scale, y / scale, (x + w) / scale, (y + h) / scale)
        for x, y, w, h, _ in stats[1:].astype(float)
    ]


def _is_around(box: PointBox, shape: tuple[int, ...]) -> bool:
    """Whether a frame or shadow goes around most of the page."""
    return box[2] - box[0] > MOST * shape[1] or box[3] - box[1] > MOST * shape[0]


def _columns(lines: Sequence[TextLine], line_height: float) -> list[PointBox]:
    """Columns of prose: legends and other labels below each other end at different places."""
    wide = [line.box for line in lines if line.box[2] - line.box[0] >= LABEL / 2 * line_height]
    stacks: list[list[PointBox]] = []
    for box in sorted(wide, key=lambda box: box[1]):
        for stack in stacks:
            last = stack[-1]
            apart = max(abs(box[0] - last[0]), abs(box[2] - last[2]) / 2)
            if apart <= line_height and -0.5 * line_height <= box[1] - last[3] <= line_height:
                stack.append(box)
                break
        else:
            stacks.append([box])
    return [bounding_box(stack) for stack in stacks if len(stack) >= COLUMN]


def _part_at(joined: NDArray[np.uint8], column: PointBox, scale: float) -> None:
    """Cut ink that stands beside a column from what stands above, or below, all of both."""
    x0, y0, x1, y1 = (round(value * scale) for value in column)
    above, below = (part[:, x0:x1].mean() for part in (joined[:y0], joined[y1:]))
    row = y0 if above >= below else y1
    joined[max(0, row - 1) : row + 1] = 0


def _ink(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pixels that differ from the page's colour."""
    pixels = small.reshape(-1, 3).astype(np.int16)
    bright = pixels[pixels.sum(axis=1) >= np.median(pixels.sum(axis=1))]
    paper = np.median(bright, axis=0)
    difference = np.abs(small.astype(np.int16) - paper).max(axis=2)
    ink: NDArray[np.uint8] = (difference > 45).astype(np.uint8)
    return ink


def _is_picture(
    box: PointBox, inside: Sequence[TextLine], line_height: float, shape: tuple[int, ...]
) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    if width < SMALLEST[0] * line_height or height < SMALLEST[1] * line_height:
        return False
    # A frame or a shadow around the whole page is no picture.
    if width > 0.95 * shape[1] and height > 0.95 * shape[0]:
        return not inside
    covered = sum((x.box[2] - x.box[0]) * (x.box[3] - x.box[1]) for x in inside)
    long = sum(x.box[2] - x.box[0] > LABEL * line_height for x in inside)
    return covered < MOSTLY_TEXT * width * height and long <= 0.34 * len(inside)


def _inked(ink: NDArray[np.uint8], box: PointBox, scale: float) -> bool:
    """Whether there is ink besides thin straight lines: a frame around text is no picture."""
    import cv2

    x0, y0, x1, y1 = (round(value * scale) for value in box)
    part = ink[y0:y1, x0:x1]
    inset_x, inset_y = max(3, (x1 - x0) // 12), max(3, (y1 - y0) // 12)
    lines = np.zeros_like(part)
    for length, axis in ((0.4 * (x1 - x0), 1), (0.5 * (y1 - y0), 0)):
        thin, thick = (
            np.ones((width, int(length)) if axis else (int(length), width), np.uint8)
            for width in (1, FRAME_PIXELS)
        )
        runs = cv2.morphologyEx(part, cv2.MORPH_OPEN, thin)
        lines |= runs & ~cv2.morphologyEx(part, cv2.MORPH_OPEN, thick)
    inner = (part & ~lines)[inset_y : y1 - y0 - inset_y, inset_x : x1 - x0 - inset_x]
    return inner.size > 0 and float(inner.mean()) > LEAST_INK


def _merged(boxes: Sequence[PointBox]) -> list[PointBox]:
    """Join boxes that overlap."""
    merged: list[PointBox] = []
    for box in sorted(boxes, key=lambda b: b[0]):
        current = box
        while True:
            touching = [b for b in merged if _overlap(b, current)]
            if not touching:
                break
            merged = [b for b in merged if b not in touching]
            current = bounding_box([current, *touching])
        merged.append(current)
    return merged


def _overlap(a: PointBox, b: PointBox) -> bool:
    return min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])


def _holds(box: PointBox, inner: PointBox) -> bool:
    """Whether most of `inner` lies in `box`."""
    width = min(box[2], inner[2]) - max(box[0], inner[0])
    height = min(box[3], inner[3]) - max(box[1], inner[1])
    if width <= 0 or height <= 0:
        return False
    return width * height > 0.6 * (inner[2] - inner[0]) * (inner[3] - inner[1])

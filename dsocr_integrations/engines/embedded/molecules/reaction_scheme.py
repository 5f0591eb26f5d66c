"""The molecules of a reaction that is drawn in one picture: arrows and plus signs part them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.molecules.black_lines import as_black_lines
from dsocr_integrations.engines.embedded.molecules.drawing_look import is_drawn
from dsocr_integrations.engines.embedded.molecules.stroke_width import MIDDLE_GREY, stroke_width

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    Ink = NDArray[np.bool_]
    PixelBox = tuple[int, int, int, int]

FLAT = 0.35
"""Height over width of an arrow with its head."""

LONG = 12
"""Widths of its line that an arrow is long at least."""

SHAFT = 0.55
"""Share of an arrow's length without its head."""

HEAD = 1.8
"""Height of an arrow's head over the thickness of its line."""

PLUS = 0.8
"""Width over height, or height over width, of a plus."""

REACH = 4.0
"""Line widths of paper within a drawing, such as before a label."""

MARGIN = 12
"""Pixels of paper around each molecule."""


def molecules_apart(picture: Image) -> tuple[PixelBox, ...]:
    """Find the molecules of a reaction.

    Args:
        picture: Dark lines on light paper, any mode.

    Returns:
        A box in pixels of each, from left to right; none where there is no arrow, or where what
        it parts does not look like molecules.
    """
    import cv2

    black = as_black_lines(picture)
    ink = np.asarray(black) < MIDDLE_GREY
    stroke = max(1.0, stroke_width(black))
    count, part_of, stats, _ = cv2.connectedComponentsWithStats(
        ink.astype(np.uint8), connectivity=8
    )
    if not 2 < count < MOST_PARTS:
        return ()
    boxes = [_box(row) for row in stats]
    arrows = [n for n in range(1, count) if _is_arrow(_cut(part_of, boxes[n]) == n, stroke)]
    if not arrows:
        return ()
    level = [(boxes[n][1] + boxes[n][3]) / 2 for n in arrows]
    signs = [
        n for n in range(1, count)
        if n not in arrows
        and any(boxes[n][1] < y < boxes[n][3] for y in level)
        and _is_plus(_cut(part_of, boxes[n]) == n, stroke)
    ]  # fmt: skip
    drawn = ink & ~np.isin(part_of, [*arrows, *signs])
    pieces = _pieces(drawn, round(REACH * stroke))
    spans = sorted((boxes[n][0], boxes[n][2]) for n in (*arrows, *signs))
    slots: list[list[PixelBox]] = [[] for _ in range(len(spans) + 1)]
    for piece in pieces:
        middle = (piece[0] + piece[2]) / 2
        if not any(left <= middle <= right for left, right in spans):
            slots[sum(right < middle for _, right in spans)].append(piece)
    around = [_with_margin(_around(slot), picture.size) for slot in slots if slot]
    found = tuple(box for box in around if is_drawn(black.crop(box)))
    return found if len(found) == len(around) > 1 else ()


MOST_PARTS = 1500
"""Pieces of ink of the largest scheme that is looked at."""


def _is_arrow(ink: Ink, stroke: float) -> bool:
    """Whether a piece of ink is a level line with a head at one end."""
    height, width = ink.shape
    if width < LONG * stroke or height > FLAT * width:
        return False
    thick = ink.sum(axis=0)
    line = float(np.median(thick))
    if not 0 < line <= 2.5 * stroke or height < HEAD * line:
        return False
    wide = thick >= min(HEAD, height / line) * line
    long = thick <= 1.4 * line
    at_ends = wide[: width // 3].any() != wide[-width // 3 :].any()
    if not at_ends or long.mean() < SHAFT or thick.min() == 0:
        return False
    # A chain of carbon is as flat, but not straight.
    middles = (np.arange(height)[:, None] * ink).sum(axis=0)[long] / thick[long]
    return bool(np.ptp(middles) <= max(1.0, line / 2))


def _is_plus(ink: Ink, stroke: float) -> bool:
    height, width = ink.shape
    if not 4 * stroke <= max(height, width) <= 30 * stroke or min(height, width) < PLUS * max(
        height, width
    ):
        return False
    rows, columns = ink.mean(axis=1) > 0.9, ink.mean(axis=0) > 0.9
    bars = rows.sum() + columns.sum()
    is_cross = rows[height // 2] and columns[width // 2]
    return bool(is_cross and bars <= 0.6 * max(height, width) and not ink[0, 0] and not ink[-1, -1])


def _pieces(ink: Ink, reach: int) -> list[PixelBox]:
    import cv2

    joined = cv2.dilate(ink.astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    return [
        (left + reach, top + reach, right - reach, bottom - reach)
        for left, top, right, bottom in map(_box, stats[1:])
    ]


def _around(boxes: list[PixelBox]) -> PixelBox:
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _with_margin(box: PixelBox, size: tuple[int, int]) -> PixelBox:
    return (
        max(0, box[0] - MARGIN), max(0, box[1] - MARGIN),
        min(size[0], box[2] + MARGIN), min(size[1], box[3] + MARGIN),
    )  # fmt: skip


def _box(row: NDArray[np.int32]) -> PixelBox:
    left, top, width, height = (int(value) for value in row[:4])
    return left, top, left + width, top + height


def _cut(part_of: NDArray[np.int32], box: PixelBox) -> NDArray[np.int32]:
    return part_of[box[1] : box[3], box[0] : box[2]]

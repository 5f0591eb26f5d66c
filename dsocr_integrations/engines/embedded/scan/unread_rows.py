"""Rows of print that no line accounts for: blurred, faint or too fine.

Where nothing is found or read, the page would look as if it were empty there. Print stands in
rows of one height at one distance, each of many marks; pictures, rules, bars and stains do not.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsocr_integrations.records.documents import PointBox

WORK_SIDE = 1000
"""Long side in pixels at which rows are looked for; print of 8 points is five high there."""

PAPER = 25
"""Pixels around a place within which there is paper."""

LOWEST, HIGHEST = 4, 40
"""Heights of rows in these pixels; lower ones are rules."""

WINDOW = 45
"""Pixels from top to bottom whose mean a row is darker than; rows stand nearer than that."""

NARROWEST, WIDEST = 1.5, 14.0
"""Widths in heights of the entries of columns of numbers, where they are too blurred for marks."""

LIGHT = 15
"""Percentile of a row that is paper, however many columns of numbers there are."""

ALIKE = 0.4
"""Share by which the heights and the distances of neighbouring rows differ at most."""

FEWEST = 3
"""Rows that are a paragraph; one or two may be anything, but for dark ones."""

DARK, FEWEST_DARK = 12.0, 2
"""Steps of 255 from which on two rows are enough."""

MARKS = 10
"""Changes from ink to paper or back that a row has at least: half a dozen words."""

LONG = 12
"""Heights of a row that it is long at least."""

PARTS = 8
EVEN = 0.5
"""Parts of a row, and the share of the row's mean ink that each of them has at least."""

FEWEST_STEPS, STEADY, MOST_STEADY = 6, 0.15, 0.7
"""Marks that follow each other in a pattern, the share by which their distances differ there, and
the share of these distances that do not; in print, letters and words are of many widths."""

WHOLE, TOUCHING = 5.0, 0.5
"""Heights that a line is long at least where all of it was read, and heights of a row from it within
which a pattern is but the ground that it stands on; where no line was read, print may hide."""

SHADED, FLAT = 0.3, 0.1
"""Share of a row's darkest place that its shade has everywhere, and by how much this differs."""

DARKNESS, FAINTEST = 4.5, 3.0
"""Steps of 255 between rows and what parts them, in the mean of their widths; less is enough where
no line was read, since beside others it may be print of the other side that shines through."""


@dataclass(frozen=True)
class _Row:
    top: int
    bottom: int

    @property
    def height(self) -> int:
        return self.bottom - self.top


def count_unread_rows(
    image: NDArray[np.uint8], lines: Sequence[PointBox], fewest: int = FEWEST
) -> int:
    """Count the rows of print outside the lines that were read.

    Args:
        image: `(height, width, 3)` RGB, upright.
        lines: Boxes of the lines in pixels of the image.
        fewest: Rows that follow each other at least.

    Returns:
        Rows of the longest run of them, 0 where there are fewer than `fewest`.
    """
    ink = unread_ink(image, lines)
    scale = ink.shape[0] / image.shape[0]
    whole = [line for line in lines if line[2] - line[0] >= WHOLE * (line[3] - line[1])]
    legible = [(y0 * scale, y1 * scale) for _, y0, _, y1 in whole]
    count = _longest_run(ink, DARKNESS if lines else FAINTEST, legible)
    if count >= fewest:
        return count
    count = _longest_run(ink, DARK, legible)
    return count if count >= FEWEST_DARK else 0


def _longest_run(
    ink: NDArray[np.float32], darkness: float, legible: Sequence[tuple[float, float]]
) -> int:
    """Rows of print that follow each other, each so much darker than what parts them.

    Args:
        ink: See `unread_ink`.
        darkness: Steps of 255.
        legible: Tops and bottoms of the lines that were read as a whole.
    """
    longest = run = 0
    pitch = 0.0
    for before, row in itertools.pairwise([None, *_rows(ink, darkness)]):
        is_print = (
            row is not None
            and (_has_marks(ink, row) or (before is not None and _are_entries(ink, before, row)))
            and not (_touches(row, legible) and _is_pattern(ink, row))
            and not _is_shade(ink, row)
        )
        if row is None or not is_print:
            run, pitch = 0, 0.0
            continue
        step = float(row.top - before.top) if before else 0.0
        fits = before is not None and _alike(row.height, before.height) and step <= 5 * row.height
        goes_on = fits and (not pitch or _alike(step, pitch))
        run, pitch = (run + 1, step) if run and goes_on else (1, 0.0)
        longest = max(longest, run)
    return longest


def _rows(ink: NDArray[np.float32], darkness: float) -> list[_Row]:
    """Rows that are so much darker than what is above and below, from top to bottom."""
    import cv2

    profile = ink.mean(axis=1)
    usual = cv2.blur(profile[:, None], (1, WINDOW), borderType=cv2.BORDER_REPLICATE)[:, 0]
    edges = np.flatnonzero(np.diff(np.pad(profile > usual, 1).astype(np.int8)))
    rows = [_Row(int(top), int(bottom)) for top, bottom in edges.reshape(-1, 2)]
    return [
        row
        for row in rows
        if LOWEST <= row.height <= HIGHEST
        and float(profile[row.top : row.bottom].max()) - _light_beside(profile, row) >= darkness
    ]


def _light_beside(profile: NDArray[np.float32], row: _Row) -> float:
    """The lightest place within a row's height above or below it, whichever is darker."""
    above = profile[max(0, row.top - row.height) : row.top]
    below = profile[row.bottom : row.bottom + row.height]
    return max((float(part.min()) for part in (above, below) if len(part)), default=0.0)


def unread_ink(image: NDArray[np.uint8], lines: Sequence[PointBox]) -> NDArray[np.float32]:
    """How much darker than the paper around it each place is, 0 within the lines."""
    import cv2

    scale = min(1.0, WORK_SIDE / max(image.shape[:2]))
    size = tuple(max(1, round(side * scale)) for side in image.shape[1::-1])
    grey = cv2.resize(image.mean(axis=2).astype(np.uint8), size, interpolation=cv2.INTER_AREA)
    paper = cv2.blur(cv2.dilate(grey, np.ones((PAPER, PAPER), np.uint8)), (PAPER, PAPER))
    ink: NDArray[np.float32] = np.clip(paper.astype(np.float32) - grey, 0, None)
    for x0, y0, x1, y1 in lines:
        margin = 0.2 * (y1 - y0)
        top, bottom = max(0, int((y0 - margin) * scale)), int((y1 + margin) * scale) + 1
        ink[top:bottom, max(0, int((x0 - margin) * scale)) : int((x1 + margin) * scale) + 1] = 0
    return ink


def _has_marks(ink: NDArray[np.float32], row: _Row) -> bool:
    """Whether a row changes between ink and paper again and again, all along."""
    across = ink[row.top : row.bottom].mean(axis=0)
    dark = np.flatnonzero(across >= (across.max() + across.min()) / 2)
    marks = 2 * int((np.diff(dark) > 1).sum()) + 2
    extent = across[dark[0] : dark[-1] + 1]
    if marks < MARKS or len(extent) < LONG * row.height:
        return False
    least = min(float(part.mean()) for part in np.array_split(extent, PARTS))
    return least >= EVEN * float(extent.mean())


def _touches(row: _Row, legible: Sequence[tuple[float, float]]) -> bool:
    reach = TOUCHING * row.height
    return any(top - reach <= row.bottom and row.top <= bottom + reach for top, bottom in legible)


def _is_pattern(ink: NDArray[np.float32], row: _Row) -> bool:
    """Whether the marks of a row follow each other at one distance, as squares and dots do."""
    across = ink[row.top : row.bottom].mean(axis=0)
    dark = across >= (across.max() + across.min()) / 2
    steps = np.diff(np.flatnonzero(dark[1:] & ~dark[:-1]))
    if len(steps) < FEWEST_STEPS:
        return False
    usual = float(np.median(steps))
    return float((np.abs(steps - usual) <= STEADY * usual).mean()) >= MOST_STEADY


def _is_shade(ink: NDArray[np.float32], row: _Row) -> bool:
    """Whether a row is the even ground of a table's row, with holes where its words were read."""
    across = ink[row.top : row.bottom].mean(axis=0)
    shaded = across[across >= SHADED * across.max()]
    return float(shaded.std()) <= FLAT * float(shaded.mean())


def _are_entries(ink: NDArray[np.float32], before: _Row, row: _Row) -> bool:
    """Whether two rows have blots of the size of numbers that end below each other."""
    upper, lower = _ends_of_entries(ink, before), _ends_of_entries(ink, row)
    level = [end for end in lower if any(abs(end - over) <= 0.6 * row.height for over in upper)]
    return len(level) >= 2 and 4 * len(level) >= 3 * max(len(upper), len(lower))


def _ends_of_entries(ink: NDArray[np.float32], row: _Row) -> list[int]:
    """Where the blots of a row end, if all of them are as wide as numbers or short words."""
    across = np.convolve(
        ink[row.top : row.bottom].mean(axis=0), np.full(row.height, 1 / row.height), "same"
    )
    dark = across > (across.max() + np.percentile(across, LIGHT)) / 2
    edges = np.flatnonzero(np.diff(np.pad(dark, 1).astype(np.int8))).reshape(-1, 2)
    if not len(edges):
        return []
    gaps = np.flatnonzero(edges[1:, 0] - edges[:-1, 1] >= row.height)
    starts, ends = edges[np.append(0, gaps + 1), 0], edges[np.append(gaps, -1), 1]
    widths = (ends - starts) / row.height
    are_entries = bool(((widths >= NARROWEST) & (widths <= WIDEST)).all())
    return [int(end) for end in ends] if are_entries else []


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= ALIKE * max(one, other)

"""The middle lines of ink: one pixel wide, as runs of pixels between the places where they meet."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsocr_integrations.engines.embedded.charts.scene import Point

    Ink = NDArray[np.bool_]

_AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""Rows and columns to the eight neighbours of a pixel, from the upper one on, clockwise."""

_NEAR = 2
"""Pixels between the end of a run and the meeting place that it leads to."""


@dataclass(frozen=True)
class Run:
    """A line without a fork.

    Attributes:
        points: Its pixels in their order.
        ends: Number of the meeting place at the first and at the last of them; `None` where the
            line just ends.
    """

    points: tuple[Point, ...]
    ends: tuple[int | None, int | None]

    @property
    def length(self) -> float:
        """Along its pixels."""
        return sum(math.dist(one, other) for one, other in pairwise(self.points))

    def turned(self) -> Run:
        """The same from its other end."""
        return Run(self.points[::-1], self.ends[::-1])


def runs(ink: Ink) -> list[Run]:
    """The middle lines of all ink.

    Args:
        ink: True where there is ink; none of it on the outermost rows and columns.
    """
    import cv2

    thin = _thinned(ink)
    forks = thin & (_crossings()[_codes(thin)] >= 3) | _squares(thin)
    wide = cv2.dilate(forks.astype(np.uint8), np.ones((3, 3), np.uint8))
    _, fork_of, _, middles = cv2.connectedComponentsWithStats(wide, connectivity=8)
    rest = thin & ~wide.astype(bool)
    pieces, piece_of = cv2.connectedComponents(rest.astype(np.uint8), connectivity=8)
    rows, columns = np.nonzero(rest)
    order = np.argsort(piece_of[rows, columns], kind="stable")
    bounds = np.searchsorted(piece_of[rows, columns][order], np.arange(1, pieces + 1))
    return [
        run
        for start, end in pairwise(bounds.tolist())
        if (run := _run(rows[order[start:end]], columns[order[start:end]], fork_of, middles))
    ]


def _run(
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    fork_of: NDArray[np.int32],
    middles: NDArray[np.float64],
) -> Run | None:
    left = set(zip(rows.tolist(), columns.tolist(), strict=True))
    walked = list(_walk(left))
    ends = (_fork_near(walked[0], fork_of), _fork_near(walked[-1], fork_of))
    if len(walked) == 1 and ends[0] is not None:
        others = _forks_near(walked[0], fork_of)
        ends = (others[0], others[1] if len(others) > 1 else None)
    points = [(float(x), float(y)) for y, x in walked]
    if ends[0] is not None:
        points.insert(0, (float(middles[ends[0]][0]), float(middles[ends[0]][1])))
    if ends[1] is not None:
        points.append((float(middles[ends[1]][0]), float(middles[ends[1]][1])))
    elif ends == (None, None) and len(walked) > 3 and _touch(walked[0], walked[-1]):
        points.append(points[0])
    return Run(tuple(points), ends)


def _walk(left: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Pixels of a line from one of its ends; a closed one from the one farthest from its middle."""
    ends = [place for place in left if sum(True for _ in _beside(place, left)) == 1]
    middle = np.mean(list(left), axis=0)
    start = min(ends) if ends else max(sorted(left), key=lambda place: math.dist(place, middle))
    place: tuple[int, int] | None = start
    left = set(left)
    while place is not None:
        yield place
        left.remove(place)
        place = next(_beside(place, left), None)


def _beside(place: tuple[int, int], others: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for down, right in (*_AROUND[::2], *_AROUND[1::2]):
        if (other := (place[0] + down, place[1] + right)) in others:
            yield other


def _touch(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) <= 1


def _fork_near(place: tuple[int, int], fork_of: NDArray[np.int32]) -> int | None:
    return next(iter(_forks_near(place, fork_of)), None)


def _forks_near(place: tuple[int, int], fork_of: NDArray[np.int32]) -> Sequence[int]:
    row, column = place
    around = fork_of[max(0, row - 1) : row + _NEAR, max(0, column - 1) : column + _NEAR]
    return sorted({int(fork) for fork in around.ravel()} - {0})


def _thinned(ink: Ink) -> Ink:
    """Ink worn away from all sides as long as it does not part (Zhang and Suen, 1984)."""
    thin = ink.copy()
    while True:
        before = np.count_nonzero(thin)
        for removed in _removed():
            thin &= ~removed[_codes(thin)]
        if np.count_nonzero(thin) == before:
            return thin


def _squares(thin: Ink) -> Ink:
    """Four pixels in a square: where four lines meet, each of them has but two neighbours apart."""
    corners = thin[:-1, :-1] & thin[:-1, 1:] & thin[1:, :-1] & thin[1:, 1:]
    squares = np.zeros_like(thin)
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
        squares[down : down + len(corners), right : right + corners.shape[1]] |= corners
    return squares


def _codes(ink: Ink) -> NDArray[np.uint8]:
    """For each pixel, which of its neighbours are ink, one bit each."""
    padded = np.pad(ink, 1).astype(np.uint8)
    height, width = ink.shape
    codes = np.zeros(ink.shape, np.uint8)
    for bit, (down, right) in enumerate(_AROUND):
        codes |= padded[1 + down : 1 + down + height, 1 + right : 1 + right + width] << bit
    return codes


@functools.cache
def _crossings() -> NDArray[np.int64]:
    """By the code of a pixel, how often paper turns to ink on the way around it."""
    bits = (np.arange(256)[:, None] >> np.arange(8)) & 1
    turns: NDArray[np.int64] = ((bits == 0) & (np.roll(bits, -1, axis=1) == 1)).sum(axis=1)
    return turns


@functools.cache
def _removed() -> tuple[Ink, Ink]:
    """By the code of a pixel, whether each of the two steps of thinning takes it away."""
    up, _, right, _, down, _, left, _ = ((np.arange(256) >> bit) & 1 for bit in range(8))
    count = sum((np.arange(256) >> bit) & 1 for bit in range(8))
    outer = (count >= 2) & (count <= 6) & (_crossings() == 1)
    first = outer & (up * right * down == 0) & (right * down * left == 0)
    second = outer & (up * right * left == 0) & (up * down * left == 0)
    return first, second

"""Lines that go in steps: one value holds until the next, so that only one end of it is data."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.scene import Point

LEVEL = 0.1
"""Points by which a tread or a riser may be off level or upright."""

MIN_RISERS = 3
HALF = (0.4, 0.6)
"""Length of the first and last tread by that of the others where values stand in the middle."""


def without_steps(points: Sequence[Point]) -> list[Point]:
    """The values of a line that goes in steps; any other line, and outlines, as they are.

    A line that begins upright changes before its values, one that ends upright behind them, and
    one whose outer treads are half as long as the others midway between them.

    Args:
        points: Vertices of a line from left to right, or from right to left.
    """
    pieces = list(itertools.pairwise(points))
    level = [abs(a[1] - b[1]) <= LEVEL for a, b in pieces]
    upright = [abs(a[0] - b[0]) <= LEVEL for a, b in pieces]
    if sum(upright) < MIN_RISERS or not all(
        one or other for one, other in zip(level, upright, strict=True)
    ):
        return list(points)
    treads = [piece for piece, is_level in zip(pieces, level, strict=True) if is_level]
    if len(treads) < MIN_RISERS or (upright[0] and upright[-1]):
        return list(points)
    if upright[0]:
        return [points[0], *(end for _, end in treads)]
    if upright[-1]:
        return [*(start for start, _ in treads), points[-1]]
    lengths = [math.dist(*tread) for tread in treads]
    usual = sorted(lengths[1:-1])[len(lengths) // 2 - 1]
    if not all(HALF[0] * usual <= lengths[end] <= HALF[1] * usual for end in (0, -1)):
        return list(points)
    middles = [((start[0] + end[0]) / 2, start[1]) for start, end in treads[1:-1]]
    return [points[0], *middles, points[-1]]

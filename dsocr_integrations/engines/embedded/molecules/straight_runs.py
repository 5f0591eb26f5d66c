"""The straight bonds in the middle lines of ink, without what thick ends and corners make of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.molecules.drawn_strokes import Stroke
from dsocr_integrations.engines.embedded.molecules.ink_skeleton import Run

if TYPE_CHECKING:
    from dsocr_integrations.engines.embedded.charts.scene import Point

BEND = 0.06
"""Bond lengths that a bond may bend."""

RAGGED = 0.7
"""Line widths that its edges make it bend."""

SPUR = 0.25
"""Bond lengths of what sticks out where a thick line ends."""

LINK = 0.35
"""Bond lengths between the places where the lines of one corner meet."""

STRAY = 2.0
"""How far a run may lie from its bonds, in bends."""

MOST_JOINED = 2
"""Corners of a run that are too near to others; a wavy line has more."""

CORNER = 0.6
"""Bond lengths of the parts of a corner at least; the strokes of a letter are shorter."""


class CurvedError(Exception):
    """A line that is no row of straight bonds."""


def straight_parts(run: Run, bend: float) -> list[Stroke]:
    """A run as straight lines that it keeps to within `bend` pixels."""
    return [Stroke(*pair) for pair in pairwise(_corners(run, bend))]


def bend_of(length: float, stroke: float) -> float:
    """Pixels that a bond may bend, by the lengths of bonds and the width of lines."""
    return max(BEND * length, RAGGED * stroke)


def bond_lines(runs: Sequence[Run], length: float, stroke: float) -> list[Stroke]:
    """The bonds of a piece of ink.

    Args:
        runs: Its middle lines.
        length: Usual length of a bond, in pixels.
        stroke: Usual width of a line, in pixels.

    Raises:
        CurvedError: If a line is curved.
    """
    kept = [run for run in runs if not _is_spur(run, length)]
    bend = bend_of(length, stroke)
    parts = [part for run in _joined(_linked(kept, length)) for part in _bonds(run, length, bend)]
    return [part for part in parts if part.length >= 0.5 * LINK * length]


def is_corner(runs: Sequence[Run], length: float, stroke: float) -> bool:
    """Whether a piece of ink is two bonds or more and so no letter."""
    try:
        parts = bond_lines(runs, length, stroke)
    except CurvedError:
        return False
    return len(parts) > 1 and min(part.length for part in parts) >= CORNER * length


def _corners(run: Run, bend: float) -> list[Point]:
    import cv2

    points = np.asarray(run.points, np.float32)
    away = np.hypot(*(points - points[0]).T)
    is_ring = away[-1] <= bend < away.max() / 2
    middle = int(away.argmax()) if is_ring else len(points) - 1
    corners = [run.points[0]]
    for part in (points[: middle + 1], points[middle:]):
        if len(part) > 1:
            turns = cv2.approxPolyDP(part.reshape(-1, 1, 2), bend, closed=False)
            corners += [(x, y) for x, y in turns.reshape(-1, 2).tolist()[1:]]
    return corners


def _bonds(run: Run, length: float, bend: float) -> Iterator[Stroke]:
    corners = _corners(run, bend)
    far = _without_near(corners, LINK * length)
    if len(corners) - len(far) > MOST_JOINED:
        raise CurvedError
    turns = _without_straight(far, 1.3 * bend)
    if _astray(run, turns) > max(STRAY * bend, 0.4 * LINK * length):
        raise CurvedError
    for pair in pairwise(turns):
        yield Stroke(*pair)


def _without_near(corners: Sequence[Point], shortest: float) -> list[Point]:
    """Corners, where those that are too near for a bond between them are one."""
    left = list(corners)
    while len(left) > 2:
        steps = [math.dist(*pair) for pair in pairwise(left)]
        near = steps.index(min(steps))
        if steps[near] >= shortest:
            break
        if near == 0:
            del left[1]
        elif near == len(steps) - 1:
            del left[near]
        else:
            (x0, y0), (x1, y1) = left[near], left.pop(near + 1)
            left[near] = ((x0 + x1) / 2, (y0 + y1) / 2)
    return left


def _without_straight(corners: Sequence[Point], bend: float) -> list[Point]:
    """Corners without those at which a line does not turn."""
    left = list(corners)
    for corner in corners[1:-1]:
        place = left.index(corner)
        is_within = 0 < place < len(left) - 1
        if is_within and Stroke(left[place - 1], left[place + 1]).from_line(corner) < bend:
            del left[place]
    return left


def _astray(run: Run, corners: Sequence[Point]) -> float:
    """How far a run lies from its straight parts at most."""
    points = np.asarray(run.points, float)
    away = np.full(len(points), np.inf)
    for start, end in pairwise(np.asarray(corners, float)):
        way = end - start
        along = ((points - start) @ way / max(way @ way, 1e-9)).clip(0, 1)
        away = np.minimum(away, np.hypot(*(points - start - along[:, None] * way).T))
    return float(away.max())


def _is_spur(run: Run, length: float) -> bool:
    return run.ends.count(None) == 1 and run.length < SPUR * length


def _linked(runs: Sequence[Run], length: float) -> list[Run]:
    """Runs without the short ones between two forks, which are one place."""
    place: dict[int | None, int] = {end: end for run in runs for end in run.ends if end is not None}
    left = []
    for run in runs:
        one, other = run.ends
        if one is None or other is None or run.length >= LINK * length:
            left.append(run)
        else:
            merged, gone = place[one], place[other]
            place = {end: merged if now == gone else now for end, now in place.items()}
    return [Run(run.points, (place.get(run.ends[0]), place.get(run.ends[1]))) for run in left]


def _joined(runs: Sequence[Run]) -> list[Run]:
    """Runs, where two that meet no other are one."""
    left = list(runs)
    while pair := _pair(left):
        one, other, end = pair
        left = [run for run in left if run is not one and run is not other]
        first = one if one.ends[1] == end else one.turned()
        second = other if other.ends[0] == end else other.turned()
        left.append(Run((*first.points, *second.points[1:]), (first.ends[0], second.ends[1])))
    return left


def _pair(runs: Sequence[Run]) -> tuple[Run, Run, int] | None:
    """Two runs that meet each other and no third one, and where."""
    count = Counter(end for run in runs for end in run.ends)
    for one, other in combinations(runs, 2):
        for end in one.ends:
            if end is not None and count[end] == 2 and end in other.ends:
                return one, other, end
    return None

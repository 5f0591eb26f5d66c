"""The strokes of a molecule that is drawn with paths: lines, wedges, rows of dashes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from statistics import median
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dsocr_integrations.engines.embedded.charts.scene import Color, Point, Shape

Mark = Literal["plain", "wedge", "dashes", "wavy", "crossed"]

ON_LINE = 0.04
"""Bond lengths that a point may lie away from a line it is part of."""

JOINT = 0.06
"""Bond lengths between ends of lines that meet."""

STRAIGHT = math.radians(3)
"""Angle between the halves of a bond that changes its colour."""

PARALLEL = math.radians(10)
"""Angle between the lines of a double bond."""

CROSSED = math.radians(35)
"""Angle between the lines of a double bond that are crossed since its form is not known."""

BESIDE = 0.3
"""Bond lengths between the lines of a double or a triple bond."""

SHORT = 0.5
"""Of a bond: the longest dash of a row."""

DASH_STEP = 0.3
"""Bond lengths between the dashes of a row."""

DASHES_APART = math.radians(12)
"""Angle between the dashes of a row."""

FEWEST_DASHES = 3
WEDGE_CORNERS = 8
"""Corners of the largest polygon that may be a wedge or a part of one."""

TAPERED = 0.75
"""Width of the narrow end of a wedge's half, of that of its wide end: letters are not tapered."""

WIDEST = 0.5
"""Half the width of a wedge, of its length."""


@dataclass(frozen=True)
class Stroke:
    """A bond, or one line of it.

    Attributes:
        start: One end, in points; the narrow one of a wedge.
        end: The other.
        mark: How it is drawn.
        order: Lines of it.
        color: Of a line.
    """

    start: Point
    end: Point
    mark: Mark = "plain"
    order: int = 1
    color: Color | None = None

    @property
    def length(self) -> float:
        """In points."""
        return math.dist(self.start, self.end)

    @property
    def middle(self) -> Point:
        """Half-way between the ends."""
        return _mean((self.start, self.end))

    def from_line(self, point: Point) -> float:
        """Distance of a point from the straight line through both ends."""
        (x, y), (x1, y1) = self.start, self.end
        across = (point[0] - x) * (y1 - y) - (point[1] - y) * (x1 - x)
        return abs(across) / (self.length or 1.0)

    def share_of(self, point: Point) -> float:
        """Where a point lies along the stroke: 0 at its start, 1 at its end."""
        (x, y), (x1, y1) = self.start, self.end
        along = (point[0] - x) * (x1 - x) + (point[1] - y) * (y1 - y)
        return along / (self.length**2 or 1.0)

    def ends(self) -> tuple[Point, Point]:
        """Start and end."""
        return self.start, self.end

    def turned(self) -> Stroke:
        """The same from its other end."""
        return replace(self, start=self.end, end=self.start)


def bond_length(lines: Sequence[Stroke]) -> float:
    """The usual length of a bond among lines; dashes and joints of corners are shorter."""
    longest = max((line.length for line in lines), default=0.0)
    return median([line.length for line in lines if line.length > longest / 2] or [0.0])


def straight_lines(shapes: Iterable[Shape]) -> list[Stroke]:
    """The lines of shapes that are stroked and not filled, and the chords of curves.

    A line of which each half has the colour of its atom is one.
    """
    lines = list(_lines(shapes))
    return _joined_halves(lines, bond_length(lines))


def _lines(shapes: Iterable[Shape]) -> Iterator[Stroke]:
    for shape in shapes:
        if shape.fill is not None or shape.stroke is None:
            continue
        if shape.curved:
            yield Stroke(shape.points[0], shape.points[-1], "wavy", color=shape.stroke)
            continue
        points = (*shape.points, shape.points[0]) if shape.closed else shape.points
        for start, end in pairwise(points):
            if start != end:
                yield Stroke(start, end, color=shape.stroke)


def bonds(lines: Sequence[Stroke], wedges: Sequence[Stroke], length: float) -> list[Stroke]:
    """The bonds that lines and wedges make.

    Args:
        lines: All lines, those of dashes too.
        wedges: Parts of wedges, from their narrow end.
        length: Usual length of a bond.
    """
    whole = _without_covered(lines, length)
    short = [line for line in whole if line.length < SHORT * length and line.mark == "plain"]
    rows, dashes = _rows(short, length)
    rest = [line for line in whole if line not in dashes]
    anchors = [point for row in rows for point in (row.start, row.end)]
    return [*_multiple(rest, anchors, length), *rows, *_whole_wedges(wedges, length)]


def wedge(shape: Shape) -> Stroke | None:
    """A filled polygon as a part of a wedge, from its narrow end; `None` for other shapes."""
    points = list(dict.fromkeys(shape.points))
    if shape.fill is None or shape.curved or not 3 <= len(points) <= WEDGE_CORNERS:
        return None
    first, last = max(combinations(points, 2), key=lambda pair: math.dist(*pair))
    axis = Stroke(first, last)
    near = [point for point in points if axis.share_of(point) < 0.35]
    far = [point for point in points if axis.share_of(point) > 0.65]
    if len(near) + len(far) != len(points):
        return None
    axis = Stroke(_mean(near), _mean(far))
    widths = [max(axis.from_line(point) for point in end) for end in (near, far)]
    if min(widths) > TAPERED * max(widths) or max(widths) > WIDEST * axis.length:
        return None
    return axis if widths[0] < widths[1] else axis.turned()


def _joined_halves(lines: Sequence[Stroke], length: float) -> list[Stroke]:
    """Lines whose two halves have the colours of their atoms, as one."""
    left = list(lines)
    joined: list[Stroke] = []
    while left:
        line = left.pop()
        other = next((one for one in left if _is_other_half(line, one, length)), None)
        if other is None:
            joined.append(line)
            continue
        left.remove(other)
        ends = max(
            ((a, b) for a in (line.start, line.end) for b in (other.start, other.end)),
            key=lambda pair: math.dist(*pair),
        )
        joined.append(Stroke(*ends, color=line.color))
    return joined


def _is_other_half(line: Stroke, other: Stroke, length: float) -> bool:
    if line.color == other.color or line.mark != other.mark or angle(line, other) > STRAIGHT:
        return False
    near = [
        (a, b)
        for a in (line, line.turned())
        for b in (other, other.turned())
        if math.dist(a.end, b.start) <= ON_LINE * length
    ]
    return any(math.dist(a.start, b.end) > max(a.length, b.length) for a, b in near)


def _without_covered(lines: Sequence[Stroke], length: float) -> list[Stroke]:
    """Lines without those that lie on longer ones, such as the joints of corners."""
    kept: list[Stroke] = []
    for line in sorted(lines, key=lambda one: -one.length):
        if not any(_covers(other, line, length) for other in kept):
            kept.append(line)
    corners = [point for line in kept if line.length > SHORT * length for point in line.ends()]
    return [line for line in kept if not _is_joint(line, corners, length)]


def _covers(line: Stroke, other: Stroke, length: float) -> bool:
    return all(
        line.from_line(point) <= ON_LINE * length
        and -ON_LINE * length
        <= line.share_of(point) * line.length
        <= line.length + ON_LINE * length
        for point in other.ends()
    )


def _is_joint(line: Stroke, corners: Sequence[Point], length: float) -> bool:
    """Whether a very short line only rounds the corner of two others."""
    if line.length > 2 * JOINT * length:
        return False
    return any(
        math.dist(end, corner) <= JOINT * length for end in line.ends() for corner in corners
    )


def _rows(short: Sequence[Stroke], length: float) -> tuple[list[Stroke], list[Stroke]]:
    """Rows of dashes as one stroke each, from the shortest dash on, and the dashes."""
    rows: list[Stroke] = []
    used: list[Stroke] = []
    for dash in short:
        if dash in used:
            continue
        row = [dash]
        for one in row:
            row += [
                other
                for other in short
                if other not in row and other not in used and _is_next(one, other, length)
            ]
        if len(row) < FEWEST_DASHES:
            continue
        used += row
        ends = max(combinations(row, 2), key=lambda pair: math.dist(pair[0].middle, pair[1].middle))
        first, last = sorted(ends, key=lambda one: one.length)
        rows.append(Stroke(first.middle, last.middle, "dashes"))
    return rows, used


def _is_next(dash: Stroke, other: Stroke, length: float) -> bool:
    """Whether two dashes lie side by side, each square to the way from one to the other."""
    way = Stroke(dash.middle, other.middle)
    if not 0 < way.length <= DASH_STEP * length or angle(dash, other) > DASHES_APART:
        return False
    return abs(angle(way, dash) - math.pi / 2) < math.radians(20)


def _multiple(lines: Sequence[Stroke], anchors: list[Point], length: float) -> list[Stroke]:
    """Bonds of one to three lines."""
    left = sorted(lines, key=lambda one: -one.length)
    groups: list[list[Stroke]] = []
    while left:
        group = [left.pop(0)]
        for line in group:
            beside = [other for other in left if _is_beside(line, other, length)]
            group += beside
            left = [other for other in left if other not in beside]
        groups.append(group)
    return [_bond(group, groups, anchors) for group in groups]


def _is_beside(line: Stroke, other: Stroke, length: float) -> bool:
    if "wavy" in (line.mark, other.mark) or other.length < 0.4 * line.length:
        return False
    shares = sorted(line.share_of(point) for point in other.ends())
    if min(1.0, shares[1]) - max(0.0, shares[0]) < 0.5:
        return False
    if _is_crossed(line, other):
        is_middle = math.dist(line.middle, other.middle) <= 2 * ON_LINE * length
        return is_middle and angle(line, other) <= CROSSED
    return angle(line, other) <= PARALLEL and line.from_line(other.middle) <= BESIDE * length


def _is_crossed(line: Stroke, other: Stroke) -> bool:
    """Whether each of two lines has its ends on both sides of the other."""
    return all(
        _side(one, two.start) * _side(one, two.end) < 0
        for one, two in ((line, other), (other, line))
    )


def _side(line: Stroke, point: Point) -> float:
    """Above 0 on one side of a line, below on the other."""
    (x0, y0), (x1, y1) = line.start, line.end
    return (point[0] - x0) * (y1 - y0) - (point[1] - y0) * (x1 - x0)


def _bond(group: list[Stroke], groups: list[list[Stroke]], anchors: list[Point]) -> Stroke:
    """The bond that runs along the lines of a group, where they are nearest to the others' ends."""
    order = len(group)
    if order == 1:
        return group[0]
    first = group[0]
    level = [
        one if math.dist(one.start, first.start) < math.dist(one.end, first.start) else one.turned()
        for one in group
    ]
    if order == 2 and _is_crossed(*group):
        ends = [(a.start, b.end) for a, b in (level, level[::-1])]
        middle = Stroke(_mean([ends[0][0], ends[1][0]]), _mean([ends[0][1], ends[1][1]]))
        return replace(middle, mark="crossed", order=2)
    mean = Stroke(_mean([one.start for one in level]), _mean([one.end for one in level]))
    ways = (
        [*level, mean] if order == 2 else [min(level, key=lambda one: one.from_line(mean.middle))]
    )
    others = [
        *anchors, *(point for one in groups if one is not group for line in one for point in line.ends())
    ]  # fmt: skip
    best = min(ways, key=lambda way: sum(_nearest(end, others, first.length) for end in way.ends()))
    return Stroke(best.start, best.end, order=order)


def _nearest(end: Point, others: Sequence[Point], far: float) -> float:
    return min((math.dist(end, other) for other in others), default=far)


def _whole_wedges(parts: Sequence[Stroke], length: float) -> list[Stroke]:
    """Wedges, of which halves may have the colours of their atoms."""
    left = list(parts)
    whole: list[Stroke] = []
    while left:
        part = left.pop()
        other = next(
            (
                one
                for one in left
                if angle(part, one) <= 2 * STRAIGHT
                and min(math.dist(part.end, one.start), math.dist(part.start, one.end))
                <= 2 * JOINT * length
            ),
            None,
        )
        if other is None:
            whole.append(replace(part, mark="wedge"))
            continue
        left.remove(other)
        is_first = math.dist(part.end, other.start) < math.dist(part.start, other.end)
        ends = (part.start, other.end) if is_first else (other.start, part.end)
        left.append(Stroke(*ends))
    return whole


def angle(line: Stroke, other: Stroke) -> float:
    """Angle between two lines, 0 to 90 degrees, in radians."""
    first, second = (
        math.atan2(one.end[1] - one.start[1], one.end[0] - one.start[0]) for one in (line, other)
    )
    apart = abs(first - second) % math.pi
    return min(apart, math.pi - apart)


def _mean(points: Sequence[Point]) -> Point:
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)

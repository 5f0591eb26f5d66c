"""Axes of a frame: the tick labels around it, and the marks and grid lines they belong to."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.charts.axis import Axis
from dsocr_integrations.engines.embedded.charts.axis_fit import fit_axis
from dsocr_integrations.engines.embedded.charts.date_lines import with_dates_below
from dsocr_integrations.engines.embedded.charts.decades import with_powers
from dsocr_integrations.engines.embedded.charts.frames import grid_colors, is_neutral_rule
from dsocr_integrations.engines.embedded.charts.scene import (
    Box,
    Color,
    Label,
    Scene,
    contains,
    distinct_places,
    is_neutral,
    same_color,
)
from dsocr_integrations.engines.embedded.charts.tick_values import tick_value

REACH = 46.0
"""How far from a panel's edge its tick labels may begin, in points."""

BESIDE_MARK = 1.5
"""Marks further than this from every label (points) belong to another scale of the panel."""


def find_marks(scene: Scene, frame: Box) -> tuple[list[float], list[float]]:
    """Places of tick marks and grid lines along both axes."""
    xs: list[tuple[float, float]] = []
    ys: list[tuple[float, float]] = []
    x0, y0, x1, y1 = frame
    grids = grid_colors(scene, frame)
    for shape in scene.shapes:
        if not shape.is_segment or not (is_neutral_rule(shape) or shape.color in grids):
            continue
        box, (width, height) = shape.box, shape.size
        if height >= width and x0 - 2 <= shape.center[0] <= x1 + 2:
            at_edge = min(abs(box[1] - y1), abs(box[3] - y1), abs(box[1] - y0), abs(box[3] - y0))
            if at_edge < 4 and (height <= 12 or height >= 0.9 * (y1 - y0)):
                xs.append((shape.center[0], height))
        if width >= height and y0 - 2 <= shape.center[1] <= y1 + 2:
            at_edge = min(abs(box[0] - x0), abs(box[2] - x0), abs(box[0] - x1), abs(box[2] - x1))
            if at_edge < 4 and (width <= 12 or width >= 0.9 * (x1 - x0)):
                ys.append((shape.center[1], width))
    return distinct_places(_major(xs)), distinct_places(_major(ys))


def _major(marks: Sequence[tuple[float, float]]) -> list[float]:
    """Places of the long tick marks where there are shorter ones between them."""
    lengths = [length for _, length in marks if length <= 12]
    if not lengths:
        return [place for place, _ in marks]
    longest = max(lengths)
    if sum(length > 0.9 * longest for length in lengths) < 2:
        return [place for place, _ in marks]
    return [place for place, length in marks if 0.9 * longest < length <= 12]


def find_level_axis(
    scene: Scene, frame: Box, marks: list[float]
) -> tuple[Axis | None, tuple[Label, ...]]:
    """Find the level axis: the row of labels below a frame, or above it, that fits its marks.

    Args:
        scene: The scene.
        frame: Where data is drawn.
        marks: Places of tick marks and grid lines along the axis.

    Returns:
        The axis, if there is one, and its tick labels.
    """
    x0, y0, x1, y1 = frame
    near = [label for label in scene.labels if _is_along(label, x0 - 8, x1 + 8)]
    below = [label for label in near if -4 <= label.box[1] - y1 <= REACH]
    above = [label for label in near if -4 <= y0 - label.box[3] <= REACH / 2]
    doubtful: tuple[Axis | None, tuple[Label, ...]] = (None, ())
    for labels, edge in ((below, _top), (above, _bottom_up)):
        rows = with_powers(_aligned(labels, edge))
        for place, row in enumerate(rows[:3]):
            if len(row) < 2 or not _spread(row, 0):
                continue
            row = _with_second_lines(row, rows[place + 1 : place + 3])  # noqa: PLW2901
            if not row:
                continue
            axis = _best_fit(row, marks, scene.exact)
            if axis is None:
                continue
            found = (axis, tuple(label for label in labels if _is_in(label, row)))
            # Numbers that miss the grid may be those of a colour bar beyond the panel.
            if marks and axis.is_measured and not axis.exact:
                doubtful = doubtful if doubtful[0] is not None else found
                continue
            if doubtful[0] is None or axis.exact:
                return found
    return doubtful


def _is_along(label: Label, left: float, right: float) -> bool:
    """Whether a label stands within an axis; the upper end of a slanted one is at its tick."""
    slanted = 10 <= abs(label.angle) <= 80
    upper = min((label.start, label.end), key=lambda point: point[1])
    return left <= (upper if slanted else label.center)[0] <= right


def _is_in(label: Label, row: Sequence[Label]) -> bool:
    return any(contains(other.box, label.box, slack=0.1) for other in row)


def _top(label: Label) -> float:
    return label.box[1]


def _bottom_up(label: Label) -> float:
    return -label.box[3]


def _best_fit(row: Sequence[Label], marks: list[float], exact: bool) -> Axis | None:
    """Fit by the middles of labels, or by the ends of slanted ones, whichever meets the marks."""
    centers = [(label.center[0], label) for label in row]
    slanted = [label for label in row if 10 <= abs(label.angle) <= 80]
    if 2 * len(slanted) <= len(row):
        return fit_axis(centers, marks, exact=exact)
    ends = [(min((lb.start, lb.end), key=lambda p: p[1])[0], lb) for lb in row]
    if not marks:
        return fit_axis(ends, marks, exact=exact)
    return fit_axis(
        min((centers, ends), key=lambda pairs: _distance_to_marks(pairs, marks)),
        marks,
        exact=exact,
    )


def _distance_to_marks(pairs: Sequence[tuple[float, Label]], marks: Sequence[float]) -> float:
    # A constant offset (labels end a little beside their mark) must not count.
    offsets = [min((mark - place for mark in marks), key=abs) for place, _ in pairs]
    middle = sorted(offsets)[len(offsets) // 2]
    return sum(abs(offset - middle) for offset in offsets) + abs(middle)


def _with_second_lines(row: list[Label], below: Sequence[list[Label]]) -> list[Label]:
    """Join labels that were wrapped onto two or three lines, and dates printed below some."""
    if any(not label.is_level for label in row):
        return row
    dated = with_dates_below(row, below[0]) if below else None
    if dated is not None:
        return dated
    joined = list(row)
    for line in below:
        if len(line) < 2 and len(row) > 2:
            break
        gap = line[0].box[1] - max(label.box[3] for label in joined)
        if gap > 0.9 * row[0].size:
            break
        nearest = [_nearest(joined, label) for label in line]
        if any(
            abs(joined[i].center[0] - label.center[0]) > 3.0
            for i, label in zip(nearest, line, strict=True)
        ):
            break
        for i, label in zip(nearest, line, strict=True):
            upper = joined[i]
            joined[i] = replace(
                upper,
                text=f"{upper.text} {label.text}",
                start=(min(upper.start[0], label.start[0]), label.start[1]),
                end=(max(upper.end[0], label.end[0]), label.end[1]),
            )
    return joined


def _nearest(labels: Sequence[Label], wanted: Label) -> int:
    """Place of the label whose middle is nearest along the level axis."""
    distances = [abs(label.center[0] - wanted.center[0]) for label in labels]
    return distances.index(min(distances))


def find_upright_axis(
    scene: Scene, frame: Box, marks: list[float]
) -> tuple[Axis | None, tuple[Label, ...]]:
    """Find the upright axis: at the left, at the right, or inside; see `find_level_axis`."""
    x0, y0, x1, y1 = frame
    in_reach = [label for label in scene.labels if y0 - 8 <= label.center[1] <= y1 + 8]
    near = [label for label in in_reach if label.is_level]
    left = [label for label in near if -4 <= x0 - label.box[2] <= REACH]
    turned = [
        label
        for label in in_reach
        if abs(abs(label.angle) - 90) < 5 and -4 <= x0 - label.box[2] <= REACH
    ]
    right = [label for label in near if -4 <= label.box[0] - x1 <= REACH / 2]
    inside = [label for label in near if contains(frame, label.box)]
    attempts: tuple[tuple[list[Label], Callable[[Label], float], bool], ...] = (
        (left, lambda label: -label.box[2], False),
        (left, lambda label: label.box[0], False),
        (turned, lambda label: -label.box[2], False),
        (right, lambda label: label.box[0], True),
        (inside, lambda label: label.box[0], True),
        (inside, lambda label: -label.box[2], True),
    )
    for labels, edge, numbers_only in attempts:
        for column in with_powers(_aligned(labels, edge))[:4]:
            if len(column) < 2 or not _spread(column, 1) or not _any_between(column, y0, y1):
                continue
            axis = fit_axis([(lb.center[1], lb) for lb in column], marks, exact=scene.exact)
            if axis is not None and not axis.is_measured:
                axis = _upwards(column, marks, axis)
            if axis is None or (numbers_only and not (axis.is_measured and axis.exact)):
                continue
            if not axis.is_measured and _are_repeated_numbers(column):
                continue
            return replace(axis, color=_common_color(column)), tuple(column)
    return None, ()


def _upwards(column: Sequence[Label], marks: Sequence[float], axis: Axis) -> Axis:
    """The axis of dates that follow each other upwards, where downwards they are none, or longer.

    Months of which only some have a year may be read both ways.
    """
    turned = fit_axis([(-label.center[1], label) for label in column], [-mark for mark in marks])
    if turned is None or turned.kind != "time":
        return axis
    if axis.kind == "time" and abs(axis.slope) <= abs(turned.slope):
        return axis
    ticks = tuple(replace(tick, position=-tick.position) for tick in reversed(turned.ticks))
    return replace(turned, ticks=ticks, slope=-turned.slope, marks=tuple(marks))


def _are_repeated_numbers(column: Sequence[Label]) -> bool:
    """Whether labels are numbers that begin anew: axes of panels above each other, no names."""
    texts = [label.text for label in column]
    return len(set(texts)) < len(texts) and all(tick_value(text) is not None for text in texts)


def _any_between(column: Sequence[Label], top: float, bottom: float) -> bool:
    """Whether a label is beside the frame: those at its corners belong to the level axes."""
    return any(top <= label.center[1] <= bottom for label in column)


def find_right_axis(
    scene: Scene, frame: Box, marks: list[float], used: Sequence[Label]
) -> tuple[Axis | None, tuple[Label, ...]]:
    """Find the scale at the right edge of a frame that has another one; see `find_level_axis`.

    Args:
        scene: The scene.
        frame: Where data is drawn.
        marks: Places of tick marks and grid lines along both scales.
        used: Labels of the other axes.
    """
    _, y0, x1, y1 = frame
    labels = [
        label
        for label in scene.labels
        if label.is_level
        and label not in used
        and y0 - 8 <= label.center[1] <= y1 + 8
        and -4 <= label.box[0] - x1 <= REACH / 2
    ]
    for column in _aligned(labels, lambda label: label.box[0])[:2]:
        numbers = [label for label in column if tick_value(label.text) is not None]
        if len(numbers) < max(3, len(column)) or not _spread(column, 1):
            continue
        own = [m for m in marks if any(abs(m - lb.center[1]) <= BESIDE_MARK for lb in column)]
        axis = fit_axis([(lb.center[1], lb) for lb in column], own, exact=scene.exact)
        if axis is not None and axis.is_measured:
            return replace(axis, color=_common_color(column)), tuple(column)
    return None, ()


def _common_color(labels: Sequence[Label]) -> Color | None:
    """The colour of labels that all have one, unless it is a grey."""
    first = labels[0].color
    alike = all(same_color(label.color, first) for label in labels)
    return first if alike and not is_neutral(first) else None


def _aligned(labels: Sequence[Label], edge: Callable[[Label], float]) -> list[list[Label]]:
    """Group labels whose edge is in line, in the order of the edges."""
    groups: list[list[Label]] = []
    for label in sorted(labels, key=edge):
        if groups and edge(label) - edge(groups[-1][0]) <= max(2.5, 0.3 * label.size):
            groups[-1].append(label)
        else:
            groups.append([label])
    return groups


def _spread(labels: Sequence[Label], side: int) -> bool:
    """Whether labels stand at different places along the axis."""
    places = sorted(label.center[side] for label in labels)
    same = sum(b - a <= 1.0 for a, b in itertools.pairwise(places))
    # The last number of an axis may be pushed in, onto the one before it.
    numbers = len(labels) >= 4 and all(tick_value(label.text) is not None for label in labels)
    return same <= (1 if numbers else 0)

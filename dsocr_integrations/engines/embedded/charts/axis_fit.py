"""Fits axes to tick labels: numbers, dates, times of day, or categories."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.charts.affixes import without_affixes
from dsocr_integrations.engines.embedded.charts.axis import Axis, AxisKind, Tick
from dsocr_integrations.engines.embedded.charts.clock_times import clock_days
from dsocr_integrations.engines.embedded.charts.decades import spelled_decades
from dsocr_integrations.engines.embedded.charts.line_fit import consensus, least_squares
from dsocr_integrations.engines.embedded.charts.scene import Label
from dsocr_integrations.engines.embedded.charts.tick_values import (
    running_days,
    spelled_months,
    tick_date,
    tick_value,
)

MAX_TICKS = 60
SNAP = 4.0
"""A tick mark this near to its label's place (points) gives the exact place."""

MAX_PUSH = 15.0
"""How far inwards each of only two labels may be pushed from its mark, in points."""

ON_MARK = 0.75
"""A place this near to a tick mark (points) is on it."""

_IS_POWER = re.compile(r"10\^")
"""Labels that are all written as powers of ten stand on a log axis, however few they are."""


def fit_axis(
    labels: Sequence[tuple[float, Label]], marks: Sequence[float], *, exact: bool = True
) -> Axis | None:
    """Fit an axis to labels.

    Args:
        labels: Place along the axis and label, for each tick label.
        marks: Places of tick marks and grid lines along the axis.
        exact: Whether places come from drawing paths; pixels get more slack.

    Returns:
        A numeric or time axis where at least three labels (two, if tick marks confirm them)
        lie on one line, else a category axis; `None` without labels, or where all say the same.
    """
    ordered = sorted(labels, key=lambda pair: pair[0])[:MAX_TICKS]
    if not ordered:
        return None
    months = spelled_months([label.text for _, label in ordered])
    ordered = [
        (place, replace(label, text=text))
        for (place, label), text in zip(ordered, months, strict=True)
    ]
    places = _on_marks([place for place, _ in ordered], marks)
    ordered = [(place, label) for place, (_, label) in zip(places, ordered, strict=True)]
    ordered = spelled_decades(ordered)
    title = ""
    bare = _bare_numbers([label.text for _, label in ordered])
    if bare is not None:
        texts, title = bare
        ordered = [
            (place, replace(label, text=text))
            for (place, label), text in zip(ordered, texts, strict=True)
        ]
    numbers = [(place, tick_value(label.text)) for place, label in ordered]
    known = [(place, value) for place, value in numbers if value is not None]
    unit = "%" if sum("%" in label.text for _, label in ordered) * 2 > len(ordered) else ""
    ticks = tuple(
        Tick(place, label.text, value)
        for (place, label), (_, value) in zip(ordered, numbers, strict=True)
    )
    time = _fit_dates(ordered, marks, ticks)
    if time is not None and len(known) < len(ordered):
        # Years among months are dates too.
        return time
    if len(known) >= max(2, 0.6 * len(ordered)):
        powers = all(_IS_POWER.match(label.text) for _, label in ordered)
        found = _fit_numbers(known, marks, exact=exact, powers=powers)
        if found is not None:
            kind, slope, offset, sure = found
            axis = Axis(kind, ticks, slope, offset, sure, title, unit, tuple(marks))
            return replace(axis, ticks=tuple(_in_line(axis, tick) for tick in ticks))
    if time is None and len(ticks) > 2 and len({tick.text for tick in ticks}) == 1:
        # Letters of a font that does not tell them apart, such as of pictures.
        return None
    return time or Axis("category", ticks, marks=tuple(marks))


def _bare_numbers(texts: Sequence[str]) -> tuple[list[str], str] | None:
    """Labels without their unit, where they are no numbers and no dates as they stand."""
    numbers = sum(tick_value(text) is not None for text in texts)
    dates = all(tick_date(text) is not None for text in texts)
    if len(texts) < 3 or 2 * numbers > len(texts) or dates or clock_days(texts) is not None:
        return None
    return without_affixes(texts)


def _in_line(axis: Axis, tick: Tick) -> Tick:
    """Put a label that was pushed aside back to where its value is."""
    if tick.value is None or (axis.kind == "log" and tick.value <= 0):
        return tick
    return replace(tick, position=axis.position(tick.value))


def _on_marks(places: Sequence[float], marks: Sequence[float]) -> list[float]:
    """Move the places of labels onto their tick marks or grid lines.

    Labels are centred on their marks, or all stand beside them by the same distance; the
    first and last may be pushed inwards, which shows where labels and marks are equally many.
    """
    if not marks:
        return list(places)
    ordered = sorted(marks)
    steps = [b - a for a, b in itertools.pairwise(ordered)]
    step = min(steps, default=0.0)
    pushed = 0.6 * step if len(places) >= 3 else MAX_PUSH
    if len(ordered) == len(places) and all(
        abs(mark - place) <= max(SNAP, pushed) for mark, place in zip(ordered, places, strict=True)
    ):
        return ordered
    offsets = [min((mark - place for mark in ordered), key=abs) for place in places]
    middle = sorted(offsets)[len(offsets) // 2]
    if (
        len(places) >= 3
        and SNAP < abs(middle) <= 12
        and all(abs(offset - middle) < 0.6 for offset in offsets)
    ):
        return [place + middle for place in places]
    return [
        place + offset if abs(offset) <= SNAP else place
        for place, offset in zip(places, offsets, strict=True)
    ]


def _fit_numbers(
    known: Sequence[tuple[float, float]], marks: Sequence[float], *, exact: bool, powers: bool
) -> tuple[AxisKind, float, float, bool] | None:
    line = consensus(known, exact)
    best: tuple[AxisKind, list[tuple[float, float]]] = ("linear", line)
    if all(value > 0 for _, value in known) and (powers or len(known) >= 3):
        logs = [(place, math.log10(value)) for place, value in known]
        log_line = consensus(logs, exact)
        if powers or len(log_line) > len(line):
            best = ("log", log_line)
    kind, inliers = best
    if len(inliers) < 2 or len(inliers) < 0.7 * len(known):
        return None
    if len({value for _, value in inliers}) < 2:
        return None
    if exact and len(inliers) < len(known) and _are_steps(known, marks):
        return None
    slope, offset = least_squares(inliers)
    if not slope:
        return None
    confirmed = _confirmed(inliers, marks, slope, offset)
    sure = confirmed is not None
    if confirmed is not None:
        slope, offset = confirmed
    if len(inliers) < 3 and not sure and not _are_two_numbers(known, exact):
        return None
    return kind, slope, offset, sure


def _are_steps(known: Sequence[tuple[float, float]], marks: Sequence[float]) -> bool:
    """Whether numbers stand on tick marks at equal distances: where they jump, they are names."""
    places = [place for place, _ in known]
    steps = [b - a for a, b in itertools.pairwise(places)]
    on_marks = all(any(abs(mark - place) <= ON_MARK for mark in marks) for place in places)
    return on_marks and max(steps) - min(steps) <= 2 * ON_MARK


def _are_two_numbers(known: Sequence[tuple[float, float]], exact: bool) -> bool:
    """Whether two numbers alone make an axis: not where they may be powers on a log axis."""
    values = [value for _, value in known]
    if not exact or len(values) != 2 or values[0] == values[1]:
        return False
    ratio = max(values) / min(values) if min(values) > 0 else 0.0
    return ratio < 10


def _confirmed(
    inliers: Sequence[tuple[float, float]], marks: Sequence[float], slope: float, offset: float
) -> tuple[float, float] | None:
    """Slope and offset from the tick marks that labels belong to; `None` where they disagree."""
    pairs = []
    for _, value in inliers:
        wanted = (value - offset) / slope
        near = min(marks, key=lambda mark: abs(mark - wanted), default=math.inf)
        if abs(near - wanted) <= SNAP:
            pairs.append((near, value))
    if len(pairs) < 2 or len({place for place, _ in pairs}) < len(pairs):
        return None
    slope, offset = _through_ends(pairs) or least_squares(pairs)
    if not slope or any(abs((v - offset) / slope - place) >= ON_MARK for place, v in pairs):
        return None
    return slope, offset


def _through_ends(pairs: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """The line through the outer two of marks that all others meet once put on whole pixels.

    Charts of the web draw ticks in the middle of the pixel that is nearest to their place.
    """
    (first, low), (last, high) = min(pairs), max(pairs)
    slope = (high - low) / (last - first)
    offset = low - slope * first
    if not slope:
        return None
    whole = [math.floor((value - offset) / slope + 0.01) + 0.5 for _, value in pairs]
    met = all(abs(mark - place) < 0.02 for mark, (place, _) in zip(whole, pairs, strict=True))
    return (slope, offset) if met else None


def _fit_dates(
    ordered: Sequence[tuple[float, Label]], marks: Sequence[float], ticks: tuple[Tick, ...]
) -> Axis | None:
    if len(ordered) < 3:
        return None
    texts = [label.text for _, label in ordered]
    dates = [tick_date(text) for text in texts]
    days = clock_days(texts) or running_days(dates)
    if days is None:
        return None
    pairs = [(tick.position, day) for tick, day in zip(ticks, days, strict=True)]
    inliers = consensus(pairs, exact=False)
    if len(inliers) < max(3, 0.7 * len(pairs)):
        return None
    slope, offset = least_squares(inliers)
    if not slope or (slope < 0 and any(date is None or date.year == 1 for date in dates)):
        # Only whole dates tell that time runs upwards.
        return None
    if _are_even_months([place for place, _ in pairs], dates, slope, offset, days):
        return None
    ticks = tuple(
        replace(tick, position=(day - offset) / slope)
        for tick, day in zip(ticks, days, strict=True)
    )
    return Axis("time", ticks, slope, offset, exact=bool(marks), marks=tuple(marks))


def _are_even_months(
    places: Sequence[float],
    dates: Sequence[dt.date | None],
    slope: float,
    offset: float,
    days: Sequence[float],
) -> bool:
    """Whether names of months stand evenly, as categories do and their first days do not."""
    if any(date is None or (date.year, date.day) != (1, 1) for date in dates):
        return False
    by_rank = list(zip(places, [float(rank) for rank in range(len(places))], strict=True))
    rate, start = least_squares(by_rank)
    if not rate:
        return False
    uneven = max(abs((rank - start) / rate - place) for place, rank in by_rank)
    by_date = zip(places, days, strict=True)
    astray = max(abs((day - offset) / slope - place) for place, day in by_date)
    return astray > ON_MARK and 2 * uneven < astray

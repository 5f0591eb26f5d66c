"""Axes: from places to values, fitted to tick labels."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dsocr_integrations.engines.embedded.charts.calendar_steps import (
    DAYS_OF_YEAR,
    LAST_DAY,
    month_names,
    short_date,
)
from dsocr_integrations.engines.embedded.charts.line_fit import consensus, least_squares
from dsocr_integrations.engines.embedded.charts.scene import Label
from dsocr_integrations.engines.embedded.charts.tick_values import (
    decimals_for,
    running_days,
    spelled_months,
    tick_date,
    tick_value,
    write_number,
)

_SAYS_DAY = re.compile(r"\b\d{1,2}\b")

AxisKind = Literal["linear", "log", "time", "category"]

MAX_TICKS = 60
SNAP = 4.0
"""A tick mark this near to its label's place (points) gives the exact place."""


MAX_PUSH = 15.0
"""How far inwards each of only two labels may be pushed from its mark, in points."""

ON_MARK = 0.75
"""A place this near to a tick mark (points) is on it."""

NEAREST = 0.49
"""Marks of a category are nearer to its tick than this share of the distance of ticks."""


@dataclass(frozen=True)
class Tick:
    """A tick label at its place along the axis."""

    position: float
    text: str
    value: float | None = None


@dataclass(frozen=True)
class Axis:
    """One axis of a panel.

    Attributes:
        kind: How places become values.
        ticks: Tick labels, by place.
        slope: Value (its logarithm, or days) per point.
        offset: Value at place 0.
        exact: Whether tick marks or grid lines confirm the fit.
        title: The axis title, if one was found.
        unit: `%` where the labels carry it.
        marks: Places of tick marks and grid lines.
    """

    kind: AxisKind
    ticks: tuple[Tick, ...]
    slope: float = 0.0
    offset: float = 0.0
    exact: bool = False
    title: str = ""
    unit: str = ""
    marks: tuple[float, ...] = ()

    @property
    def is_measured(self) -> bool:
        """Whether places on it are numbers."""
        return self.kind in {"linear", "log"}

    def value(self, position: float) -> float:
        """The value at a place."""
        found = self.slope * position + self.offset
        if self.kind == "log":
            return float(10.0 ** max(-300.0, min(300.0, found)))
        return found

    def position(self, value: float) -> float:
        """The place of a value."""
        if self.kind == "log":
            value = math.log10(max(value, 1e-300))
        return (value - self.offset) / self.slope

    def shifted(self, distance: float) -> Axis:
        """The same axis for shapes drawn `distance` points further along than its ticks."""
        if not distance:
            return self
        ticks = tuple(replace(tick, position=tick.position + distance) for tick in self.ticks)
        return replace(self, offset=self.offset - self.slope * distance, ticks=ticks)

    @property
    def crispness(self) -> float:
        """How far shapes are drawn before the ticks.

        Charts of the web draw ticks and grids half a pixel further, to keep thin lines sharp.
        """
        halves = [mark for mark in self.marks if abs(mark % 1.0 - 0.5) < 0.02]
        return 0.5 if len(self.marks) >= 3 and len(halves) == len(self.marks) else 0.0

    def write(self, value: float) -> str:
        """A measured value as text, about as precise as a twentieth of a point on the axis."""
        if self.kind == "log":
            digits = 3 - math.floor(math.log10(abs(value))) if value else 3
            return write_number(value, max(-12, min(12, digits))) + self.unit
        return write_number(value, decimals_for(self.slope * 0.06)) + self.unit

    def nearest(self, position: float) -> Tick:
        """The tick nearest to a place."""
        return min(self.ticks, key=lambda tick: abs(tick.position - position))

    def is_named(self, position: float) -> bool:
        """Whether a place belongs to the category whose tick is nearest to it."""
        distance = abs(self.nearest(position).position - position)
        return len(self.ticks) < 2 or distance <= NEAREST * self.spacing

    @property
    def spacing(self) -> float:
        """Median distance of neighbouring ticks."""
        places = sorted(tick.position for tick in self.ticks)
        steps = sorted(b - a for a, b in itertools.pairwise(places))
        return steps[len(steps) // 2] if steps else 0.0

    def name(self, position: float) -> str:
        """What a place on the axis is called: nearest category, number or date."""
        tick = self.nearest(position)
        if self.kind == "category":
            # Where every second category is labelled, those between them have no name.
            return tick.text if self.is_named(position) else ""
        if abs(tick.position - position) <= min(1.2, 0.1 * self.spacing or 1.2):
            return self.text_of(tick)
        if self.kind == "time":
            return self._date(position)
        if self.counts_years:
            return self._year(position)
        return self.write(self.value(position)).removesuffix(self.unit)

    def text_of(self, tick: Tick) -> str:
        """What a tick says; its whole date where labels give either a year or a month."""
        if self.kind != "time" or not (tick.text.isalpha() or tick.text.isdigit()):
            return tick.text
        mixed = {other.text.isdigit() for other in self.ticks} == {True, False}
        return self._date(tick.position) if mixed else tick.text

    @property
    def counts_years(self) -> bool:
        """Whether the labels are years, so that what lies between them are dates."""
        values = [tick.value or 0.0 for tick in self.ticks]
        return (
            self.kind == "linear"
            and all(len(tick.text) == 4 and tick.text.isdigit() for tick in self.ticks)
            and all(1700 <= value <= 2100 for value in values)
            and (max(values) - min(values)) / max(1, len(values) - 1) <= 25
        )

    def _year(self, position: float) -> str:
        value = self.value(position)
        if abs(value - round(value)) <= max(0.06, 0.8 * abs(self.slope)):
            return str(round(value))
        return short_date(round(self.day(position)))

    def day(self, position: float) -> float:
        """The day number at a place of an axis of time or of years."""
        value = self.value(position)
        if self.kind == "time":
            return value
        return dt.date(1, 1, 1).toordinal() + (value - 1) * DAYS_OF_YEAR

    def _date(self, position: float) -> str:
        day = max(1, min(LAST_DAY, round(self.value(position))))
        date = dt.date.fromordinal(day)
        if date.year < 100:
            return date.strftime("%b" if abs(self.slope * 3) > 1 else "%b %d")
        days = abs(self.slope) * (self.ticks[-1].position - self.ticks[0].position)
        if days < 300:
            return date.isoformat()
        if re.fullmatch(r"\d{4}-\d\d", self.ticks[0].text):
            return dt.date.fromordinal(day + 3).isoformat()[:7]
        return short_date(day)


def key_names(axis: Axis, places: Sequence[float]) -> list[str]:
    """What places on a key axis are called; see `Axis.name` and `write_values`."""
    if axis.kind == "time" and not any(_SAYS_DAY.search(tick.text) for tick in axis.ticks):
        months = month_names([axis.day(place) for place in places])
        if months is not None:
            return months
    if axis.kind != "linear" or axis.counts_years:
        return [axis.name(place) for place in places]
    written = write_values(axis, [axis.value(place) for place in places])
    return [text.removesuffix(axis.unit) for text in written]


def write_values(axis: Axis, values: Sequence[float]) -> list[str]:
    """Measured values of one axis as texts.

    Where all of several values lie within half a point of round numbers, they are these.

    Args:
        axis: The axis they were measured on.
        values: Its values.
    """
    if axis.kind != "linear" or len(values) < 4 or not axis.slope:
        return [axis.write(value) for value in values]
    slack = 0.45 * abs(axis.slope)
    step = 10.0 ** math.ceil(math.log10(6 * slack))
    for candidate in (step * 10, step * 5, step * 2, step):
        if all(abs(value - round(value / candidate) * candidate) <= slack for value in values):
            decimals = decimals_for(candidate)
            rounded = [round(value / candidate) * candidate for value in values]
            return [write_number(value, decimals) + axis.unit for value in rounded]
    return [axis.write(value) for value in values]


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
        lie on one line, else a category axis; `None` for fewer than one label.
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
        found = _fit_numbers(known, marks, exact)
        if found is not None:
            kind, slope, offset, sure = found
            axis = Axis(kind, ticks, slope, offset, sure, unit=unit, marks=tuple(marks))
            return replace(axis, ticks=tuple(_in_line(axis, tick) for tick in ticks))
    return time or Axis("category", ticks, unit="", marks=tuple(marks))


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
    known: Sequence[tuple[float, float]], marks: Sequence[float], exact: bool
) -> tuple[AxisKind, float, float, bool] | None:
    line = consensus(known, exact)
    best: tuple[AxisKind, list[tuple[float, float]]] = ("linear", line)
    if all(value > 0 for _, value in known) and len(known) >= 3:
        logs = [(place, math.log10(value)) for place, value in known]
        log_line = consensus(logs, exact)
        if len(log_line) > len(line):
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
    slope, offset = least_squares(pairs)
    if not slope or any(abs((v - offset) / slope - place) >= ON_MARK for place, v in pairs):
        return None
    return slope, offset


def _fit_dates(
    ordered: Sequence[tuple[float, Label]], marks: Sequence[float], ticks: tuple[Tick, ...]
) -> Axis | None:
    dates = [tick_date(label.text) for _, label in ordered]
    if len(ordered) < 3:
        return None
    days = running_days(dates)
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
    ticks = tuple(
        replace(tick, position=(day - offset) / slope)
        for tick, day in zip(ticks, days, strict=True)
    )
    return Axis("time", ticks, slope, offset, exact=bool(marks), marks=tuple(marks))

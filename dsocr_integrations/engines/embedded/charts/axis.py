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
    BLUR,
    DAYS_OF_YEAR,
    FIRST_YEAR,
    LAST_DAY,
    month_names,
    short_date,
)
from dsocr_integrations.engines.embedded.charts.clock_times import clock_name
from dsocr_integrations.engines.embedded.charts.scene import Color
from dsocr_integrations.engines.embedded.charts.tick_values import (
    decimals_for,
    write_number,
)

_SAYS_DAY = re.compile(r"\b\d{1,2}\b")
_SPELLED_DAY = re.compile(r"[A-Z][a-z]{2} \d\d, \d{4}")
_SPELLED_MONTH = re.compile(r"[A-Z][a-z]{2} \d{4}")
_SAYS_YEAR = re.compile(r"\b\d{4}\b")

AxisKind = Literal["linear", "log", "time", "category"]

NEAREST = 0.49
"""Marks of a category are nearer to its tick than this share of the distance of ticks."""

HAIR = 1.2
"""Points by which marks may miss the ticks that they belong to."""

ALIKE = 0.1
"""Points by which marks may miss their ticks unlike each other where it is one hair."""

MIN_ALIKE = 2
MOSTLY = 0.8

MAX_SHARE = 0.5
"""Share of all numbers that are taken for round ones, at most."""

CHANCE = 0.013
"""How likely values at random all are round, at most."""


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
        color: Colour of its labels, where it is no grey.
    """

    kind: AxisKind
    ticks: tuple[Tick, ...]
    slope: float = 0.0
    offset: float = 0.0
    exact: bool = False
    title: str = ""
    unit: str = ""
    marks: tuple[float, ...] = ()
    color: Color | None = None

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

    @property
    def is_clock(self) -> bool:
        """Whether its ticks are times of day."""
        return self.kind == "time" and all(":" in tick.text for tick in self.ticks)

    def shifted(self, distance: float) -> Axis:
        """The same axis for shapes drawn `distance` points further along than its ticks."""
        if not distance:
            return self
        ticks = tuple(replace(tick, position=tick.position + distance) for tick in self.ticks)
        return replace(self, offset=self.offset - self.slope * distance, ticks=ticks)

    def met_by(self, places: Sequence[float]) -> Axis:
        """The axis moved to marks that all miss its ticks by one hair, else by `crispness`."""
        crispness = self.crispness
        hairs = sorted(place - self.nearest(place).position for place in places)
        alike = len(hairs) >= MIN_ALIKE and hairs[-1] - hairs[0] <= ALIKE
        if crispness and alike and max(map(abs, hairs)) <= HAIR:
            return self.shifted(hairs[len(hairs) // 2])
        return self.shifted(-crispness)

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
        """What a tick says; its whole date where only some of the labels give the year."""
        if self.kind != "time":
            return tick.text
        mixed = {bool(_SAYS_YEAR.search(other.text)) for other in self.ticks} == {True, False}
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

    def days(self, places: Sequence[float]) -> list[str]:
        """The day of each place; without its year where the labels give none; hours of a clock."""
        if self.is_clock:
            return [self.name(place) for place in places]
        dates = [
            dt.date.fromordinal(max(1, min(LAST_DAY, round(self.value(place))))) for place in places
        ]
        has_year = all(date.year >= FIRST_YEAR for date in dates)
        return [date.isoformat() if has_year else date.strftime("%b %d") for date in dates]

    @property
    def _spells_days(self) -> bool:
        return all(_SPELLED_DAY.fullmatch(tick.text) for tick in self.ticks)

    def _date(self, position: float) -> str:
        if self.is_clock:
            return clock_name(self.value(position), 0.5 * abs(self.slope))
        day = max(1, min(LAST_DAY, round(self.value(position))))
        date = dt.date.fromordinal(day)
        if date.year < FIRST_YEAR:
            return short_date(day) if abs(self.slope * 3) > 1 else date.strftime("%b %d")
        days = abs(self.slope) * (self.ticks[-1].position - self.ticks[0].position)
        if days < 300:
            return date.strftime("%b %d, %Y") if self._spells_days else date.isoformat()
        if re.fullmatch(r"\d{4}-\d\d", self.ticks[0].text):
            return dt.date.fromordinal(day + 3).isoformat()[:7]
        return short_date(day)


def key_names(axis: Axis, places: Sequence[float]) -> list[str]:
    """What places on a key axis are called; see `Axis.name` and `write_values`."""
    if axis.kind == "time" and not any(_SAYS_DAY.search(tick.text) for tick in axis.ticks):
        months = month_names([axis.day(place) for place in places])
        if months is not None:
            return months
        days = _exact_days(axis, places)
        if days is not None:
            return days
    if axis.kind == "linear" and not axis.counts_years:
        written = write_values(axis, [axis.value(place) for place in places])
        return [text.removesuffix(axis.unit) for text in written]
    names = [axis.name(place) for place in places]
    if axis.kind in {"category", "log"}:
        return names
    if axis.kind == "time" and _call_unlike_places_alike(names, places):
        return axis.days(places)
    return _years_and_months(names)


def _call_unlike_places_alike(names: Sequence[str], places: Sequence[float]) -> bool:
    spans: dict[str, tuple[float, float]] = {}
    for name, place in zip(names, places, strict=True):
        first, last = spans.get(name, (place, place))
        spans[name] = (min(first, place), max(last, place))
    return any(last - first > HAIR / 2 for first, last in spans.values())


def _years_and_months(names: list[str]) -> list[str]:
    """Names of which each says its month, where most others do: `Jan 2000`, not `2000`."""
    months = sum(_SPELLED_MONTH.fullmatch(name) is not None for name in names)
    years = sum(name.isdigit() for name in names)
    if not months or months < MOSTLY * (len(names) - years):
        return names
    return [f"Jan {name}" if name.isdigit() else name for name in names]


def _exact_days(axis: Axis, places: Sequence[float]) -> list[str] | None:
    """Whole dates of places that are not all ticks, where a point is no longer than a day."""
    if axis.is_clock or abs(axis.slope) > 1 or not axis.exact:
        return None
    days = [round(axis.value(place)) for place in places]
    aside = max(min(abs(tick.position - place) for tick in axis.ticks) for place in places)
    if aside * abs(axis.slope) <= BLUR or not all(
        FIRST_YEAR * DAYS_OF_YEAR <= day <= LAST_DAY for day in days
    ):
        return None
    return [dt.date.fromordinal(day).isoformat() for day in days]


def write_values(axis: Axis, values: Sequence[float]) -> list[str]:
    """Measured values of one axis as texts.

    Where all of several values lie within half a point of round numbers, they are these, unless
    numbers at random would lie as near.

    Args:
        axis: The axis they were measured on.
        values: Its values.
    """
    if axis.kind != "linear" or len(values) < 4 or not axis.slope:
        return [axis.write(value) for value in values]
    slack = 0.45 * abs(axis.slope)
    for candidate in _round_steps(slack, len(set(values))):
        if all(abs(value - round(value / candidate) * candidate) <= slack for value in values):
            decimals = decimals_for(candidate)
            rounded = [round(value / candidate) * candidate for value in values]
            return [write_number(value, decimals) + axis.unit for value in rounded]
    return [axis.write(value) for value in values]


def _round_steps(slack: float, count: int) -> list[float]:
    """Steps of round numbers, the widest first, that values within `slack` hardly meet by chance.

    Args:
        slack: How far each value may be off.
        count: How many different values there are.
    """
    step = 10.0 ** math.ceil(math.log10(2 * slack))
    candidates = [step * factor for factor in (100, 50, 20, 10, 5, 2, 1)]
    shares = [2 * slack / candidate for candidate in candidates]
    return [
        candidate
        for candidate, share in zip(candidates, shares, strict=True)
        if share <= MAX_SHARE and share**count <= CHANCE
    ]

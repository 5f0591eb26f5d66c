"""Colour scales: strips of running colour with numbers or dates beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.charts.axis import Axis, Tick
from dsocr_integrations.engines.embedded.charts.axis_fit import fit_axis
from dsocr_integrations.engines.embedded.charts.calendar_steps import (
    DAYS_OF_MONTH,
    DAYS_OF_YEAR,
    FIRST_YEAR,
    LAST_DAY,
)
from dsocr_integrations.engines.embedded.charts.scene import (
    Color,
    Label,
    Point,
    Scene,
    Shape,
)
from dsocr_integrations.engines.embedded.charts.tick_values import (
    decimals_for,
    tick_date,
    tick_value,
    write_number,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

REACH = 40.0
"""How far before its labels a scale may begin, in points."""

RUNNING = 16
"""Largest step of a channel (0–255) from one row of pixels to the next in a running colour."""

MIN_SPAN = 40
"""How far the colours of a scale differ at least in one channel."""

MIN_WIDTH = 4.0
SAME_EDGE = 3.0
"""Points between the edges of two labels in one column, or of a label and an end of its strip."""

OFF_SCALE = 8
"""Marks differ by no more than this in any channel (0–255) from the colours of their scale."""

ALIKE = 2
"""Sums of the differences of channels that pixels do not tell apart."""

ONE_PLACE = 0.06
"""Share of the scale within which alike colours stand; else it shows a colour twice."""

SAME_KIND = 6
"""Colours in a row that may be alike."""

FINEST = 6
"""Colours in a row that may be mistaken for each other, by how they are rounded and drawn."""

AT_END = 0.04
"""Share of a scale within which its lowest and its highest mark stand from its ends."""

ASIDE = 0.25
"""Share of a month by which colours miss its first day on average, and three times that each."""

CUT_OFF = 0.5
"""How much MuPDF takes off the channels (0–255) of a running colour, on average."""


@dataclass(frozen=True)
class _Picture:
    """Pixels of a scene, and how many there are in a point."""

    pixels: NDArray[np.int16]
    per_point: float

    def color(self, point: Point) -> NDArray[np.int16]:
        """The colour at a place of the scene."""
        height, width, _ = self.pixels.shape
        column, row = (int(part * self.per_point) for part in point)
        seen: NDArray[np.int16] = self.pixels[
            min(max(row, 0), height - 1), min(max(column, 0), width - 1)
        ]
        return seen


@dataclass(frozen=True)
class ColorScale:
    """A scale that gives each colour a value.

    Attributes:
        axis: From places along the strip, in points from the top of the scene, to values.
        places: Where each of its rows of pixels is.
        colors: Their colours.
        title: What the values are called.
        picture: The scene's pixels.
    """

    axis: Axis
    places: NDArray[np.float64]
    colors: NDArray[np.int16]
    title: str
    picture: _Picture

    @property
    def blur(self) -> float:
        """Points between colours that can be told apart."""
        return self._rows_of_one * float(self.places[1] - self.places[0])

    @property
    def _rows_of_one(self) -> float:
        """How many rows of pixels have one colour, on average."""
        return len(self.places) / len(np.unique(self.colors, axis=0))

    def place(self, color: Color | None) -> float | None:
        """Where a colour stands; `None` where it is none of the scale's or stands there twice."""
        if color is None:
            return None
        apart = np.abs(self.colors - np.asarray(color, dtype=np.int16))
        if apart.max(axis=1).min() > OFF_SCALE:
            return None
        sums = apart.sum(axis=1)
        alike = np.flatnonzero(sums <= sums.min() + ALIKE)
        gaps = np.diff(alike)
        if len(gaps) and gaps.max() > max(ONE_PLACE * len(sums), SAME_KIND * self._rows_of_one):
            return None
        return self._between_rows(int(np.median(alike)), color)

    def _between_rows(self, nearest: int, color: Color) -> float:
        """Where a colour stands by how colours run around the row that is nearest to it."""
        reach = max(2, round(ONE_PLACE * len(self.places)))
        rows = slice(max(0, nearest - reach), nearest + reach + 1)
        places, colors = self.places[rows], self.colors[rows] + CUT_OFF
        middle, mean = places.mean(), colors.mean(axis=0)
        rates = (places - middle) @ (colors - mean) / np.square(places - middle).sum()
        steepness = float(rates @ rates)
        if not steepness:
            return float(self.places[nearest])
        return float(middle + rates @ (np.asarray(color) - mean) / steepness)

    def names(
        self, marks: Sequence[Shape], colors: Sequence[Color | None]
    ) -> list[tuple[str, float]] | None:
        """Values of marks by their colours, as text and as number.

        Numbers are no finer than colours tell them. Of dates, only months that follow
        each other can be told.

        Args:
            marks: The marks.
            colors: The colour of each.

        Returns:
            `None` where a mark's colour is none of the scale's, or where both ends of the scale
            are no mark's: then its colours may be others that look alike.
        """
        cover = self._cover(marks, colors)
        places = [self.place(_on_paper(color, cover)) for color in colors]
        known = [place for place in places if place is not None]
        ends = (self.places.min(), self.places.max())
        met = [min(abs(place - end) for place in known) if known else 0.0 for end in ends]
        if len(known) < len(places) or max(met) > AT_END * (ends[1] - ends[0]):
            return None
        values = [self.axis.value(place) for place in known]
        if self.axis.kind == "time":
            texts = _running_months(values)
        else:
            decimals = decimals_for(FINEST * self.blur * self.axis.slope)
            texts = [write_number(value, decimals) for value in values]
        return None if texts is None else list(zip(texts, values, strict=True))

    def _cover(self, marks: Sequence[Shape], colors: Sequence[Color | None]) -> float:
        """How much marks cover the paper below them, as most of them look where they begin."""
        shares = []
        for mark, color in zip(marks, colors, strict=True):
            at = mark.center if mark.fill == color else mark.points[0]
            drawn = 255.0 - np.asarray(color or (255, 255, 255))
            channel = int(drawn.argmax())
            if drawn[channel]:
                shares.append((255.0 - self.picture.color(at)[channel]) / drawn[channel])
        return min(1.0, float(np.median(shares))) if shares else 1.0


def _on_paper(color: Color | None, cover: float) -> Color | None:
    """What a colour looks like on white that it covers to a share."""
    if color is None:
        return None
    red, green, blue = (round(255 - cover * (255 - channel)) for channel in color)
    return (red, green, blue)


def _running_months(days: Sequence[float]) -> list[str] | None:
    """The months of days that are the first ones of months, one after the other without a gap."""
    if not all(FIRST_YEAR * DAYS_OF_YEAR <= day <= LAST_DAY for day in days):
        return None
    dates = [dt.date.fromordinal(round(day)) for day in days]
    months = [12 * one.year + one.month - 1 + (one.day - 1) / DAYS_OF_MONTH for one in dates]
    order = sorted(range(len(months)), key=lambda at: months[at])
    aside = [months[at] - rank for rank, at in enumerate(order)]
    mean = sum(aside) / len(aside)
    first = round(mean)
    if abs(mean - first) > ASIDE or max(abs(one - first) for one in aside) >= 3 * ASIDE:
        return None
    named = {at: first + rank for rank, at in enumerate(order)}
    return [
        dt.date(named[at] // 12, named[at] % 12 + 1, 1).strftime("%b %Y")
        for at in range(len(months))
    ]


def find_color_scale(scene: Scene, labels: Sequence[Label]) -> ColorScale | None:
    """Find the scale that colours have.

    Args:
        scene: The scene; one whose picture cannot be looked at has no scale.
        labels: Those of its labels that are not used otherwise.
    """
    columns = list(value_columns(labels))
    if scene.picture is None or not columns:
        return None
    pixels: NDArray[np.int16] = np.asarray(scene.picture().convert("RGB"), dtype=np.int16)
    picture = _Picture(pixels, pixels.shape[0] / scene.height)
    for column in columns:
        strip = _strip_before(column, pixels, picture.per_point)
        if strip is None:
            continue
        places, colors = strip
        axis = _scale_axis(column, places)
        if axis is not None:
            title = _title(column, places, labels)
            return ColorScale(axis, places, colors, title, picture)
    return None


def value_columns(labels: Sequence[Label]) -> Iterator[list[Label]]:
    """Numbers, or dates, that stand below each other as beside a scale.

    Args:
        labels: Those that may.

    Yields:
        Two or more that begin at one place, from the top down.
    """
    for is_value in (tick_value, tick_date):
        values = [one for one in labels if one.is_level and is_value(one.text) is not None]
        columns: list[list[Label]] = []
        for one in sorted(values, key=lambda label: label.box[0]):
            if columns and one.box[0] - columns[-1][0].box[0] <= SAME_EDGE:
                columns[-1].append(one)
            else:
                columns.append([one])
        for column in columns:
            column.sort(key=lambda one: one.box[1])
            if len(column) > 1 and column[-1].box[1] - column[0].box[1] > 2 * column[0].size:
                yield column


def _strip_before(
    column: Sequence[Label], pixels: NDArray[np.int16], per_point: float
) -> tuple[NDArray[np.float64], NDArray[np.int16]] | None:
    """Places and colours of the rows of the strip at the left of labels."""
    height, width, _ = pixels.shape
    right = min(width, max(0, int(column[0].box[0] * per_point)))
    left = max(0, int(right - REACH * per_point))
    # Labels may be at the very ends of the strip, or around its outline there.
    top, bottom = (round(y * per_point) for y in (column[0].box[3], column[-1].box[1]))
    if not (0 <= top < bottom < height) or right - left < MIN_WIDTH * per_point:
        return None
    seen = pixels[top : bottom + 1, left:right]
    runs = np.abs(np.diff(seen, axis=0)).max(axis=(0, 2)) <= RUNNING
    spans = np.ptp(seen, axis=0).max(axis=1) >= MIN_SPAN
    within = np.flatnonzero(runs & spans)
    if len(within) < MIN_WIDTH * per_point:
        return None
    line = pixels[:, left + int(np.median(within))]
    jumps = np.flatnonzero(np.abs(np.diff(line, axis=0)).max(axis=1) > RUNNING)
    first = int(max((jump + 1 for jump in jumps if jump < top), default=0))
    last = int(min((jump for jump in jumps if jump >= bottom), default=height - 1))
    places: NDArray[np.float64] = (np.arange(first, last + 1, dtype=np.float64) + 0.5) / per_point
    return places, line[first : last + 1]


def _scale_axis(column: Sequence[Label], places: NDArray[np.float64]) -> Axis | None:
    """The axis along a strip; two labels alone must stand at its ends, inside of them."""
    half_row = float(places[1] - places[0]) / 2
    top, bottom = float(places[0]) - half_row, float(places[-1]) + half_row
    if len(column) > 2:
        axis = fit_axis([(one.center[1], one) for one in column], ())
        return axis if axis is not None and axis.kind in {"linear", "log", "time"} else None
    return _between_days(column, top, bottom)


def _between_days(column: Sequence[Label], top: float, bottom: float) -> Axis | None:
    """The axis between two dates at the ends of a strip; numbers there may be rounded."""
    upper, lower = column
    dates = [tick_date(one.text) for one in column]
    days = [float(d.toordinal()) for d in dates if d is not None and d.year >= FIRST_YEAR]
    at_ends = abs(upper.box[1] - top) <= SAME_EDGE and abs(bottom - lower.box[3]) <= SAME_EDGE
    if len(days) < len(column) or days[0] == days[1] or not at_ends:
        return None
    slope = (days[1] - days[0]) / (bottom - top)
    ticks = tuple(
        Tick(place, one.text, day)
        for place, one, day in zip((top, bottom), column, days, strict=True)
    )
    return Axis("time", ticks, slope, days[0] - slope * top, exact=True)


def _title(column: Sequence[Label], places: NDArray[np.float64], labels: Sequence[Label]) -> str:
    """The label closely above a strip, beginning where it does or further left."""
    top, right = float(places[0]), column[0].box[0]
    above = [
        one
        for one in labels
        if one.is_level
        and one not in column
        and 0 <= top - one.box[3] <= 2 * one.size
        and right - REACH <= one.box[0] <= right
    ]
    return max(above, key=lambda one: one.box[3]).text if above else ""

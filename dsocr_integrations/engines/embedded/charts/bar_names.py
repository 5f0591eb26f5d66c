"""Bars, and what each of them is called."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from dsocr_integrations.engines.embedded.charts.axis import Axis, Tick, write_values
from dsocr_integrations.engines.embedded.charts.calendar_steps import NEAR, step_names
from dsocr_integrations.engines.embedded.charts.scene import Color, same_color
from dsocr_integrations.engines.embedded.charts.tick_values import decimals_for, write_number

MIN_BINS = 3
UNEVEN = 1.3
"""How much wider than another one of a few bins is where they are uneven."""


@dataclass(frozen=True)
class Bar:
    """One bar with its orientation taken out.

    Attributes:
        low: Edge along the value axis with the smaller coordinate.
        high: The other edge.
        start: Edge along the category axis with the smaller coordinate.
        end: The other edge.
        color: Fill colour.
    """

    low: float
    high: float
    start: float
    end: float
    color: Color
    upright: bool

    @property
    def middle(self) -> float:
        """Centre along the category axis."""
        return (self.start + self.end) / 2

    @property
    def thickness(self) -> float:
        """Extent along the category axis."""
        return self.end - self.start

    @property
    def length(self) -> float:
        """Extent along the value axis."""
        return self.high - self.low

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The bar on the page."""
        if self.upright:
            return (self.start, self.low, self.end, self.high)
        return (self.low, self.start, self.high, self.end)


def bar_names(bars: Sequence[Bar], keys: Axis) -> list[tuple[str, float]]:
    """Name and place of each bar's key: its category, bin, date or number.

    Args:
        bars: The bars of a panel.
        keys: The axis they stand on.
    """
    thickness = sorted(bar.thickness for bar in bars)[len(bars) // 2]
    slack = max(1.0, 0.15 * thickness)
    places = sorted({*keys.marks, *(tick.position for tick in keys.ticks)})
    labelled = [tick.position for tick in keys.ticks]
    at_middle = sum(any(abs(bar.middle - p) <= slack for p in labelled) for bar in bars)
    at_edges = sum(
        any(abs(bar.start - p) <= slack + 1 for p in places)
        and any(abs(bar.end - p) <= slack + 1 for p in places)
        for bar in bars
    )
    between = sum(_is_midway(bar.middle, labelled) for bar in bars)
    gap = _usual_gap(bars)
    if keys.is_measured and _are_uneven_bins(bars):
        return _uneven_bins(bars, keys, gap)
    if at_edges > at_middle and at_edges >= 0.5 * len(bars):
        return [_bin(bar, keys, gap) for bar in bars]
    if between > at_middle and between >= 0.8 * len(bars) and keys.kind == "time":
        return [_bin(bar, keys, gap) for bar in bars]
    if keys.kind == "category":
        return [_category(bar, keys) for bar in bars]
    if _abut(bars) and at_middle < 0.3 * len(bars) and keys.is_measured and len(bars) >= 3:
        return [_bin(bar, keys, gap) for bar in bars]
    return _grouped_names(bars, keys, slack)


def _are_uneven_bins(bars: Sequence[Bar]) -> bool:
    """Whether bars of different widths stand edge to edge, each at a place of its own."""
    ordered = sorted(bars, key=lambda bar: bar.start)
    pairs = list(itertools.pairwise(ordered))
    widths = [bar.thickness for bar in bars]
    return (
        len(bars) >= MIN_BINS
        and max(widths) > UNEVEN * min(widths)
        and all(-1 < b.start - a.end < 1.6 and same_color(a.color, b.color) for a, b in pairs)
    )


def _uneven_bins(bars: Sequence[Bar], keys: Axis, gap: float) -> list[tuple[str, float]]:
    starts = [keys.value(bar.start - gap / 2) for bar in bars]
    ends = [keys.value(bar.end + gap / 2) for bar in bars]
    texts = write_values(keys, [*starts, *ends])
    edges = zip(texts[: len(bars)], texts[len(bars) :], bars, strict=True)
    step = 1 if keys.slope > 0 else -1
    return [(" – ".join((start, end)[::step]), bar.middle) for start, end, bar in edges]


def _category(bar: Bar, keys: Axis) -> tuple[str, float]:
    """Name and place of a bar's category; no name where its own label was left out."""
    if not keys.is_named(bar.middle):
        return "", bar.middle
    tick = keys.nearest(bar.middle)
    return tick.text, tick.position


def _is_midway(place: float, labelled: Sequence[float]) -> bool:
    """Whether a place is in the middle between two neighbouring ticks."""
    before = max((tick for tick in labelled if tick <= place), default=None)
    after = min((tick for tick in labelled if tick > place), default=None)
    if before is None or after is None:
        return False
    return abs((before + after) / 2 - place) <= 0.12 * (after - before)


def _began(place: float, keys: Axis) -> Tick:
    """The tick at which the step of time begins that a place lies in."""
    began = [tick for tick in keys.ticks if (place - tick.position) * keys.slope >= 0]
    return min(began or keys.ticks, key=lambda tick: abs(place - tick.position))


def _abut(bars: Sequence[Bar]) -> bool:
    ordered = sorted(bars, key=lambda bar: bar.start)
    pairs = list(itertools.pairwise(ordered))
    touching = [a for a, b in pairs if -1 < b.start - a.end < 1.6 and same_color(a.color, b.color)]
    return bool(pairs) and len(touching) >= 0.7 * len(pairs)


def _usual_gap(bars: Sequence[Bar]) -> float:
    """Width of the hairline that is left between neighbouring bins, 0 to 1.6 points."""
    ordered = sorted(bars, key=lambda bar: bar.start)
    gaps = sorted(
        b.start - a.end for a, b in itertools.pairwise(ordered) if b.start - a.start > 0.5
    )
    return max(0.0, min(1.6, gaps[len(gaps) // 2])) if gaps else 0.0


def _bin(bar: Bar, keys: Axis, gap: float) -> tuple[str, float]:
    start, end = bar.start - gap / 2, bar.end + gap / 2
    if keys.kind == "time":
        return _began(bar.middle, keys).text, bar.middle
    if keys.kind == "category":
        first, last = keys.nearest(bar.start).text, keys.nearest(bar.end).text
        # Steps that are counted, as hours are, go by the label at which they begin.
        counted = any(mark.isdigit() for mark in first) and any(mark.isdigit() for mark in last)
        return first if counted else f"{first} – {last}", bar.middle
    edges = []
    for place in (start, end):
        tick = keys.nearest(place)
        if abs(tick.position - place) <= max(2.0, 0.12 * bar.thickness):
            edges.append(_plain(tick.text, tick.value))
            continue
        edges.append(write_number(keys.value(place), max(0, decimals_for(abs(keys.slope)))))
    if keys.slope < 0:
        edges.reverse()
    if keys.counts_years and abs(keys.value(end) - keys.value(start)) <= 1 + NEAR:
        return edges[0], bar.middle
    return f"{edges[0]} – {edges[1]}", bar.middle


def _plain(text: str, value: float | None) -> str:
    if value is None or not text.endswith(("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")):
        return text
    return write_number(value, 10)


def _grouped_names(bars: Sequence[Bar], keys: Axis, slack: float) -> list[tuple[str, float]]:
    """Keys on a numeric axis: groups of bars side by side share the middle of the group."""
    names = []
    ordered = sorted(range(len(bars)), key=lambda i: bars[i].start)
    groups: list[list[int]] = []
    group: list[int] = []
    spacing = keys.spacing
    for index in ordered:
        colors = [bars[i].color for i in group]
        fits = (
            group
            and bars[index].start - max(bars[i].end for i in group) < max(1.0, 0.1 * spacing)
            and (
                all(not same_color(bars[index].color, color) for color in colors)
                or any(abs(bars[index].middle - bars[i].middle) < 1 for i in group)
            )
        )
        if not fits:
            group = []
            groups.append(group)
        group.append(index)
    if len({len(members) for members in groups}) > 1 and _are_one_row(bars):
        # Neighbours of another colour are highlighted, not further series.
        groups = [[index] for index in ordered]
    spans = [_span(group, bars) for group in groups]
    centres = {i: sum(span) / 2 for group, span in zip(groups, spans, strict=True) for i in group}
    counted = keys.kind == "time" or keys.counts_years
    labelled = [tick.position for tick in keys.ticks]
    if all(any(abs(bar.middle - tick) <= slack for tick in labelled) for bar in bars):
        # Each stands on a tick of its own: they are stacked, however narrow the gaps are.
        centres = {index: bar.middle for index, bar in enumerate(bars)}
    if counted and all(_is_midway(centre, labelled) for centre in centres.values()):
        return [(_began(centres[i], keys).text, centres[i]) for i in range(len(bars))]
    called = _calendar_names(spans, keys) if counted else None
    if called is not None:
        names_of = {i: name for group, name in zip(groups, called, strict=True) for i in group}
        return [(names_of[i], centres[i]) for i in range(len(bars))]
    missing = {i: _missing_width(group, groups, bars) for group in groups for i in group}
    for index in range(len(bars)):
        centre = centres[index]
        tick = keys.nearest(centre)
        if abs(tick.position - centre) <= slack + missing[index] / 2:
            names.append((keys.text_of(tick), tick.position))
        else:
            names.append((keys.name(centre), centre))
    return names


def _missing_width(
    group: Sequence[int], groups: Sequence[Sequence[int]], bars: Sequence[Bar]
) -> float:
    """How much narrower a group is than the widest: bars of no height are not drawn."""
    members = max(len(other) for other in groups) - len(group)
    return members * min(bars[i].thickness for i in group)


def _are_one_row(bars: Sequence[Bar]) -> bool:
    """Whether bars stand one by one at equal distances, give or take the days of months."""
    middles = sorted(bar.middle for bar in bars)
    steps = [b - a for a, b in itertools.pairwise(middles)]
    return min(steps, default=0.0) > 1 and max(steps) <= 1.25 * min(steps)


def _span(group: Sequence[int], bars: Sequence[Bar]) -> tuple[float, float]:
    return min(bars[i].start for i in group), max(bars[i].end for i in group)


def _calendar_names(spans: Sequence[tuple[float, float]], keys: Axis) -> list[str] | None:
    """Names of groups that fill steps of time, of which only some are labelled."""
    labelled = [tick.position for tick in keys.ticks]
    if len(spans) < 3 or all(any(a - 2 <= p <= b for p in labelled) for a, b in spans):
        return None
    days = [(keys.day(a), keys.day(b)) for a, b in spans]
    return step_names([(min(pair), max(pair)) for pair in days])

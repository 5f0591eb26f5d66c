"""Which bars are of one series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.charts.bar_names import Bar
from dsocr_integrations.engines.embedded.charts.dashes import are_dashes
from dsocr_integrations.engines.embedded.charts.data import ChartData
from dsocr_integrations.engines.embedded.charts.legend import Legend
from dsocr_integrations.engines.embedded.charts.points import MAX_COLORS
from dsocr_integrations.engines.embedded.charts.scene import Color, same_color

MIN_SCALED = 4
"""Fewer bars, each in its own colour, may be the series of one group."""


def distinct_colors(bars: Sequence[Bar]) -> list[Color]:
    """The colours of bars, in the order in which they come."""
    colors: list[Color] = []
    for bar in bars:
        if not any(same_color(color, bar.color) for color in colors):
            colors.append(bar.color)
    return colors


def without_color_scale(bars: list[Bar], legend: Legend) -> list[Bar]:
    """Bars in one colour, where nearly each has its own and no legend names one of them."""
    colors = distinct_colors(bars)
    scaled = len(colors) > MAX_COLORS or len(colors) == len(bars) >= MIN_SCALED
    if not scaled or any(legend.name_of(color) for color in colors):
        return bars
    return [replace(bar, color=colors[0]) for bar in bars]


def parts_of(bars: Sequence[Bar]) -> list[list[Bar]]:
    """Bars, and strokes of a colour of their own that mark a value on each, such as a mean."""
    groups = [
        [bar for bar in bars if same_color(bar.color, color)] for color in distinct_colors(bars)
    ]
    marks = [group for group in groups if are_dashes(group)]
    others = [bar for group in groups if group not in marks for bar in group]
    return [others, *marks] if others and marks else [list(bars)]


def with_marks(parts: Sequence[ChartData]) -> ChartData:
    """Bars and the marks on them as series of one chart."""
    first, *marks = parts
    value = first.value_name or "value"
    names = [value, *(f"mark {number}" if number else "mark" for number in range(len(marks)))]
    data = [
        replace(datum, series=datum.series or name)
        for part, name in zip(parts, names, strict=True)
        for datum in part.data
    ]
    return replace(first, data=tuple(data))


def series_of(bars: Sequence[Bar], names: Sequence[str], legend: Legend) -> list[str]:
    """Name the series of each bar; empty names where there is only one."""
    colors = distinct_colors(bars)
    numbers = [
        next(i for i, color in enumerate(colors) if same_color(color, bar.color)) for bar in bars
    ]
    if len(colors) == 1:
        name = legend.name_of(colors[0])
        return [name or ""] * len(bars)
    once = len(set(names)) == len(names)
    named = [legend.name_of(color) for color in colors]
    if once and len(legend.entries) == 1 and any(named):
        # The legend shows one of the colours that the bars of its only series have.
        return [legend.entries[0].name] * len(bars)
    if once and (not any(named) or {name for name in named if name} <= set(names)):
        return [""] * len(bars)
    return [named[number] or f"series {number + 1}" for number in numbers]

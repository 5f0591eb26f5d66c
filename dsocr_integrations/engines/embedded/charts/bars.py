"""Bars: upright, level, grouped, stacked, floating, and histograms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.axis import Axis, write_values
from dsocr_integrations.engines.embedded.charts.bar_direction import as_bars, stand_upright
from dsocr_integrations.engines.embedded.charts.bar_headings import headings_of_bars
from dsocr_integrations.engines.embedded.charts.bar_lengths import (
    TOUCH,
    common_edge,
    cut_at,
    measure,
    shared_start,
    with_zero,
)
from dsocr_integrations.engines.embedded.charts.bar_names import Bar, bar_names
from dsocr_integrations.engines.embedded.charts.bar_series import (
    parts_of,
    series_of,
    with_marks,
    without_color_scale,
)
from dsocr_integrations.engines.embedded.charts.bar_shapes import find_bar_shapes
from dsocr_integrations.engines.embedded.charts.dashes import are_dashes
from dsocr_integrations.engines.embedded.charts.data import ChartData, Datum
from dsocr_integrations.engines.embedded.charts.floating_bars import float_freely, read_ranges
from dsocr_integrations.engines.embedded.charts.legend import Legend
from dsocr_integrations.engines.embedded.charts.panels import Panel
from dsocr_integrations.engines.embedded.charts.printed_values import PrintedValues
from dsocr_integrations.engines.embedded.charts.scene import Color, Label, Shape
from dsocr_integrations.engines.embedded.charts.unscaled_bars import (
    from_printed_values,
    named_by_legend,
)


def read_bars(
    shapes: Sequence[Shape], panel: Panel, legend: Legend, labels: Sequence[Label]
) -> ChartData | None:
    """Read the bars of a panel.

    Args:
        shapes: Shapes that may carry data.
        panel: The panel with its axes.
        legend: Colours of the series.
        labels: Labels that may print values.

    Returns:
        The data, or `None` where the rectangles are no bars.
    """
    boxes = find_bar_shapes(shapes, panel)
    if not boxes:
        return None
    upright = stand_upright(boxes, panel)
    values, keys = (panel.y, panel.x) if upright else (panel.x, panel.y)
    bars = without_color_scale(as_bars(boxes, upright), legend)
    if values is not None and values.kind == "log":
        side = int(upright) if values.slope > 0 else int(upright) + 2
        bars = cut_at(bars, panel.box[side], values)
    keys = keys or headings_of_bars(bars, labels)
    if keys is None:
        return named_by_legend(bars, values, legend)
    base = common_edge(bars, values)
    printed = PrintedValues(labels)
    if values is None or not values.is_measured:
        return from_printed_values(bars, keys, base, legend, printed)
    values, zero = with_zero(values, base)
    parts = []
    for part in parts_of(bars):
        names = bar_names(part, keys)
        if _are_named_after_neighbours(part, names, keys):
            return None
        read = _data(part, keys, values, zero, names, legend=legend, printed=printed)
        if read is not None:
            parts.append(read)
    return with_marks(parts) if len(parts) > 1 else next(iter(parts), None)


def _are_named_after_neighbours(
    bars: Sequence[Bar], names: Sequence[tuple[str, float]], keys: Axis
) -> bool:
    """Whether bars of one colour at several places are called by what stands once on the axis."""
    said = Counter(tick.text for tick in keys.ticks)
    places: dict[tuple[str, Color], set[int]] = {}
    for bar, (name, _) in zip(bars, names, strict=True):
        if said[name] == 1:
            places.setdefault((name, bar.color), set()).add(round(bar.middle))
    return any(max(found) - min(found) > 2 * TOUCH for found in places.values())


def _data(
    bars: Sequence[Bar],
    keys: Axis,
    values: Axis,
    zero: float,
    names: Sequence[tuple[str, float]],
    *,
    legend: Legend,
    printed: PrintedValues,
) -> ChartData | None:
    dashes = are_dashes(bars)
    if not dashes and float_freely(bars, values, names):
        return read_ranges(bars, keys, values, names)
    base = shared_start(bars, common_edge(bars, values))
    series = series_of(bars, [name for name, _ in names], legend)
    measured = [
        values.value((bar.low + bar.high) / 2) if dashes else measure(bar, values, zero, base)
        for bar in bars
    ]
    texts = write_values(values, measured)
    found = []
    for number, (bar, (name, place)) in enumerate(zip(bars, names, strict=True)):
        said = printed.beside(bar.box, measured[number], upright=bar.upright, axis=values)
        value = said if said is not None else texts[number]
        found.append(Datum(name, value, series[number], place, printed=said is not None))
    found.sort(key=lambda datum: datum.place)
    return ChartData(
        tuple(found),
        key_name=keys.title,
        value_name=values.title,
        confidence=_confidence(values, legend, series),
        series_order=tuple(entry.name for entry in legend.entries),
    )


def _confidence(values: Axis, legend: Legend, series: Sequence[str]) -> float:
    sure = 0.9 if values.exact else 0.7
    unnamed = len(set(series)) > 1 and not legend.entries
    return sure - (0.2 if unnamed else 0.0)

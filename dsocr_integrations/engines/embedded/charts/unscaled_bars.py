"""Bars without a value axis, or without one of categories."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.axis import Axis, write_values
from dsocr_integrations.engines.embedded.charts.bar_lengths import (
    common_edge,
    measure,
    shared_start,
    with_zero,
)
from dsocr_integrations.engines.embedded.charts.bar_names import Bar, bar_names
from dsocr_integrations.engines.embedded.charts.bar_series import series_of
from dsocr_integrations.engines.embedded.charts.data import ChartData, Datum
from dsocr_integrations.engines.embedded.charts.legend import Legend
from dsocr_integrations.engines.embedded.charts.printed_values import PrintedValues


def named_by_legend(bars: Sequence[Bar], values: Axis | None, legend: Legend) -> ChartData | None:
    """Bars without a category axis: what the legend calls their colours, each once."""
    names = [legend.name_of(bar.color) for bar in bars]
    if values is None or not values.is_measured or len(set(names)) < len(bars):
        return None
    base = common_edge(bars, values)
    values, zero = with_zero(values, base)
    base = shared_start(bars, base)
    texts = write_values(values, [measure(bar, values, zero, base) for bar in bars])
    order = [entry.name for entry in legend.entries]
    data = [
        Datum(name, text, "", float(order.index(name)))
        for name, text in zip(names, texts, strict=True)
        if name is not None
    ]
    data.sort(key=lambda datum: datum.place)
    if len(data) < len(bars):
        return None
    return ChartData(tuple(data), value_name=values.title, confidence=0.8 if values.exact else 0.6)


def from_printed_values(
    bars: Sequence[Bar], keys: Axis, base: float, legend: Legend, printed: PrintedValues
) -> ChartData | None:
    """Bars without a value axis: the numbers printed at them, if they fit their lengths."""
    lengths = [max(abs(bar.low - base), abs(bar.high - base)) for bar in bars]
    found = [printed.at_end(bar.box, upright=bar.upright) for bar in bars]
    pairs = [
        (length, number[1])
        for length, number in zip(lengths, found, strict=True)
        if number is not None and length > 1
    ]
    if len(pairs) < 3 or len(pairs) < 0.8 * len(bars):
        return None
    scale = sum(length * value for length, value in pairs) / sum(length**2 for length, _ in pairs)
    longest = max(lengths)
    wrong = [p for p in pairs if scale <= 0 or abs(p[1] / scale - p[0]) > 0.03 * longest + 1]
    if len(wrong) > 0.1 * len(pairs):
        return None
    names = bar_names(bars, keys)
    series = series_of(bars, [name for name, _ in names], legend)
    data = [
        Datum(name, number[0], group, place, printed=True)
        for number, (name, place), group in zip(found, names, series, strict=True)
        if number is not None
    ]
    data.sort(key=lambda datum: datum.place)
    return ChartData(tuple(data), key_name=keys.title, confidence=0.85)

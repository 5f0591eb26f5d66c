"""Bars that float: each shows a range of its own, as in a plan of tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.axis import Axis, write_values
from dsocr_integrations.engines.embedded.charts.bar_names import Bar
from dsocr_integrations.engines.embedded.charts.data import ChartData, Datum


def float_freely(bars: Sequence[Bar], values: Axis, names: Sequence[tuple[str, float]]) -> bool:
    """Whether each bar shows a range of its own, as in a plan of tasks."""
    if len(bars) < 3 or len({name for name, _ in names}) < len(bars) or values.kind == "log":
        return False
    zero = values.position(0.0)
    if any(min(abs(bar.low - zero), abs(bar.high - zero)) <= 1.6 for bar in bars):
        return False
    lows = Counter(round(bar.low) for bar in bars).most_common(1)[0][1]
    highs = Counter(round(bar.high) for bar in bars).most_common(1)[0][1]
    return 2 * max(lows, highs) <= len(bars)


def read_ranges(
    bars: Sequence[Bar], keys: Axis, values: Axis, names: Sequence[tuple[str, float]]
) -> ChartData:
    """Both ends of bars that float, the smaller value first."""
    ends = [sorted((values.value(bar.low), values.value(bar.high))) for bar in bars]
    texts = write_values(values, [end for pair in ends for end in pair])
    said = tuple(part.strip() for part in values.title.split(","))
    titles = said if len(said) == 2 and said[0] != said[1] else ("from", "to")
    data = [
        Datum(name, texts[2 * number + side], titles[side], place)
        for number, (name, place) in enumerate(names)
        for side in (0, 1)
    ]
    data.sort(key=lambda datum: datum.place)
    return ChartData(
        tuple(data),
        key_name=keys.title,
        confidence=0.8 if values.exact else 0.6,
        series_order=titles,
    )

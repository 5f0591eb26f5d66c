"""Places on lines and edges as data."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.axis import Axis, key_names, write_values
from dsocr_integrations.engines.embedded.charts.data import ChartData, Datum
from dsocr_integrations.engines.embedded.charts.legend import Legend
from dsocr_integrations.engines.embedded.charts.scene import Point, distinct_places

MAX_POINTS = 400
"""Values reported for one line; a longer one is thinned out evenly."""

ON_TICK = 0.1
"""Share of the distance of ticks by which a line's place may miss its category's tick."""


def line_data(
    named: Sequence[tuple[str, Sequence[Point]]], keys: Axis, values: Axis, legend: Legend
) -> ChartData | None:
    """The data of named places, on an axis of keys and one of values; `None` without places."""
    places = [(name, x, y) for name, points in named for x, y in points]
    if not places:
        return None
    keys = keys.met_by([x for _, x, _ in places])
    texts = write_values(values, [values.value(y) for _, _, y in places])
    names = key_names(keys, [x for _, x, _ in places])
    if keys.kind == "category" and _are_thinned(named, keys):
        names = [
            name if abs(keys.nearest(x).position - x) <= ON_TICK * keys.spacing else ""
            for name, (_, x, _) in zip(names, places, strict=True)
        ]
    data = [
        Datum(key, text, name, x)
        for key, text, (name, x, _) in zip(names, texts, places, strict=True)
    ]
    data.sort(key=lambda datum: datum.place)
    unnamed = len(named) > 1 and not legend.entries
    confidence = (0.9 if values.exact else 0.7) - (0.2 if unnamed else 0.0)
    return ChartData(
        tuple(data),
        key_name=keys.title,
        value_name=values.title,
        confidence=confidence,
        key_is_measured=keys.kind != "category",
        series_order=tuple(entry.name for entry in legend.entries),
    )


def thinned(points: Sequence[Point]) -> list[Point]:
    """Places of a line, at most `MAX_POINTS` of them."""
    if len(points) <= MAX_POINTS:
        return list(points)
    step = (len(points) - 1) / (MAX_POINTS - 1)
    return [points[round(index * step)] for index in range(MAX_POINTS)]


def _are_thinned(named: Sequence[tuple[str, Sequence[Point]]], keys: Axis) -> bool:
    """Whether only some categories are labelled: a line has several places near one label."""
    for _, points in named:
        places = distinct_places([x for x, _ in points])
        if len({keys.nearest(x).position for x in places}) < len(places):
            return True
    return False

"""What bars measure: where they begin, and how far they reach."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.charts.axis import Axis
from dsocr_integrations.engines.embedded.charts.bar_names import Bar

TOUCH = 1.0
"""Edges this near to each other (points) are one edge."""


def cut_at(bars: Sequence[Bar], start: float, values: Axis) -> list[Bar]:
    """Bars that begin at the edge of the panel, as on a log axis, which has no zero."""
    if values.slope > 0:
        return [replace(bar, low=max(bar.low, start)) for bar in bars]
    return [replace(bar, high=min(bar.high, start)) for bar in bars]


def common_edge(bars: Sequence[Bar], values: Axis | None) -> float:
    """The coordinate along the value axis at which most bars begin.

    Stacked bars share other edges too; of edges equally shared, the one nearest to zero is
    meant, or without an axis the one at the bottom or left.
    """
    edges = [edge for bar in bars for edge in (bar.low, bar.high)]
    zero = values.position(0.0) if values is not None and values.kind == "linear" else None
    if zero is not None:
        at_zero = [edge for edge in edges if abs(edge - zero) <= 1.6]
        if len(at_zero) >= 0.2 * len(bars):
            return sorted(at_zero)[len(at_zero) // 2]
    else:
        zero = max(edges) if bars[0].upright else min(edges)
    return max(
        edges, key=lambda e: (sum(abs(e - other) < TOUCH for other in edges), -abs(e - zero))
    )


def shared_start(bars: Sequence[Bar], edge: float) -> float:
    """An edge at which the bars begin; no place at all where they float.

    At half of the places or more a bar then reaches away from it to the same side.
    """
    places = {round(bar.middle) for bar in bars}
    sides = (
        {round(bar.middle) for bar in bars if abs(bar.low - edge) < TOUCH},
        {round(bar.middle) for bar in bars if abs(bar.high - edge) < TOUCH},
    )
    return edge if 2 * max(map(len, sides)) > len(places) else math.inf


def with_zero(values: Axis, base: float) -> tuple[Axis, float]:
    """Move the axis by the hair that bars are off its ticks, and tell where bars begin."""
    if values.kind == "log":
        return values, base
    zero = values.position(0.0)
    if abs(zero - base) <= 1.6:
        return values.shifted(base - zero), base
    return values, zero


def measure(bar: Bar, values: Axis, zero: float, base: float) -> float:
    """The bar's value: its far end, or its length where it begins elsewhere."""
    at_low, at_high = values.value(bar.low), values.value(bar.high)
    for start in (zero, base):
        if abs(bar.high - start) < TOUCH:
            return at_low
        if abs(bar.low - start) < TOUCH:
            return at_high
    length = abs(at_high - at_low)
    return -length if at_low <= 0 and at_high <= 0 else length

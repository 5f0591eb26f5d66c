"""Dashes: level or upright strokes that each mark one value, at their middle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.bar_names import Bar

MAX_STROKE = 2.5
"""A dash is at most this thick, in points."""

MIN_DASHES = 3


def are_dashes(bars: Sequence[Bar]) -> bool:
    """Whether bars are strokes of one length at places of their own, and begin nowhere together.

    Args:
        bars: Boxes as bars; their `length` is the thickness of the strokes.
    """
    if len(bars) < MIN_DASHES or max(bar.length for bar in bars) > MAX_STROKE:
        return False
    lengths = [bar.thickness for bar in bars]
    # Months are not equally long.
    if min(lengths) < 0.85 * max(lengths) or min(lengths) < 3 * max(bar.length for bar in bars):
        return False
    edges = Counter(round(edge) for bar in bars for edge in (bar.low, bar.high))
    return 2 * edges.most_common(1)[0][1] <= len(bars)

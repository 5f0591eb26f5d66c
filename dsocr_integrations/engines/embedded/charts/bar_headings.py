"""Names that stand over level bars, inside the panel, instead of beside it."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.axis import Axis, Tick
from dsocr_integrations.engines.embedded.charts.bar_names import Bar
from dsocr_integrations.engines.embedded.charts.scene import Label
from dsocr_integrations.engines.embedded.charts.tick_values import tick_value

MIN_BARS = 2
ALIGNED = 2.5
"""Left edges of names of one axis are this near to each other, in points."""


def headings_of_bars(bars: Sequence[Bar], labels: Sequence[Label]) -> Axis | None:
    """The categories of level bars that each have their name right above them.

    Args:
        bars: The bars.
        labels: Labels that belong to nothing else.

    Returns:
        An axis with a tick at each bar, or `None` where a bar has no name of its own, or the
        names are not in line.
    """
    if len(bars) < MIN_BARS or any(bar.upright for bar in bars):
        return None
    named = [(bar, _heading(bar, labels)) for bar in bars]
    found = [(bar, label) for bar, label in named if label is not None]
    lefts = [label.box[0] for _, label in found]
    if len({id(label) for _, label in found}) < len(bars) or max(lefts) - min(lefts) > ALIGNED:
        return None
    ticks = sorted((Tick(bar.middle, label.text) for bar, label in found), key=_place)
    return Axis("category", tuple(ticks))


def _place(tick: Tick) -> float:
    return tick.position


def _heading(bar: Bar, labels: Sequence[Label]) -> Label | None:
    """The label that begins near the bar's left end and ends right above the bar."""
    near = [
        label
        for label in labels
        if label.is_level
        and tick_value(label.text) is None
        and -1 <= bar.start - label.box[3] <= 1.2 * label.size
        and abs(label.box[0] - bar.low) <= label.size
    ]
    return max(near, key=lambda label: label.box[3]) if near else None

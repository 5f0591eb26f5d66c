"""Years and days that stand on a second line, under the first tick that they hold for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.charts.clock_times import clock_days
from dsocr_integrations.engines.embedded.charts.scene import Label
from dsocr_integrations.engines.embedded.charts.tick_values import tick_date

MAX_ASIDE = 3.0
"""How far beside its tick label a year may stand, in points."""


def with_dates_below(row: Sequence[Label], below: Sequence[Label]) -> list[Label] | None:
    """Join `2019` below `Apr 2`, or `Jan 1, 2013` below `18:00`, to the label it stands under.

    Such charts print the year, or the day, only under the first tick and where it changes.

    Args:
        row: Tick labels, from left to right or not.
        below: The labels of the line below them.

    Returns:
        The tick labels; `None` where a label below is no date, or stands under none of them.
    """
    joined = list(row)
    if not below or below[0].box[1] - max(label.box[3] for label in row) > 0.9 * row[0].size:
        return None
    for label in below:
        distances = [abs(other.center[0] - label.center[0]) for other in row]
        nearest = distances.index(min(distances))
        text = f"{row[nearest].text} {label.text}"
        dated = tick_date(text) is not None or clock_days([text]) is not None
        if distances[nearest] > MAX_ASIDE or tick_date(label.text) is None or not dated:
            return None
        joined[nearest] = replace(row[nearest], text=text)
    return joined

"""Times of day on an axis, such as `18:00` or `11:33:32.5`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.charts.tick_values import tick_date

_CLOCK = re.compile(
    r"^(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d(?:\.\d+)?))?"
    r"(?:\s+(?P<date>\S.*))?$"
)

MINUTE = 60.0
SECONDS_OF_DAY = 86400.0
STEPS = (3600.0, 1800.0, 900.0, 300.0, 60.0, 30.0, 15.0, 5.0, 1.0, 0.5, 0.1, 0.01, 0.001)
"""Seconds between times that are named."""

UNDATED = 1000
"""Day numbers below this are of no known date."""


def clock_days(texts: Sequence[str]) -> list[float] | None:
    """Day numbers, with their fraction, of times in order.

    A time that is earlier than the one before it is of the next day.

    Args:
        texts: The labels; each may carry a date behind its time.

    Returns:
        Days since year 1, or since the first label where no date is given; `None` where a label
        is no time, or where dates contradict each other.
    """
    running: list[float] = []
    dated: list[tuple[int, int]] = []
    day = 1
    for text in texts:
        match = _CLOCK.match(text.strip())
        date = tick_date(match["date"]) if match and match["date"] else None
        if match is None or (match["date"] and (date is None or date.year == 1)):
            return None
        seconds = 3600 * int(match["hour"]) + 60 * int(match["minute"])
        time = (seconds + float(match["second"] or 0)) / SECONDS_OF_DAY
        if running and day + time <= running[-1]:
            day += 1
        running.append(day + time)
        if date is not None:
            dated.append((day, date.toordinal()))
    shifts = {known - day for day, known in dated} or {0}
    return [time + min(shifts) for time in running] if len(shifts) == 1 else None


def clock_name(day: float, blur: float) -> str:
    """What a day number with its fraction is called: `18:00`, `2013-01-02 18:00:30`.

    Args:
        day: The day number.
        blur: By how many days it may be off; the roundest time within it is meant.
    """
    seconds = day * SECONDS_OF_DAY
    slack = max(0.0005, blur * SECONDS_OF_DAY)
    step = next((s for s in STEPS if abs(seconds - round(seconds / s) * s) <= slack), STEPS[-1])
    whole, rest = divmod(round(seconds / step) * step, SECONDS_OF_DAY)
    minutes, second = divmod(round(rest, 3), 60.0)
    text = f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"
    if step < MINUTE:
        text += f":{second:06.3f}".rstrip("0").rstrip(".") if second % 1 else f":{int(second):02d}"
    if whole < UNDATED:
        return text
    return f"{dt.date.fromordinal(int(whole)).isoformat()} {text}"

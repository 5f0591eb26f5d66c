"""Days, months and years that marks on an axis of time fill."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

DAYS_OF_YEAR = 365.2425
DAYS_OF_MONTH = DAYS_OF_YEAR / 12
LAST_DAY = dt.date.max.toordinal() - 400

NEAR = 0.25
"""Share of a step by which its drawn edges may be off, for lines and gaps between marks."""

BLUR = 1.5
"""How many days a drawn place may be off."""

MIN_MONTHS = 3
FIRST_YEAR = 100
"""Days before it are of any year: of axes whose labels give months alone."""


def short_date(day: int) -> str:
    """A day as `Feb 2012` where it begins a month, give or take what a drawing blurs."""
    date = dt.date.fromordinal(day)
    near = dt.date.fromordinal(day + 3)
    has_year = date.year >= FIRST_YEAR
    if near.day <= 6:
        return near.strftime("%b %Y" if has_year else "%b")
    return date.isoformat() if has_year else date.strftime("%b %d")


def month_names(days: Sequence[float]) -> list[str] | None:
    """Months of a known year such as `Feb 2012`, where each of three or more days begins one."""
    if len(set(days)) < MIN_MONTHS or any(
        not DAYS_OF_YEAR * FIRST_YEAR <= d <= LAST_DAY for d in days
    ):
        return None
    named = [_month(day, BLUR) for day in days]
    found = [name for name in named if name is not None]
    return found if len(found) == len(days) else None


def step_names(spans: Sequence[tuple[float, float]]) -> list[str] | None:
    """What spans of time are called that each fill one day, month, quarter or year.

    Args:
        spans: Day numbers at which each begins and ends; those of year 1 are of any year.

    Returns:
        The day, `Feb 2012`, `2012 Q1` or the year of each; `None` where they fill no such steps.
    """
    if any(not 1 <= start < end <= LAST_DAY for start, end in spans):
        return None
    for days, name in STEPS:
        slack = NEAR * days
        named = [name(start, slack) for start, _ in spans]
        filled = all(abs(end - start - days) <= 2 * slack for start, end in spans)
        found = [text for text in named if text is not None]
        if filled and len(found) == len(spans) == len(set(found)):
            return found
    return None


def _day(start: float, slack: float) -> str | None:
    day = round(start)
    return dt.date.fromordinal(day).isoformat() if abs(start - day) <= slack else None


def _month(start: float, slack: float) -> str | None:
    begun = dt.date.fromordinal(round(start + slack)).replace(day=1)
    if abs(start - begun.toordinal()) > slack + 0.5:
        return None
    return begun.strftime("%b %Y" if begun.year >= FIRST_YEAR else "%b")


def _quarter(start: float, slack: float) -> str | None:
    near = dt.date.fromordinal(round(start + slack))
    begun = near.replace(month=3 * ((near.month - 1) // 3) + 1, day=1)
    if begun.year < FIRST_YEAR or abs(start - begun.toordinal()) > slack + 0.5:
        return None
    return f"{begun.year} Q{(begun.month + 2) // 3}"


def _year(start: float, slack: float) -> str | None:
    begun = dt.date.fromordinal(round(start + slack)).replace(month=1, day=1)
    return str(begun.year) if abs(start - begun.toordinal()) <= slack + 0.5 else None


STEPS = (
    (1.0, _day),
    (DAYS_OF_MONTH, _month),
    (3 * DAYS_OF_MONTH, _quarter),
    (DAYS_OF_YEAR, _year),
)
"""About how many days each step has, and what it is called."""

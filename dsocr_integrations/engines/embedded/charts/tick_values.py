"""What a tick label says: a number, a date, or a name."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence

from dsocr_integrations.tables.numbers import number_of

_SUFFIXED = re.compile(r"^([-−+]?[$€£¥]?\s*[-−+]?[\d.,]+)\s*(k|K|M|m|B|b|bn|G|T|µ|μ|n)$")
_SCALES = {
    "k": 1e3, "K": 1e3, "M": 1e6, "m": 1e6, "B": 1e9, "b": 1e9, "bn": 1e9, "G": 1e9,
    "T": 1e12, "µ": 1e-6, "μ": 1e-6, "n": 1e-9,
}  # fmt: skip
_POWER = re.compile(r"^([-−]?)(?:(\d+(?:\.\d+)?)\s*[×x·]\s*)?10\^([-−]?\d{1,3})$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_YEAR = r"(?P<year>(?:1[5-9]|20|21)\d\d)"
_DAY = r"(?P<day>[0-3]?\d)"
_DATES = tuple(
    re.compile(rf"^{pattern}$", re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}",
        rf"{_MONTH}",
        rf"{_MONTH},?\s+(?:of\s+)?{_YEAR}",
        rf"{_YEAR},?\s+{_MONTH}",
        rf"{_MONTH}\s+{_DAY}",
        rf"{_DAY}\s+{_MONTH}",
        rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_DAY}\s+{_MONTH}\s+{_YEAR}",
        rf"{_YEAR}[-/.](?P<monthnumber>[01]?\d)",
        rf"(?P<monthnumber>[01]?\d)[-/.]{_YEAR}",
        rf"{_YEAR}[-/.](?P<monthnumber>[01]?\d)[-/.]{_DAY}",
    )
)


def tick_value(text: str) -> float | None:
    """The number a tick or value label stands for; `12k`, `3M` and `10^4` are scaled.

    A percent sign is dropped, not divided by.
    """
    body = text.strip()
    if len(body) > 24:
        return None
    power = _POWER.match(body)
    if power:
        sign = -1.0 if power[1] else 1.0
        exponent = int(power[3].replace("−", "-"))
        return sign * float(power[2] or 1) * 10.0**exponent if abs(exponent) < 300 else None
    suffixed = _SUFFIXED.match(body)
    if suffixed:
        number = number_of(suffixed[1])
        return None if number is None else number * _SCALES[suffixed[2]]
    return number_of(body)


def without_scale(text: str) -> str:
    """A printed number without its scale, so that `999` and `12.5k` fit one column: `12500`.

    Other texts are left as they are, amounts of money among them.
    """
    value = tick_value(text)
    scaled = value is not None and _SUFFIXED.match(text.strip()) is not None
    if not scaled or value is None or any(sign in text for sign in "$€£¥"):
        return text
    return write_number(value, 12)


def tick_date(text: str) -> dt.date | None:
    """The first day that a date label stands for; a month without a year gets year 1."""
    body = text.strip()
    if len(body) > 24:
        return None
    for pattern in _DATES:
        match = pattern.match(body)
        if match is None:
            continue
        found = match.groupdict()
        month = found.get("monthnumber")
        number = int(month) if month else 1
        if found.get("month"):
            number = _MONTHS.index(found["month"][:3].lower()) + 1
        try:
            return dt.date(int(found.get("year") or 1), number, int(found.get("day") or 1))
        except ValueError:
            return None
    return None


def spelled_months(texts: Sequence[str]) -> list[str]:
    """Spell out the initials of consecutive months; any other labels are left as they are.

    Five initials in a row are those of one month to another and of no other months.
    """
    initials = "".join(texts)
    year = "".join(month[0].upper() for month in _MONTHS)
    first = (3 * year).find(initials)
    if len(texts) < len("JFMAM") or any(len(text) != 1 for text in texts) or first < 0:
        return list(texts)
    return [_MONTHS[(first + place) % 12].capitalize() for place in range(len(texts))]


def running_days(dates: Sequence[dt.date | None]) -> list[float] | None:
    """Day numbers of date labels; a label without a year belongs to the year before it."""
    known = [date for date in dates if date is not None]
    if len(known) < len(dates):
        return None
    years = [date.year for date in known if date.year > 1]
    year = years[0] - (known[0].year == 1) if years else 1
    days: list[float] = []
    for date in known:
        if date.year > 1:
            year = date.year
        day = _in_year(date, year)
        if days and date.year == 1 and day <= days[-1]:
            year += 1
            day = _in_year(date, year)
        days.append(day)
    return days


def _in_year(date: dt.date, year: int) -> float:
    return float(dt.date(year, date.month, 1).toordinal() + date.day - 1)


def decimals_for(step: float) -> int:
    """Decimals with which numbers `step` apart can be told from each other."""
    if not step or not math.isfinite(step):
        return 6
    return max(-12, min(12, -math.floor(math.log10(abs(step)) + 1e-9)))


def write_number(value: float, decimals: int) -> str:
    """Write a measured number plainly, without exponent or trailing zeros."""
    rounded = round(value, decimals)
    if decimals <= 0:
        return str(round(rounded))
    text = f"{rounded:.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text

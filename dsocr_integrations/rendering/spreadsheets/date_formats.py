"""Dates and times as the format of their cell shows them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

_BASE, _BASE_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - of no zone
_FIRST_SOUND_DAY = 60
"""Days before it are counted as if 1900 had been a leap year."""

_LAST_DAY = 2_958_465
_DAY = 86_400
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_UNITS = {"h": 3_600, "m": 60, "s": 1}


def shown_date(value: float, tokens: Sequence[tuple[str, str]], *, from_1904: bool) -> str | None:
    """A count of days as the tokens of a format show it; `None` where it is no date.

    Args:
        value: Days, and their parts.
        tokens: Kind and text of each part of the format.
        from_1904: Whether days are counted from 1904 on.
    """
    if not 0 <= value <= _LAST_DAY:
        return None
    places = max((_decimals(text) for kind, text in tokens if kind == "date"), default=0)
    seconds = round(value * _DAY, places)
    day = 0 if from_1904 or value >= _FIRST_SOUND_DAY else 1
    base = _BASE_1904 if from_1904 else _BASE
    try:
        moment = base + timedelta(days=day, microseconds=round(seconds * 1_000_000))
    except OverflowError:
        return None
    half = any(kind == "half" for kind, _ in tokens)
    said = []
    for at, (kind, text) in enumerate(tokens):
        if kind == "elapsed":
            unit = _UNITS[text[0].lower()]
            said.append(str(math.floor(seconds / unit)).zfill(len(text)))
        elif kind == "half":
            said.append(("AM", "PM")[moment.hour >= 12])
        elif kind == "date":
            said.append(_part(moment, text.lower(), half=half, is_minute=_is_minute(tokens, at)))
        else:
            said.append("" if text == "@" else text)
    return "".join(said).strip()


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def _is_minute(tokens: Sequence[tuple[str, str]], at: int) -> bool:
    """Whether an `m` stands for minutes: after hours, or before seconds."""
    if tokens[at][1][0] not in "mM" or len(tokens[at][1]) > 2:
        return False
    parts = [n for n, (kind, _) in enumerate(tokens) if kind in {"date", "elapsed"}]
    place = parts.index(at)
    before = tokens[parts[place - 1]][1][0].lower() if place else ""
    after = tokens[parts[place + 1]][1][0].lower() if place + 1 < len(parts) else ""
    return before == "h" or after == "s"


def _part(moment: datetime, text: str, *, half: bool, is_minute: bool) -> str:
    size = len(text)
    match text[0]:
        case "y":
            return f"{moment.year:04}" if size > 2 else f"{moment.year % 100:02}"
        case "m" if is_minute:
            return str(moment.minute).zfill(size)
        case "m":
            return _named(_MONTHS[moment.month - 1], moment.month, size)
        case "d":
            return _named(_DAYS[moment.weekday()], moment.day, size)
        case "h":
            return str((moment.hour + 11) % 12 + 1 if half else moment.hour).zfill(size)
    places = _decimals(text)
    seconds = str(moment.second).zfill(size - places - 1 if places else size)
    return f"{seconds}.{moment.microsecond:06}"[: len(seconds) + 1 + places] if places else seconds


def _named(name: str, number: int, size: int) -> str:
    if size < 3:
        return str(number).zfill(size)
    return {3: name[:3], 5: name[:1]}.get(size, name)

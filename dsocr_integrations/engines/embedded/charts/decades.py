"""Log axes that print single digits between their powers of ten: `1 2 5 10 2 5 100`."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.charts.line_fit import consensus
from dsocr_integrations.engines.embedded.charts.scene import Label
from dsocr_integrations.engines.embedded.charts.tick_values import tick_value, write_number

DIGITS = frozenset("23456789")
MIN_LABELS = 4
MAX_DECIMALS = 12
ON_LINE = 0.8
"""Share of the labels that must lie on one log axis; powers may stand beside their marks."""


def with_powers(rows: Sequence[list[Label]]) -> list[list[Label]]:
    """Put lines of digits together with the powers of ten that stand on a line beside them.

    Digits are often set smaller than powers, and so on a line of their own.

    Args:
        rows: Tick labels in line with each other, the lines by their distance from the frame.
    """
    found: list[list[Label]] = []
    for row in rows:
        before = found[-1] if found else []
        if before and (_are_split(before, row) or _are_split(row, before)):
            found[-1] = [*before, *row]
        else:
            found.append(row)
    return found


def _are_split(digits: Sequence[Label], powers: Sequence[Label]) -> bool:
    return all(label.text in DIGITS for label in digits) and all(
        _power(label.text) is not None for label in powers
    )


def spelled_decades(ordered: Sequence[tuple[float, Label]]) -> list[tuple[float, Label]]:
    """Spell out digits as parts of the decade they stand in: `2` between 10 and 100 is `20`.

    Args:
        ordered: Place and label of each tick, by place.

    Returns:
        The same with the digits spelled out where the labels then lie on one log axis;
        unchanged where they do not, and where the labels are in order as they stand.
    """
    digits = [label.text for _, label in ordered if label.text in DIGITS]
    powers = [_power(label.text) for _, label in ordered if label.text not in DIGITS]
    if len(ordered) < MIN_LABELS or len(digits) < 2 or not powers or None in powers:
        return list(ordered)
    values = [tick_value(label.text) or 0.0 for _, label in ordered]
    if _is_sorted(values) or _is_sorted(values[::-1]):
        return list(ordered)
    logs = max((_rising_logs(ordered), _rising_logs(ordered[::-1])[::-1]), key=_on_line)
    if _on_line(logs) < ON_LINE * len(ordered):
        return list(ordered)
    return [
        (place, replace(label, text=_written(label.text, log)))
        for (place, label), (_, log) in zip(ordered, logs, strict=True)
    ]


def _rising_logs(ordered: Sequence[tuple[float, Label]]) -> list[tuple[float, float]]:
    """Place and logarithm of each label, read as if values rise from the first to the last."""
    logs = _logs([label.text for _, label in ordered])
    return [(place, log) for (place, _), log in zip(ordered, logs, strict=True)]


def _on_line(pairs: Sequence[tuple[float, float]]) -> int:
    return len(consensus(pairs, exact=True))


def _is_sorted(values: Sequence[float]) -> bool:
    return all(a < b for a, b in itertools.pairwise(values))


def _power(text: str) -> int | None:
    """The exponent of a label that is a power of ten."""
    value = tick_value(text)
    if value is None or value <= 0:
        return None
    exponent = round(math.log10(value))
    return exponent if math.isclose(value, 10.0**exponent, rel_tol=1e-9) else None


def _logs(texts: Sequence[str]) -> list[float]:
    """Logarithms of labels in rising order, digits being multiples of the power before them."""
    exponents = [_power(text) if text not in DIGITS else None for text in texts]
    first = next(i for i, exponent in enumerate(exponents) if exponent is not None)
    decade = (exponents[first] or 0) - 1
    logs = []
    for text, exponent in zip(texts, exponents, strict=True):
        decade = decade if exponent is None else exponent
        logs.append(float(decade) if exponent is not None else decade + math.log10(int(text)))
    return logs


def _written(text: str, log: float) -> str:
    if text not in DIGITS:
        return text
    return write_number(10.0**log, min(MAX_DECIMALS, max(0, 2 - math.floor(log))))

"""Numbers that no one prints so: letters and stray marks amid their figures.

No language helps to read a column of numbers, and a figure that was read as another one cannot be
told. But where figures are mistaken for each other, some are mistaken for letters and marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

LONG = 4
"""Figures of a number that may be broken; shorter ones may be names of anything."""

_FIGURES = re.compile(r"\d")
_GROUPED = re.compile(r"\d[.,]|[.,]\d")
_SOUND = re.compile(
    r"[^\w.,]{0,3}\d+(?:[.,'’]\d+|[-–—−:/±×]\d+)*(?:[eE][-+−]?\d+)?[^\w]{0,3}(?:[^\W\d]{1,3}\W?)?"
)
_MIXED = re.compile(r"[:/].*[.,]\d|\d[.,].*[:/]")
_ODD_GROUPS = re.compile(r"(?=.*\d,\d)(?=.*\d\.\d).*[.,](?:\d|\d{4,})[.,]\d")
"""A single figure, or more than three, between two marks of a number that has both of them."""


@dataclass(frozen=True)
class LongNumbers:
    """The long numbers of some texts.

    Attributes:
        count: How many there are.
        broken: How many of them hold what no number does.
    """

    count: int
    broken: int


def long_numbers(texts: Iterable[str]) -> LongNumbers:
    """Count the numbers of many figures, and those that are none as they were read."""
    words = [word for text in texts for word in text.split()]
    numbers = [word for word in words if len(_FIGURES.findall(word)) >= LONG]
    return LongNumbers(len(numbers), sum(map(_is_broken, numbers)))


def _is_broken(word: str) -> bool:
    if not _GROUPED.search(word):
        return False
    return (
        _SOUND.fullmatch(word) is None
        or _MIXED.search(word) is not None
        or _ODD_GROUPS.match(word) is not None
    )

"""Units and marks around the numbers of an axis: `5 kg`, `-> 3 s`, `::+2.0e+5::`."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER_INSIDE = re.compile(
    r"^(?P<before>[^\w\s]*?\s*)(?P<number>[-+−]?[$€£¥]?\d[\d.,]*(?:[eE][-+−]?\d+)?\s?[kKMBGTµ]?)"
    r"(?P<behind>(?:\s+|\b|(?<=\d))\D*)$"
)
_HALF_DAY = re.compile(r"[ap]\.?m\b", re.IGNORECASE)
"""Hours of half a day run from 12 to 11: they are names, not numbers."""


def without_affixes(texts: Sequence[str]) -> tuple[list[str], str] | None:
    """Numbers of tick labels that all carry the same unit or marks.

    A word before a number is a name (`Week 2`), not an affix.

    Args:
        texts: Tick labels of one axis.

    Returns:
        The bare numbers and the unit, which is empty where only marks surround them; `None`
        where labels differ in more than their number.
    """
    matches = [_NUMBER_INSIDE.match(text.strip()) for text in texts]
    found = [match for match in matches if match is not None]
    around = {(match["before"].strip(), match["behind"].strip()) for match in found}
    if len(found) < len(texts) or len(around) != 1 or around == {("", "")}:
        return None
    unit = around.pop()[1]
    if _HALF_DAY.match(unit):
        return None
    numbers = [match["number"].strip() for match in found]
    return numbers, unit if any(character.isalpha() for character in unit) else ""

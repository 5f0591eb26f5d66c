"""Words that a file parts by narrow white alone, which MuPDF gives as one."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from typing import Any

LONG, SHORT = 12, 4
"""Letters of what is parted at all, and where another word of its line was parted."""

_WIDER, _CLEARLY = 0.06, 0.03
"""Font sizes by which white between words is at least wider than between letters: in the middle,
and the narrowest than the widest."""

_ALIKE = 2.5
_LETTERS = 0.8
_MEAN = (2.0, 9.0)
"""Letters that the words have on average."""

_ALONE = frozenset("aAIOoyeiuAYÀàÉéÓó&")
"""Letters that are words by themselves."""


def word_starts(
    characters: Sequence[dict[str, Any]], size: float, least: int = LONG
) -> frozenset[int]:
    """Places within a word, as MuPDF gives it, where another one begins.

    White between two letters tells it where there are two clearly different widths of white, and
    the wider one leaves words of a usual length.

    Args:
        characters: Those of the word, as `rawdict` has them, from left to right.
        size: Size of the font.
        least: Fewer characters are one word.

    Returns:
        Places of first letters; none for a word that is one.
    """
    if len(characters) < least or size <= 0:
        return frozenset()
    text = [character["c"] for character in characters]
    if sum(map(_is_letter, text)) < _LETTERS * len(text):
        return frozenset()
    boxes = [character["bbox"] for character in characters]
    gaps = [(b[0] - a[2]) / size for a, b in itertools.pairwise(boxes)]
    usual = statistics.median(gaps)
    wide = [gap for gap in gaps if gap >= usual + _WIDER]
    narrow = [gap for gap in gaps if gap < usual + _WIDER]
    if (
        not wide
        or min(wide) - max(narrow) < _CLEARLY
        or max(wide) - usual > _ALIKE * (min(wide) - usual)
    ):
        return frozenset()
    starts = [place for place, gap in enumerate(gaps, start=1) if gap >= usual + _WIDER]
    words = [text[a:b] for a, b in zip([0, *starts], [*starts, len(text)], strict=True)]
    if not all(word[0].isalnum() for word in words):
        return frozenset()
    lone = [word for word in words if len(word) == 1 and word[0].isalpha()]
    if not _MEAN[0] <= len(text) / len(words) <= _MEAN[1] or any(w[0] not in _ALONE for w in lone):
        return frozenset()
    return frozenset(starts)


def _is_letter(character: str) -> bool:
    """Whether it is a letter of a script that parts words by white, from left to right."""
    return character.isalpha() and character < "\u0590"

"""How true an answer is to a known text: words found, and characters to be corrected."""

from __future__ import annotations

import re
import unicodedata

from dsocr_integrations import grounding, quality

_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"[^\W_]+")


def said_text(answer: str) -> str:
    """The text of a raw answer, without tags, boxes and markup."""
    blocks = grounding.parse(answer).blocks
    return _TAG.sub(" ", "\n".join(block.text for block in blocks))


def word_recall(expected: str, found: str) -> float:
    """Share of the expected words that were found, wherever they stand."""
    return quality.recall(quality.words(expected), quality.words(found))


def character_error_rate(expected: str, found: str) -> float:
    """Characters to be changed, in order, for each expected one; punctuation is left out.

    The order of the text layer counts, so a page in columns may be read well and still differ.
    """
    wanted, said = _letters(expected), _letters(found)
    return round(edit_distance(wanted, said) / max(1, len(wanted)), 4)


def _letters(text: str) -> str:
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def edit_distance(first: str, second: str) -> int:
    """Levenshtein distance, one step a character of `second`.

    Source: Myers, "A fast bit-vector algorithm for approximate string matching based on dynamic
    programming", J. ACM 46(3), 1999, in Hyyrö's formulation (2003); Python's integers are the
    bit vectors.
    """
    if not first or not second:
        return max(len(first), len(second))
    places: dict[str, int] = {}
    for place, letter in enumerate(first):
        places[letter] = places.get(letter, 0) | 1 << place
    whole, last = (1 << len(first)) - 1, 1 << (len(first) - 1)
    above, below, distance = whole, 0, len(first)
    for letter in second:
        match = places.get(letter, 0)
        diagonal = (((match & above) + above) ^ above) | match | below
        right = below | ~(diagonal | above) & whole
        left = above & diagonal
        distance += bool(right & last) - bool(left & last)
        right = (right << 1 | 1) & whole
        left = left << 1 & whole
        above = left | ~(diagonal | right) & whole
        below = right & diagonal
    return distance

"""How true an answer is to a known text: words found, and characters to be corrected."""

from __future__ import annotations

import re
import unicodedata

from dsocr_integrations import grounding, quality
from dsocr_integrations.writing.edit_distance import edit_distance

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

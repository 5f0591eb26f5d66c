"""The scripts that characters belong to, and the language packs of Tesseract that read them."""

from __future__ import annotations

import functools
import unicodedata
from collections import Counter

_SAME = {
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HALFWIDTH": "Japanese",
    "CJK": "Han",
    "KANGXI": "Han",
    "IDEOGRAPHIC": "Han",
}

_NAMES_WITHOUT_SCRIPT = frozenset(
    {"MICRO", "FEMININE", "MASCULINE", "MODIFIER", "FULLWIDTH", "MATHEMATICAL", "SCRIPT", "DOUBLE"}
    | {"BLACK-LETTER", "PLANCK", "ALEF", "OHM", "KELVIN", "ANGSTROM", "EULER", "SUPERSCRIPT"}
    | {"SUBSCRIPT", "CIRCLED", "PARENTHESIZED", "SQUARED", "INFORMATION", "ESTIMATED", "TURNED"}
)


@functools.lru_cache(maxsize=8192)
def script_of(character: str) -> str:
    """The script of a letter, such as `Latin` or `Hangul`; empty for all that is no letter.

    Letters that stand for themselves in any text, such as the micro sign or those of formulas,
    belong to none.
    """
    if not (character.isalpha() or unicodedata.category(character) in {"Mn", "Mc"}):
        return ""
    first = unicodedata.name(character, "").split(" ")[0]
    if first in _NAMES_WITHOUT_SCRIPT or first in {"", "COMBINING"}:
        return ""
    return _SAME.get(first, first.capitalize())


def scripts_in(text: str) -> Counter[str]:
    """How many letters of each script a text has."""
    return Counter(script for script in map(script_of, text) if script)

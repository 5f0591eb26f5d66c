"""Words that no writing system would print so: holes, stray signs and scripts within a word."""

from __future__ import annotations

import itertools
import re
import unicodedata

from dsocr_integrations.writing.scripts import scripts_in
from dsocr_integrations.writing.soundness import is_unmapped

_STRAY = re.compile("[\u00a4\u00a6\u00a8\u00ac\u00af\u00b4\u00b8\u0192\u02b0-\u02ff]")
"""Signs that stand beside no letter: spacing accents, the mark of any currency and their like."""

_TRAILING = re.compile(
    "[\u00aa\u00b2\u00b3\u00b9\u00ba\u00ae\u2030\u203a\u2122](?=\\w|[\u2013\u2014])"
)
"""Signs that end a word, where one goes on behind them."""

_MISPLACED = re.compile("ς(?=\\w)|[A-Za-z][α-ω]{3}")
"""The Greek s that only ends words, within one, and Greek letters that go on after a Latin one."""

_BESIDE_LATIN = frozenset({"Latin", "Greek", "Han", "Japanese", "Hangul", "Arabic", "Hebrew"})
"""Scripts that share words: units, formulas, names, and particles before them."""

_AROUND = "()[]{}.,;:!?\"'"
_SIGN = re.compile('[]<>?;=@\\\\^|~{}"!#&[]')
"""Signs that stand around a number, but not within it again and again."""

_ALTERNATING = re.compile(r"[^\W\d_]\d[^\W\d_]|\d[^\W\d_]{1,2}\d[^\W\d_]")


def is_odd(word: str) -> bool:
    """Whether a word holds what none does.

    That are characters without a Unicode meaning, signs or scripts that do not go together, capitals
    within it again and again, and figures between its letters. Words of formulas and of programs are
    odd as well, so that one odd word says little.
    """
    return has_hole(word) or has_stray(word) or _is_jumble(word)


def has_hole(word: str) -> bool:
    """Whether a word has characters without a Unicode meaning where its letters should be.

    Alone or at an end they may be a bullet, a footnote's mark or a quotation mark.
    """
    if word.isalnum() or (word.isascii() and word.isprintable()):
        return False
    unmapped = [is_unmapped(character) for character in word]
    if all(unmapped):
        return len(word) > 1
    return any(unmapped[unmapped.index(False) : -unmapped[::-1].index(False) or None])


def has_stray(word: str) -> bool:
    """Whether a word holds a sign or letters of a script that stand in no word beside its others."""
    if len(word) < 2 or word.isascii():
        return False
    if _STRAY.search(word) or _TRAILING.search(word) or _MISPLACED.search(word):
        return True
    scripts = set(scripts_in(word))
    return len(scripts) > 1 and not scripts <= _BESIDE_LATIN


def _is_jumble(word: str) -> bool:
    if word.isalpha() and word[1:].islower():
        return False
    if not any(map(str.isalpha, word)):
        return any(map(str.isdigit, word)) and len(_SIGN.findall(word.strip(_AROUND))) > 1
    if _ALTERNATING.search(word) and not word.isupper():
        return True
    letters = [letter for letter in word if unicodedata.category(letter) in {"Lu", "Ll"}]
    rises = sum(
        first.islower() and second.isupper() for first, second in itertools.pairwise(letters)
    )
    return rises >= 2

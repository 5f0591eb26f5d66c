"""Whether words taken from a file can be what is printed on its page.

Fonts without a map to Unicode, or with a wrong one, give words that look like nothing; so does
an old and poor recognition. Such a text layer is worth neither reading nor comparing with.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_UNMAPPED_SHARE = 0.15
"""Share of characters without a Unicode meaning from which a text layer is garbage."""

_MIN_LETTERS = 200
"""Fewer Latin letters tell nothing about a language."""

_COMMON_LETTERS = frozenset("eainotsr")
_COMMON_SHARE = 0.38
"""The eight commonest letters make up more than half of a text in any European language."""

_VOWELS = frozenset("aeiouyæœø")
_VOWEL_SHARE = 0.75

ODD_SHARE = 0.3
"""Share of broken words from which an old recognition is worse than a new one."""

_LATIN_WORD = re.compile(r"[^\W\d_]{3,}")
_SOUND_WORD = re.compile(
    r"^[^\w\s]*(?:[^\W\d_]+(?:['’.\-–/&][^\W\d_]+)*|[\d.,:/%°+\-–]+[^\W\d_]{0,3})[^\w\s]*$"
)


def is_garbage(texts: Sequence[str]) -> bool:
    """Whether the characters of words cannot be those that are printed.

    Either too many have no Unicode meaning, or there are enough Latin letters and they are
    spread like those of no European language. A single symbol from the private area, such as
    a bullet, counts for nothing.
    """
    characters = Counter("".join(text for text in texts if len(text) > 1) or "".join(texts))
    unmapped = sum(count for character, count in characters.items() if is_unmapped(character))
    if unmapped > _UNMAPPED_SHARE * characters.total():
        return True
    latin = [match.group() for text in texts for match in _LATIN_WORD.finditer(text)]
    latin = [word for word in map(_plain, latin) if word.isascii()]
    letters = Counter("".join(latin))
    total = letters.total()
    if total < _MIN_LETTERS or total < 0.5 * sum(len(text) for text in texts):
        return False
    common = sum(letters[letter] for letter in _COMMON_LETTERS)
    voiced = sum(not _VOWELS.isdisjoint(word) for word in latin)
    return common < _COMMON_SHARE * total and voiced < _VOWEL_SHARE * len(latin)


def odd_share(texts: Sequence[str]) -> float:
    """Share of words that mix letters, figures and signs as no word does; 1 for no words."""
    worded = [text for text in texts if any(c.isalnum() for c in text)]
    if not worded:
        return 1.0
    return sum(not _SOUND_WORD.match(text) for text in worded) / len(worded)


def is_unmapped(character: str) -> bool:
    """Whether a character has no Unicode meaning."""
    return character == "\ufffd" or unicodedata.category(character) in {"Co", "Cn", "Cc"}


def _plain(word: str) -> str:
    if word.isascii():
        return word.casefold()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))

"""Characters of the fonts Zapf Dingbats and Wingdings, which MuPDF gives as letters of their codes.

Ticks and crosses of forms are set in them: `4` is a tick in the one, `x` a crossed box in the
other.
"""

from __future__ import annotations

import functools

_FONTS = ("zapfdingbats", "zadb", "itcdingbats")

_ELSEWHERE = {
    "%": "\u260e", "*": "\u261b", "+": "\u261e", "H": "\u2605", "l": "\u25cf",
    "n": "\u25a0", "s": "\u25b2", "t": "\u25bc", "u": "\u25c6", "w": "\u25d7",
}  # fmt: skip
"""Signs that Unicode keeps outside its block of dingbats."""

_SIGNS = {code: _ELSEWHERE.get(chr(code), chr(0x2700 + code - 0x20)) for code in range(0x21, 0x7F)}
"""Unicode's table for Zapf Dingbats (unicode.org/Public/MAPPINGS/VENDORS/ADOBE/zdingbat.txt)."""

_WINGDINGS_FONTS = ("wingdings", "wingdingsregular")
_WINGDINGS_2_FONTS = ("wingdings2", "wingdings2regular")

_WINGDINGS = str.maketrans({
    "l": "\u25cf", "n": "\u25a0", "o": "\u2610", "q": "\u2751", "u": "\u25c6", "v": "\u2756",
    "x": "\u2612", "\u00a7": "\u25aa", "\u00a8": "\u2610", "\u00d8": "\u27a2",
    "\u00e0": "\u2192", "\u00fb": "\u2717", "\u00fc": "\u2713", "\u00fd": "\u2612",
    "\u00fe": "\u2611",
})  # fmt: skip
"""The boxes, ticks and bullets that documents are set with, each as the sign nearest to it."""


_WINGDINGS_2 = str.maketrans({
    "O": "\u2717", "P": "\u2713", "Q": "\u2612", "R": "\u2611", "S": "\u2612",
    "T": "\u2612", "\u00a3": "\u2610",
})  # fmt: skip

_PRIVATE = 0xF000
"""Word processors keep the codes of symbol fonts in Unicode's private area, from here on."""

_CHOICES = "oxRSQT\u00a8\u00fd\u00fe\u00a3"
"""Codes that are read there as well; the others are bullets, which are known by these codes."""

for _table in (_WINGDINGS, _WINGDINGS_2):
    _table.update({_PRIVATE + ord(c): _table[ord(c)] for c in _CHOICES if ord(c) in _table})


def is_pictorial(font: str) -> bool:
    """Whether a font's letters are signs that `pictured` knows."""
    return _plain(font).endswith((*_FONTS, *_WINGDINGS_FONTS, *_WINGDINGS_2_FONTS))


def pictured(text: str, font: str) -> str:
    """The signs that a word in these fonts shows; other fonts' words as they are."""
    plain = _plain(font)
    if plain.endswith(_WINGDINGS_FONTS):
        return text.translate(_WINGDINGS)
    if plain.endswith(_WINGDINGS_2_FONTS):
        return text.translate(_WINGDINGS_2)
    return text.translate(_SIGNS) if plain.endswith(_FONTS) else text


@functools.lru_cache(maxsize=1024)
def _plain(font: str) -> str:
    return "".join(letter for letter in font.casefold() if letter.isalnum())

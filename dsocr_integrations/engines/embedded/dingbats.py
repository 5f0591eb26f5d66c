"""Characters of the font Zapf Dingbats, which MuPDF gives as the letters of their codes.

Ticks and crosses of forms are set in it: `4` is a tick.
"""

from __future__ import annotations

_FONTS = ("zapfdingbats", "zadb", "itcdingbats")

_ELSEWHERE = {
    "%": "\u260e", "*": "\u261b", "+": "\u261e", "H": "\u2605", "l": "\u25cf",
    "n": "\u25a0", "s": "\u25b2", "t": "\u25bc", "u": "\u25c6", "w": "\u25d7",
}  # fmt: skip
"""Signs that Unicode keeps outside its block of dingbats."""

_SIGNS = {code: _ELSEWHERE.get(chr(code), chr(0x2700 + code - 0x20)) for code in range(0x21, 0x7F)}
"""Unicode's table for Zapf Dingbats (unicode.org/Public/MAPPINGS/VENDORS/ADOBE/zdingbat.txt)."""


def pictured(text: str, font: str) -> str:
    """The signs that a word in this font shows; other fonts' words as they are."""
    plain = "".join(letter for letter in font.casefold() if letter.isalnum())
    return text.translate(_SIGNS) if plain.endswith(_FONTS) else text

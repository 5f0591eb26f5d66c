"""Words whose bytes of UTF-8 were taken for characters of Western Europe, and written so."""

from __future__ import annotations

_BYTES = {bytes([byte]).decode("cp1252", "replace"): byte for byte in range(128, 160)}
"""What the code page of Windows has where Latin-1 has control characters."""

_PARTING = "\u00a0"
"""The no-break space, which is the second byte of `à` and ends the word there."""


def once_encoded(word: str) -> str:
    """The word that is meant, `grün` for `grÃ¼n`; any other word, which is no UTF-8, as it is."""
    if word.isascii():
        return word
    for whole in (word, word + _PARTING):
        try:
            meant = bytes(_BYTES.get(letter, ord(letter)) for letter in whole).decode()
        except ValueError:
            continue
        if not meant.isspace():
            return meant
    return word

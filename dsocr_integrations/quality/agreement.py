"""How far a reading agrees with the text layer of its page, where that is any measure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from dsocr_integrations.writing.soundness import ODD_SHARE, is_garbage, odd_share

MIN_WORDS = 10
"""Fewer words in a text layer are a stamp or a page number, no measure of a reading."""

_GLUED = 24
"""Letters of what a layer gives as one word, where it lacks the spaces between several."""

_WORD = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\\W_]+")


def agreement(layer: Sequence[str], read: Counter[str]) -> float | None:
    """Share of a text layer's words that a reading holds.

    Args:
        layer: Words of the text layer, as the file gives them.
        read: Words of the reading, counted by `words`.

    Returns:
        0–1, or `None` where the layer is no measure: it holds next to nothing, its characters
        cannot be those that are printed, or it is a poor recognition of its own.
    """
    said = " ".join(layer)
    if not is_sound_layer(said.split()):
        return None
    expected = Counter({word: n for word, n in words(said).items() if not _is_glued(word)})
    return recall(expected, read) if expected.total() >= MIN_WORDS else None


def _is_glued(word: str) -> bool:
    return len(word) >= _GLUED and word.isascii() and word.isalpha()


def is_sound_layer(layer: Sequence[str]) -> bool:
    """Whether the words of a text layer can be those that are printed."""
    return bool(layer) and not is_garbage(layer) and odd_share(layer) <= ODD_SHARE


def words(text: str) -> Counter[str]:
    """Count the words of a text, whatever their order, case or typographic form.

    A CJK character counts as a word of its own; words broken at line ends are joined.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"(?<=[a-z])[-\u00ad\u2010] ?\n?(?=[a-z])", "", plain)
    return Counter(_WORD.findall(plain))


def recall(expected: Counter[str], found: Counter[str]) -> float:
    """Share of the expected words that were found, each as often as expected; 1 for none."""
    total = expected.total()
    return round((expected & found).total() / total, 4) if total else 1.0

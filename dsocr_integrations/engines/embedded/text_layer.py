"""Judge a page's text layer before it is trusted.

A text layer can be missing, can be garbage (glyphs without a Unicode meaning, or with a wrong
one), or can leave out what stands in pictures. Each of these must be read from the pixels.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from dsocr_integrations.documents import PointBox
from dsocr_integrations.engines.embedded.styled_words import PageText, StyledWord
from dsocr_integrations.engines.embedded.zones import area, overlap

_UNMAPPED_SHARE = 0.15
"""Share of characters without a Unicode meaning from which a text layer is garbage."""

_MIN_LETTERS = 200
"""Fewer Latin letters tell nothing about a language."""

_COMMON_LETTERS = frozenset("eainotsr")
_COMMON_SHARE = 0.38
"""The eight commonest letters make up more than half of a text in any European language."""

_VOWELS = frozenset("aeiouyæœø")
_VOWEL_SHARE = 0.75
_ODD_SHARE = 0.3
"""Share of broken words from which an old recognition is worse than a new one."""

_PICTURE_SHARE = 0.3
"""Pictures that cover less of a page than this are figures in a text, not the text."""

_FEW_WORDS = 60
"""A page with more words than this has its text in the text layer."""

_LATIN_WORD = re.compile(r"[^\W\d_]{3,}")
_SOUND_WORD = re.compile(
    r"^[^\w\s]*(?:[^\W\d_]+(?:['’.\-–/&][^\W\d_]+)*|[\d.,:/%°+\-–]+[^\W\d_]{0,3})[^\w\s]*$"
)


class TextLayer(StrEnum):
    """What a text layer is worth."""

    SOUND = "sound"
    """Read the page from it."""

    MISSING = "missing"
    """There is no text."""

    GARBAGE = "garbage"
    """Its characters are not those that are printed."""

    PARTIAL = "partial"
    """It leaves out what stands in the page's pictures."""


@dataclass(frozen=True)
class Verdict:
    """The verdict on a text layer.

    Attributes:
        layer: What it is worth.
        unread: Pictures whose pixels must be read, for a partial text layer.
    """

    layer: TextLayer
    unread: tuple[PointBox, ...] = ()


def judge(text: PageText, page: PointBox) -> Verdict:
    """Judge the text layer of a page or of a part of one.

    Args:
        text: Words and pictures of the page.
        page: The part to judge, in points of the page.
    """
    words = [word for word in text.words if _within(word.centre, page)]
    shown = "".join(word.text for word in words)
    if not any(character.isalnum() or _is_unmapped(character) for character in shown):
        return Verdict(TextLayer.MISSING)
    if is_garbage(words):
        return Verdict(TextLayer.GARBAGE)
    invisible = sum(not word.visible for word in words)
    if invisible > 0.5 * len(words):
        # Text without ink is an earlier recognition of the picture behind it.
        return Verdict(TextLayer.GARBAGE if odd_share(words) > _ODD_SHARE else TextLayer.SOUND)
    unread = _unread_pictures(text, words, page)
    return Verdict(TextLayer.PARTIAL, unread) if unread else Verdict(TextLayer.SOUND)


def is_garbage(words: Sequence[StyledWord]) -> bool:
    """Whether the characters cannot be those that are printed.

    Either too many have no Unicode meaning, or there are enough Latin letters and they are
    spread like those of no European language. A single symbol from the private area, such as
    a bullet, counts for nothing.
    """
    texts = [word.text for word in words]
    characters = [c for text in texts if len(text) > 1 for c in text] or list("".join(texts))
    if characters and sum(map(_is_unmapped, characters)) > _UNMAPPED_SHARE * len(characters):
        return True
    latin = [match.group() for text in texts for match in _LATIN_WORD.finditer(text)]
    latin = [word for word in map(_plain, latin) if word.isascii()]
    letters = "".join(latin)
    if len(letters) < _MIN_LETTERS or len(letters) < 0.5 * sum(len(text) for text in texts):
        return False
    common = sum(letter in _COMMON_LETTERS for letter in letters)
    voiced = sum(not _VOWELS.isdisjoint(word) for word in latin)
    return common < _COMMON_SHARE * len(letters) and voiced < _VOWEL_SHARE * len(latin)


def odd_share(words: Sequence[StyledWord]) -> float:
    """Share of words that mix letters, figures and signs as no word does."""
    texts = [word.text for word in words if any(c.isalnum() for c in word.text)]
    if not texts:
        return 1.0
    return sum(not _SOUND_WORD.match(text) for text in texts) / len(texts)


def _unread_pictures(
    text: PageText, words: Sequence[StyledWord], page: PointBox
) -> tuple[PointBox, ...]:
    """Pictures that hold most of the page but next to none of its words."""
    if len(words) > _FEW_WORDS:
        return ()
    unread: list[PointBox] = []
    for picture in sorted(set(text.images), key=area, reverse=True):
        inside = [word for word in words if _within(word.centre, picture)]
        covered = any(overlap(picture, other) > 0.5 * area(picture) for other in unread)
        if not covered and 10 * len(inside) <= _FEW_WORDS:
            unread.append(picture)
    share = sum(overlap(picture, page) for picture in unread)
    return tuple(unread) if share >= _PICTURE_SHARE * area(page) else ()


def _is_unmapped(character: str) -> bool:
    return character == "\ufffd" or unicodedata.category(character) in {"Co", "Cn", "Cc"}


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _within(point: tuple[float, float], box: PointBox) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]

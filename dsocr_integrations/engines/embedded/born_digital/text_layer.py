"""Judge a page's text layer before it is trusted.

A text layer can be missing, can be garbage (glyphs without a Unicode meaning, or with a wrong
one), or can leave out what stands in pictures. Each of these must be read from the pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from dsocr_integrations.engines.embedded.born_digital.styled_words import PageText, StyledWord
from dsocr_integrations.engines.embedded.born_digital.zones import area, overlap
from dsocr_integrations.records.documents import PointBox
from dsocr_integrations.writing.soundness import (
    ODD_SHARE,
    is_garbage,
    is_unmapped,
    odd_share,
)

_PICTURE_SHARE = 0.3
"""Pictures that cover less of a page than this are figures in a text, not the text."""

_FEW_WORDS = 60
"""A page with more words than this has its text in the text layer."""


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
    if not any(character.isalnum() or is_unmapped(character) for character in shown):
        return Verdict(TextLayer.MISSING)
    texts = [word.text for word in words]
    if is_garbage(texts):
        return Verdict(TextLayer.GARBAGE)
    invisible = sum(not word.visible for word in words)
    if invisible > 0.5 * len(words):
        # Text without ink is an earlier recognition of the picture behind it.
        return Verdict(TextLayer.GARBAGE if odd_share(texts) > ODD_SHARE else TextLayer.SOUND)
    unread = _unread_pictures(text, words, page)
    return Verdict(TextLayer.PARTIAL, unread) if unread else Verdict(TextLayer.SOUND)


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


def _within(point: tuple[float, float], box: PointBox) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]

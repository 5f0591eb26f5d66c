"""How words of a page are set, as the look over the whole document tells it."""

from __future__ import annotations

from collections.abc import Iterable

from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.rendering.heading_levels import Look


def look_of(words: Iterable[StyledWord], text: str, scale: float) -> Look | None:
    """The look that most of some words' letters have, if that is clearly one.

    Args:
        words: The words.
        text: All of what they say.
        scale: How much larger they are than in the document.
    """
    parts = ((word.text, word.size / scale, word.bold, word.italic) for word in words)
    return Look.prevailing(text, parts)

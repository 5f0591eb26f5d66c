"""Recognised lines for tests that need no recogniser."""

from __future__ import annotations

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, WordBox

HIGH = 20.0


def line(
    text: str, x: float, y: float, width: float | None = None, height: float = HIGH
) -> TextLine:
    """A line whose words are as wide as their share of its characters."""
    width = width or 10.0 * len(text)
    words, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        scale = width / len(text)
        words.append(WordBox(word, (x + start * scale, y, x + at * scale, y + height)))
    return TextLine(text, (x, y, x + width, y + height), 0.99, tuple(words))

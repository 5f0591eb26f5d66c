"""The numbers of lines that scans of pleadings and transcripts have in the margin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.born_digital.line_numbers import line_numbers
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, bounding_box

TYPE_SIZE = 0.7
"""Size of type in heights of a recognised line."""


def without_line_numbers(lines: Sequence[TextLine]) -> list[TextLine]:
    """Lines of text without the numbers that count them in the margin.

    Args:
        lines: All lines of the page with their words.
    """
    words = [
        StyledWord(word.text, word.box, number, 0, TYPE_SIZE * line.height)
        for number, line in enumerate(lines)
        for word in line.words
        if not line.vertical
    ]
    numbers = {(word.line, word.box) for word in line_numbers(words)}
    if not numbers:
        return list(lines)
    rest = []
    for number, line in enumerate(lines):
        kept = tuple(word for word in line.words if (number, word.box) not in numbers)
        if len(kept) == len(line.words):
            rest.append(line)
        elif kept:
            text = " ".join(word.text for word in kept)
            box = bounding_box([word.box for word in kept])
            rest.append(replace(line, text=text, box=box, words=kept, marked=""))
    return rest

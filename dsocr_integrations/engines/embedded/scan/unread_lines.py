"""Lines that were found but not read: print in a script that the recogniser does not know.

Its answer to such a line is nothing, a few dots, or letters that do not fill the line.
"""

from __future__ import annotations

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine
from dsocr_integrations.engines.embedded.scan.text_recognition import MIN_SCORE
from dsocr_integrations.writing.letter_pairs import letter_pairs
from dsocr_integrations.writing.odd_words import is_odd
from dsocr_integrations.writing.scripts import scripts_in

SHORTEST = 4.0
"""Line heights; shorter marks may be anything."""

SPARSE = 0.6
"""Letters for each line height of a line's length below which it was not read: sentences of Latin
letters have two and more, Chinese ones nearly one."""

SURE = 0.8
"""Score below which a line must be language by its letters."""

GREEK_WORD = 3
"""Letters of a Greek word that is no symbol of a formula."""


def is_unread(line: TextLine) -> bool:
    """Whether a line of some length holds print that was not read.

    Args:
        line: As recognised, whatever its score.
    """
    x0, _, x1, _ = line.box
    length = (x1 - x0) / max(line.height, 1.0)
    if line.vertical or length < SHORTEST:
        return False
    return _signs(line.text) < SPARSE * length or _is_jumble(line) or is_greek(line.text)


def is_greek(text: str) -> bool:
    """Whether words, and not only symbols, are Greek: the recogniser knows but half its letters."""
    return sum(scripts_in(word)["Greek"] >= GREEK_WORD for word in text.split()) >= 2


def _signs(text: str) -> int:
    """Letters and figures, and marks that fill a line, such as leaders."""
    return (
        sum(not character.isspace() for character in text)
        if _is_filled(text)
        else sum(map(str.isalnum, text))
    )


def _is_filled(text: str) -> bool:
    return any(mark * 4 in text for mark in "._-…·—*")


def _is_jumble(line: TextLine) -> bool:
    """Whether a line is too unsure to be kept, or of low score and no language."""
    if line.score >= SURE:
        return False
    if line.score < MIN_SCORE:
        return True
    words = line.text.split()
    pairs = letter_pairs(words)
    return pairs.are_unusual or (not pairs.are_usual and 2 * sum(map(is_odd, words)) >= len(words))

"""Lines that were found but not read: print in a script that the recogniser does not know.

Its answer to such a line is nothing, a few dots, or letters that do not fill the line.
"""

from __future__ import annotations

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine
from dsocr_integrations.engines.embedded.scan.text_recognition import MIN_SCORE
from dsocr_integrations.writing.letter_pairs import letter_pairs
from dsocr_integrations.writing.odd_words import is_odd
from dsocr_integrations.writing.scripts import scripts_in

SHORTEST, SHORTEST_BARE = 4.0, 3.0
"""Line heights; shorter marks may be anything. Where nothing was read, fewer tell a line."""

SPARSE = 0.6
"""Letters for each line height of a line's length below which it was not read: sentences of Latin
letters have two and more, Chinese ones nearly one."""

SURE = 0.8
"""Score below which a line must be language by its letters."""

GUESSED = 0.7
"""Score below which a line is kept only where many letters stand together as in words."""

TELLING = 20
"""Pairs of letters from which on these tell whether such a line is language."""

THIN = 1.5
"""Letters for each line height below which a line of low score was not read: those of another script
are wider than the Latin ones that are read for them."""

WIDE = ("Han", "Japanese", "Hangul")
"""Scripts whose letters are as wide as they are high."""

GREEK_WORD, LONG_GREEK_WORD = 3, 5
"""Letters of two Greek words that are no symbols of a formula, and of a single one."""


def is_unread(line: TextLine) -> bool:
    """Whether a line of some length holds print that was not read.

    Args:
        line: As recognised, whatever its score.
    """
    x0, _, x1, _ = line.box
    length = (x1 - x0) / max(line.height, 1.0)
    if line.vertical or length < (SHORTEST if line.text else SHORTEST_BARE):
        return False
    return _signs(line.text) < SPARSE * length or _is_jumble(line) or is_greek(line.text)


def is_greek(text: str) -> bool:
    """Whether words, and not only symbols, are Greek: the recogniser knows but half its letters."""
    letters = [scripts_in(word)["Greek"] for word in text.split()]
    return sum(count >= GREEK_WORD for count in letters) >= 2 or max(letters, default=0) >= (
        LONG_GREEK_WORD
    )


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
    length = (line.box[2] - line.box[0]) / max(line.height, 1.0)
    is_thin = _signs(line.text) < THIN * length and not _is_wide(line.text)
    if line.score < MIN_SCORE or is_thin:
        return True
    words = line.text.split()
    pairs = letter_pairs(words)
    if line.score < GUESSED:
        return pairs.count < TELLING or not pairs.are_usual
    return pairs.are_unusual or (not pairs.are_usual and 2 * sum(map(is_odd, words)) >= len(words))


def _is_wide(text: str) -> bool:
    """Whether most letters are as wide as a line is high."""
    scripts = scripts_in(text)
    return 2 * sum(scripts[script] for script in WIDE) > scripts.total()

"""What is to be told of a page read from its pixels: print that was not read, or not surely."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.scan.broken_numbers import long_numbers
from dsocr_integrations.engines.embedded.scan.orientation import transformed_box
from dsocr_integrations.engines.embedded.scan.other_scripts import UNREAD_TEXT
from dsocr_integrations.engines.embedded.scan.patterned_ground import has_patterned_ground
from dsocr_integrations.engines.embedded.scan.scraps import count_scraps
from dsocr_integrations.engines.embedded.scan.unread_rows import count_unread_rows
from dsocr_integrations.engines.embedded.scan.unread_words import (
    count_cut_lines,
    count_unread_words,
)
from dsocr_integrations.records.documents import ParseWarning

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine
    from dsocr_integrations.grounding.writer import GroundedBlock
    from dsocr_integrations.records.documents import PointBox

UNSURE_READING = "unsure_reading"
"""Kind of the doubt about a page whose letters could hardly be told."""

UNSURE_ORDER = "unsure_order"
"""Kind of the doubt about a page whose texts follow each other against their places."""

CLEAN, WRONG_A_STEP = 0.98, 3.0
"""Score of a line from which on hardly a character is wrong, and the share of them that is wrong
for each step below it: at 0.9 a fourth, at 0.7 nearly all."""

MOST_WRONG = 0.08
"""Share of a page's characters that are read wrong, by its lines' scores, where it is unsure."""

SURE_OF_FEW = 0.85
"""Mean score below which few characters are unsure; the short words in a picture have 0.9."""

SURE_OF_FIGURES, UNSURE_OF_FIGURES = 0.96, 0.952
"""The same of a page of numbers, which no language helps to read: below the first, a single broken
one makes it unsure, below the second none is needed."""

BROKEN, FEWEST_BROKEN = 0.07, 2
"""Share and number of a page's long numbers that are broken, where others will be wrong as well."""

FIGURES = 0.6
"""Share of the characters that are figures on a page of numbers."""

MANY, FEWEST = 200, 40
"""Characters that make a page, and fewer than which say nothing, unless in many places."""

PLACES, SCRAPS = 6, 0.8
"""Lines that make print even of few characters, and the mean score below which they are what is left
of numbers that are all but gone."""

LIKELY = 0.8
"""Score below which what was read of a line says little of what stands there."""

NARROWEST = 0.18
"""Heights of a line that a character is wide at least; a box of narrower ones holds many rows."""

IN_COLUMN = 0.8
"""Share of the narrower of two texts' widths that they have in common in one column."""

_REMEDY = "Compare it with the page, scan it larger and sharper, or read it with a model engine."


def unsure_reading(lines: Sequence[TextLine]) -> tuple[ParseWarning, ...]:
    """The doubt about lines whose characters were read without confidence, if there is one.

    Args:
        lines: As RapidOCR's recogniser read them; the scores of others say something else.
    """
    count = sum(len(line.text) for line in lines)
    if _is_sure(lines, count) if count >= FEWEST else not _are_scraps(lines, count):
        return ()
    return (
        ParseWarning(
            kind=UNSURE_READING,
            message=f"The print is worn, faint or coarse, and many characters are guesses. {_REMEDY}",
        ),
    )


def _are_scraps(lines: Sequence[TextLine], count: int) -> bool:
    """Whether a few characters are guesses in many places."""
    score = sum(len(line.text) * line.score for line in lines)
    return len(lines) >= PLACES and score < SCRAPS * count


def _is_sure(lines: Sequence[TextLine], count: int) -> bool:
    """Whether lines of so many characters were read with confidence."""
    figures = sum(character.isdigit() for line in lines for character in line.text)
    score = sum(len(line.text) * line.score for line in lines) / count
    if 2 * count >= MANY and figures >= FIGURES * count:
        return score >= UNSURE_OF_FIGURES and not _are_broken(lines, score)
    if count < MANY:
        return score >= SURE_OF_FEW
    return sum(map(_likely_wrong, lines)) <= MOST_WRONG * count


def _are_broken(lines: Sequence[TextLine], score: float) -> bool:
    numbers = long_numbers(line.text for line in lines)
    if score < SURE_OF_FIGURES:
        return numbers.broken > 0
    return numbers.broken >= max(FEWEST_BROKEN, BROKEN * numbers.count)


def _likely_wrong(line: TextLine) -> float:
    """Characters of a line that are wrong by its score: few of a page's, or most of one line's."""
    return len(line.text) * min(1.0, max(0.0, WRONG_A_STEP * (CLEAN - line.score)))


def unsure_order(
    blocks: Sequence[GroundedBlock], to_upright: NDArray[np.float64]
) -> tuple[ParseWarning, ...]:
    """The doubt about texts that come after others below them, if there are any.

    Columns are read one after the other, but within a column what stands higher comes first.

    Args:
        blocks: In reading order.
        to_upright: `(3, 3)` matrix from the blocks' points to those of the page turned upright.
    """
    texts = [
        transformed_box(block.boxes[0], to_upright)
        for block in blocks
        if block.label == "text" and block.boxes
    ]
    if not any(_is_above(later, box) for box, later in itertools.combinations(texts, 2)):
        return ()
    return (
        ParseWarning(
            kind=UNSURE_ORDER,
            message="The order of the texts is a guess: one is read after another that stands below"
            " it. Compare it with the page, or read it with a model engine.",
        ),
    )


def _is_above(upper: PointBox, lower: PointBox) -> bool:
    """Whether a text stands over another one, and in its column."""
    shared = min(upper[2], lower[2]) - max(upper[0], lower[0])
    narrower = min(upper[2] - upper[0], lower[2] - lower[0])
    return upper[3] <= lower[1] and shared >= IN_COLUMN * narrower


def unread_print(image: NDArray[np.uint8], lines: Sequence[TextLine]) -> tuple[ParseWarning, ...]:
    """The doubt about print that no line that was read accounts for, if there is any.

    Args:
        image: `(height, width, 3)` RGB, upright.
        lines: All lines that were read, in pixels of the image.
    """
    rows = count_unread_rows(image, [line.box for line in lines if _accounts_for_its_ink(line)])
    if rows:
        return _unread(f"{rows} rows of what looks like blurred or faint print were not read")
    if has_patterned_ground(image, [line.box for line in lines]):
        return _unread("A patterned ground may hold print, and nothing was read on it")
    scraps = count_scraps(image, lines)
    if scraps:
        return _unread(f"{scraps} scraps were read of print that goes on beside them")
    words = count_unread_words(image, lines)
    if words:
        return _unread(f"{words} words amid lines that were read may be in another script")
    cut = count_cut_lines(image, lines)
    if cut:
        return _unread(f"{cut} lines are cut off at the edge of the picture")
    return ()


def _unread(what: str) -> tuple[ParseWarning, ...]:
    return (ParseWarning(kind=UNREAD_TEXT, message=f"{what}. {_REMEDY}"),)


def _accounts_for_its_ink(line: TextLine) -> bool:
    length = line.box[3] - line.box[1] if line.vertical else line.box[2] - line.box[0]
    return line.score >= LIKELY and length >= NARROWEST * line.height * len(line.text)

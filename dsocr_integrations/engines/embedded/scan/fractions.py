r"""Fractions printed with a bar: the lines over and under it become `\(\frac{1}{2}\)`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.scan.formula_letters import holds_symbols_only
from dsocr_integrations.engines.embedded.scan.formulas import display_latex
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, WordBox, bounding_box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsocr_integrations.records.documents import PointBox

_NUMBER_OR_LETTER = re.compile(r"^(?:\d{1,4}|[A-Za-z]|\d{0,3}[a-z](?:\d)?)$")
_ENDED = re.compile(r"^(\d{1,4})([?!.,;:])$")
"""A number above a bar with the sign behind the fraction, which stands at the bar's height."""

_ABOVE = 0.75
"""Share of such a line's height that the number takes; the sign hangs lower."""

_EXPRESSION = re.compile(r"^(?=.*[a-zα-ωϕ])[\w\s^{}()\[\]|+−\-*/·×∂∇∑√'′,.∞]{2,60}$")
_CHINESE = re.compile(r"[\u3000-\u9fff]")
_READ_BARS = frozenset({"一", "-", "—", "–", "−", "_", "二"})
"""What a recogniser makes of a fraction's bar."""

_INK_SHARE = 0.65
"""Of the way from the darkest pixel to the paper: thin bars are grey."""

_BAR = 0.2
"""Most height of a bar, in heights of a term."""

_BAR_WIDTH = 0.6
"""Least width of a bar, in widths of the wider term's box, which has a margin."""

_MAX_GAP = 0.9
"""White and bar between the two terms, in heights of a term."""


def join_fractions(
    grey: NDArray[np.uint8], lines: Sequence[TextLine], plain: Sequence[PointBox] = ()
) -> list[TextLine]:
    """Replace each pair of terms that a bar parts by one line with the fraction.

    Args:
        grey: `(height, width)` picture of the page.
        lines: Lines of text in pixels of the picture.
        plain: Tables and pictures: in them only numbers and single letters make fractions,
            since a rule stands under many a heading.

    Returns:
        The lines, a fraction in the place of its upper term.
    """
    terms = [line for line in lines if _is_term(line, plain)]
    fractions: dict[int, TextLine] = {}
    used: set[int] = set()
    for line in lines:
        upper = _without_end(line)
        if upper is line and not _is_term(line, plain):
            continue
        for lower in terms:
            free = line is not lower and id(line) not in used and id(lower) not in used
            if not free or not _stacked(upper, lower) or _parted(upper, lower, terms):
                continue
            if _bar_between(grey, upper, lower):
                fractions[id(line)] = _fraction(line, upper, lower)
                used |= {id(line), id(lower)}
    bars = {id(line) for line in lines if any(_is_bar(line, f) for f in fractions.values())}
    return [
        fractions.get(id(line), line)
        for line in lines
        if id(line) in fractions or id(line) not in used | bars
    ]


def _without_end(line: TextLine) -> TextLine:
    """A number without the sign that a sentence ends with behind its fraction."""
    ended = _ENDED.match(line.text)
    if ended is None:
        return line
    x0, y0, x1, y1 = line.box
    number = ended[1]
    right = x0 + (x1 - x0) * len(number) / len(line.text)
    box = (x0, y0, right, y0 + _ABOVE * (y1 - y0))
    return TextLine(number, box, line.score, (WordBox(number, box),))


def _is_term(line: TextLine, plain: Sequence[PointBox]) -> bool:
    if _NUMBER_OR_LETTER.match(line.text):
        return True
    text = line.marked or line.text
    x, y = (line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2
    return (
        not line.vertical
        and _EXPRESSION.match(text) is not None
        and not _CHINESE.search(text)
        and holds_symbols_only(text)
        and not any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in plain)
    )


def _is_bar(line: TextLine, fraction: TextLine) -> bool:
    """Whether a line is the bar of a fraction, read as a character of its own."""
    x, y = (line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2
    x0, y0, x1, y1 = fraction.box
    return line.text in _READ_BARS and x0 <= x <= x1 and y0 <= y <= y1


def _stacked(upper: TextLine, lower: TextLine) -> bool:
    gap = lower.box[1] - upper.box[3]
    height = min(upper.height, lower.height)
    middles = [(line.box[0] + line.box[2]) / 2 for line in (upper, lower)]
    return (
        -0.4 * height <= gap <= _MAX_GAP * height
        and lower.box[1] > upper.box[1] + 0.5 * height
        and abs(middles[0] - middles[1]) <= 0.4 * height
    )


def _parted(upper: TextLine, lower: TextLine, terms: Sequence[TextLine]) -> bool:
    """Whether a third term stands between two."""
    x0, _, x1, _ = bounding_box([upper.box, lower.box])
    top, bottom = ((line.box[1] + line.box[3]) / 2 for line in (upper, lower))
    return any(
        line is not upper
        and line is not lower
        and x0 <= (line.box[0] + line.box[2]) / 2 <= x1
        and top < (line.box[1] + line.box[3]) / 2 < bottom
        for line in terms
        if line.text not in _READ_BARS
    )


def _bar_between(grey: NDArray[np.uint8], upper: TextLine, lower: TextLine) -> bool:
    """Whether a thin stroke about as wide as the wider term lies between the middles of both.

    A stroke that goes on beyond the terms is a border of a table; one that is part of something
    higher, or goes on into a term, is a part of a letter.
    """
    import cv2

    x0, _, x1, _ = (int(value) for value in bounding_box([upper.box, lower.box]))
    top = int((upper.box[1] + upper.box[3]) / 2)
    bottom = int((lower.box[1] + lower.box[3]) / 2)
    height = min(upper.height, lower.height)
    reach = int(0.6 * height)
    left = max(0, x0 - reach)
    strip = grey[max(0, top) : bottom, left : x1 + reach].astype(np.float32)
    if strip.size == 0 or strip.shape[1] <= 2 * reach:
        return False
    paper, darkest = float(np.percentile(strip, 90)), float(strip.min())
    if paper - darkest < 40:
        return False
    ink = (strip < darkest + _INK_SHARE * (paper - darkest)).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    for x, y, width, thickness, _ in stats[1:].tolist():
        inside = x0 - left - reach // 2 <= x and x + width <= x1 - left + reach // 2
        inside = inside and y > 0 and y + thickness < len(ink)
        if inside and thickness <= max(2, _BAR * height) and width >= _BAR_WIDTH * (x1 - x0):
            return True
    return False


def _fraction(line: TextLine, upper: TextLine, lower: TextLine) -> TextLine:
    """One line of two terms, with what stands behind the upper one in its own line."""
    above, below = (display_latex(term.marked or term.text) for term in (upper, lower))
    behind = "" if line is upper else line.text[len(upper.text) :]
    text = rf"\(\frac{{{above}}}{{{below}}}\){behind}"
    box = bounding_box([line.box, lower.box])
    return TextLine(text, box, min(line.score, lower.score), (WordBox(text, box),))

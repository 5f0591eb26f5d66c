r"""Fractions printed with a bar: two short lines over and under it become `\(\frac{1}{2}\)`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.recognised_line import TextLine, WordBox, bounding_box

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TERM = re.compile(r"^(?:\d{1,4}|[A-Za-z]|\d{0,3}[a-z](?:\d)?)$")
_MAX_GAP = 0.9
"""White and bar between the two terms, in heights of a term."""


def join_fractions(grey: NDArray[np.uint8], lines: Sequence[TextLine]) -> list[TextLine]:
    """Replace each pair of terms that a bar parts by one line with the fraction.

    Args:
        grey: `(height, width)` picture of the page.
        lines: Lines of text in pixels of the picture.

    Returns:
        The lines, a fraction in the place of its upper term.
    """
    terms = [line for line in lines if _TERM.match(line.text)]
    partner: dict[int, TextLine] = {}
    used: set[int] = set()
    for upper in terms:
        for lower in terms:
            free = id(upper) not in used and id(lower) not in used
            if free and _stacked(upper, lower) and _bar_between(grey, upper, lower):
                partner[id(upper)] = lower
                used |= {id(upper), id(lower)}
    joined = []
    for line in lines:
        if id(line) in partner:
            joined.append(_fraction(line, partner[id(line)]))
        elif id(line) not in used:
            joined.append(line)
    return joined


def _stacked(upper: TextLine, lower: TextLine) -> bool:
    gap = lower.box[1] - upper.box[3]
    height = min(upper.height, lower.height)
    middles = [(line.box[0] + line.box[2]) / 2 for line in (upper, lower)]
    return (
        -0.4 * height <= gap <= _MAX_GAP * height
        and lower.box[1] > upper.box[1] + 0.5 * height
        and abs(middles[0] - middles[1]) <= 0.4 * height
    )


def _bar_between(grey: NDArray[np.uint8], upper: TextLine, lower: TextLine) -> bool:
    """Whether a dark row about as wide as the wider term lies between the middles of both.

    A row that goes on beyond the terms is a border of a table.
    """
    x0, _, x1, _ = (int(value) for value in bounding_box([upper.box, lower.box]))
    top = int((upper.box[1] + upper.box[3]) / 2)
    bottom = int((lower.box[1] + lower.box[3]) / 2)
    reach = int(0.6 * min(upper.height, lower.height))
    strip = grey[max(0, top) : bottom, max(0, x0 - reach) : x1 + reach].astype(np.float32)
    if strip.size == 0 or strip.shape[1] <= 2 * reach:
        return False
    paper, darkest = np.percentile(strip, 90), strip.min()
    if paper - darkest < 40:
        return False
    ink = strip < (paper + darkest) / 2
    bar = int(ink[:, reach:-reach].mean(axis=1).argmax())
    beyond = (ink[bar, : reach // 3].mean(), ink[bar, -(reach // 3) :].mean())
    return bool(ink[bar, reach:-reach].mean() >= 0.7 and max(beyond) < 0.5)


def _fraction(upper: TextLine, lower: TextLine) -> TextLine:
    text = rf"\(\frac{{{upper.text}}}{{{lower.text}}}\)"
    box = bounding_box([upper.box, lower.box])
    return TextLine(text, box, min(upper.score, lower.score), (WordBox(text, box),))

"""Dots that lead from a label to its number, and dashes typed for rules: neither is text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.born_digital.line_text import Line, printed_lines
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord

_LEADER = re.compile(r"[.·‥…]{4,}|…{2,}|[-–—]{6,}|={5,}")
_DOTS = re.compile(r"[.·‥…]{1,3}")
_AT_END = re.compile(r"(?<=[^.·‥…])(?:[.·‥…]{4,}|…{2,})$")
_AT_START = re.compile(r"^(?:[.·‥…]{4,}|…{2,})(?=[^.·‥…])")
_FEWEST = 4
_STEP = 1.2
"""Spaced dots of a leader follow each other at no more than this many sizes of type; dots that
stand for missing figures are as far apart as the columns."""


def without_leaders(words: Sequence[StyledWord]) -> list[StyledWord]:
    """The words of a table without rows of dots or dashes.

    Args:
        words: In the order of the content stream.
    """
    dots = {id(dot) for line in printed_lines(words) for dot in _spaced(line)}
    kept: list[StyledWord] = []
    parted = False
    for word in words:
        if id(word) in dots or _LEADER.fullmatch(word.text):
            parted = True
            continue
        own = _trimmed(word)
        kept.append(replace(own, glued=False) if parted else own)
        parted = False
    return kept


def _spaced(line: Line) -> list[StyledWord]:
    """Dots of a line that stand in a row with white between them."""
    found: list[StyledWord] = []
    run: list[StyledWord] = []
    for word in line:
        if not _DOTS.fullmatch(word.text):
            found += run if len(run) >= _FEWEST else ()
            run = []
        elif run and word.box[0] - run[-1].box[2] > _STEP * word.size:
            found += run if len(run) >= _FEWEST else ()
            run = [word]
        else:
            run.append(word)
    return found + (run if len(run) >= _FEWEST else [])


def _trimmed(word: StyledWord) -> StyledWord:
    """A word without the dots written onto its ends."""
    start, end = _AT_START.search(word.text), _AT_END.search(word.text)
    first = start.end() if start else 0
    last = end.start() if end else len(word.text)
    if last - first == len(word.text):
        return word
    x0, y0, x1, y1 = word.box
    width = (x1 - x0) / len(word.text)
    box = (x0 + first * width, y0, x1 - (len(word.text) - last) * width, y1)
    return replace(word, text=word.text[first:last], box=box)

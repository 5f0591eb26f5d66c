"""Chinese and Japanese in columns from right to left, each read from top to bottom.

The layout model knows lines that run from left to right only and takes such a page for a table or
a picture.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.born_digital.line_text import CJK, union
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.grounding.writer import GroundedBlock, GroundedLine
from dsocr_integrations.records.documents import PointBox

_LEAST = 20
"""Letters of a page of such columns."""

_MOST_OF_ALL = 0.8
"""Share of a page's words that stand in such columns."""

_SAME_COLUMN = 0.5
"""Sizes of type by which the middles of two letters of a column may differ."""

_STEP = 1.8
"""Letters further apart than this many sizes of type belong to two tiers."""

_LARGER = 1.2
_PARAGRAPH = 1.0
"""A column that begins this many sizes of type lower than its neighbour opens a paragraph."""

_PITCH = 2.6
"""Columns further apart than this many sizes of type belong to two texts."""

Column = list[StyledWord]


def vertical_columns(words: Sequence[StyledWord]) -> list[Column]:
    """The columns of a page that is written from top to bottom; none for any other page.

    Args:
        words: The words of the page, letter by letter where it is such a page.

    Returns:
        Columns in reading order.
    """
    letters = [word for word in words if len(word.text) <= 2 and CJK.match(word.text)]
    if len(letters) < _LEAST or len(letters) < _MOST_OF_ALL * len(words):
        return []
    columns = _columns(words)
    stacked = sum(len(column) for column in columns if len(column) > 2)
    size = statistics.median(word.size for word in letters)
    lefts = sorted({round(column[0].centre[0]) for column in columns})
    pitches = [b - a for a, b in itertools.pairwise(lefts)]
    steps = [
        lower.centre[1] - upper.centre[1]
        for column in columns
        for upper, lower in itertools.pairwise(column)
    ]
    if stacked < _MOST_OF_ALL * len(words) or not steps:
        return []
    if pitches and statistics.median(pitches) <= statistics.median(steps) + 0.2 * size:
        return []
    return [column for tier in _tiers(columns) for column in tier]


def vertical_blocks(columns: Sequence[Column], within: PointBox) -> list[GroundedBlock]:
    """Headings and paragraphs of columns that are read from top to bottom.

    Args:
        columns: In reading order.
        within: The part of the page that is read; boxes are given from its corner.
    """
    x0, y0, x1, y1 = within
    inside = [
        column
        for column in columns
        if x0 <= column[0].centre[0] <= x1 and y0 <= column[0].centre[1] <= y1
    ]
    if not inside:
        return []
    body = statistics.median(word.size for column in inside for word in column)
    groups: list[list[Column]] = []
    for column in inside:
        if groups and not _opens(groups[-1], column, body):
            groups[-1].append(column)
        else:
            groups.append([column])
    return [_block(group, body, (x0, y0)) for group in groups]


def _columns(words: Sequence[StyledWord]) -> list[Column]:
    """Letters that stand below each other, cut where white parts two tiers."""
    columns: list[Column] = []
    by_place = sorted(words, key=lambda word: (round(word.centre[0] / 3), word.centre[1]))
    for word in by_place:
        last = columns[-1][-1] if columns else None
        if (
            last is not None
            and abs(word.centre[0] - last.centre[0]) <= _SAME_COLUMN * last.size
            and 0 < word.centre[1] - last.centre[1] <= _STEP * max(word.size, last.size)
        ):
            columns[-1].append(word)
        else:
            columns.append([word])
    return columns


def _tiers(columns: Sequence[Column]) -> list[list[Column]]:
    """Columns by the tiers of the page from top to bottom, each from right to left."""
    tiers: list[list[Column]] = []
    bottom = float("-inf")
    for column in sorted(columns, key=lambda column: column[0].box[1]):
        if tiers and column[0].box[1] < bottom:
            tiers[-1].append(column)
        else:
            tiers.append([column])
        bottom = max(bottom, column[-1].box[3])
    return [sorted(tier, key=lambda column: -column[0].centre[0]) for tier in tiers]


def _opens(group: Sequence[Column], column: Column, body: float) -> bool:
    """Whether a column begins another text than the columns before it."""
    before = group[-1]
    if _is_heading(before, body) != _is_heading(column, body):
        return True
    away = before[0].centre[0] - column[0].centre[0]
    if not 0 < away <= _PITCH * max(before[0].size, column[0].size):
        return True
    top = min(other[0].box[1] for other in group)
    return column[0].box[1] - top >= 0.8 * _PARAGRAPH * body and len(group) > 1


def _is_heading(column: Column, body: float) -> bool:
    return statistics.median(word.size for word in column) >= _LARGER * body


def _block(group: Sequence[Column], body: float, corner: tuple[float, float]) -> GroundedBlock:
    lines = tuple(
        GroundedLine(_from(union(word.box for word in column), corner), _text(column))
        for column in group
    )
    text = "".join(line.text for line in lines)
    box = _from(union(word.box for column in group for word in column), corner)
    if _is_heading(group[0], body):
        return GroundedBlock("sub_title", (box,), f"## {text}", lines=lines)
    return GroundedBlock("text", (box,), text, lines=lines)


def _text(column: Column) -> str:
    """The letters of a column; Latin words in it keep a space between them."""
    text = ""
    for word in column:
        apart = text and not CJK.match(text[-1]) and not CJK.match(word.text[0])
        text += f" {word.text}" if apart else word.text
    return text


def _from(box: PointBox, corner: tuple[float, float]) -> PointBox:
    x, y = corner
    return (box[0] - x, box[1] - y, box[2] - x, box[3] - y)

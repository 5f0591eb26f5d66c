"""Statements: labels on the left, columns of numbers with rules above their sums on the right.

A rule above a sum spans the numbers only. What stands between two such rules is no table of its
own, and the labels beside it are no text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, bounding_box
from dsocr_integrations.engines.embedded.scan.segments import same_row
from dsocr_integrations.engines.embedded.scan.text_rows import text_rows
from dsocr_integrations.records.documents import PointBox

_LABELLED = 0.6
"""Share of the rows between the rules that have a label to the left of these."""

_FLUSH = 0.7
"""Line heights by which an entry's end may lie off its column's."""

_ENTRY_WIDTH = 8.0
"""Line heights; what is wider is no number, nor the heading of a column of numbers."""

_STEP = 2.4
"""Line heights of white between two rows of a statement, at most."""

_LABEL_WIDTH = 0.75
"""Share of a statement's width that a label takes at most; prose is wider."""

_NUMBER = re.compile(r"^[^\w]*(?:\d[\d.,:/\s]*|[-–—])[^\w]*(?:[A-Za-z]{1,3})?[^\w]*$")


def statement_around(
    strip: PointBox, lines: Sequence[TextLine], line_height: float
) -> PointBox | None:
    """The statement that a strip between two rules above sums belongs to.

    Args:
        strip: The strip, from one rule to the next.
        lines: All lines of the page that no table holds yet.
        line_height: Prevailing line height, in the unit of the boxes.

    Returns:
        The extent of all its rows with their labels; `None` where the rows of the strip have no
        labels in it or beside it, or are not of numbers.
    """
    inside = [line for line in lines if _middle_in(line.box, strip)]
    rows = text_rows(inside)
    numbers = [piece for row in rows for piece in row.fragments if _NUMBER.match(piece.text)]
    if not rows or 2 * len(numbers) < sum(len(row.fragments) for row in rows):
        return None
    known = [row.fragments[0] for row in rows if _has_letters(row.fragments[0])]
    if 2 * len(known) <= len(rows):
        labels = [_label_of(row.box, strip, lines, line_height) for row in rows]
        known = [label for label in labels if label is not None]
    if len(known) < _LABELLED * len(rows):
        return None
    left = min(label.box[0] for label in known)
    extent = bounding_box([*(label.box for label in known), *(line.box for line in inside)])
    ends = [piece.box[2] for piece in numbers]
    return _grown(extent, (left, strip[2]), ends, lines, line_height)


def _label_of(
    row: PointBox, strip: PointBox, lines: Sequence[TextLine], line_height: float
) -> TextLine | None:
    beside = [
        line
        for line in lines
        if line.box[2] <= strip[0] + line_height
        and same_row(line, TextLine("", row, 1.0))
        and _has_letters(line)
    ]
    return max(beside, key=lambda line: line.box[2], default=None)


def _has_letters(piece: TextLine) -> bool:
    return any(character.isalpha() for character in piece.text)


def _grown(
    extent: PointBox,
    sides: tuple[float, float],
    ends: Sequence[float],
    lines: Sequence[TextLine],
    line_height: float,
) -> PointBox:
    """The extent with the rows above and below that have entries in its columns.

    Rows that hold a label only are taken where such a row follows beyond them.
    """
    left, right = sides[0] - 2 * line_height, sides[1] + line_height
    level = [line for line in lines if left <= line.box[0] and line.box[2] <= right]
    rows = text_rows(level)
    above = [row for row in rows if row.box[3] <= extent[1] + 0.5 * line_height]
    below = [row for row in rows if row.box[1] >= extent[3] - 0.5 * line_height]
    for way, more in ((1, above[::-1]), (3, below)):
        waiting: list[PointBox] = []
        edge = extent[way]
        for row in more:
            gap = edge - row.box[3] if way == 1 else row.box[1] - edge
            if gap > _STEP * line_height:
                break
            if any(_is_in_column(piece, ends, line_height) for piece in row.fragments):
                extent = bounding_box([extent, *waiting, row.box])
                waiting = []
            elif len(row.fragments) == 1 and _is_label(row.box, sides, line_height):
                waiting.append(row.box)
            else:
                break
            edge = row.box[way]
    return extent


def _is_in_column(piece: TextLine, ends: Sequence[float], line_height: float) -> bool:
    if piece.box[2] - piece.box[0] > _ENTRY_WIDTH * line_height:
        return False
    return any(abs(piece.box[2] - end) <= _FLUSH * line_height for end in ends)


def _is_label(box: PointBox, sides: tuple[float, float], line_height: float) -> bool:
    starts_left = box[0] <= sides[0] + 3 * line_height
    return starts_left and box[2] - box[0] <= _LABEL_WIDTH * (sides[1] - sides[0])


def _middle_in(box: PointBox, outer: PointBox) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]

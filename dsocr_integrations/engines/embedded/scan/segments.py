"""From recognised lines to the pieces that layout works with.

A recogniser may read across a gutter, or find one printed line in several pieces. Segments
are runs of words without a wide gap: short enough never to cross a gutter, long enough that
the words of a sentence stay together.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Callable, Iterable, Sequence

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, WordBox, bounding_box

SPLIT_GAP = 1.6
"""White of this many line heights within a line parts two segments."""

JOIN_GAP = 0.9
"""Pieces of one printed line nearer than this many line heights belong together."""

COLUMN_LINES = 6
"""So many wide pieces that begin at one place, beside others that end before it, are a column."""

COLUMN_GAP = 0.7
"""White of a gutter between columns, in line heights, at least."""

SAME_SIZE = 1.4
"""Ratio up to which two lines are of one size: a title above a column is no line of it."""

_WIDE = 5.0
"""Pieces narrower than this many line heights, such as line numbers, do not make a column."""

MARK_GAP = 2.5
"""A list mark may stand this many line heights before its entry."""

NOTE_GAP = 0.5
"""Line heights of white between a line of prose and a note in the margin beside it, at least."""

NOTE_LINES = 3
PROSE = 12.0
"""Line heights; a piece as wide as this is a line of prose, beside which notes stand."""

_WRITTEN_WORD = re.compile(r"(?:\\\(.*?\\\)|\S)+")
"""A word of marked text; the spaces of a formula part no words."""

_MARK = re.compile(r"^(?:\(?\d{1,2}[.)、．]|[A-Z][.)]?|[•■□●▪◆◇✓]|[①-⑳]|[（(]\d{1,2}[)）])$")


def segments(lines: Iterable[TextLine]) -> list[TextLine]:
    """Split lines at wide gaps, then join neighbours that one printed line was cut into.

    Returns:
        Segments from top to bottom, with the words of each from left to right.
    """
    pieces = [piece for line in lines for piece in split(line)]
    wide = [p for p in pieces if not p.vertical and p.box[2] - p.box[0] >= _WIDE * p.height]
    pieces = [part for piece in pieces for part in _cut_at_columns(piece, wide)]
    pieces.sort(key=lambda piece: (piece.box[0], piece.box[1]))
    openings = {id(piece) for piece in pieces if _begins_column(piece.box[:2], piece.height, wide)}
    joined: list[TextLine] = []
    for piece in pieces:
        index = None if id(piece) in openings else _left_neighbour(joined, piece)
        if index is None or _is_of_a_note(piece, joined[index], pieces):
            joined.append(piece)
        else:
            joined[index] = join(joined[index], piece)
    return sorted(joined, key=lambda piece: (piece.box[1], piece.box[0]))


def split(line: TextLine, gap: float = SPLIT_GAP) -> list[TextLine]:
    """Split a line where the white between two words is at least `gap` line heights."""
    return _cut(line, lambda left, right: right.box[0] - left.box[2] >= gap * line.height)


def _cut_at_columns(line: TextLine, wide: Sequence[TextLine]) -> list[TextLine]:
    """Split a line that was found across a gutter narrower than the white that parts segments."""

    def across(left: WordBox, right: WordBox) -> bool:
        apart = right.box[0] - left.box[2] >= COLUMN_GAP * line.height
        return apart and _begins_column(right.box[:2], line.height, wide)

    return _cut(line, across)


def _cut(line: TextLine, apart: Callable[[WordBox, WordBox], bool]) -> list[TextLine]:
    """A line in pieces, cut between the words that stand apart."""
    if line.vertical or len(line.words) < 2:
        return [line]
    groups = [[line.words[0]]]
    for left, right in itertools.pairwise(line.words):
        if apart(left, right):
            groups.append([right])
        else:
            groups[-1].append(right)
    if len(groups) == 1:
        return [line]
    spaced = _spaced(line)
    marked = _WRITTEN_WORD.findall(line.marked)
    marked = marked if len(marked) == len(line.words) else []
    pieces = []
    for group in groups:
        pieces.append(
            TextLine(
                text=(" " if spaced else "").join(word.text for word in group),
                box=bounding_box([word.box for word in group]),
                score=line.score,
                words=tuple(group),
                marked=" ".join(marked[: len(group)]),
            )
        )
        marked = marked[len(group) :]
    return pieces


def join(left: TextLine, right: TextLine) -> TextLine:
    """One line of two that stand side by side."""
    return TextLine(
        text=f"{left.text} {right.text}",
        box=bounding_box([left.box, right.box]),
        score=min(left.score, right.score),
        words=(*left.words, *right.words),
        marked=_joined_marks(left, right),
    )


def _joined_marks(left: TextLine, right: TextLine) -> str:
    if not (left.marked or right.marked):
        return ""
    return f"{left.marked or left.text} {right.marked or right.text}"


def median_height(lines: Sequence[TextLine]) -> float:
    """The prevailing height of a line, in the lines' own unit; 1 where there is none.

    Long lines count more, since short ones are often page numbers, labels or noise.
    """
    weighted = [line.height for line in lines for _ in range(1 + len(line.text) // 8)]
    return statistics.median(weighted) if weighted else 1.0


def same_row(a: TextLine, b: TextLine, share: float = 0.55) -> bool:
    """Whether two lines overlap by at least `share` of the lower one's height."""
    overlap = min(a.box[3], b.box[3]) - max(a.box[1], b.box[1])
    return overlap >= share * min(a.box[3] - a.box[1], b.box[3] - b.box[1])


def _begins_column(corner: tuple[float, float], height: float, wide: Sequence[TextLine]) -> bool:
    """Whether a piece is a line of a column of prose that has another column to its left.

    The places where one printed line is cut vary from line to line; a column's left edge does
    not, and next to nothing crosses it.

    Args:
        corner: The piece's left and top.
        height: The piece's height.
        wide: Pieces that may be lines of columns.
    """
    flush = [p for p in wide if abs(p.box[0] - corner[0]) <= 0.6 * height]
    of_one_size = [p for p in flush if 1 / SAME_SIZE <= p.height / height <= SAME_SIZE]
    # A title that begins there too, far above, would take in all that stands between.
    return _is_in_column(corner, height, flush, wide) or (
        len(of_one_size) < len(flush) and _is_in_column(corner, height, of_one_size, wide)
    )


def _is_in_column(
    corner: tuple[float, float],
    height: float,
    column: Sequence[TextLine],
    wide: Sequence[TextLine],
) -> bool:
    """Whether a piece stands beside or amid pieces that are a column with another to its left."""
    if len(column) < COLUMN_LINES:
        return False
    x, y = corner
    top, bottom = min(p.box[1] for p in column), max(p.box[3] for p in column)
    level = [p for p in wide if top <= (p.box[1] + p.box[3]) / 2 <= bottom]
    left = [p for p in level if x - 3 * height <= p.box[2] <= x + 0.3 * height]
    across = [p for p in level if p.box[0] < x - height and p.box[2] > x + height]
    is_beside = top - 2 * height <= y <= bottom + height
    return is_beside and len(left) >= COLUMN_LINES and 4 * len(across) <= len(column)


def _left_neighbour(joined: Sequence[TextLine], piece: TextLine) -> int | None:
    best, best_gap = None, float("inf")
    for index, other in enumerate(joined):
        if piece.vertical or other.vertical or not same_row(other, piece):
            continue
        gap = piece.box[0] - other.box[2]
        height = min(other.height, piece.height)
        marked = _MARK.match(other.text) is not None and gap <= MARK_GAP * piece.height
        fraction = r"\frac" in other.text or r"\frac" in piece.text
        similar = fraction or max(other.height, piece.height) <= 1.6 * height
        if similar and (-0.6 * height <= gap <= JOIN_GAP * height or marked) and gap < best_gap:
            best, best_gap = index, gap
    return best


def _is_of_a_note(piece: TextLine, left: TextLine, pieces: Sequence[TextLine]) -> bool:
    """Whether a piece behind a line of prose is one of several that begin below each other.

    Args:
        piece: What stands behind the line.
        left: The line.
        pieces: All pieces of the page.
    """
    height = piece.height
    if left.box[2] - left.box[0] < PROSE * height:
        return False
    if piece.box[0] - left.box[2] < NOTE_GAP * height:
        return False
    flush = [p for p in pieces if abs(p.box[0] - piece.box[0]) <= 0.3 * height]
    stack, top, bottom = 0, piece.box[1], piece.box[3]
    for near in sorted(flush, key=lambda p: abs(p.box[1] - piece.box[1])):
        if near.box[1] <= bottom + 0.8 * height and near.box[3] >= top - 0.8 * height:
            top, bottom = min(top, near.box[1]), max(bottom, near.box[3])
            stack += 1
    return stack >= NOTE_LINES


def _spaced(line: TextLine) -> bool:
    return " " in line.text

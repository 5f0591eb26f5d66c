"""Labels in a column on the left with what they stand for on the right, as forms have them.

Read as two columns, a value loses its name. Labels are short, end where they like, and each has a
value beside it; lines of prose fill their column, and most of them begin amid a sentence.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from dsocr_integrations.engines.embedded.scan.paragraphs import is_wide
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine
from dsocr_integrations.engines.embedded.scan.segments import median_height, same_row

FEWEST = 3
"""Labels below each other that make a column."""

LONGEST = 14.0
"""Line heights that a label is wide at most."""

FILLED = 0.85
"""Share of the way to the values that a line of prose in a column takes, and most labels do not."""

FAR = 6.0
"""Line heights of white between the longest label and the values, where labels have no colons."""

OPENING = 0.8
"""Share of the labels that begin as labels do."""

FLUSH = 0.6
"""Line heights by which the starts of a column's lines differ at most."""

STEP = 1.1
"""Line heights of white above a line of a value, at most."""


@dataclass(frozen=True)
class LabelledValue:
    """A label and the lines of its value."""

    label: TextLine
    value: tuple[TextLine, ...]

    @property
    def lines(self) -> tuple[TextLine, ...]:
        """All of it in reading order."""
        return (self.label, *self.value)


def labelled_values(pieces: Sequence[TextLine]) -> list[LabelledValue]:
    """Find labels with their values.

    Args:
        pieces: Segments of lines, none of a table.

    Returns:
        From top to bottom, those of one row from left to right; they share no piece.
    """
    height = median_height(pieces)
    beside = {id(piece): _right_neighbour(piece, pieces) for piece in pieces}
    found: list[LabelledValue] = []
    taken: set[int] = set()
    for column in _columns([p for p in pieces if beside[id(p)] and _is_short(p, height)], height):
        pairs = [(p, v) for p in column if (v := beside[id(p)]) and id(p) not in taken]
        for group in _with_common_start(pairs, height):
            if not _are_labels([label for label, _ in group], group[0][1].box[0], height):
                continue
            if any(_is_amid_prose(value, pieces, height) for _, value in group):
                continue
            taken.update(id(piece) for pair in group for piece in pair)
            found += [
                LabelledValue(label, (value, *_rest_of(value, label, pieces, taken, height)))
                for label, value in group
            ]
    return sorted(found, key=lambda one: (one.label.box[1], one.label.box[0]))


def _right_neighbour(piece: TextLine, pieces: Sequence[TextLine]) -> TextLine | None:
    level = [
        other
        for other in pieces
        if other is not piece
        and not other.vertical
        and not piece.vertical
        and other.box[0] >= piece.box[2]
        and same_row(piece, other)
    ]
    return min(level, key=lambda other: other.box[0], default=None)


def _is_short(piece: TextLine, height: float) -> bool:
    return piece.box[2] - piece.box[0] <= LONGEST * height


def _columns(pieces: Sequence[TextLine], height: float) -> list[list[TextLine]]:
    """Pieces that begin at one place, from left to right."""
    columns: list[list[TextLine]] = []
    for piece in sorted(pieces, key=lambda piece: piece.box[0]):
        if columns and piece.box[0] - columns[-1][0].box[0] <= FLUSH * height:
            columns[-1].append(piece)
        else:
            columns.append([piece])
    return [sorted(column, key=lambda piece: piece.box[1]) for column in columns]


def _with_common_start(
    pairs: Sequence[tuple[TextLine, TextLine]], height: float
) -> list[list[tuple[TextLine, TextLine]]]:
    """Groups of pairs whose values begin at one place."""
    groups: list[list[tuple[TextLine, TextLine]]] = []
    for pair in sorted(pairs, key=lambda pair: pair[1].box[0]):
        if groups and pair[1].box[0] - groups[-1][0][1].box[0] <= FLUSH * height:
            groups[-1].append(pair)
        else:
            groups.append([pair])
    return [group for group in groups if len(group) >= FEWEST]


def _are_labels(labels: Sequence[TextLine], start: float, height: float) -> bool:
    """Whether lines with something beside each are labels, and not a block beside another.

    Args:
        labels: The lines.
        start: Where what is beside them begins.
        height: Prevailing height of a line.
    """
    left = min(label.box[0] for label in labels)
    filled = statistics.median((label.box[2] - left) / (start - left) for label in labels)
    opening = sum(_opens(label.text) for label in labels)
    colons = sum(label.text.endswith((":", "：")) for label in labels)
    if opening < OPENING * len(labels):
        return False
    white = start - max(label.box[2] for label in labels)
    return 2 * colons > len(labels) or (filled < FILLED and white <= FAR * height)


def _is_amid_prose(value: TextLine, pieces: Sequence[TextLine], height: float) -> bool:
    """Whether a line goes on with the full line above it: what stands beside is a note."""
    return value.text[:1].islower() and any(
        abs(above.box[0] - value.box[0]) <= FLUSH * height
        and above.box[2] >= value.box[2] - height
        and 0 < value.box[1] - above.box[1] <= (1 + STEP) * height
        and above.text[-1:].isalnum()
        for above in pieces
        if above is not value
    )


def _opens(text: str) -> bool:
    """Whether a line begins as labels do, and does not go on in the next one."""
    first = text.lstrip("([*•·-– ")[:1]
    begins = first.isupper() or is_wide(first or " ")
    return begins and not text.endswith((",", "-", "\u2010", ";"))


def _rest_of(
    value: TextLine, label: TextLine, pieces: Sequence[TextLine], taken: set[int], height: float
) -> list[TextLine]:
    """The lines of a value below its first, which have nothing where the labels stand."""
    rest: list[TextLine] = []
    above = value
    for piece in sorted(pieces, key=lambda piece: piece.box[1]):
        is_below = piece.box[1] > above.box[1] and not same_row(above, piece)
        if not is_below or abs(piece.box[0] - value.box[0]) > FLUSH * height:
            continue
        if id(piece) in taken or piece.box[1] - above.box[3] > STEP * height:
            break
        if any(
            same_row(piece, other) and label.box[0] - height <= other.box[0] < piece.box[0]
            for other in pieces
            if other is not piece
        ):
            break
        rest.append(piece)
        taken.add(id(piece))
        above = piece
    return rest

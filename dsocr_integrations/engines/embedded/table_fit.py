"""Whether a table as read stands as its words are printed: signs that cells were merged or moved."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dsocr_integrations.records.documents import PointBox
from dsocr_integrations.tables.numbers import number_of

GUTTER = 0.5
"""White of so many line heights that runs down the words of a column parts two."""

FEWEST, MOSTLY = 3, 0.6
"""Cells of a column that say anything, and share of them that show the same white."""

MOST_WORDS, MOST_GAPS = 1500, 40
"""Words of a table that is looked at, at most, and white of a column that is followed down it."""

CROSSED = 0.1
"""How many words may cross it for each line that it parts."""

APART = 0.5
"""Share of a line's height that two lines of one cell share at most."""

LEVEL = 0.5
"""Share of its height that a label shares with numbers of its row at least."""

_SAYING = re.compile(r"\w")
_AMOUNTS = re.compile(r"[$€£\d.,()%]*(?:\d[\d.,()%]*|[-\u2010-\u2015\u2212])")
"""An amount, or the dash that stands for none."""
_OPENING = re.compile(r"\(?[\w]{1,3}[.):]$|[([]")


@dataclass(frozen=True)
class SetWord:
    """A word and where it is printed."""

    text: str
    box: PointBox


@dataclass(frozen=True)
class SetCell:
    """A cell with its words.

    Attributes:
        row: 0-based first row.
        column: 0-based first column.
        rows: Rows covered.
        columns: Columns covered.
        words: In any order.
    """

    row: int
    column: int
    rows: int
    columns: int
    words: tuple[SetWord, ...]

    @property
    def box(self) -> PointBox:
        """Extent of its words."""
        boxes = [word.box for word in self.words]
        return (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )

    @property
    def lines(self) -> list[list[SetWord]]:
        """Its words line by line."""
        lines: list[list[SetWord]] = []
        for word in sorted(self.words, key=lambda word: word.box[1] + word.box[3]):
            if lines and _share(lines[-1][0].box, word.box, 1) > APART:
                lines[-1].append(word)
            else:
                lines.append([word])
        return [sorted(line, key=lambda word: word.box[0]) for line in lines]


def misfits(cells: Sequence[SetCell]) -> tuple[str, ...]:
    """What speaks against a table by where its words stand, each in a sentence.

    Args:
        cells: All cells of a table, boxes in any unit, upright.
    """
    filled = [cell for cell in cells if cell.words]
    if sum(len(cell.words) for cell in filled) > MOST_WORDS:
        return ()
    plain = [cell for cell in filled if cell.rows == cell.columns == 1]
    columns: dict[int, list[SetCell]] = {}
    rows: dict[int, list[SetCell]] = {}
    for cell in plain:
        columns.setdefault(cell.column, []).append(cell)
        rows.setdefault(cell.row, []).append(cell)
    found = (
        next(filter(None, map(_gutter, columns.values())), ""),
        next(filter(None, map(_merged_row, rows.values())), ""),
        _torn_label(rows),
        _moved(columns),
    )
    return tuple(doubt for doubt in found if doubt)


def _said(words: Sequence[SetWord]) -> str:
    return repr(" ".join(word.text for word in words)[:40])


def _share(first: PointBox, second: PointBox, axis: int) -> float:
    """What two boxes share along an axis, as a share of the smaller extent."""
    low, high = max(first[axis], second[axis]), min(first[axis + 2], second[axis + 2])
    least = min(first[axis + 2] - first[axis], second[axis + 2] - second[axis])
    return max(0.0, high - low) / least if least > 0 else 0.0


def _gutter(column: Sequence[SetCell]) -> str:
    """White that runs down the words of a column's cells."""
    if len(column) < FEWEST:
        return ""
    lines = [line for cell in column for line in cell.lines]
    height = statistics.median(word.box[3] - word.box[1] for line in lines for word in line)
    gaps = [gap for line in lines for gap in _gaps(line, GUTTER * height)]
    for left, right in gaps[:MOST_GAPS]:
        middle = (left + right) / 2
        over = [gap for gap in gaps if gap[0] < middle < gap[1]]
        shared = min(gap[1] for gap in over) - max(gap[0] for gap in over)
        crossed = sum(_crosses(line, middle) for line in lines)
        is_long = len(over) >= max(FEWEST, MOSTLY * len(column))
        if is_long and shared >= GUTTER * height and crossed <= CROSSED * len(over):
            words = next(line for line in lines if any(_parts(line, middle)))
            return f"White runs down the words of one column: {_said(words)}."
    return ""


def _gaps(line: Sequence[SetWord], least: float) -> Iterator[tuple[float, float]]:
    """White between what is printed on one line; signs and marks stand before white often."""
    for place, (left, right) in enumerate(itertools.pairwise(line)):
        before = "".join(word.text for word in line[: place + 1])
        behind = "".join(word.text for word in line[place + 1 :])
        if right.box[0] - left.box[2] < least or _OPENING.fullmatch(before):
            continue
        says = bool(_SAYING.search(before) and _SAYING.search(behind))
        if says or (_AMOUNTS.fullmatch(before) and _AMOUNTS.fullmatch(behind)):
            yield left.box[2], right.box[0]


def _crosses(line: Sequence[SetWord], x: float) -> bool:
    return any(word.box[0] < x < word.box[2] for word in line)


def _parts(line: Sequence[SetWord], x: float) -> Iterator[bool]:
    return (a.box[2] < x < b.box[0] for a, b in itertools.pairwise(line))


def _merged_row(row: Sequence[SetCell]) -> str:
    """Numbers below each other in a cell, beside another cell with as many lines at their height."""
    several = [(cell, cell.lines) for cell in row]
    several = [(cell, lines) for cell, lines in several if len(lines) > 1]
    for cell, lines in several:
        beside = (other for own, other in several if own is not cell)
        if all(map(_is_number, lines)) and any(_are_level(lines, other) for other in beside):
            words = [word for line in lines for word in line]
            return f"Numbers of one cell stand below each other: {_said(words)}."
    return ""


def _is_number(line: Sequence[SetWord]) -> bool:
    text = "".join(word.text for word in line)
    return number_of(text) is not None and not text.startswith(("(", "["))


def _are_level(lines: Sequence[Sequence[SetWord]], others: Sequence[Sequence[SetWord]]) -> bool:
    return len(lines) == len(others) and all(
        _share(a[0].box, b[0].box, 1) > LEVEL for a, b in zip(lines, others, strict=True)
    )


def _torn_label(rows: dict[int, list[SetCell]]) -> str:
    """A label on a row of its own at the height of the numbers above or below it."""
    for number, row in rows.items():
        if len(row) != 1 or row[0].column:
            continue
        for other in (rows.get(number - 1, []), rows.get(number + 1, [])):
            if not other or any(cell.column == 0 for cell in other):
                continue
            if any(_share(row[0].box, cell.box, 1) > LEVEL for cell in other):
                return f"A label stands beside the numbers of another row: {_said(row[0].words)}."
    return ""


def _moved(columns: dict[int, list[SetCell]]) -> str:
    """A cell whose words stand where those of another column do."""
    extents = {number: [cell.box for cell in column] for number, column in columns.items()}
    full = {number: boxes for number, boxes in extents.items() if len(boxes) >= FEWEST}
    for number, column in columns.items():
        for cell, box in zip(column, extents[number], strict=True):
            own = [other for other in extents[number] if other is not box]
            if len(own) < FEWEST or any(_share(box, other, 0) > 0 for other in own):
                continue
            for place, boxes in full.items():
                level = sum(_share(box, other, 0) > LEVEL for other in boxes)
                if place != number and level >= MOSTLY * len(boxes):
                    return f"A cell stands in another column: {_said(cell.words)}."
    return ""

"""Titles over several columns whose columns a rule below them, or the lines beside them, show."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dsocr_integrations.engines.embedded.born_digital.line_text import (
    line_text,
    printed_lines,
    union,
)
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.table_cells import FilledCell, FilledTable
from dsocr_integrations.engines.embedded.born_digital.table_rules import TableRules
from dsocr_integrations.engines.embedded.born_digital.table_titles import (
    DEEPEST_HEAD,
    header_rows,
    phrases,
)
from dsocr_integrations.records.documents import PointBox

_MOST = 200
"""Lines in a head that are looked at, and words of it."""

_APART = 1.0
"""White between two titles of one line, in sizes of type, at least."""

_BESIDE = 2.0
"""Points by which a title reaches over the ends of its rule, at most."""


@dataclass(frozen=True)
class _Title:
    """A title and the columns that it is drawn over.

    Attributes:
        words: The title.
        columns: 0-based.
        bottom: The line below which the names of its columns stand.
    """

    words: tuple[StyledWord, ...]
    columns: range
    bottom: float


def span_ruled(table: FilledTable, rules: TableRules) -> None:
    """Let each title span the columns that its rule covers, and doubt the table where it cannot.

    Args:
        table: With at least three columns; else nothing is done.
        rules: The lines drawn in it.
    """
    depth = min(max(header_rows(table), 1), DEEPEST_HEAD)
    if table.column_count < 3 or table.row_count <= depth:
        return
    for title in _ruled_titles(table, rules, depth):
        if not _put_over(table, title):
            said = line_text(title.words)
            table.doubts += (f"A title does not stand over the columns of its rule: {said!r}.",)


def _ruled_titles(table: FilledTable, rules: TableRules, depth: int) -> list[_Title]:
    """The titles of a head that lines show to stand over several columns, from top to bottom."""
    head = [word for cell in table.cells if cell.row < depth for word in cell.words]
    body = [word for cell in table.cells if cell.row >= depth for word in cell.words]
    if not head or not body or len(head) > _MOST or not all(word.horizontal for word in head):
        return []
    lines = [phrases(line, _APART) for line in printed_lines(head)]
    middles = _middles(table, depth)
    seen: list[tuple[int, int, _Title]] = []
    for kind, places in enumerate(_places(head, rules, min(word.box[1] for word in body))):
        for place in places:
            columns = [n for n, middle in middles.items() if place[0] <= middle <= place[2]]
            title = _title(lines, place, columns)
            if title is not None:
                seen.append((kind, _off_centre(title, place), title))
    found: dict[int, _Title] = {}
    for _, _, title in sorted(seen, key=lambda one: (*one[:2], -len(one[2].columns))):
        if not any(id(word) in found for word in title.words):
            found |= {id(word): title for word in title.words}
    return sorted({id(title): title for title in found.values()}.values(), key=lambda t: t.bottom)


def _off_centre(title: _Title, place: PointBox) -> int:
    """How far a title stands off the middle of a place, in hundredths of its width."""
    words = union(word.box for word in title.words)
    off = abs(words[0] + words[2] - place[0] - place[2]) / 2
    return round(100 * off / (place[2] - place[0]))


def _middles(table: FilledTable, depth: int) -> dict[int, float]:
    """Where the middle of each column's texts lies; columns without any are left out."""
    extents: dict[int, list[PointBox]] = {}
    for cell in table.cells:
        if cell.row >= depth and cell.columns == 1 and cell.words:
            extents.setdefault(cell.column, []).append(union(word.box for word in cell.words))
    return {
        column: statistics.median(box[0] + box[2] for box in boxes) / 2
        for column, boxes in sorted(extents.items())
    }


def _places(
    head: Sequence[StyledWord], rules: TableRules, bottom: float
) -> tuple[set[PointBox], set[PointBox]]:
    """Where titles may stand: between upright lines, and above rules and their pieces."""
    top = min(word.box[1] for word in head)
    level = [line for line in rules.level if top < line[1] < bottom][:_MOST]
    upright = [line for line in rules.upright if line[1] < bottom and top < line[3]][:_MOST]
    framed = {place for word in head for place in _between(word, level, upright, top)}
    return framed, {(line[0], _top(line, level, top), line[2], line[1]) for line in level}


def _top(line: PointBox, level: Iterable[PointBox], top: float) -> float:
    """The height of the next line above a line."""
    over = (o[1] for o in level if o[1] < line[1] - 1 and o[0] < line[2] and line[0] < o[2])
    return max(over, default=top)


def _between(
    word: StyledWord, level: Sequence[PointBox], upright: Sequence[PointBox], top: float
) -> Iterator[PointBox]:
    """The place between the upright lines beside a word, down to the line below it."""
    x, y = word.centre
    beside = [line[0] for line in upright if line[1] < y < line[3]]
    left = max((at for at in beside if at < x), default=None)
    right = min((at for at in beside if at > x), default=None)
    below = min((line for line in level if line[1] > y and line[0] < x < line[2]), default=None,
                key=lambda line: line[1])  # fmt: skip
    if below is not None and left is not None and right is not None:
        yield (left, _top((left, below[1], right, below[1]), level, top), right, below[1])


def _title(
    lines: Sequence[Sequence[Sequence[StyledWord]]], place: PointBox, columns: Sequence[int]
) -> _Title | None:
    """The one title of a place, with a name for each of the columns below it."""
    x0, _, x1, bottom = place
    if len(columns) < 2 or columns[0] == 0 or columns[-1] - columns[0] >= len(columns):
        return None
    words: list[StyledWord] = []
    for line in reversed(lines):
        met = [phrase for phrase in line if _stands_in(phrase, place)]
        if not met:
            continue
        box = union(word.box for word in met[0])
        if len(met) > 1 or box[0] < x0 - _BESIDE or box[2] > x1 + _BESIDE:
            break
        words = [*met[0], *words]
    below = [
        phrase
        for line in lines
        for phrase in line
        if _stands_in(phrase, (x0, bottom, x1, math.inf))
    ]
    if not words or len(below) < len(columns):
        return None
    box = union(word.box for word in words)
    is_underlined = abs(box[0] - x0) + abs(box[2] - x1) < 2 * _BESIDE
    return (
        None if is_underlined else _Title(tuple(words), range(columns[0], columns[-1] + 1), bottom)
    )


def _stands_in(phrase: Sequence[StyledWord], place: PointBox) -> bool:
    box = union(word.box for word in phrase)
    middle = (box[1] + box[3]) / 2
    return place[1] < middle < place[3] and box[0] < place[2] and place[0] < box[2]


def _put_over(table: FilledTable, title: _Title) -> bool:
    """Make one cell of a title over its columns.

    Returns:
        Whether that could be done: not where other texts stand in its place.
    """
    own = {id(word) for word in title.words}
    for row in reversed(range(table.row_count)):
        if any(id(word) in own for cell in table.row(row) for word in cell.words):
            _part_row(table, row, title)
    held = [cell for cell in table.cells if any(id(word) in own for word in cell.words)]
    first, last = min(c.row for c in held), max(c.row + c.rows - 1 for c in held)
    met = [
        cell
        for cell in table.cells
        if cell.row <= last and first < cell.row + cell.rows
        if any(cell is other for other in held) or _is_over(cell, title.columns)
    ]
    if any(c.row < first or c.row + c.rows - 1 > last or _is_taken(c, title) for c in met):
        return False
    box = union(cell.box for cell in met)
    rest = [part for cell in met for part in _beside(cell, title)]
    width, height = len(title.columns), last - first + 1
    made = FilledCell(first, title.columns[0], height, width, box, list(title.words), settled=True)
    kept = [cell for cell in table.cells if all(cell is not other for other in met)]
    table.cells = [*kept, *rest, made]
    return True


def _part_row(table: FilledTable, row: int, title: _Title) -> None:
    """Give the names that stand in a row with their title a row of their own."""
    cells = table.row(row)
    over = [cell for cell in cells if _is_over(cell, title.columns)]
    if any(cell.rows == 1 and _below(cell, title) for cell in over):
        for cell in table.cells:
            if cell.row > row:
                cell.row += 1
            elif cell.row + cell.rows > row:
                cell.rows += 1
        over = cells
    for cell in over:
        names = _below(cell, title)
        if cell.rows > 1 and (names or not cell.words):
            _part_cell(table, cell, names, title.bottom)


def _part_cell(table: FilledTable, cell: FilledCell, names: Sequence[StyledWord], y: float) -> None:
    """Cut a cell of several rows below its first one, names below the cut."""
    x0, y0, x1, y1 = cell.box
    below = FilledCell(cell.row + 1, cell.column, cell.rows - 1, cell.columns, (x0, y, x1, y1))
    below.words = list(names)
    table.cells.append(below)
    cell.words = [word for word in cell.words if all(word is not name for name in names)]
    cell.rows, cell.box = 1, (x0, y0, x1, y)


def _below(cell: FilledCell, title: _Title) -> list[StyledWord]:
    return [word for word in cell.words if word.centre[1] > title.bottom]


def _is_over(cell: FilledCell, columns: range) -> bool:
    return cell.column < columns.stop and columns.start < cell.column + cell.columns


def _is_taken(cell: FilledCell, title: _Title) -> bool:
    """Whether a cell holds other words and lies over the title's columns alone."""
    own = {id(word) for word in title.words}
    has_others = any(id(word) not in own for word in cell.words)
    return has_others and not _columns_beside(cell, title.columns)


def _beside(cell: FilledCell, title: _Title) -> list[FilledCell]:
    """What is left of a cell beside a title's columns; other words go into the first part."""
    own = {id(word) for word in title.words}
    others = [word for word in cell.words if id(word) not in own]
    parts = [
        FilledCell(cell.row, column, cell.rows, 1, cell.box)
        for column in _columns_beside(cell, title.columns)
    ]
    if others:
        x = union(word.box for word in others)[0]
        is_behind = x > union(word.box for word in title.words)[0]
        parts[-1 if is_behind else 0].words = others
    return parts


def _columns_beside(cell: FilledCell, columns: range) -> list[int]:
    return [n for n in range(cell.column, cell.column + cell.columns) if n not in columns]

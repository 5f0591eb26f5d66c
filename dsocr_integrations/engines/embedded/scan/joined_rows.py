"""Which lines of a table without rules between its rows make one row.

A head has its names on several lines, beside titles over several columns; a long text in a cell
goes on below. Neither is a row of its own.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.scan.cells import Cell
from dsocr_integrations.engines.embedded.scan.text_rows import TextRow, goes_on

HIGHEST_HEAD = 6
"""Lines above the first rule that are a head, at most."""

FEWEST_BANDS, HIGHEST_BAND = 3, 5
"""Places between rules that are rows, each of so many lines at most."""

LEADING = 1.2
"""Lines of different rows are so many times farther apart than those of one."""

MOSTLY, BEGINS_SMALL = 0.8, 0.3
"""Share of near lines that may go on where near lines are one row, and how much more often these
begin with a small letter than rows do."""


def head_height(rows: Sequence[TextRow], levels: Sequence[float]) -> int:
    """How many lines stand above the first rule across a table; 0 where they are no head."""
    for level in sorted(levels):
        above = sum(row.middle < level for row in rows)
        if above:
            return above if above <= min(HIGHEST_HEAD, len(rows) - 1) else 0
    return 0


def join_rows(
    cells: Sequence[Cell],
    rows: Sequence[TextRow],
    head: int,
    levels: Sequence[float],
    line_height: float,
) -> list[Cell]:
    """Put cells of several lines in one row each.

    Args:
        cells: As placed line by line; `row` counts lines.
        rows: The lines.
        head: How many of the lines are the head.
        levels: Heights of rules from side to side.
        line_height: Prevailing line height.
    """
    storeys = _storeys([cell for cell in cells if cell.row < head])
    if _stacks_numbers([cell for cell in cells if cell.row < head]):
        storeys, head = [], 0
    number = max((cell.row + cell.row_span for cell in storeys), default=0)
    body = [[cell for cell in cells if cell.row == row] for row in range(head, len(rows))]
    joins = _joins(body, rows[head:], levels, line_height)
    placed = storeys
    for place, row in enumerate(body):
        number += place > 0 and not joins[place]
        placed += [replace(cell, row=number) for cell in row]
    return _joined(placed)


def _joined(cells: Sequence[Cell]) -> list[Cell]:
    """One cell of all that have one place, from top to bottom."""
    merged: dict[tuple[int, int], Cell] = {}
    for cell in cells:
        place = (cell.row, cell.column)
        known = merged.get(place)
        merged[place] = known.joined(cell.text, cell.lines) if known else cell
    return list(merged.values())


def _storeys(head: Sequence[Cell]) -> list[Cell]:
    """The cells of a head in as many rows as it has storeys: a title ends one of its columns."""
    top = [cell for cell in head if cell.row == 0]
    if len(top) == 1 and _leads(top) and len(head) > 1:
        # Nothing stands beside it: it names the table.
        below = _storeys([replace(cell, row=cell.row - 1) for cell in head if cell.row])
        return [*top, *(replace(cell, row=cell.row + 1) for cell in below)]
    titles = [cell for cell in head if cell.column_span > 1]
    ends = sorted({title.row for title in titles if not _goes_on_below(title, titles)})
    last = max((cell.row for cell in head), default=0)
    count = len(ends) + (not ends or last > ends[-1])
    placed = []
    for cell in head:
        if any(title.covers(cell.column) for title in titles):
            placed.append(replace(cell, row=sum(end < cell.row for end in ends)))
        else:
            placed.append(replace(cell, row=0, row_span=count))
    return placed


def _goes_on_below(title: Cell, titles: Sequence[Cell]) -> bool:
    place = (title.row + 1, title.column, title.column_span)
    return any((other.row, other.column, other.column_span) == place for other in titles)


def _stacks_numbers(cells: Sequence[Cell]) -> bool:
    """Whether numbers stand below numbers, as they do in no cell."""
    numbers = Counter(cell.column for cell in cells if _is_number(cell.text))
    return any(count > 1 for count in numbers.values())


def _is_number(text: str) -> bool:
    """Whether a text is of digits mostly; one in brackets may stand below another."""
    digits = sum(map(str.isdigit, text))
    bracketed = text.startswith("(") and text.endswith(")")
    return 0 < sum(map(str.isalnum, text)) <= 2 * digits and not bracketed


def _joins(
    body: Sequence[Sequence[Cell]],
    rows: Sequence[TextRow],
    levels: Sequence[float],
    line_height: float,
) -> list[bool]:
    """Which lines belong to the row of the line above."""
    bands = [sum(level < row.middle for level in levels) for row in rows]
    groups = [list(group) for _, group in itertools.groupby(range(len(rows)), bands.__getitem__)]
    if _are_rows(body, groups):
        return [place > 0 and bands[place] == bands[place - 1] for place in range(len(rows))]
    steps = [b.middle - a.middle for a, b in itertools.pairwise(rows)]
    leading = _leading(steps)
    columns = max(map(len, body), default=0)
    near = [False, *(step <= leading for step in steps)]
    may = [False] * len(body)
    for place in range(1, len(body)):
        above = place - 1
        while may[above]:
            above -= 1
        part = len(body[place]) < columns
        may[place] = near[place] and part and _may_go_on(body[place], body[above:place])
    wrap = sum(may) >= MOSTLY * sum(near) and _begin_small(body, may)
    joins = [False]
    for place in range(1, len(body)):
        goes = goes_on(rows[place], rows[place - 1], line_height) and _leads(body[place - 1])
        below = may[place] and (wrap or _is_rest(body[place], body[place - 1]))
        joins.append(bands[place] == bands[place - 1] and (goes or below))
    return joins


def _is_rest(row: Sequence[Cell], above: Sequence[Cell]) -> bool:
    """Whether a line without a label says the rest of a few cells, as no member of a group does."""
    small = sum(not cell.text[:1].isupper() and not cell.text[:1].isdigit() for cell in row)
    return not _leads(row) and (2 * small > len(row) or 2 * len(row) < len(above))


def _leads(row: Sequence[Cell]) -> bool:
    return any(cell.column == 0 for cell in row)


def _are_rows(body: Sequence[Sequence[Cell]], groups: Sequence[Sequence[int]]) -> bool:
    """Whether rules part each row of a table from the next."""
    if len(groups) < FEWEST_BANDS or max(map(len, groups)) > HIGHEST_BAND:
        return False
    return not any(
        _stacks_numbers([cell for row in group for cell in body[row]]) for group in groups
    )


def _leading(steps: Sequence[float]) -> float:
    """The most that lines of one row lie apart: there the steps from line to line part in two."""
    ordered = sorted(step for step in steps if step > 0)
    jumps = [(b / a, a) for a, b in itertools.pairwise(ordered)]
    widest, below = max(jumps, default=(0.0, 0.0))
    return below if widest >= LEADING else 0.0


def _may_go_on(row: Sequence[Cell], above: Sequence[Sequence[Cell]]) -> bool:
    """Whether a line says more about what stands in the lines above, and nothing else."""
    known = {cell.column for line in above for cell in line}
    stacked = [*row, *(cell for line in above for cell in line)]
    return {cell.column for cell in row} <= known and not _stacks_numbers(stacked)


def _begin_small(body: Sequence[Sequence[Cell]], may: Sequence[bool]) -> bool:
    """Whether lines that may go on begin with small letters, and rows do not."""
    if len(may) - sum(may) < FEWEST_BANDS:
        return False
    shares = []
    for going in (True, False):
        letters = [
            cell.text[0]
            for row, goes in zip(body, may, strict=True)
            for cell in row
            if goes == going and cell.text[:1].isalpha()
        ]
        shares.append(sum(letter.islower() for letter in letters) / max(1, len(letters)))
    return shares[0] - shares[1] >= BEGINS_SMALL

"""Where the tables of a sheet are: ranges of cells with empty rows or columns around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dsocr_integrations.records.documents import TableSpan
from dsocr_integrations.rendering.spreadsheets.cells import Cell, Sheet

Line = Mapping[int, Cell]
_Merged = Mapping[int, Sequence[TableSpan]]
"""Merged cells by the row in which they begin."""

_REACH = 1_000
"""Columns that a merged cell is followed over."""

_EMPTY_REACH = 50
"""Empty rows that a merged cell holds together; who merges more fills a page with nothing."""

_MOST_REACHED = 20_000
"""Rows of a sheet that merged cells are followed over together."""

_DEEPEST = 20
"""Times that ranges beside each other are parted again."""

_LOOKED_AT = 10
"""Ranges before one that it may be more of."""


@dataclass(frozen=True)
class Range:
    """A part of a sheet in which no row is empty.

    Attributes:
        rows: Its filled cells by row and column; rows that merged cells alone fill have none.
        columns: Those that are filled, in order.
        merged: Merged cells that begin in it, on the sheet's rows and columns.
    """

    rows: dict[int, Line]
    columns: tuple[int, ...]
    merged: list[TableSpan]

    def below(self, rows: int) -> Range | None:
        """What is left below so many rows."""
        by_row = defaultdict(list)
        for span in self.merged:
            by_row[span.row].append(span)
        return _range(dict(list(self.rows.items())[rows:]), by_row)


def ranges_of(sheet: Sheet) -> list[Range]:
    """The ranges of a sheet, from the top down and from left to right."""
    merged = defaultdict(list)
    for span in sheet.merged:
        merged[span.row].append(span)
    found = (
        part
        for rows in _parted(sorted({*sheet.rows, *_reached(sheet)}))
        for part in _beside({row: sheet.rows.get(row, {}) for row in rows}, merged, _DEEPEST)
    )
    return _rejoined(found)


def _reached(sheet: Sheet) -> set[int]:
    """Rows that merged cells cover above the last filled one, from the first ones named on."""
    rows: set[int] = set()
    last = max(sheet.rows, default=-1)
    for span in sheet.merged:
        if len(rows) >= _MOST_REACHED:
            break
        rows.update(range(span.row, min(span.row + min(span.row_span, _EMPTY_REACH), last)))
    return rows


def _parted(places: Sequence[int]) -> Iterator[list[int]]:
    """Runs of places that follow each other."""
    run: list[int] = []
    for place in places:
        if run and place != run[-1] + 1:
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _beside(rows: dict[int, Line], merged: _Merged, depth: int) -> Iterator[Range]:
    """The ranges of some rows: those beside each other are parted, and each again by its rows."""
    whole = _range(rows, merged)
    if whole is None:
        return
    groups = _column_groups(whole) if depth else []
    if len(groups) < 2:
        yield whole
        return
    for group in map(set, groups):
        part = {
            row: {at: cell for at, cell in line.items() if at in group}
            for row, line in rows.items()
        }
        for run in _parted([row for row, line in part.items() if line]):
            yield from _beside({row: part[row] for row in run}, merged, depth - 1)


def _range(rows: dict[int, Line], merged: _Merged) -> Range | None:
    columns = tuple(sorted({at for line in rows.values() for at in line}))
    if not columns:
        return None
    within = [
        one for row, line in rows.items() for one in merged.get(row, ()) if one.column in line
    ]
    return Range(rows, columns, within)


def _column_groups(whole: Range) -> list[list[int]]:
    """Columns of tables that stand side by side.

    An empty column parts tables only where labels stand behind it: one before a column of numbers
    is there for the looks.
    """
    covered = {
        at
        for span in whole.merged
        # A title may be centred over all of them.
        if len(whole.rows[span.row]) > 1
        for at in range(span.column, span.column + min(span.column_span, _REACH))
    }
    groups: list[list[int]] = []
    for run in _parted(sorted({*whole.columns, *covered})):
        if groups and not (len(run) > 1 and _is_labelled(whole, run[0])):
            groups[-1].extend(run)
        else:
            groups.append(run)
    return groups


def _is_labelled(whole: Range, column: int) -> bool:
    cells = [line[column] for line in whole.rows.values() if column in line]
    words = sum(not cell.is_number and any(map(str.isalpha, cell.text)) for cell in cells)
    return words * 2 > len(cells)


def _rejoined(ranges: Iterable[Range]) -> list[Range]:
    """Ranges, those put together again that are one table with an empty row in it."""
    found: list[Range] = []
    for one in ranges:
        near = range(max(0, len(found) - _LOOKED_AT), len(found))
        place = next((at for at in near if _goes_on(found[at], one)), None)
        if place is None:
            found.append(one)
            continue
        above = found[place]
        above.rows.update(one.rows)
        above.merged.extend(one.merged)
        found[place] = replace(above, columns=tuple(sorted({*above.columns, *one.columns})))
    return found


def _goes_on(above: Range, below: Range) -> bool:
    """Whether rows are more of the table above them: numbers first, under numbers or names."""
    last, first = next(reversed(above.rows)), next(iter(below.rows))
    numbers, over = (
        {at for at, cell in line.items() if cell.is_number}
        for line in (below.rows[first], above.rows[last])
    )
    if first != last + 2 or not numbers:
        return False
    if len(above.rows) > 1:
        return numbers <= over and set(below.columns) <= set(above.columns)
    return len(above.columns) > 1 and numbers <= set(above.columns) <= set(below.columns)

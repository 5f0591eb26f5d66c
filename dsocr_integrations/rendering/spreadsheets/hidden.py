"""Sheets without their hidden rows and columns."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dsocr_integrations.records.documents import TableSpan
from dsocr_integrations.rendering.spreadsheets.cells import Cell, Sheet

MAX_MERGED = 10_000
"""Merged cells of a sheet that are followed; the rest stand for themselves."""

_SHOWN_NAME = 80


@dataclass
class RawSheet:
    """A sheet as its file has it.

    Attributes:
        name: Its name.
        rows: Filled cells by row and column, hidden ones too.
        merged: Cells that cover others.
        hidden_rows: Rows that are not shown.
        hidden_columns: Columns that are not shown.
        formulas: Formulas whose values the file does not hold.
        misplaced: Filled cells whose addresses no sheet has.
    """

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[TableSpan] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formulas: int = 0
    misplaced: int = 0

    def merge(self, row: int, column: int, rows: int, columns: int) -> None:
        """Note that a cell covers others, unless there are more of them than a person makes."""
        if rows > 0 and columns > 0 and rows * columns > 1 and len(self.merged) < MAX_MERGED:
            span = TableSpan(row=row, column=column, row_span=rows, column_span=columns)
            self.merged.append(span)

    def shown(self) -> Sheet:
        """The sheet without what is hidden; rows and columns close up over it."""
        rows, columns = _Places(self.hidden_rows), _Places(self.hidden_columns)
        cells = {
            rows.shown(row): {
                columns.shown(at): cell
                for at, cell in line.items()
                if at not in self.hidden_columns
            }
            for row, line in self.rows.items()
            if row not in self.hidden_rows
        }
        filled: Mapping[int, Mapping[int, Cell]] = {at: line for at, line in cells.items() if line}
        spans = (_closed_up(span, rows, columns) for span in self.merged)
        return Sheet(self.name, filled, tuple(span for span in spans if span is not None))

    def left_out(self) -> Iterator[str]:
        """What is not shown of it, a sentence each."""
        name = shown_name(self.name)
        rows = len(self.hidden_rows & self.rows.keys())
        columns = len({at for line in self.rows.values() for at in line} & self.hidden_columns)
        if rows:
            yield f"{counted(rows, 'hidden row')} left out of the sheet {name}."
        if columns:
            yield f"{counted(columns, 'hidden column')} left out of the sheet {name}."
        if self.misplaced:
            cells = counted(self.misplaced, "cell")
            yield f"{cells} left out of the sheet {name}, at an address that no sheet has."
        if self.formulas:
            one = self.formulas == 1
            yield (
                f"The file holds no value of {self.formulas} formula{'' if one else 's'} in the"
                f" sheet {name}; {'it stands' if one else 'they stand'} as written."
            )


def shown_name(name: str) -> str:
    """A sheet's name, safe to be shown in a sentence."""
    return repr(" ".join(name.split())[:_SHOWN_NAME])


def counted(number: int, what: str) -> str:
    """So many of something, as the subject of "is left out"."""
    return f"1 {what} is" if number == 1 else f"{number:,} {what}s are"


def hidden_sheets(names: Iterable[str]) -> Iterator[str]:
    """Tell which sheets are left out, if any."""
    told = [shown_name(name) for name in names]
    if told:
        yield f"{counted(len(told), 'hidden sheet')} left out: {', '.join(told)}."


class _Places:
    """Where rows or columns stand once the hidden ones are gone."""

    def __init__(self, hidden: set[int]) -> None:
        self._hidden = sorted(hidden)

    def shown(self, place: int) -> int:
        return place - bisect_left(self._hidden, place)


def _closed_up(span: TableSpan, rows: _Places, columns: _Places) -> TableSpan | None:
    top, left = rows.shown(span.row), columns.shown(span.column)
    height = rows.shown(span.row + span.row_span) - top
    width = columns.shown(span.column + span.column_span) - left
    if height < 1 or width < 1 or height * width < 2:
        return None
    return TableSpan(row=top, column=left, row_span=height, column_span=width)

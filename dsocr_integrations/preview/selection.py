"""What is chosen in the viewer, found again by its name: a block, a table's cell, a figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dsocr_integrations.records.cards import Card, Fact
from dsocr_integrations.records.documents import Block, Figure, Page, Table

_NAME = re.compile(r"p(\d{1,9})-([bf])(\d{1,9})(?:-r(\d{1,6})-c(\d{1,6}))?")


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes:
        row: 0-based row in the whole grid, header rows included.
        column: 0-based column.
        printed: What is printed in it.
        value: The number that is printed, `None` for a header and for what is no number.
        row_label: What the first cell of its row says.
        column_name: The name of its column.
    """

    row: int
    column: int
    printed: str
    value: float | None
    row_label: str
    column_name: str


@dataclass(frozen=True)
class Selection(Card):
    """What is chosen.

    Attributes:
        page: Its page.
        block: The block, `None` for a figure without one.
        figure: The figure, or the one that was made of the block.
        cell: The cell of the table, where one is chosen.
    """

    page: Page
    block: Block | None = None
    figure: Figure | None = None
    cell: Cell | None = None

    # Named here, as what a dataclass writes of itself would come first.
    _repr_pretty_ = Card._repr_pretty_

    def facts(self) -> Iterable[Fact]:
        """What its card in a notebook tells."""
        yield "page", self.page.number
        if self.cell is not None:
            yield "cell", f"{self.cell.printed} ({self.cell.row_label}, {self.cell.column_name})"
        chosen = self.figure or self.block
        yield from chosen.facts() if chosen is not None else ()

    @property
    def table(self) -> Table | None:
        """The table of the block, or of the chart."""
        if self.figure is not None and self.figure.table is not None:
            return self.figure.table
        return self.block.table if self.block is not None else None


def selection_named(pages: Mapping[int, Page], name: str) -> Selection | None:
    """Find what a name of the viewer means.

    Args:
        pages: The pages, by their numbers.
        name: Such as `p3-b2` for a block, `p3-f1` for a figure, `p3-b2-r0-c1` for a cell.

    Returns:
        `None` where nothing is called so.
    """
    parts = _NAME.fullmatch(name)
    page = pages.get(int(parts[1])) if parts else None
    if parts is None or page is None:
        return None
    chosen = _block(page, int(parts[3])) if parts[2] == "b" else _figure(page, int(parts[3]))
    if chosen is None or parts[4] is None:
        return chosen
    cell = _cell(chosen.table, int(parts[4]), int(parts[5]))
    return Selection(page, chosen.block, chosen.figure, cell) if cell is not None else None


def _block(page: Page, place: int) -> Selection | None:
    if place >= len(page.blocks):
        return None
    figure = next((one for one in page.figures if one.block == place), None)
    return Selection(page, page.blocks[place], figure)


def _figure(page: Page, number: int) -> Selection | None:
    figure = next((one for one in page.figures if one.number == number), None)
    if figure is None:
        return None
    has_block = figure.block is not None and figure.block < len(page.blocks)
    return Selection(page, page.blocks[figure.block or 0] if has_block else None, figure)


def _cell(table: Table | None, row: int, column: int) -> Cell | None:
    grid = (*table.header, *table.rows) if table is not None else ()
    if table is None or row >= len(grid) or column >= len(grid[row]):
        return None
    values = table.values[row - table.header_rows : row - table.header_rows + 1]
    numbers = values[0] if row >= table.header_rows and values else ()
    return Cell(
        row=row,
        column=column,
        printed=grid[row][column],
        value=numbers[column] if column < len(numbers) else None,
        row_label=grid[row][0],
        column_name=table.columns[column] if column < len(table.columns) else "",
    )

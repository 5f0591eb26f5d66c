"""The grid of a table on a scan."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dsocr_integrations.engines.embedded.scan.cell_text import cell_text, mark_of_sums
from dsocr_integrations.engines.embedded.scan.paragraphs import join_pieces
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine
from dsocr_integrations.engines.embedded.table_fit import SetCell, SetWord, misfits


@dataclass(frozen=True)
class Cell:
    """A cell of the grid.

    Attributes:
        row: 0-based.
        column: 0-based.
        text: Its lines joined.
        lines: The pieces of lines that make the text.
        row_span: Rows covered.
        column_span: Columns covered.
    """

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    lines: tuple[TextLine, ...] = ()

    def covers(self, column: int) -> bool:
        """Whether it reaches over a column."""
        return self.column <= column < self.column + self.column_span

    def joined(self, text: str, lines: Sequence[TextLine]) -> Cell:
        """The cell with more text behind its own."""
        return replace(self, text=join_pieces(self.text, text), lines=(*self.lines, *lines))


@dataclass(frozen=True)
class CellGrid:
    """A table's structure.

    Attributes:
        rows: Number of rows.
        columns: Number of columns.
        cells: Cells with text, and spanning ones; places they leave are empty cells.
        fragments: How many pieces of text were placed.
    """

    rows: int
    columns: int
    cells: tuple[Cell, ...]

    @property
    def filled(self) -> float:
        """Share of the grid's places that hold text or are covered by a cell with text."""
        covered = sum(cell.row_span * cell.column_span for cell in self.cells if cell.text)
        return covered / max(1, self.rows * self.columns)

    def doubts(self) -> tuple[str, ...]:
        """What speaks against it by where its words stand, each in a sentence."""
        return misfits(
            [
                SetCell(
                    cell.row,
                    cell.column,
                    cell.row_span,
                    cell.column_span,
                    tuple(SetWord(w.text, w.box) for line in cell.lines for w in line.words),
                )
                for cell in self.cells
            ]
        )

    def to_html(self) -> str:
        """The table as DeepSeek-OCR writes it: `<td>` only, spans as attributes."""
        at = {(cell.row, cell.column): cell for cell in self.cells}
        covered = {
            (cell.row + r, cell.column + c)
            for cell in self.cells
            for r in range(cell.row_span)
            for c in range(cell.column_span)
        } - set(at)
        rows = []
        mark = mark_of_sums(cell.text for cell in self.cells)
        for row in range(self.rows):
            places = ((row, column) for column in range(self.columns))
            empty = Cell(0, 0, "")
            rows.append("".join(_td(at.get(p, empty), mark) for p in places if p not in covered))
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _td(cell: Cell, mark: str) -> str:
    spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    spans += f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    return f"<td{spans}>{html.escape(cell_text(cell.text, mark), quote=False)}</td>"

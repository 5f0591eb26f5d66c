"""A table with its words in its cells, and how it is written as HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dsocr_integrations.engines.embedded.born_digital.grid_tables import GridCell, GridTable
from dsocr_integrations.engines.embedded.born_digital.line_text import (
    line_text,
    printed_lines,
    running_text,
)
from dsocr_integrations.engines.embedded.born_digital.right_to_left import is_right_to_left
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.table_fit import SetCell, SetWord, misfits
from dsocr_integrations.records.documents import PointBox

_BRACKETED = re.compile(r"[^\w(]{0,3}\([^\w)]*\d[\d.,\s]*%?\s*\)\s?%?")
_LOOSE_BRACKET = re.compile(r"(?<=\()\s+|\s+(?=\))")
_RAISED = re.compile(r"&lt;(/?)sup&gt;")


@dataclass
class FilledCell:
    """A cell with its words.

    Attributes:
        row: 0-based first row.
        column: 0-based first column.
        rows: Rows covered.
        columns: Columns covered.
        box: Box in points of the page.
        words: Its words in the order of the content stream.
        settled: Whether lines drawn beside it, or names that come again below, show what it spans.
    """

    row: int
    column: int
    rows: int
    columns: int
    box: PointBox
    words: list[StyledWord] = field(default_factory=list)
    settled: bool = False

    @property
    def text(self) -> str:
        """What is printed in it, on one line."""
        text = running_text(printed_lines(self.words), bold=False)
        return _LOOSE_BRACKET.sub("", text) if _BRACKETED.fullmatch(text) else text


@dataclass
class FilledTable:
    """A table.

    Attributes:
        cells: In any order.
        doubts: What was seen to speak against it while it was made, each in a sentence.
    """

    cells: list[FilledCell]
    doubts: tuple[str, ...] = ()

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return max((cell.row + cell.rows for cell in self.cells), default=0)

    @property
    def column_count(self) -> int:
        """Number of columns."""
        return max((cell.column + cell.columns for cell in self.cells), default=0)

    def row(self, number: int) -> list[FilledCell]:
        """Cells that begin in a row, from left to right."""
        return sorted(
            (cell for cell in self.cells if cell.row == number), key=lambda cell: cell.column
        )

    @property
    def words(self) -> list[StyledWord]:
        """The words of all cells."""
        return [word for cell in self.cells for word in cell.words]


def fill(table: GridTable, words: Iterable[StyledWord]) -> FilledTable:
    """Put every word into exactly one cell: the one that holds its centre, else the nearest.

    A sign that stands alone in its cell stays there, also where the word that it belongs to does not.
    """
    filled = [
        FilledCell(cell.row, cell.column, cell.rows, cell.columns, cell.box) for cell in table.cells
    ]
    anchored = []
    for word in words:
        if word.anchor is None:
            filled[_nearest(table.cells, word.centre)].words.append(word)
        else:
            anchored.append(word)
    for word in anchored:
        own = filled[_nearest(table.cells, word.centre)]
        home = filled[_nearest(table.cells, word.home)]
        (home if any(not other.drawn for other in own.words) else own).words.append(word)
    return FilledTable(filled)


def table_doubts(table: FilledTable) -> tuple[str, ...]:
    """What speaks against a table, by where its words stand too, each in a sentence."""
    return table.doubts + misfits(
        [
            SetCell(
                cell.row,
                cell.column,
                cell.rows,
                cell.columns,
                tuple(SetWord(word.text, word.box) for word in cell.words),
            )
            for cell in table.cells
        ]
    )


def to_html(table: FilledTable) -> str:
    """Write a table as HTML rows of `td`, as DeepSeek-OCR does; in reading order of its script."""
    rows = []
    step = -1 if is_right_to_left(line_text(table.words)) else 1
    for number in range(table.row_count):
        cells = "".join(_cell_html(cell) for cell in table.row(number)[::step])
        rows.append(f"<tr>{cells}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _cell_html(cell: FilledCell) -> str:
    spans = (f' rowspan="{cell.rows}"' if cell.rows > 1 else "") + (
        f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    )
    shown = _RAISED.sub(r"<\1sup>", html.escape(cell.text, quote=False))
    return f"<td{spans}>{shown}</td>"


def _nearest(cells: Sequence[GridCell], point: tuple[float, float]) -> int:
    x, y = point
    best, best_distance = 0, float("inf")
    for number, cell in enumerate(cells):
        x0, y0, x1, y1 = cell.box
        distance = max(x0 - x, x - x1, 0.0) ** 2 + max(y0 - y, y - y1, 0.0) ** 2
        if distance < best_distance:
            best, best_distance = number, distance
            if distance == 0.0:
                break
    return best

"""Tables of born-digital pages: PyMuPDF's cell grids filled with our words, as HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dsocr_integrations.documents import PointBox
from dsocr_integrations.engines.embedded.line_text import printed_lines, running_text
from dsocr_integrations.engines.embedded.styled_words import StyledWord

_RAISED = re.compile(r"&lt;(/?)sup&gt;")


@dataclass(frozen=True)
class GridCell:
    """A cell of a table.

    Attributes:
        box: Box in points of the page.
        columns: Columns covered.
        rows: Rows covered.
    """

    box: PointBox
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True)
class GridTable:
    """A table's cells, row by row; a spanning cell stands in its first row only."""

    box: PointBox
    cells: tuple[tuple[GridCell, ...], ...]


def find_tables(page: Any) -> list[GridTable]:
    """Find the tables of an upright page whose layout has been found already.

    PyMuPDF joins the layout model's grids with the ruled lines of the page and resolves
    spanning cells.
    """
    finder = page.find_tables(union=True, refine=True)
    tables = finder.tables if finder is not None else []
    return [table for table in (_grid_table(found) for found in tables) if table.cells]


def _grid_table(found: Any) -> GridTable:
    rows = [
        tuple(
            GridCell(_box(cell.bbox), int(cell.colspan), int(cell.rowspan))
            for cell in row
            if cell is not None and cell.bbox is not None
        )
        for row in found.placements or ()
    ]
    cells = tuple(row for row in rows)
    boxes = [cell.box for row in cells for cell in row] + [_box(found.bbox)]
    union = (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
    return GridTable(union, cells)


def to_html(table: GridTable, words: Iterable[StyledWord]) -> str:
    """Fill the cells with words and write the table as HTML.

    Every word lands in exactly one cell: the one that holds its centre, else the nearest.
    """
    places = [cell for row in table.cells for cell in row]
    held: dict[int, list[StyledWord]] = {}
    for word in words:
        held.setdefault(_nearest(places, word), []).append(word)
    rows, number = [], 0
    for row in table.cells:
        cells = []
        for cell in row:
            cells.append(_cell_html(cell, held.get(number, ())))
            number += 1
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _cell_html(cell: GridCell, words: Sequence[StyledWord]) -> str:
    spans = (f' rowspan="{cell.rows}"' if cell.rows > 1 else "") + (
        f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    )
    text = html.escape(running_text(printed_lines(words), bold=False), quote=False)
    shown = _RAISED.sub(r"<\1sup>", text)
    return f"<td{spans}>{shown}</td>"


def _nearest(places: Sequence[GridCell], word: StyledWord) -> int:
    x, y = word.centre
    best, best_distance = 0, float("inf")
    for number, cell in enumerate(places):
        x0, y0, x1, y1 = cell.box
        distance = max(x0 - x, x - x1, 0.0) ** 2 + max(y0 - y, y - y1, 0.0) ** 2
        if distance < best_distance:
            best, best_distance = number, distance
            if distance == 0.0:
                break
    return best


def _box(values: Any) -> PointBox:
    x0, y0, x1, y1 = (float(value) for value in tuple(values)[:4])
    return (x0, y0, x1, y1)

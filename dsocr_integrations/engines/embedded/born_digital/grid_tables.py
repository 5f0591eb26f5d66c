"""Tables of born-digital pages: PyMuPDF's cell grids, before any word is put in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dsocr_integrations.engines.embedded.born_digital.line_text import union
from dsocr_integrations.engines.embedded.born_digital.table_refinement import mended_finder
from dsocr_integrations.records.documents import PointBox


@dataclass(frozen=True)
class GridCell:
    """A cell of a table.

    Attributes:
        box: Box in points of the page.
        row: 0-based first row.
        column: 0-based first column.
        rows: Rows covered.
        columns: Columns covered.
    """

    box: PointBox
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class GridTable:
    """A table's cells.

    Attributes:
        box: Box around all cells, in points of the page.
        cells: Row by row; a spanning cell stands in its first row only.
    """

    box: PointBox
    cells: tuple[GridCell, ...]


def find_tables(page: Any) -> list[GridTable]:
    """Find the tables of an upright page whose layout has been found already.

    PyMuPDF joins the layout model's grids with the ruled lines of the page and resolves
    spanning cells.

    Args:
        page: A `pymupdf.Page` with the layout model's raw answer on it.
    """
    with mended_finder():
        finder = page.find_tables(union=True, refine=True)
    found = finder.tables if finder is not None else []
    tables = (_grid_table(table) for table in found)
    return [table for table in tables if table is not None]


def _grid_table(found: Any) -> GridTable | None:
    cells: list[GridCell] = []
    taken: set[tuple[int, int]] = set()
    for row, placed in enumerate(found.placements or ()):
        column = 0
        for cell in placed:
            while (row, column) in taken:
                column += 1
            rows, columns = int(cell.rowspan), int(cell.colspan)
            taken.update((row + r, column + c) for r in range(rows) for c in range(columns))
            if cell.bbox is not None:
                cells.append(GridCell(_box(cell.bbox), row, column, rows, columns))
    if not cells:
        return None
    return GridTable(union([*(cell.box for cell in cells), _box(found.bbox)]), tuple(cells))


def _box(values: Any) -> PointBox:
    x0, y0, x1, y1 = (float(value) for value in tuple(values)[:4])
    return (x0, y0, x1, y1)

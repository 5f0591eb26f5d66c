"""The grid of a table on a scan: columns from white gutters, rows from text or rules."""

from __future__ import annotations

import html
import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dsocr_integrations.engines.embedded.scan.cell_text import cell_text
from dsocr_integrations.engines.embedded.scan.paragraphs import join_pieces
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, bounding_box
from dsocr_integrations.engines.embedded.scan.segments import same_row, split
from dsocr_integrations.records.documents import PointBox

CELL_GAP = 0.75
"""Words of a row parted by this many line heights may stand in different cells."""

GUTTER = 0.45
"""Narrowest white between columns, in line heights."""


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
        for row in range(self.rows):
            places = ((row, column) for column in range(self.columns))
            empty = Cell(0, 0, "")
            rows.append("".join(_td(at.get(p, empty)) for p in places if p not in covered))
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _td(cell: Cell) -> str:
    spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    spans += f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
    return f"<td{spans}>{html.escape(cell_text(cell.text), quote=False)}</td>"


@dataclass
class _Row:
    fragments: list[TextLine] = field(default_factory=list)

    @property
    def box(self) -> PointBox:
        return bounding_box([fragment.box for fragment in self.fragments])


def grid_from_text(
    lines: Sequence[TextLine],
    line_height: float,
    *,
    separators: Sequence[float] = (),
    under_rules: Sequence[PointBox] = (),
) -> CellGrid | None:
    """Find the grid of a table without row borders.

    Args:
        lines: The table's lines with their words.
        line_height: Prevailing line height, in the unit of the boxes.
        separators: Column borders that are drawn; gutters are looked for where empty.
        under_rules: Horizontal rules in the table; one under a heading tells its span.

    Returns:
        The grid, or `None` where no two columns can be told apart.
    """
    rows = text_rows(lines)
    borders = list(separators) or column_borders(rows, line_height)
    if not borders or len(rows) < 2:
        return None
    cells = _place(rows, borders, line_height, under_rules)
    cells = _merge_wrapped(cells, rows, len(borders) + 1, line_height)
    count = 1 + max(cell.row for cell in cells)
    return _with_row_spans(CellGrid(count, len(borders) + 1, tuple(cells)))


def text_rows(lines: Sequence[TextLine], gap: float = CELL_GAP) -> list[_Row]:
    """Fragments of lines put in rows from top to bottom, each from left to right."""
    fragments = [piece for line in lines for piece in split(line, gap)]
    fragments.sort(key=lambda piece: piece.box[1] + piece.box[3])
    rows: list[_Row] = []
    for fragment in fragments:
        home = next((row for row in rows[-3:] if _belongs(row, fragment)), None)
        if home is None:
            rows.append(_Row([fragment]))
        else:
            home.fragments.append(fragment)
    for row in rows:
        row.fragments.sort(key=lambda piece: piece.box[0])
    return rows


def goes_on(row: _Row, above: _Row, line_height: float) -> bool:
    """Whether a row is nothing but the next line of the label that the row above begins with."""
    (first, *others), upper = row.fragments, above.fragments[0]
    gap = first.box[1] - upper.box[3]
    beneath = abs(first.box[0] - upper.box[0]) <= 1.5 * line_height
    return not others and first.text[:1].islower() and beneath and gap <= 0.6 * line_height


def _belongs(row: _Row, fragment: TextLine) -> bool:
    nearest = min(row.fragments, key=lambda other: abs(other.box[0] - fragment.box[0]))
    clash = any(
        min(o.box[2], fragment.box[2]) - max(o.box[0], fragment.box[0]) > 0.5 * fragment.height
        for o in row.fragments
    )
    return same_row(nearest, fragment, 0.5) and not clash


def column_borders(rows: Sequence[_Row], line_height: float) -> list[float]:
    """Middles of the gutters that no row crosses, headings over several columns aside."""
    counts = [len(row.fragments) for row in rows if len(row.fragments) > 1]
    if not counts:
        return []
    usual = statistics.median(counts)
    typical = [row for row in rows if len(row.fragments) >= max(2.0, 0.7 * usual)]
    words = sorted(
        (word.box for row in typical for f in row.fragments for word in f.words or ()),
        key=lambda box: box[0],
    )
    least = GUTTER * line_height * (1.6 if len(typical) < 4 else 1.0)
    borders, right = [], words[0][2]
    for box in words[1:]:
        if box[0] - right >= least:
            borders.append((right + box[0]) / 2)
        right = max(right, box[2])
    return borders


def _place(
    rows: Sequence[_Row],
    borders: Sequence[float],
    line_height: float,
    under_rules: Sequence[PointBox],
) -> list[Cell]:
    cells: list[Cell] = []
    for number, row in enumerate(rows):
        for fragment in row.fragments:
            first, last = _columns_of(fragment.box, borders, line_height)
            first, last = _widened(fragment.box, first, last, borders, under_rules, line_height)
            known = next((c for c in cells if c.row == number and _covers(c, first)), None)
            if known is None:
                cells.append(Cell(number, first, fragment.text, 1, last - first + 1, (fragment,)))
            else:
                merged = known.joined(fragment.text, (fragment,))
                span = max(known.column + known.column_span, last + 1) - known.column
                cells[cells.index(known)] = replace(merged, column_span=span)
    return _without_overlaps(cells)


def _covers(cell: Cell, column: int) -> bool:
    return cell.column <= column < cell.column + cell.column_span


def _columns_of(box: PointBox, borders: Sequence[float], line_height: float) -> tuple[int, int]:
    slack = 0.3 * line_height
    inside = [n for n, x in enumerate(borders) if box[0] + slack < x < box[2] - slack]
    if inside:
        return inside[0], inside[-1] + 1
    middle = (box[0] + box[2]) / 2
    column = sum(x < middle for x in borders)
    return column, column


def _widened(  # noqa: PLR0917 - one place, one call
    box: PointBox,
    first: int,
    last: int,
    borders: Sequence[float],
    under_rules: Sequence[PointBox],
    line_height: float,
) -> tuple[int, int]:
    """Span of a heading by the short rule drawn under it."""
    for rule in under_rules:
        near = -0.3 * line_height <= rule[1] - box[3] <= 0.8 * line_height
        if near and rule[0] <= box[0] + line_height and rule[2] >= box[2] - line_height:
            left, right = _columns_of(rule, borders, line_height)
            if right - left + 1 <= len(borders) and left <= first and right >= last:
                return left, right
    return first, last


def _without_overlaps(cells: list[Cell]) -> list[Cell]:
    """Shorten spans that reach into the next cell of the row."""
    kept = []
    for _, group in itertools.groupby(cells, key=lambda cell: cell.row):
        row = sorted(group, key=lambda cell: cell.column)
        for cell, following in itertools.zip_longest(row, row[1:]):
            end = following.column if following else cell.column + cell.column_span
            kept.append(replace(cell, column_span=max(1, min(cell.column_span, end - cell.column))))
    return kept


def _merge_wrapped(
    cells: list[Cell], rows: Sequence[_Row], columns: int, line_height: float
) -> list[Cell]:
    """Join rows that only continue the row above: nothing in front, or a label, close beneath."""
    filled = [{c.column for c in cells if c.row == n} for n in range(len(rows))]
    gaps = [b.box[1] - a.box[3] for a, b in itertools.pairwise(rows)]
    usual = statistics.median(gaps) if gaps else 0.0
    target, number = {0: 0}, 0
    for row in range(1, len(rows)):
        close = gaps[row - 1] < usual - 0.15 * line_height
        wraps = 0 not in filled[row] and filled[row] <= filled[row - 1] and close
        wraps = wraps or (0 in filled[row - 1] and goes_on(rows[row], rows[row - 1], line_height))
        if not (wraps and len(filled[row]) < columns):
            number += 1
        target[row] = number
    merged: dict[tuple[int, int], Cell] = {}
    for cell in sorted(cells, key=lambda c: (c.row, c.column)):
        place = (target[cell.row], cell.column)
        known = merged.get(place)
        joined = known.joined(cell.text, cell.lines) if known else cell
        merged[place] = replace(joined, row=place[0])
    return list(merged.values())


def _with_row_spans(grid: CellGrid) -> CellGrid:
    """Give a heading beside a two-storey heading both storeys."""
    top = [cell for cell in grid.cells if cell.row == 0]
    if grid.rows < 3 or not any(cell.column_span > 1 for cell in top):
        return grid
    second = {cell.column for cell in grid.cells if cell.row == 1}
    if not any(c.column_span > 1 and any(_covers(c, s) for s in second) for c in top):
        return grid
    cells = []
    for cell in grid.cells:
        alone = cell.column_span == 1
        if cell.row == 0 and alone and cell.column not in second:
            cells.append(replace(cell, row_span=2))
        elif cell.row == 1 and alone and not any(_covers(c, cell.column) for c in top):
            cells.append(replace(cell, row=0, row_span=2))
        else:
            cells.append(cell)
    return replace(grid, cells=tuple(cells))

"""Blocks of a spreadsheet: a sheet is a page, a long one several, its tables with their headers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from dsocr_integrations.records.documents import Table, TableSpan
from dsocr_integrations.rendering.spreadsheets.cells import Cell, Sheet, Workbook
from dsocr_integrations.rendering.spreadsheets.ranges import Line, Range, ranges_of
from dsocr_integrations.rendering.text_files.text_blocks import PageStart, TextBlock, parted
from dsocr_integrations.tables import number_of, to_html, to_markdown
from dsocr_integrations.tables.headers import MAX_HEADER_CELL, column_names, count_header_rows

ROWS_A_PAGE = 200
"""Rows of a sheet that stand on one page; a longer table goes on with its header on the next."""

_ROOM = 100_000.0
_POINTS_A_CHARACTER = 5.5
_COLUMN_WIDTHS = 50.0, 160.0
_WIDEST = 4_000.0
_MOST_HEADER_ROWS = 3


def sheet_blocks(book: Workbook) -> Iterator[TextBlock]:
    """The blocks of all sheets that hold anything, or stand for it where they are all empty."""
    for sheet in book.sheets:
        for number, blocks in enumerate(_pages(list(_blocks(sheet)))):
            label = sheet.name if not number else f"{sheet.name} ({number + 1})"
            start = PageStart(label if sheet.name else None, _width(blocks), _ROOM)
            yield replace(blocks[0], begins=start)
            yield from blocks[1:]


def _blocks(sheet: Sheet) -> Iterator[TextBlock]:
    if sheet.name is not None:
        yield TextBlock("sub_title", f"## {' '.join(sheet.name.split())}")
    ranges = ranges_of(sheet)
    for part in ranges:
        # What stands before the rows of an export is a list of names and values.
        named = sheet.named and (len(part.columns) > 2 or len(ranges) == 1)
        yield from _range_blocks(part, named=named)


def _range_blocks(part: Range, *, named: bool) -> Iterator[TextBlock]:
    """The lines over a table, and the table; a range of one column is text."""
    titles = list(takewhile(lambda row: _is_title(part, row), part.rows))
    rest = part.below(len(titles))
    if rest is None or len(rest.columns) == 1:
        yield from _text_blocks([cell for line in part.rows.values() for cell in line.values()])
        return
    for row in titles:
        for cell in part.rows[row].values():
            yield TextBlock("table_caption", cell.text)
    yield from _table_blocks(_table(rest, named=named))


def _is_title(part: Range, row: int) -> bool:
    """Whether a row holds but words in its first column, which stand over the table."""
    line = part.rows[row]
    first = part.columns[0]
    return len(line) == 1 and first in line and not line[first].is_number


def _text_blocks(cells: Sequence[Cell]) -> Iterator[TextBlock]:
    if len(cells) == 1 and cells[0].is_bold and len(cells[0].text) <= MAX_HEADER_CELL:
        yield TextBlock("sub_title", f"### {' '.join(cells[0].text.split())}")
        return
    for text in parted("\n".join(cell.text for cell in cells)):
        yield TextBlock("text", text)


def _table(part: Range, *, named: bool) -> Table:
    """A range as a table; columns that are empty are left out."""
    places = {column: place for place, column in enumerate(part.columns)}
    lines = {row: place for place, row in enumerate(part.rows)}
    grid = [[""] * len(places) for _ in lines]
    for row, line in part.rows.items():
        for column, cell in line.items():
            grid[lines[row]][places[column]] = cell.text
    wide = tuple(tuple(row) for row in grid)
    spans = tuple(filter(None, (_span(one, lines, places) for one in part.merged)))
    depth = _header_rows(part, wide, spans, named=named)
    body = wide[depth:]
    return Table(
        columns=column_names(wide[:depth], spans, len(places)),
        rows=body,
        values=tuple(tuple(number_of(text) for text in row) for row in body),
        header=wide[:depth],
        header_rows=depth,
        spans=spans,
    )


def _span(one: TableSpan, lines: dict[int, int], places: dict[int, int]) -> TableSpan | None:
    rows = sum(row in lines for row in range(one.row, one.row + min(one.row_span, len(lines))))
    last = one.column + one.column_span
    columns = sum(one.column <= column < last for column in places)
    if rows * columns < 2:
        return None
    return TableSpan(
        row=lines[one.row], column=places[one.column], row_span=rows, column_span=columns
    )


def _header_rows(
    part: Range, grid: Sequence[tuple[str, ...]], spans: Sequence[TableSpan], *, named: bool
) -> int:
    """How many rows name the columns: by their type, by what they say, or by what is known."""
    if len(grid) < 2:
        return 0
    bold = [
        all(cell.is_bold for cell in line.values()) and bool(line) for line in part.rows.values()
    ]
    marked = len(list(takewhile(bool, bold)))
    if 0 < marked <= _MOST_HEADER_ROWS and marked < len(grid):
        return marked
    if counted := count_header_rows(grid, spans):
        return counted
    first, *others = part.rows.values()
    if len(first) < len(part.columns) or any(cell.is_number for cell in first.values()):
        return 0
    distinct = len({cell.text for cell in first.values()}) == len(first)
    return int((named and distinct) or any(_counts(column, others) for column in part.columns))


def _counts(column: int, lines: Sequence[Line]) -> bool:
    """Whether a column holds numbers or dates, and nothing else."""
    cells = [line[column] for line in lines if column in line]
    return len(cells) > 1 and all(cell.is_number for cell in cells)


def _table_blocks(table: Table) -> Iterator[TextBlock]:
    """A table as a block, a long one in parts that have its header each."""
    for first in range(0, max(1, len(table.rows)), ROWS_A_PAGE):
        part = table if len(table.rows) <= ROWS_A_PAGE else _part(table, first)
        plain = part.header_rows == 1 and not part.spans
        yield TextBlock("table", to_markdown(part) if plain else to_html(part), part)


def _part(table: Table, first: int) -> Table:
    last = first + ROWS_A_PAGE
    return table.model_copy(
        update={
            "rows": table.rows[first:last],
            "values": table.values[first:last],
            "spans": tuple(filter(None, (_span_in(one, table, first) for one in table.spans))),
        }
    )


def _span_in(span: TableSpan, table: Table, first: int) -> TableSpan | None:
    """A span as far as it lies within a part of the body, or in the header."""
    depth = table.header_rows
    if span.row < depth:
        return span
    top = max(span.row - first, depth)
    bottom = min(span.row - first + span.row_span, depth + ROWS_A_PAGE)
    if bottom <= top or (bottom - top) * span.column_span < 2:
        return None
    return span.model_copy(update={"row": top, "row_span": bottom - top})


def _pages(blocks: Sequence[TextBlock]) -> Iterator[list[TextBlock]]:
    """Blocks of a sheet by page, at least one block on each."""
    page: list[TextBlock] = []
    rows = 0
    for block in blocks:
        more = len(block.table.rows) if block.table is not None else 1
        if page and rows + more > ROWS_A_PAGE + len(page):
            yield page
            page, rows = [], 0
        page.append(block)
        rows += more
    if page:
        yield page


def _width(blocks: Sequence[TextBlock]) -> float:
    """Points that the widest table wants, every column being as wide as the others."""
    least, most = _COLUMN_WIDTHS
    wanted = 0.0
    for block in blocks:
        if block.table is not None:
            rows = (*block.table.header, *block.table.rows)
            longest = max((len(text) for row in rows for text in row), default=0)
            column = min(most, max(least, longest * _POINTS_A_CHARACTER + 12))
            wanted = max(wanted, column * len(block.table.columns))
    return min(_WIDEST, wanted)

"""Give a page's tables the headers that their reading left elsewhere on the page.

They stand in the first rows of the body, were read as a table of their own right above it, as
where a ruled header is far from the rows, or stand once above several sections of one table.
"""

from __future__ import annotations

from itertools import chain

from dsocr_integrations.records.documents import Block, Page, Table, TableSpan
from dsocr_integrations.tables import number_of
from dsocr_integrations.tables.headers import (
    MAX_NAMING_ROWS,
    column_names,
    is_value,
    with_header,
)

EMPTY = Block(label="text", captions=())
"""What stands in the place of a block that another one has taken in."""

_NUMERIC_SHARE = 0.5

_BESIDE = 20
"""Most that left and right edge of a header and its table may differ, in grid units."""


def with_headers(page: Page) -> Page:
    """The page with each table under the header that can be told to be its own.

    Names that do not stand one above each column are told in the table's caption.
    """
    blocks = list(page.blocks)
    last: int | None = None
    for at, block in enumerate(page.blocks):
        if block.table is None:
            continue
        table = with_header(block.table)
        if table is not block.table:
            blocks[at] = block.model_copy(update={"table": table})
        elif last is not None and not any(table.columns):
            _name(blocks, last, at)
        last = at
    changed = any(one is not other for one, other in zip(blocks, page.blocks, strict=True))
    return page.model_copy(update={"blocks": tuple(blocks)}) if changed else page


def _name(blocks: list[Block], above: int, at: int) -> None:
    """Give the table at a place the names of the one before it, if they are its own."""
    first, block = blocks[above], blocks[at]
    own = {above, *(first.captions or ())}
    if first.table is None or block.table is None or not own.issuperset(range(above, at)):
        return
    if any(first.table.columns):
        if _goes_on(first, block):
            blocks[at] = block.model_copy(update={"table": _under(first.table, block.table)})
    elif _is_header(first, block):
        told = {
            "table": _told(first.table, block.table),
            "captions": (*(first.captions or ()), *(block.captions or ())),
            "boxes": (*first.boxes, *block.boxes),
        }
        blocks[above], blocks[at] = EMPTY, block.model_copy(update=told)


def _goes_on(first: Block, block: Block) -> bool:
    """Whether a table without a header is a section of the one right above it."""
    above, table = first.table, block.table
    if above is None or table is None or not (first.boxes and block.boxes):
        return False
    upper, lower = first.boxes[-1], block.boxes[0]
    aligned = max(abs(upper[0] - lower[0]), abs(upper[2] - lower[2])) <= _BESIDE
    return aligned and upper[1] < lower[1] and same_kinds(above, table)


def _under(first: Table, table: Table) -> Table:
    header = {name: getattr(first, name) for name in ("columns", "header", "header_rows")}
    return table.model_copy(update={**header, "spans": spans_below(first, table, 0)})


def _is_header(above: Block, block: Block) -> bool:
    """Whether a table without numbers is the header of the one below it, which has none."""
    names, table = above.table, block.table
    if names is None or table is None or not (above.boxes and block.boxes):
        return False
    if any(names.columns) or any(table.columns) or len(names.rows) > MAX_NAMING_ROWS:
        return False
    (left, top, right, foot), body = above.boxes[-1], block.boxes[0]
    beside = left < body[0] - _BESIDE or right > body[2] + _BESIDE
    if beside or not -_BESIDE <= body[1] - foot <= max(_BESIDE, foot - top):
        return False
    return not any(map(is_value, chain(*names.rows))) and any(map(is_value, chain(*table.rows)))


def _told(names: Table, table: Table) -> Table:
    if len(names.columns) == len(table.columns):
        columns = column_names(names.rows, names.spans, len(table.columns))
        header = {"columns": columns, "header": names.rows, "header_rows": len(names.rows)}
        first = names.model_copy(update={**header, "rows": ()})
        return _under(first, table)
    said = "\n".join(" | ".join(filter(None, row)) for row in names.rows)
    return table.model_copy(update={"caption": "\n".join(filter(None, (table.caption, said)))})


def same_kinds(first: Table, second: Table) -> bool:
    """Whether two tables have the same columns of numbers, and other columns too."""
    if len(first.columns) != len(second.columns):
        return False
    columns = range(len(first.columns))
    kinds = [_is_numeric([row[at] for row in first.rows]) for at in columns]
    others = [_is_numeric([row[at] for row in second.rows]) for at in columns]
    alike = all(a == b or None in {a, b} for a, b in zip(kinds, others, strict=True))
    return alike and True in others and True in kinds and False in kinds


def _is_numeric(cells: list[str]) -> bool | None:
    """Whether a column is one of numbers; unknown where it holds dashes only."""
    said = [cell for cell in cells if any(map(str.isalnum, cell))]
    numbers = sum(number_of(cell) is not None for cell in said)
    return numbers >= _NUMERIC_SHARE * len(said) if said else None


def spans_below(first: Table, second: Table, rows: int) -> tuple[TableSpan, ...]:
    """Spans of the first table's header and `rows` body rows, then those of the second's body."""
    kept = (span for span in first.spans if span.row < first.header_rows + rows)
    shift = first.header_rows + rows - second.header_rows
    moved = (
        span.model_copy(update={"row": span.row + shift})
        for span in second.spans
        if span.row >= second.header_rows
    )
    return (*kept, *moved)

r"""Formulas, tables and boxes of a shape that no page has.

A model that loses its way says so in the shape of its answer before a reader would notice in
the words: braces that never close, rows that repeat, a row that runs on, boxes off the page.
The bounds are set so that none of the sound answers of the model that we have is flagged.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from statistics import median

from dsocr_integrations.records.documents import GRID, Block, Table

MARGIN_OUTSIDE = 20
"""Grid units that a box may stand over the edge: rounding, and ink that bleeds off the page."""

BROKEN_SHARE = 0.1
"""Share of a page's formulas that are broken from which the page is suspicious."""

MIN_EMPTY_CELLS = 150
EMPTY_SHARE = 0.95
"""Emptier than any form: a form names its rows and columns."""

MIN_REPEATED_ROWS = 24
DISTINCT_SHARE = 0.25
MIN_WIDE_ROW = 30
MIN_RAGGED_ROWS = 6
RAGGED_SHARE = 0.3
"""Share of rows with another number of cells than most, in a table without spanning cells."""

_CODE_LABELS = frozenset({"code", "algorithm"})
_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_DELIMITER = re.compile(r"\\(?:\\|([()\[\]]))")
_CLOSING = {"(": ")", "[": "]"}
_BRACE = re.compile(r"\\.|([{}])", re.DOTALL)
_PAIRED = (
    (re.compile(r"\\left(?![a-zA-Z])"), re.compile(r"\\right(?![a-zA-Z])")),
    (re.compile(r"\\begin\s*\{"), re.compile(r"\\end\s*\{")),
)
_TABLE_LABELS = frozenset({"table", "table_body"})
_TABLE = re.compile(r"\s*<table\b", re.IGNORECASE)
_ROW = re.compile(r"<tr\b", re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b", re.IGNORECASE)


def boxes_outside_page(blocks: Iterable[Block]) -> bool:
    """Whether a box as said reaches clearly over the edge of the page."""
    return any(
        min(box) < -MARGIN_OUTSIDE or max(box) > GRID + MARGIN_OUTSIDE
        for block in blocks
        for box in block.raw_boxes
    )


def has_broken_formulas(blocks: Iterable[Block]) -> bool:
    """Whether a tenth or more of a page's formulas do not close what they open."""
    formulas = broken = 0
    for block in blocks:
        if block.table is None and "\\" in block.text and block.label not in _CODE_LABELS:
            for inside in _formulas(_FENCED.sub(" ", block.text)):
                formulas += 1
                broken += inside is None or not _is_balanced(inside)
    return broken > 0 and broken >= BROKEN_SHARE * formulas


def has_odd_table(blocks: Iterable[Block]) -> bool:
    """Whether a table of the page is ragged, runs away, or holds next to nothing."""
    return any(
        _lacks_cells(block)
        if block.table is None
        else is_odd_table(block.table) or _is_ragged(block)
        for block in blocks
    )


def is_odd_table(table: Table) -> bool:
    """Whether a table repeats its rows, runs on in one row, or is all but empty."""
    grid = (*table.header, *table.rows)
    filled = [row for row in grid if any(cell.strip() for cell in row)]
    cells = len(grid) * len(table.columns)
    if cells >= MIN_EMPTY_CELLS:
        used = sum(bool(cell.strip()) for row in filled for cell in row)
        if used + _covered(table) < (1 - EMPTY_SHARE) * cells:
            return True
    if len(filled) >= MIN_REPEATED_ROWS and len(set(filled)) < DISTINCT_SHARE * len(filled):
        return True
    reaches = sorted(_reach(row) for row in filled)
    return bool(reaches) and reaches[-1] >= max(MIN_WIDE_ROW, 3 * median(reaches))


def _lacks_cells(block: Block) -> bool:
    """Whether a block is called a table and has none, as where a server strips the cells' tags."""
    return block.label.lower() in _TABLE_LABELS or bool(_TABLE.match(block.text))


def _covered(table: Table) -> int:
    return sum(span.row_span * span.column_span - 1 for span in table.spans)


def _reach(row: tuple[str, ...]) -> int:
    """Cells up to the last one that holds something."""
    return max(place for place, cell in enumerate(row, start=1) if cell.strip())


def _is_ragged(block: Block) -> bool:
    if block.table is None or block.table.spans:
        return False
    counts = [len(_CELL.findall(row)) for row in _ROW.split(block.text)[1:]]
    counts = [count for count in counts if count]
    if len(counts) < MIN_RAGGED_ROWS:
        return False
    usual = Counter(counts).most_common(1)[0][1]
    return len(counts) - usual > RAGGED_SHARE * len(counts)


def _formulas(text: str) -> Iterator[str | None]:
    r"""Insides of `\(…\)` and `\[…\]`; `None` for a delimiter that has no partner."""
    opened, start = "", 0
    for match in _DELIMITER.finditer(text):
        mark = match[1]
        if mark is None:
            continue
        if not opened:
            if mark in _CLOSING:
                opened, start = mark, match.end()
            else:
                yield None
        elif mark == _CLOSING[opened]:
            yield text[start : match.start()]
            opened = ""
        elif mark in _CLOSING:
            # Another formula begins in a formula: the first was never closed.
            yield None
            opened, start = mark, match.end()
        else:
            yield None
            opened = ""
    if opened:
        yield None


def _is_balanced(formula: str) -> bool:
    depth = 0
    for match in _BRACE.finditer(formula):
        depth += {"{": 1, "}": -1}.get(match[1] or "", 0)
        if depth < 0:
            return False
    return depth == 0 and all(
        len(opening.findall(formula)) == len(closing.findall(formula))
        for opening, closing in _PAIRED
    )

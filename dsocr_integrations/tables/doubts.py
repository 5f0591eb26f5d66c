"""Signs in a table as read that columns, rows or signs of it were lost.

Right tables show none of them; what a table without them holds may still be wrong.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from dsocr_integrations.records.documents import Table
from dsocr_integrations.tables.numbers import number_of

DOUBTFUL_TABLE = "doubtful_table"
"""Kind of the warnings of a block with such a table, and of the page's reason."""

MOSTLY = 0.6
"""Share of a column's cells that are one number each where one cell with several is odd."""

LABELLED = 0.7
"""Share of the rows with numbers that have a label where a row without one is odd."""

FEWEST = 3
"""Filled cells of a column, or steps of a balance, that say anything."""

MOST_COLUMNS = 20
"""Columns of numbers of a statement with a balance, at most."""

_MONTH = r"(?:Jan|Febr?u|March|April|May|June|July|Aug|Sept|Octo|Nov|Decem)[a-z]*"
_TORN = (
    (re.compile(rf"\b(?:[Ee]nded|[Aa]s (?:at|of))(?: {_MONTH})?$"), re.compile(r"\d{1,2},?$")),
    (re.compile(rf"\b{_MONTH}$"), re.compile(r"\d{1,2},$")),
)
"""Two pieces of one title. A month beside a number alone is a row of a right table."""

_AMOUNT = r"[$€£]?\s?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)"
_AMOUNTS = re.compile(rf"{_AMOUNT}(?:\s+{_AMOUNT})+")
"""Amounts side by side. Numbers in brackets may be an error's, those without a separator a telephone's."""

_BEHIND = re.compile(r"([\d.,]*\d)\s*[-\u2010-\u2015\u2212]$")
_OPEN = re.compile(r"[$€£]?\(\s*[$€£]?[\d.,]*\d\s*|[()]")
_SIGNS, _END = r"[-\u2010-\u2015\u2212+(]?[$€£]?[-\u2212(]?", r"[)*\u2020]*[-\u2212]?"
_WHOLE = re.compile(rf"{_SIGNS}\d{{1,3}}{_END}")
_THOUSANDS = re.compile(rf"{_SIGNS}\d{{1,3}}(?:,\d{{3}})+{_END}")
_POINTED = re.compile(rf"{_SIGNS}[1-9]\d{{0,2}}\.\d{{3}}{_END}")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_CENT = 0.005
_SPACES = re.compile(r"\s+")


def table_doubts(table: Table) -> list[str]:
    """What speaks against a table, each in a sentence; nothing for most right ones.

    Args:
        table: As parsed from what an engine said.
    """
    found = (
        _several_numbers(table),
        _torn_header(table),
        _torn_label(table),
        _open_bracket(table),
        _lost_sign(table),
        _mixed_separators(table),
    )
    return [doubt for doubt in found if doubt]


def _columns(table: Table) -> Iterator[list[str]]:
    for column in zip(*table.rows, strict=True):
        yield [cell.strip() for cell in column if cell.strip()]


def _several_numbers(table: Table) -> str:
    """Columns or rows that were merged leave several numbers in one cell."""
    for place, cells in enumerate(_columns(table)):
        if len(cells) < FEWEST:
            continue
        counts = [len(_numbers(cell)) for cell in cells]
        odd = [cell for cell, count in zip(cells, counts, strict=True) if count > 1]
        single = sum(count == 1 for count in counts)
        if odd and single >= MOSTLY * len(cells):
            return f"A cell of a column of single numbers holds several: {odd[0][:40]!r}."
        titles = table.header or table.rows[:1]
        titled = max((len(_YEAR.findall(row[place])) for row in titles), default=0)
        if titled > 1 and set(counts) == {titled}:
            return f"A column holds {titled} numbers in each cell: {cells[-1][:40]!r}."
        pairs = [cell for cell in cells if _AMOUNTS.fullmatch(cell)]
        if place and len(pairs) >= max(FEWEST, MOSTLY * len(cells)):
            return f"The cells of a column hold several amounts: {pairs[-1][:40]!r}."
    return ""


def _numbers(text: str) -> list[str]:
    """The numbers that a text is made of; none where there is anything else in it."""
    if _signed(text) is not None:
        return [text]
    parts = _SPACES.split(text.strip())
    return parts if all(_signed(part) is not None for part in parts) else []


def _signed(text: str) -> float | None:
    """A number as printed, also with its minus behind it."""
    behind = _BEHIND.fullmatch(text.strip())
    value = number_of(behind[1] if behind else text)
    return value if value is None or not behind else -value


def _torn_header(table: Table) -> str:
    """A title over several columns that was parted between them."""
    for row in (*table.header, *table.rows[:2]):
        for cell, beside in itertools.pairwise(row):
            if any(a.search(cell.strip()) and b.match(beside.strip()) for a, b in _TORN):
                return f"A heading is torn: {cell.strip()[-30:]!r} and {beside.strip()[:20]!r}."
    return ""


def _torn_label(table: Table) -> str:
    """A label on a row of its own, above its numbers, where most numbers stand beside theirs."""
    numbered = [any(map(_is_amount, row[1:])) for row in table.rows]
    labelled = [bool(row[0].strip()) for row in table.rows]
    beside = sum(number and label for number, label in zip(numbered, labelled, strict=True))
    if beside < max(FEWEST, LABELLED * sum(numbered)):
        return ""
    for place in range(1, len(table.rows)):
        alone = labelled[place - 1] and not any(map(str.strip, table.rows[place - 1][1:]))
        if alone and numbered[place] and not labelled[place]:
            return f"A label may be torn from its numbers: {table.rows[place - 1][0][:40]!r}."
    return ""


def _is_amount(text: str) -> bool:
    return _signed(text) is not None and not _YEAR.fullmatch(text.strip())


def _open_bracket(table: Table) -> str:
    """A number whose bracket, which makes it negative, does not close, or stands alone."""
    for row in table.rows:
        for cell in row[1:]:
            if _OPEN.fullmatch(cell.strip()):
                return f"A bracket does not close: {cell.strip()[:20]!r}."
    return ""


def _lost_sign(table: Table) -> str:
    """A balance that runs against amounts of which some have a sign."""
    columns = [[_signed(row[place]) for row in table.rows] for place in range(len(table.columns))]
    numbers = [column for column in columns if sum(map(_is_number, column)) > FEWEST]
    if len(numbers) > MOST_COLUMNS:
        return ""
    for amounts, balances in itertools.permutations(numbers, 2):
        kept, flipped = _steps(amounts, balances)
        has_sign = any(amount is not None and amount < 0 for amount in amounts)
        if has_sign and flipped and kept >= FEWEST and kept > flipped:
            return "A balance runs against an amount: its sign may be lost."
    return ""


def _mixed_separators(table: Table) -> str:
    """A point among the commas of a column: thousands whose comma was read as one."""
    for cells in _columns(table):
        odd = [cell for cell in cells if _POINTED.fullmatch(cell)]
        thousands = sum(bool(_THOUSANDS.fullmatch(cell)) for cell in cells)
        whole = sum(bool(_WHOLE.fullmatch(cell)) for cell in cells)
        if odd and thousands and thousands + whole + len(odd) == _count(cells):
            return f"A number has a point where others have a comma: {odd[0][:20]!r}."
    return ""


def _count(cells: Sequence[str]) -> int:
    """How many of a column's cells are numbers."""
    return sum(_signed(cell) is not None for cell in cells)


def _is_number(value: float | None) -> bool:
    return value is not None


def _steps(amounts: Sequence[float | None], balances: Sequence[float | None]) -> tuple[int, int]:
    """How often a balance goes on by an amount, and how often by its opposite."""
    kept = flipped = 0
    for (before, after), amount in zip(itertools.pairwise(balances), amounts[1:], strict=True):
        if before is None or after is None or not amount:
            continue
        kept += abs(after - before - amount) < _CENT
        flipped += abs(after - before + amount) < _CENT
    return kept, flipped

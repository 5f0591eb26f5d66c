"""Cut a long table into parts that each make sense alone: whole rows under the header."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from dsocr_integrations.chunking.listings import list_lines
from dsocr_integrations.chunking.table_sections import sections
from dsocr_integrations.chunking.token_bounds import TokenCounter, fit, shorten
from dsocr_integrations.records.documents import Table, TableSpan
from dsocr_integrations.tables.rendering import pipe_row

MAX_NAME = 60
"""Characters of a column's name that are said beside a cell; the rest names it no better."""

_SHORT_NAMES = (16, 8, 5, 3)
"""Tokens that the names of a header are cut to, one after the other, until it leaves room."""


def table_parts(table: Table, budget: int, count: TokenCounter) -> Iterator[tuple[str, Table]]:
    """Cut a table between rows.

    Each part repeats the header, its names shortened where they take more than half of the
    bound, and the text of a cell that spans down into it. Rows under a header that leaves no
    room even so are written as lines of `column: cell`, as many together as fit; a row that
    alone is over the bound is written so too, and cut between cells. Rows below a second header
    are parts of their own, under that.

    Args:
        table: The table.
        budget: Most tokens a part's text may have.
        count: The token counter.

    Yields:
        Markdown of the part, and the part itself as a table.
    """
    whole = grid_text(table)
    if count(whole) <= budget:
        yield whole, table
        return
    for section in sections(table):
        yield from _cut(section, budget, count)


def _cut(table: Table, budget: int, count: TokenCounter) -> Iterator[tuple[str, Table]]:
    cutting = _Cutting(table, budget, count)
    names = cutting.names
    if not cutting.says(names) or not table.rows:
        # What the parts cut short is said once in full.
        head = table.model_copy(update={"rows": (), "values": ()})
        yield from ((text, head) for text in fit(_head(table.columns), budget, count))
    if names is not None:
        yield from cutting.under_header(names)
    elif table.rows:
        yield from cutting.as_lines()


@dataclass(frozen=True)
class _Cutting:
    """A table that is over the bound."""

    table: Table
    budget: int
    count: TokenCounter

    @cached_property
    def spoken(self) -> list[tuple[str, ...]]:
        """The body rows with the text of each downward span in all rows it covers."""
        rows = [list(row) for row in self.table.rows]
        offset = self.table.header_rows
        for span in self.table.spans:
            if span.row < offset or span.row_span < 2:
                continue
            text = self.table.rows[span.row - offset][span.column]
            for row in range(span.row - offset, min(len(rows), span.row - offset + span.row_span)):
                rows[row][span.column] = text
        return [tuple(row) for row in rows]

    @cached_property
    def names(self) -> tuple[str, ...] | None:
        """The columns' names, shortened so that half of the bound is left.

        `None` where they would have to be so short that some read alike.
        """
        whole = names = self.table.columns
        for limit in (None, *_SHORT_NAMES):
            if limit is not None:
                names = tuple(self._shortened(name, limit) for name in whole)
            if len(set(names)) < len(set(whole)):
                return None
            if 2 * self.count(_head(names)) <= self.budget:
                return names
        return None

    def _shortened(self, name: str, limit: int) -> str:
        """A name cut to some tokens: of several header rows the outer ones go first."""
        rest = name
        while self.count(rest) > limit and " / " in rest:
            rest = rest.partition(" / ")[2]
        return shorten(rest, limit, self.count)

    def says(self, names: tuple[str, ...] | None) -> bool:
        """Whether the parts have the columns' names in full."""
        if names is not None:
            return names == self.table.columns
        return all(_short(name) == " ".join(name.split()) for name in self.table.columns)

    def under_header(self, names: tuple[str, ...]) -> Iterator[tuple[str, Table]]:
        """As few parts as fit below the header, about as long as each other."""
        head = self.count(_head(names)) + 1
        whole = sum(self.count(pipe_row(row)) + 1 for row in self.table.rows)
        even = head + whole / math.ceil(whole / (self.budget - head + 1))
        start, filled = 0, head
        for number, row in enumerate(self.table.rows):
            first = self.count(pipe_row(self.spoken[number])) + 1
            size = first if number == start else self.count(pipe_row(row)) + 1
            if head + size > self.budget:
                if number > start:
                    yield from self._rows(names, start, number)
                yield from self._row_alone(number)
                start, filled = number + 1, head
            elif number > start and (filled + size > self.budget or filled >= even):
                yield from self._rows(names, start, number)
                start, filled = number, head + first
            else:
                filled += size
        if start < len(self.table.rows):
            yield from self._rows(names, start, len(self.table.rows))

    def as_lines(self) -> Iterator[tuple[str, Table]]:
        """Parts of as many rows as fit where the header is too wide to stand above them."""
        start, texts, filled = 0, list[str](), 0
        for number in range(len(self.table.rows)):
            text = row_text(self._part(number, number + 1))
            size = self.count(text) + 2
            if texts and filled + size > self.budget:
                yield from self._lines(start, texts)
                start, texts, filled = number, [], 0
            texts.append(text)
            filled += size
        yield from self._lines(start, texts)

    def _lines(self, start: int, texts: list[str]) -> Iterator[tuple[str, Table]]:
        text = "\n\n".join(texts)
        if self.count(text) <= self.budget:
            yield text, self._part(start, start + len(texts))
            return
        for number in range(start, start + len(texts)):
            yield from self._row_alone(number)

    def _rows(self, names: tuple[str, ...], start: int, end: int) -> Iterator[tuple[str, Table]]:
        part = self._part(start, end)
        text = grid_text(part.model_copy(update={"columns": names}))
        if self.count(text) <= self.budget:
            yield text, part
        elif end - start > 1:
            # A tokenizer may count the joint text above the sum of its rows.
            middle = (start + end) // 2
            yield from self._rows(names, start, middle)
            yield from self._rows(names, middle, end)
        else:
            yield from self._row_alone(start)

    def _row_alone(self, number: int) -> Iterator[tuple[str, Table]]:
        part = self._part(number, number + 1)
        for text in fit(row_text(part), self.budget, self.count):
            yield text, part

    def _part(self, start: int, end: int) -> Table:
        table = self.table
        spans = (_clipped(span, start, end, table.header_rows) for span in table.spans)
        return table.model_copy(
            update={
                "rows": (self.spoken[start], *table.rows[start + 1 : end]),
                "values": table.values[start:end],
                "spans": tuple(span for span in spans if span is not None),
            }
        )


def grid_text(table: Table) -> str:
    """A table as a pipe table; without names a list's lines or the rows alone.

    The rule below the header is as short as Markdown lets it be: it says nothing, and an embedder
    finds a table the better the less of it there is.
    """
    if any(table.columns):
        rule = "|" + "-|" * len(table.columns)
        return "\n".join((pipe_row(table.columns), rule, *map(pipe_row, table.rows)))
    return "\n".join(list_lines(table) or map(pipe_row, table.rows))


def row_text(part: Table) -> str:
    """The first row of a table as lines of `column: cell`, as a row too long for one part."""
    return "\n".join(
        f"{_short(name)}: {cell}" if name else cell
        for name, cell in zip(part.columns, part.rows[0], strict=True)
        if cell or name
    )


def _short(name: str) -> str:
    flat = " ".join(name.split())
    return flat if len(flat) <= MAX_NAME else f"{flat[:MAX_NAME]}…"


def _head(names: tuple[str, ...]) -> str:
    return grid_text(Table(columns=names, rows=()))


def _clipped(span: TableSpan, start: int, end: int, offset: int) -> TableSpan | None:
    """A span as far as it lies in the header or in some of the body rows."""
    if span.row < offset:
        return span
    top = max(span.row - offset, start)
    rows = min(span.row - offset + span.row_span, end) - top
    if rows < 1 or rows * span.column_span == 1:
        return None
    return span.model_copy(update={"row": top - start + offset, "row_span": rows})

"""Cut a long table into parts that each make sense alone: whole rows under the header."""

from __future__ import annotations

from collections.abc import Iterator

from dsocr_integrations.chunking.token_bounds import TokenCounter, fit
from dsocr_integrations.records.documents import Table, TableSpan
from dsocr_integrations.tables.rendering import pipe_row, to_markdown


def table_parts(table: Table, budget: int, count: TokenCounter) -> Iterator[tuple[str, Table]]:
    """Cut a table between rows.

    Each part repeats the header, and the text of a cell that spans down into it. A row that
    alone is over the bound is written as `column: cell` lines and cut between cells.

    Args:
        table: The table.
        budget: Most tokens a part's text may have.
        count: The token counter.

    Yields:
        Markdown of the part, and the part itself as a table.
    """
    whole = to_markdown(table)
    if count(whole) <= budget:
        yield whole, table
        return
    rows = _with_spanning_texts(table)
    head = _head(table)
    head_size = count(head)
    if 2 * head_size > budget:
        # Too many columns to repeat: their names stand beside each cell instead.
        if any(table.columns) and not table.rows:
            yield from ((text, _part(table, 0, 0)) for text in fit(head, budget, count))
        for number in range(len(table.rows)):
            yield from _row_alone(table, rows, number, budget, count)
        return
    yield from _by_rows(table, rows, head, budget, count)


def _by_rows(
    table: Table, rows: list[tuple[str, ...]], head: str, budget: int, count: TokenCounter
) -> Iterator[tuple[str, Table]]:
    head_size = count(head) + 1
    start, filled = 0, head_size
    for number, row in enumerate(table.rows):
        size = count(pipe_row(rows[number] if number == start else row)) + 1
        if head_size + size > budget:
            if number > start:
                yield from _rows(table, rows, (start, number), budget, count)
            yield from _row_alone(table, rows, number, budget, count)
            start, filled = number + 1, head_size
        elif number > start and filled + size > budget:
            yield from _rows(table, rows, (start, number), budget, count)
            start, filled = number, head_size + count(pipe_row(rows[number])) + 1
        else:
            filled += size
    if start < len(table.rows):
        yield from _rows(table, rows, (start, len(table.rows)), budget, count)


def _rows(
    table: Table,
    rows: list[tuple[str, ...]],
    between: tuple[int, int],
    budget: int,
    count: TokenCounter,
) -> Iterator[tuple[str, Table]]:
    start, end = between
    part = _part(table, start, end, first=rows[start])
    text = to_markdown(part)
    if count(text) <= budget:
        yield text, part
    elif end - start > 1:
        middle = (start + end) // 2
        yield from _rows(table, rows, (start, middle), budget, count)
        yield from _rows(table, rows, (middle, end), budget, count)
    else:
        yield from _row_alone(table, rows, start, budget, count)


def _row_alone(
    table: Table, rows: list[tuple[str, ...]], number: int, budget: int, count: TokenCounter
) -> Iterator[tuple[str, Table]]:
    part = _part(table, number, number + 1, first=rows[number])
    for text in fit(row_text(part), budget, count):
        yield text, part


def row_text(part: Table) -> str:
    """The first row of a table as lines of `column: cell`, as a row too long for one part."""
    return "\n".join(
        f"{' '.join(name.split())}: {cell}" if name else cell
        for name, cell in zip(part.columns, part.rows[0], strict=True)
        if cell or name
    )


def _head(table: Table) -> str:
    return to_markdown(table.model_copy(update={"rows": (), "values": ()}))


def _with_spanning_texts(table: Table) -> list[tuple[str, ...]]:
    """The body rows with the text of each downward span in all rows it covers."""
    rows = [list(row) for row in table.rows]
    offset = table.header_rows
    for span in table.spans:
        if span.row < offset or span.row_span < 2:
            continue
        text = table.rows[span.row - offset][span.column]
        for row in range(span.row - offset, min(len(rows), span.row - offset + span.row_span)):
            rows[row][span.column] = text
    return [tuple(row) for row in rows]


def _part(table: Table, start: int, end: int, first: tuple[str, ...] | None = None) -> Table:
    offset = table.header_rows
    body = list(table.rows[start:end])
    if body and first is not None:
        body[0] = first
    spans = []
    for span in table.spans:
        if span.row < offset:
            spans.append(span)
            continue
        top = max(span.row - offset, start)
        bottom = min(span.row - offset + span.row_span, end)
        rows = bottom - top
        if rows > 0 and (rows > 1 or span.column_span > 1):
            spans.append(
                TableSpan(
                    row=top - start + offset,
                    column=span.column,
                    row_span=rows,
                    column_span=span.column_span,
                )
            )
    return table.model_copy(
        update={"rows": tuple(body), "values": table.values[start:end], "spans": tuple(spans)}
    )

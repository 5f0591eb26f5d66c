"""Long tables in parts: whole rows under the header, as many as fit, nothing lost that spans."""

from __future__ import annotations

from itertools import groupby

from hypothesis import example, given
from hypothesis import strategies as st

from dsocr_integrations.chunking.long_tables import table_parts
from dsocr_integrations.records.documents import Table, TableSpan
from dsocr_integrations.tables import parse_table
from dsocr_integrations.tables.rendering import pipe_row

HEAD = "| Region | Name | Size |\n|-|-|-|"


@st.composite
def spanning_tables(draw: st.DrawFn) -> Table:
    """Cells of the first column span down, those of the second may span across."""
    words = st.text("abcdefg ", min_size=1, max_size=30).map(str.strip)
    lines = []
    for height in draw(st.lists(st.integers(1, 4), min_size=1, max_size=6)):
        for row in range(height):
            first = f"<td rowspan={height}>{draw(words)}</td>" if row == 0 else ""
            wide = draw(st.booleans())
            rest = f"<td colspan={1 + wide}>{draw(words)}</td>" + "<td>1</td>" * (not wide)
            lines.append(f"<tr>{first}{rest}</tr>")
    head = "<tr><th>Region</th><th>Name</th><th>Size</th></tr>"
    table, _ = parse_table(f"<table>{head}{''.join(lines)}</table>")
    assert table is not None
    return table


def clipped(table: Table, start: int, end: int) -> set[tuple[int, int, int, int]]:
    """The spans of the body, each as row, column, rows and columns, cut to some rows."""
    found = set()
    for span in table.spans:
        rows = [
            row
            for row in range(
                span.row - table.header_rows, span.row - table.header_rows + span.row_span
            )
            if start <= row < end
        ]
        if len(rows) * span.column_span > 1:
            found.add((rows[0] - start, span.column, len(rows), span.column_span))
    return found


def spans_of(part: Table) -> set[tuple[int, int, int, int]]:
    def shifted(span: TableSpan) -> tuple[int, int, int, int]:
        return span.row - part.header_rows, span.column, span.row_span, span.column_span

    return {shifted(span) for span in part.spans}


def spoken(table: Table) -> list[tuple[str, ...]]:
    """The rows with what spans down into them."""
    rows, above = [], ""
    starts = {s.row - table.header_rows: s.row_span for s in table.spans if s.column == 0}
    left = 0
    for number, row in enumerate(table.rows):
        if left == 0:
            above, left = row[0], starts.get(number, 1)
        left -= 1
        rows.append((above, *row[1:]))
    return rows


def narrow_and_wide() -> Table:
    """Rows of which the last begins a part only with what spans down into it, and is too long."""
    rows = "<tr><td>a</td><td>a</td><td>1</td></tr>" * 3
    last = f"<tr><td rowspan=2>{'a' * 17}</td><td>a</td><td>1</td></tr>"
    table, _ = parse_table(
        "<table><tr><th>Region</th><th>Name</th><th>Size</th></tr>"
        f"{rows}{last}<tr><td>{'a' * 17}</td><td>1</td></tr></table>"
    )
    assert table is not None
    return table


@example(narrow_and_wide(), 89)
@example(narrow_and_wide(), 88)
@given(spanning_tables(), st.integers(2 * len(HEAD), 400))
def test_parts_hold_the_rows_with_their_spans_and_fill_half_of_the_room(table, budget):
    found = list(table_parts(table, budget, len))
    # A row that is too long comes in several texts.
    same_part = (list(group) for _, group in groupby(found, key=lambda each: id(each[1])))
    parts = [(group[0][1], [text for text, _ in group]) for group in same_part]
    assert all(len(text) <= budget for _, texts in parts for text in texts)
    rows, at = spoken(table), 0
    for place, (part, texts) in enumerate(parts):
        end = at + len(part.rows)
        if len(parts) > 1:
            assert part.rows == (rows[at], *table.rows[at + 1 : end])
        assert part.values == table.values[at:end]
        assert spans_of(part) == clipped(table, at, end)
        under_head = texts[0].startswith(HEAD)
        # A row counts with what begins and what ends its line.
        assert under_head or len(HEAD) + 2 + len(pipe_row(rows[at])) > budget
        following = parts[place + 1 : place + 2]
        if under_head and following and following[0][1][0].startswith(HEAD):
            full = len(texts[0]) + 2 + len(pipe_row(table.rows[end])) > budget
            assert full or 2 * (len(texts[0]) - len(HEAD)) >= budget - len(HEAD)
        at = end
    assert at == len(table.rows)


def test_a_header_that_takes_more_than_half_stands_beside_each_cell_instead():
    names = [f"Quarter {number}" for number in range(8)]
    head = "".join(f"<th>{name}</th>" for name in names)
    body = "".join(f"<tr>{f'<td>{row}</td>' * 8}</tr>" for row in range(3))
    table, _ = parse_table(f"<table><tr>{head}</tr>{body}</table>")
    texts = [text for text, _ in table_parts(table, 150, len)]
    assert texts == ["\n".join(f"{name}: {row}" for name in names) for row in range(3)]
    (first, both), (second, last) = table_parts(table, 210, len)
    assert (first, second) == ("\n\n".join(texts[:2]), texts[2])
    assert (len(both.rows), len(last.rows)) == (2, 1)


def test_long_names_are_shortened_once_they_were_said_in_full():
    names = ("Station", "Depth of the sediment below the sea floor at low water, in metres")
    body = "".join(f"<tr><td>S{row}</td><td>{row}</td></tr>" for row in range(30))
    head = "".join(f"<th>{name}</th>" for name in names)
    table, _ = parse_table(f"<table><tr>{head}</tr>{body}</table>")
    (full, none), *parts = table_parts(table, 100, len)
    assert full.startswith(f"| {' | '.join(names)}")
    assert none.rows == ()
    assert all(text.startswith("| Station | Depth of") for text, _ in parts)
    assert all("…" in text.split("\n", maxsplit=1)[0] for text, _ in parts)
    assert all(part.columns == names for _, part in parts)
    assert [row for _, part in parts for row in part.rows] == list(table.rows)


def test_the_last_part_of_a_table_is_about_as_long_as_the_others():
    rows = "".join(f"<tr><td>{number}</td><td>{number}</td></tr>" for number in range(100, 131))
    table, _ = parse_table(f"<table><tr><th>Age</th><th>Sum</th></tr>{rows}</table>")
    assert table is not None
    assert [len(part.rows) for _, part in table_parts(table, 452, len)] == [16, 15]

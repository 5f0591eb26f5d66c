"""HTML and pipe tables: parsing, spans, headers, numbers, and writing them again."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dsocr_integrations.records.documents import Table
from dsocr_integrations.tables import (
    excel_safe,
    find_tables,
    number_of,
    parse_table,
    rows_as_records,
    to_csv,
    to_html,
    to_markdown,
)
from tests.processor_time import least_seconds


def parsed(text: str) -> Table:
    table, _ = parse_table(text)
    assert table is not None
    return table


def html_of(*rows: str) -> str:
    body = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row.split("|")) + "</tr>" for row in rows
    )
    return f"<table>{body}</table>"


def grid(table: Table) -> tuple[tuple[str, ...], ...]:
    return (*table.header, *table.rows)


def test_a_plain_table_with_a_row_of_names_above_numbers():
    table = parsed(html_of("Port|Depth|Berths", "Ems|11.5|4", "Weser|12|6"))
    assert table.columns == ("Port", "Depth", "Berths")
    assert table.header_rows == 1
    assert table.rows == (("Ems", "11.5", "4"), ("Weser", "12", "6"))
    assert table.values == ((None, 11.5, 4.0), (None, 12.0, 6.0))


def test_spans_leave_covered_places_empty():
    text = (
        "<table><tr><td rowspan='2'>Port</td><td colspan=\"2\">Depth</td></tr>"
        "<tr><td>low</td><td>high</td></tr><tr><td>Ems</td><td>9</td><td>12</td></tr></table>"
    )
    table = parsed(text)
    assert grid(table) == (("Port", "Depth", ""), ("", "low", "high"), ("Ems", "9", "12"))
    assert table.columns == ("Port", "Depth / low", "Depth / high")
    assert [(s.row, s.column, s.row_span, s.column_span) for s in table.spans] == [
        (0, 0, 2, 1),
        (0, 1, 1, 2),
    ]


def test_marked_headers_and_caption():
    table = parsed(
        "<table><caption>Tides</caption><thead><tr><td>a</td><td>b</td></tr></thead>"
        "<tbody><tr><td>c</td><td>d</td></tr></tbody></table>"
    )
    assert (table.header_rows, table.columns, table.caption) == (1, ("a", "b"), "Tides")
    assert parsed("<table><tr><th>a</th></tr><tr><td>1</td></tr></table>").columns == ("a",)


def test_unclosed_cells_rows_and_table():
    table, warnings = parse_table("<TABLE><tr><td>a<td>b<tr><td>c<td>d")
    assert table is not None
    assert grid(table) == (("a", "b"), ("c", "d"))
    assert [warning.kind for warning in warnings] == ["unclosed_table"]


def test_a_table_in_a_cell_is_flattened_and_told():
    table, warnings = parse_table(
        "<table><tr><td>a <table><tr><td>x</td><td>y</td></tr></table> z</td><td>b</td></tr></table>"
    )
    assert table is not None
    assert [" ".join(cell.split()) for cell in grid(table)[0]] == ["a x y z", "b"]
    assert [warning.kind for warning in warnings] == ["nested_table"]


def test_entities_breaks_and_raised_digits():
    table = parsed(
        "<table><tr><td>R&amp;D &lt;5</td><td>one<br>two</td><td>m<sup>2</sup></td></tr></table>"
    )
    assert grid(table) == (("R&D <5", "one\ntwo", "m²"),)


def test_a_pipe_table():
    table = parsed("before\n| a | b \\| c |\n|:--|--:|\n| 1 | x<br>y |\n| 2 |\n\nafter")
    assert table.columns == ("a", "b | c")
    assert table.rows == (("1", "x\ny"), ("2", ""))


def test_text_without_a_table_has_none():
    assert parse_table("a | b\nno table") == (None, ())
    assert parse_table("") == (None, ())
    assert parse_table("<table></table>")[0] is None


def test_find_tables_in_order():
    text = "x <table><tr><td>1</td></tr></table> y\n| a |\n|---|\n| 1 |\n\nz <table><tr><td>open"
    found = [text[start:end] for start, end in find_tables(text)]
    assert found == [
        "<table><tr><td>1</td></tr></table>",
        "| a |\n|---|\n| 1 |",
        "<table><tr><td>open",
    ]


def test_hostile_spans_are_bounded():
    text = "<table><tr>" + "<td rowspan=999999 colspan=999999>x</td>" * 2_000 + "</tr></table>"
    assert least_seconds(lambda: parse_table(text)) < 2
    table, warnings = parse_table(text)
    assert table is None
    assert [warning.kind for warning in warnings] == ["table_too_large"]


def test_a_span_past_the_last_cells_is_cut():
    table = parsed("<table><tr><td colspan=40 rowspan=40>a</td></tr><tr><td>b</td></tr></table>")
    assert all(span.row + span.row_span <= len(grid(table)) for span in table.spans)
    assert all(span.column + span.column_span <= len(table.columns) for span in table.spans)


@pytest.mark.parametrize(
    ("rows", "header_rows"),
    [
        (["|2021|2022|2023", "Sales|5|6|7", "Costs|1|2|3"], 1),
        (["Item|2021A|2022E", "Sales|5|6", "Costs|1|2"], 1),
        (["Height|12", "Width|7", "Weight|30"], 0),
        (["1|2|3", "4|5|6"], 0),
        (["Feature|Basic|Pro", "Storage|none|plenty", "Support|by mail|by telephone"], 1),
        (["Name|Anna", "Street|Long Lane", "Town|Emden"], 0),
        (["only|one|row"], 0),
        (["Large filer ☒|Small filer ☐|☐", "New filer|☐|☒", "Other filer|☐|☐"], 0),
    ],
)
def test_headers_without_markup(rows, header_rows):
    assert parsed(html_of(*rows)).header_rows == header_rows


def test_a_group_name_that_spans_down_is_no_header():
    html = (
        "<table><tr><td rowspan=3>Ratings</td><td>buy: up a lot</td></tr>"
        "<tr><td>hold: stays</td></tr><tr><td>sell: down</td></tr><tr><td>a</td><td>b</td></tr></table>"
    )
    assert parsed(html).header_rows == 0


def test_dashes_below_a_spanning_name_are_no_names_of_its_parts():
    html = "<table><tr><td></td><td colspan=2>In millions</td></tr>{}</table>"
    rows = ("Reeds|$ —|—", "Ducks|5|6", "Herons|2|1")
    body = html_of(*rows).removeprefix("<table>").removesuffix("</table>")
    assert parsed(html.format(body)).header_rows == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234", 1234),
        ("1,234,567.5", 1234567.5),
        ("1.234.567,5", 1234567.5),
        ("1 234 567", 1234567),
        ("1,5", 1.5),
        ("12.5%", 12.5),
        ("(1,200)", -1200),
        ("\u22123.2", -3.2),
        ("- 4", -4),
        ("+7", 7),
        ("$1,200.50", 1200.5),
        ("($5)", -5),
        ("30元", 30),
        ("３．５", 3.5),
        ("\\(16.8\\%\\)", 16.8),
        ("1.2×10^3", 1200),
        ("1.2 × 10³", 1200),
        ("3e-2", 0.03),
        ("12*", 12),
        (".5", 0.5),
        ("", None),
        ("-", None),
        ("5 kg", None),
        ("1-2", None),
        ("12²", None),
        ("2021A", None),
        ("1e999", None),
        ("nan", None),
        ("inf", None),
        ("1,2,3", None),
        ("9" * 500, None),
    ],
)
def test_number_of(text, value):
    assert number_of(text) == value


def test_markdown_escapes_pipes_breaks_and_tags():
    table = Table(columns=("a|b",), header=(("a|b",),), header_rows=1, rows=(("<b>x\ny \\| z",),))
    assert to_markdown(table).split("\n") == [
        "| a\\|b |",
        "| --- |",
        "| &lt;b>x<br>y \\\\\\| z |",
    ]


def test_html_escapes_everything_printed():
    table = Table(columns=("",), rows=(("<script>alert(1)</script> & <5",),), caption="<i>")
    assert to_html(table) == (
        "<table><caption>&lt;i&gt;</caption>"
        "<tr><td>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;5</td></tr></table>"
    )


def test_csv_keeps_numbers_and_disarms_formulas():
    table = Table(columns=("n", "f"), header=(("n", "f"),), header_rows=1, rows=(("-5", "=1+1"),))
    assert list(csv.reader(io.StringIO(to_csv(table)))) == [["n", "f"], ["-5", "'=1+1"]]
    assert [excel_safe(text) for text in ("+3", "@x", "-", "a=b", "-a", "(5)")] == [
        "+3",
        "'@x",
        "'-",
        "a=b",
        "'-a",
        "(5)",
    ]


def test_records_lose_no_cell():
    table = parsed("| a |  | a |\n|---|---|---|\n| 1 | x | |")
    assert rows_as_records(table) == [{"a": 1.0, "column 2": "x", "a (3)": None}]


CELLS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")),
    max_size=8,
).filter(lambda text: text == text.strip() and "&" not in text and "\\" not in text)
GRIDS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=5)
)


@settings(max_examples=150)
@given(GRIDS)
def test_html_round_trip(rows):
    table = Table(columns=("",) * len(rows[0]), rows=tuple(map(tuple, rows)))
    again = parsed(to_html(table))
    assert grid(again) == table.rows


@settings(max_examples=150)
@given(GRIDS)
@example([["<BR>"]])
def test_pipe_round_trip(rows):
    head = tuple(f"c{n}" for n in range(len(rows[0])))
    table = Table(columns=head, header=(head,), header_rows=1, rows=tuple(map(tuple, rows)))
    assert parsed(to_markdown(table)).rows == table.rows


PIECES = st.sampled_from(
    ["<table>", "</table>", "<tr>", "<td>", "<th colspan=3>", "<td rowspan='2'>", "</td>", "</tr>",
     "<thead>", "<caption>", "</caption>", "x", "1", "|", "\n", "|---|", "<br>", "&amp;", "<td", ">"]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_markup_gives_a_consistent_table_or_none(text):
    table, _ = parse_table(text)
    if table is None:
        return
    width = len(table.columns)
    assert all(len(row) == width for row in grid(table))
    assert len(table.values) == len(table.rows)
    assert all(len(values) == width for values in table.values)
    assert len(table.header) == table.header_rows
    for span in table.spans:
        assert span.row + span.row_span <= len(grid(table))
        assert span.column + span.column_span <= width
    assert parse_table(to_html(table))[0] is not None

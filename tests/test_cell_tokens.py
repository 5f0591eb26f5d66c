"""Tables said in cell tokens are tables, wherever an answer holds them."""

from __future__ import annotations

import pytest

from dsocr_integrations.figures.charts import read_chart
from dsocr_integrations.grounding import parse
from dsocr_integrations.tables import parse_table
from dsocr_integrations.tables.cell_tokens import cells_as_html
from tests.processor_time import least_seconds

PLAIN = "<ched>Port<ched>Depth<nl><fcel>Ems<fcel>11.5<nl><fcel>Weser<ecel><nl>"


def rows_of(text: str) -> tuple[tuple[str, ...], ...]:
    table, _ = parse_table(cells_as_html(text))
    assert table is not None
    return (*table.header, *table.rows)


@pytest.mark.parametrize("wrapped", ["{}", "<otsl>{}</otsl>", "<OTSL>\n{}\n</OTSL>"])
def test_rows_and_empty_cells(wrapped):
    assert rows_of(wrapped.format(PLAIN)) == (("Port", "Depth"), ("Ems", "11.5"), ("Weser", ""))


def test_header_tokens_make_header_rows():
    table, _ = parse_table(cells_as_html(PLAIN))
    assert table.columns == ("Port", "Depth")


def test_cells_that_go_on_to_the_right_and_down_are_spans():
    text = (
        "<ched>Port<ched>Depth<lcel><nl><ucel><ched>low<ched>high<nl>"
        "<fcel>Ems<fcel>9<fcel>12<nl><fcel>all<lcel><fcel>x<nl><ucel><xcel><fcel>y<nl>"
    )
    table, _ = parse_table(cells_as_html(text))
    assert table.columns == ("Port", "Depth / low", "Depth / high")
    assert [(s.row, s.column, s.row_span, s.column_span) for s in table.spans] == [
        (0, 0, 2, 1),
        (0, 1, 1, 2),
        (3, 0, 2, 2),
    ]
    assert table.rows[-2:] == (("all", "", "x"), ("", "", "y"))


@pytest.mark.parametrize(
    "text", ["<lcel><fcel>a<nl>", "<ucel><fcel>a<nl>", "<xcel><fcel>a<nl>"], ids=str
)
def test_a_cell_that_continues_nothing_is_an_empty_one(text):
    assert rows_of(text) == (("", "a"),)


def test_text_around_the_table_stays_text():
    page = parse(
        f"<|ref|>text<|/ref|><|det|>[[1, 2, 30, 40]]<|/det|>\nBefore it.\n\n"
        f"<|ref|>table<|/ref|><|det|>[[1, 50, 300, 400]]<|/det|>\n{PLAIN}\n"
        f"<|ref|>text<|/ref|><|det|>[[1, 500, 30, 540]]<|/det|>\nAfter it."
    )
    assert [(block.label, block.table is not None) for block in page.blocks] == [
        ("text", False),
        ("table", True),
        ("text", False),
    ]
    assert page.blocks[1].table.rows == (("Ems", "11.5"), ("Weser", ""))
    assert not page.warnings


def test_a_table_without_a_tag_is_parted_from_its_neighbours():
    page = parse(f"Depths of ports:\n{PLAIN}\nMeasured at low water.")
    assert [block.label for block in page.blocks] == ["text", "table", "text"]
    assert page.blocks[2].text == "Measured at low water."


def test_a_row_left_open_ends_at_the_next_paragraph():
    page = parse("<fcel>Ems<fcel>11.5\n\nMeasured at low water.")
    assert page.blocks[0].table.rows == (("Ems", "11.5"),)
    assert page.blocks[1].text == "Measured at low water."


def test_a_table_cut_off_says_so():
    page = parse(PLAIN + "<fcel>Elbe<fcel>1")
    assert [warning.kind for warning in page.warnings] == ["unclosed_table"]
    assert page.blocks[0].table.rows[-1] == ("Elbe", "1")


def test_cells_without_end_are_a_loop():
    page = parse(PLAIN + "<fcel>0" * 900)
    assert "loop" in {warning.kind for warning in page.warnings}


def test_tokens_among_the_cells_of_an_html_table_are_taken_out():
    text = (
        "<table><tr><td>&lt;fcel&gt;Port</td><td>Depth&lt;nl&gt;</td></tr>"
        "<tr><td>&lt;fcel&lt;fcel&gt;Ems</td><td><fcel>11.5</td><td>&lt;nl&gt;</td></tr></table>"
    )
    assert rows_of(text) == (("Port", "Depth", ""), ("Ems", "11.5", ""))


def test_tokens_may_be_escaped():
    assert rows_of("&lt;fcel&gt;Ems&lt;fcel&gt;11.5&lt;nl&gt;") == (("Ems", "11.5"),)


def test_a_chart_may_be_said_in_cell_tokens():
    table, _ = read_chart("<ched>Year<ched>Output<nl><fcel>2019<fcel>41.5<nl>")
    assert table.values == ((2019.0, 41.5),)


@pytest.mark.parametrize(
    "text", ["Press &lt;nl&gt; to go on.", "Press <nl> to go on.", "a < b", "", "<otsl></otsl>"]
)
def test_other_text_is_left_alone(text):
    assert cells_as_html(text) == text


def test_time_is_linear_in_the_text():
    def seconds(size: int) -> float:
        text = "<fcel>a<lcel>" * size + "<nl>" + "<ucel><xcel>" * size
        return least_seconds(lambda: cells_as_html(text))

    assert seconds(40_000) < 16 * seconds(5_000)

"""A second header among a table's rows: what stands below it is told by its own names."""

from __future__ import annotations

import pytest

from dsocr_integrations.chunking.long_tables import table_parts
from dsocr_integrations.chunking.table_sections import sections
from dsocr_integrations.records.documents import Table
from dsocr_integrations.tables import parse_table

FLOWS = [("Sales", "4,755", "5,699"), ("Profit", "-464", "-1,556"), ("Cash", "-419", "3,507")]
STOCKS = [("Assets", "298,608", "306,236"), ("Equity", "-200", "-198")]
ENDS = ("", "End of quarter", "End of 2017")


def table(
    *rows: tuple[str, ...], header: tuple[str, ...] | None = ("", "Quarter", "2017")
) -> Table:
    lines = [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows]
    head = f"<tr>{''.join(f'<th>{cell}</th>' for cell in header)}</tr>" if header else ""
    made, _ = parse_table(f"<table>{head}{''.join(lines)}</table>")
    assert made is not None
    return made


def test_rows_below_a_second_header_are_under_its_names():
    upper, lower = sections(table(*FLOWS, ENDS, *STOCKS))
    assert (upper.columns, upper.rows) == (("", "Quarter", "2017"), tuple(FLOWS))
    assert (lower.columns, lower.rows) == (ENDS, (ENDS, *STOCKS))
    assert lower.values[1] == (None, 298608.0, 306236.0)


def test_a_table_is_parted_only_where_it_is_cut():
    whole = table(*FLOWS, ENDS, *STOCKS)
    assert [part for _, part in table_parts(whole, 1000, len)] == [whole]
    texts = [text for text, _ in table_parts(whole, 120, len)]
    assert not any("Quarter" in text and "298,608" in text for text in texts)
    assert any("End of quarter" in text and "Equity" in text for text in texts)


def test_years_of_another_period_are_names_too():
    _, lower = sections(table(*FLOWS, ("", "2016", "2015"), *STOCKS))
    assert lower.columns == ("", "2016", "2015")


def test_a_list_below_its_title_in_a_form_is_under_its_names():
    form = table(
        ("Holders at the end of the period", "", "79,053"),
        ("The ten largest", "", ""),
        ("Name", "Share", "Number"),
        *((f"Holder {number}", f"{number}.5 %", f"{number},100") for number in range(1, 5)),
        header=None,
    )
    assert not any(form.columns)
    upper, lower = sections(form)
    assert (len(upper.rows), lower.columns) == (2, ("Name", "Share", "Number"))


@pytest.mark.parametrize(
    "row",
    [
        ("Holders", "by name", "by share"),
        ("", "n.a.", "n.a."),
        ("", "Quarter", ""),
        ("", "12", "Year"),
        ("", "", ""),
    ],
)
def test_rows_of_entries_and_of_words_are_no_header(row):
    whole = table(*FLOWS, row, *STOCKS)
    assert list(sections(whole)) == [whole]


def test_a_cell_that_spans_down_past_a_row_keeps_it_in_its_group():
    rows = "".join(f"<tr><td>{a}</td><td>{b}</td><td>{c}</td></tr>" for a, b, c in FLOWS)
    group = (
        "<tr><td rowspan=3>Stocks</td><td>1</td><td>2</td></tr><tr><td>begin</td><td>end</td></tr>"
    )
    last = "<tr><td>3</td><td>4</td></tr><tr><td>Sum</td><td>4</td><td>6</td></tr>"
    head = "<tr><th></th><th>Quarter</th><th>2017</th></tr>"
    whole, _ = parse_table(f"<table>{head}{rows}{group}{last}</table>")
    assert whole is not None
    assert list(sections(whole)) == [whole]


def test_spans_go_with_the_rows_they_belong_to():
    rows = "".join(f"<tr><td>{a}</td><td>{b}</td><td>{c}</td></tr>" for a, b, c in (*FLOWS, ENDS))
    below = "<tr><td rowspan=2>Assets</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr>"
    head = "<tr><th></th><th>Quarter</th><th>2017</th></tr>"
    whole, _ = parse_table(f"<table>{head}{rows}{below}</table>")
    assert whole is not None
    _, lower = sections(whole)
    (span,) = lower.spans
    assert lower.rows[span.row - lower.header_rows][span.column] == "Assets"

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from dsocr_integrations.engines.embedded.born_digital.grid_tables import GridCell, GridTable
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.table_cells import table_doubts, to_html
from dsocr_integrations.engines.embedded.born_digital.table_rules import TableRules
from dsocr_integrations.engines.embedded.born_digital.table_zones import tabulate
from dsocr_integrations.engines.embedded.born_digital.zones import Zone
from dsocr_integrations.records.documents import PointBox

ROW, COLUMN, LETTER = 12.0, 100.0, 5.0


def read(
    rows: list[list[str]],
    starts: dict[tuple[int, int], float] | None = None,
    level: Sequence[PointBox] = (),
    upright: Sequence[PointBox] = (),
    tops: Sequence[float] = (),
    wide: Mapping[tuple[int, int], int] = {},
) -> list[Zone]:
    """Lay texts out on a plain grid, 5 points a letter, a line 12 points, and read the table."""
    cells, words = [], []
    y = 0.0
    for r, row in enumerate(rows):
        y = tops[r] if tops else y
        bottom = y + ROW * max(1 + text.count("\n") for text in row)
        for c, text in enumerate(row):
            if any(r == row and at < c < at + width for (row, at), width in wide.items()):
                continue
            width = wide.get((r, c), 1)
            box = (c * COLUMN, y, (c + width) * COLUMN, bottom)
            cells.append(GridCell(box, r, c, columns=width))
            for n, line in enumerate(text.split("\n")):
                x = c * COLUMN + 2 + (starts or {}).get((r, c), 0.0)
                top = y + n * ROW
                for word in line.split(" "):
                    if word:
                        box = (x, top + 1, x + LETTER * len(word), top + 11)
                        words.append(StyledWord(word, box, 100 * len(cells) + n, 0, 10.0))
                    x += LETTER * (len(word) + 1)
        y = bottom
    box = (0.0, 0.0, COLUMN * len(rows[0]), y)
    zone = Zone("table", box, grid=GridTable(box, tuple(cells)), words=words)
    return tabulate(zone, TableRules(tuple(level), tuple(upright)))


def html(zone: Zone) -> str:
    assert zone.table is not None
    return to_html(zone.table)


def test_the_rest_of_a_wrapped_cell_joins_its_row():
    (zone,) = read(
        [
            ["Kind", "What it means"],
            ["Major", "ten tons per year or"],
            ["", "more of any one"],
            ["Area", "less than that"],
        ]
    )
    assert "<td>Major</td><td>ten tons per year or more of any one</td>" in html(zone)


def test_records_of_a_group_stay_rows():
    rows = [["Group", "Sex", "Count"], ["A", "men", "12"], ["", "women", "13"], ["B", "men", "9"]]
    (zone,) = read(rows)
    assert html(zone).count("<tr>") == 4


def test_a_source_line_is_a_note_under_the_table():
    table, note = read(
        [["Year", "Sum"], ["2024", "10"], ["2025", "12"], ["Source: the annual", "report"]]
    )
    assert html(table).count("<tr>") == 3
    assert (note.kind, [word.text for word in note.words][:2]) == (
        "table_footnote",
        ["Source:", "the"],
    )


def test_a_centred_title_spans_its_columns_and_names_beside_it_their_rows():
    rows = [["", "", "People", ""], ["Age", "Men", "Women", "All"], ["0", "1", "2", "3"]]
    (zone,) = read(rows, {(0, 2): -5.0})
    assert html(zone).startswith(
        '<table><tr><td rowspan="2">Age</td><td colspan="3">People</td></tr>'
        "<tr><td>Men</td><td>Women</td><td>All</td></tr>"
    )


@pytest.mark.parametrize("title", [("Level", "1"), ("31,", "2022")])
def test_a_title_that_ends_with_a_figure_spans_the_columns_it_was_torn_over(title):
    names = [
        ["", "Inputs", "", "", ""],
        ["", *title, "Mean", ""],
        ["Pond", "2023", "2022", "2021", "2020"],
    ]
    body = [[f"r{i}", "5", "4", "7", "3"] for i in range(3)]
    (zone,) = read(names + body, {(1, 1): COLUMN - 4 - LETTER * len(title[0]), (1, 3): 60.0})
    assert f'<td colspan="2">{" ".join(title)}</td>' in html(zone)
    assert "<td>5</td><td>4</td><td>7</td><td>3</td>" in html(zone)


def test_two_texts_in_every_cell_of_a_column_are_two_columns():
    gap = "      "
    rows = [["Name", f"Men{gap}All"], *[[f"r{i}", f"1{i}{gap}  2{i}"] for i in range(4)]]
    (zone,) = read(rows)
    assert "<tr><td>Name</td><td>Men</td><td>All</td></tr>" in html(zone)


def test_a_sign_far_before_its_number_stands_behind_the_gutter_with_it():
    figures = [("Rent of all", "$     88", "90"), ("Ink", "12", "13"), ("Fees", "15", "17")]
    figures += [("Tax", "16", "17"), ("", "$ 4,092", "8")]
    rows = [
        [f"{label:12}{figure if '$' in figure else f'      {figure}'}", last]
        for label, figure, last in figures
    ]
    (zone,) = read([["Rent", "90"], *rows])
    for label, figure, last in figures:
        assert (
            f"<tr><td>{label}</td><td>{figure.replace('     ', ' ')}</td><td>{last}</td></tr>"
            in html(zone)
        )


def test_tables_printed_side_by_side_are_parted():
    left, right = read([["Age", "Sum", "Age", "Sum"], ["1", "10", "3", "30"]])
    assert (
        html(left)
        == "<table><tr><td>Age</td><td>Sum</td></tr><tr><td>1</td><td>10</td></tr></table>"
    )
    assert "<td>30</td>" in html(right)


def test_titles_of_names_that_come_again_span_them_though_no_line_says_so():
    """They stand left of the middle, beside a column that no title stands over."""
    names = ["", "Price", "Rate", "Price", "Rate", ""]
    body = [["Ropes", "1", "2", "3", "4", "10"], ["Lamps", "5", "6", "7", "8", "26"]]
    head = (
        '<table><tr><td rowspan="2">Kind</td><td colspan="2">Men</td>'
        '<td colspan="2">Women</td><td rowspan="2">Total</td></tr>'
        "<tr><td>Price</td><td>Rate</td><td>Price</td><td>Rate</td></tr>"
    )
    (apart,) = read([["Kind", "Men", "", "", "Women", "Total"], names, *body])
    (together,) = read(
        [["Kind\n", "\nPrice", "Men\nRate", "Women\nPrice", "\nRate"], *(row[:5] for row in body)]
    )
    assert html(apart).startswith(head)
    assert html(together).startswith(head.replace('<td rowspan="2">Total</td>', ""))


def test_names_that_come_again_under_as_many_titles_stay_below_their_own():
    rows = [
        ["Kind", "A", "B", "C", "D"],
        ["", "yes", "no", "yes", "no"],
        ["Ropes", "1", "2", "3", "4"],
    ]
    (zone,) = read([*rows, ["Lamps", "5", "6", "7", "8"]])
    assert "colspan" not in html(zone)


def test_the_end_of_a_label_that_was_broken_early_joins_it():
    rows = [
        ["Kind", "Sum"],
        ["Ropes", "1"],
        ["with hooks", ""],
        ["Anchors of all kinds", "2"],
        ["Lamps", "3"],
    ]
    near = read(rows, tops=[0, 18, 29, 47, 65])
    even = read(rows)
    assert "<td>Ropes with hooks</td><td>1</td>" in html(near[0])
    assert "<td>with hooks</td><td></td>" in html(even[0])


def test_a_title_that_the_grid_made_too_wide_spans_its_own_names():
    names = ["", "2031", "2030", "2031", "2030", ""]
    body = [["Ropes", "1", "2", "3", "4", "10"], ["Lamps", "5", "6", "7", "8", "26"]]
    (zone,) = read(
        [["Kind", "Men", "", "Women", "", ""], [*names[:5], "Total"], *body],
        {(0, 1): 50.0, (0, 3): 50.0},
        wide={(0, 3): 3},
    )
    assert html(zone).startswith(
        '<table><tr><td>Kind</td><td colspan="2">Men</td><td colspan="2">Women</td><td></td></tr>'
    )


def test_a_table_is_doubted_whose_titles_disagree_with_the_names_that_come_again():
    names = ["", "2031", "2030", "2031", "2030", "Total"]
    body = [["Ropes", "1", "2", "3", "4", "10"], ["Lamps", "5", "6", "7", "8", "26"]]
    (zone,) = read(
        [["Kind", "Men", "", "Women", "", ""], names, *body],
        {(0, 1): 50.0, (0, 3): 95.0},
        wide={(0, 3): 3},
    )
    assert zone.table is not None
    assert '<td colspan="3">Women</td>' in html(zone)
    (doubt,) = table_doubts(zone.table)
    assert doubt == "A title may stand over fewer columns than it spans: 'Women'."

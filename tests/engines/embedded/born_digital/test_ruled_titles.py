from __future__ import annotations

import pymupdf

from dsocr_integrations.engines.embedded.born_digital.table_cells import table_doubts
from dsocr_integrations.engines.embedded.born_digital.table_rules import rules_of
from tests.engines.embedded.born_digital.test_table_repair import html, read

NAMES = ["", "Mean", "Share", "Mean", "Share", ""]
BODY = [["Inland", "1", "2", "3", "4", "10"], ["Coast", "5", "6", "7", "8", "26"]]
HEAD = (
    '<table><tr><td rowspan="2">Port</td><td colspan="2">Boats</td><td colspan="2">Crews</td>'
    '<td rowspan="2">Total</td></tr>'
    "<tr><td>Mean</td><td>Share</td><td>Mean</td><td>Share</td></tr>"
)


def test_a_title_spans_the_columns_of_its_rule_wherever_it_stands_over_them():
    rows = [["Port", "Boats", "", "", "Crews", "Total"], NAMES, *BODY]
    ruled = [(102.0, 12.5, 295.0, 12.5), (302.0, 12.5, 495.0, 12.5)]
    (zone,) = read(rows, level=ruled)
    assert html(zone).startswith(HEAD)
    assert zone.table is not None
    assert table_doubts(zone.table) == ()


def test_a_title_in_one_row_with_the_names_of_its_columns_is_set_above_them():
    rows = [["Port", "Boats\nMean", "\nShare", "Crews\nMean", "\nShare", "Total"], *BODY]
    (zone,) = read(rows, level=[(102.0, 12.0, 295.0, 12.0), (302.0, 12.0, 495.0, 12.0)])
    assert html(zone).startswith(HEAD)


def test_upright_lines_beside_a_title_show_its_columns_too():
    rows = [["Port", "", "Boats", "Crews", "", "Total"], NAMES, *BODY]
    level = [(100.0, 12.0, 500.0, 12.0)]
    upright = [(x, 0.0, x, 48.0) for x in (100.0, 300.0, 500.0)]
    (zone,) = read(rows, level=level, upright=upright)
    assert html(zone).startswith(HEAD)


def test_a_rule_under_a_text_alone_is_an_underline():
    rows = [
        ["Port", "Boats and crews", "", ""],
        ["", "Mean", "Share", "Sum"],
        ["Inland", "1", "2", "3"],
        ["Coast", "5", "6", "7"],
    ]
    plain, underlined = (read(rows, level=level) for level in ([], [(102.0, 12.0, 177.0, 12.0)]))
    assert html(plain[0]) == html(underlined[0])


def test_a_table_is_doubted_whose_title_cannot_stand_over_the_columns_of_its_rule():
    rows = [["Port", "North       east\nBoats", "", "", "", "Total"], NAMES, *BODY]
    (zone,) = read(rows, level=[(102.0, 24.0, 295.0, 24.0)])
    assert zone.table is not None
    (doubt,) = table_doubts(zone.table)
    assert doubt == "A title does not stand over the columns of its rule: 'Boats'."


def test_lines_are_those_that_show():
    page = pymupdf.open().new_page()
    page.draw_line((10, 20), (60, 20))
    page.draw_line((60.5, 20), (100, 20))
    page.draw_line((10, 40), (60, 40), color=(1, 1, 1))
    page.draw_rect((10, 60, 60, 61), color=None, fill=(0, 0, 0))
    page.draw_rect((10, 70, 60, 100))
    page.draw_line((5, 5), (90, 90))
    rules = rules_of(page.get_cdrawings())
    assert {tuple(map(round, line)) for line in rules.level} == {
        (10, 20, 60, 20),
        (10, 20, 100, 20),
        (60, 20, 100, 20),
        (10, 60, 60, 60),
        (10, 70, 60, 70),
        (10, 100, 60, 100),
    }
    assert [tuple(map(round, line)) for line in rules.upright] == [
        (10, 70, 10, 100),
        (60, 70, 60, 100),
    ]


def test_a_rule_drawn_in_pieces_is_one_where_one_title_stands_over_all_of_it():
    rows = [["Port", "", "", "Boats", "", ""], ["", *"abcd", ""], *BODY]
    pieces = [(102.0, 12.5, 300.0, 12.5), (300.0, 12.5, 495.0, 12.5)]
    (zone,) = read(rows, level=[*pieces, (102.0, 12.5, 495.0, 12.5)])
    assert '<td colspan="4">Boats</td>' in html(zone)


def test_a_title_takes_the_piece_of_a_rule_in_whose_middle_it_stands():
    """Where the rule is drawn on over a column that stands beside the title's."""
    rows = [["Port", "", "Boats", "", ""], ["", *"abcd"], *(row[:5] for row in BODY)]
    pieces = [(90.0, 12.5, 335.0, 12.5), (335.0, 12.5, 495.0, 12.5)]
    (zone,) = read(rows, level=[*pieces, (90.0, 12.5, 495.0, 12.5)])
    assert '<td colspan="3">Boats</td><td rowspan="2">d</td>' in html(zone)

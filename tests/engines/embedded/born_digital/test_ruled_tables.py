"""Tables whose cells are ruled one by one, as browsers print them: what is ruled apart stays apart."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from dsocr_integrations import Runner
from dsocr_integrations.engines.embedded.born_digital.grid_tables import GridCell, GridTable
from dsocr_integrations.engines.embedded.born_digital.rule_runs import RuleRuns
from dsocr_integrations.engines.embedded.born_digital.ruled_grids import ruled_grids, with_ruled
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.table_rules import rules_of

pymupdf = pytest.importorskip("pymupdf")
needs_layout = pytest.mark.skipif(
    find_spec("pymupdf.layout") is None,
    reason="needs the layout network: pip install 'dsocr-integrations[embedded]'",
)

LEFTS, TOP, HIGH = (34.0, 86.0, 116.0, 140.0, 174.0), 91.0, 18.0


def rule_cell(page, x0: float, y0: float, x1: float, y1: float) -> None:
    for box in (
        (x0, y0, x0 + 0.75, y1),
        (x0, y0, x1, y0 + 0.75),
        (x1 - 0.75, y0, x1, y1),
        (x0, y1 - 0.75, x1, y1),
    ):
        page.draw_rect(box, color=None, fill=(0, 0, 0))


def read(path, rows: list[list[str]], more) -> str:
    with pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        page.insert_text((34, 50), "What the guests of the inn say", fontname="hebo", fontsize=16)
        page.insert_text((34, 76), "Each guest may cross one answer a line.", fontsize=11)
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                top = TOP + r * HIGH
                rule_cell(page, LEFTS[c], top, LEFTS[c + 1], top + HIGH)
                page.insert_text((LEFTS[c] + 2.5, top + 13), text, fontsize=11)
        more(page)
        document.save(path)
    with Runner("embedded", cache=False) as runner:
        return runner.read(path).markdown


@needs_layout
def test_round_buttons_in_the_cells_of_a_printed_web_page(tmp_path):
    """Small cells were taken for boxes, which hid the buttons in them."""

    def buttons(page) -> None:
        for row, chosen in ((1, 2), (2, 1), (3, 3)):
            for column in (1, 2, 3):
                middle = ((LEFTS[column] + LEFTS[column + 1]) / 2, TOP + (row + 0.5) * HIGH)
                page.draw_circle(middle, 4.5, color=(0.2, 0.2, 0.2))
                if column == chosen:
                    page.draw_circle(middle, 2.3, color=None, fill=(0.2, 0.2, 0.2))

    rows = [
        ["", "Poor", "Fair", "Good"],
        *([name, "", "", ""] for name in ("Beds", "Food", "View")),
    ]
    text = read(tmp_path / "survey.pdf", rows, buttons)
    assert "| Beds | ☐ | ☑ | ☐ |" in text
    assert "| Food | ☑ | ☐ | ☐ |" in text
    assert "| View | ☐ | ☐ | ☑ |" in text


@needs_layout
def test_a_label_that_fills_its_cell_stays_apart_from_the_sum_beside_it(tmp_path):
    """Little white between both made one text of them, across the rule."""
    rows = [["Work", "Offer"], ["Hull, mast", "410"], ["Deck", "2,150"], ["Sail loft", "95"]]
    text = read(tmp_path / "offer.pdf", rows, lambda page: None)
    assert "| Hull, mast | 410 |" in text
    assert "| Sail loft | 95 |" in text


def grid(*cells: tuple[int, int, int, int]) -> GridTable:
    made = tuple(
        GridCell((50.0 * c, 20.0 * r, 50.0 * (c + columns), 20.0 * (r + rows)), r, c, rows, columns)
        for r, c, rows, columns in cells
    )
    return GridTable((0.0, 0.0, 100.0, 40.0), made)


def lines(*boxes: tuple[float, float, float, float]) -> RuleRuns:
    path = {"items": [("l", box[:2], box[2:]) for box in boxes], "color": (0.0,), "fill": None}
    return RuleRuns.of(rules_of([path]))


FOUR = grid((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1))


@pytest.mark.parametrize(
    ("rules", "all_parted"),
    [
        (lines((0, 20, 100, 20), (50, 0, 50, 40)), True),
        (lines((0, 20, 50, 20), (50, 20, 100, 20), (50, 0, 50, 20), (50, 20, 50, 40)), True),
        (lines((0, 20, 100, 20), (50, 0, 50, 20)), False),
        (lines((0, 20, 100, 20)), False),
        (lines(), False),
    ],
)
def test_whether_lines_part_all_cells(rules, all_parted):
    assert rules.part_all(FOUR) is all_parted


def test_a_title_over_both_columns_needs_no_line_in_it():
    table = grid((0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1))
    assert lines((0, 20, 100, 20), (50, 20, 50, 40)).part_all(table)


def test_two_ruled_tables_side_by_side_stay_two():
    """The layout model takes what stands close together for one table."""
    lefts = (0.0, 40.0, 80.0, 120.0, 160.0, 200.0)
    level = [(x, y, x + 80, y) for x in (0.0, 120.0) for y in (0.0, 20.0, 40.0)]
    rules = lines(*level, *((x, 0.0, x, 40.0) for x in lefts))
    words = [
        StyledWord("12", (x + 5, y + 5, x + 15, y + 15), 0, 0, 10.0)
        for x in (0.0, 40.0, 120.0, 160.0)
        for y in (0.0, 20.0)
    ]
    cells = tuple(GridCell((x, y, x + 40, y + 20), int(y > 0), n) for y in (0.0, 20.0) for n, x in enumerate((0.0, 40.0, 120.0, 160.0)))  # fmt: skip
    one = GridTable((0.0, 0.0, 200.0, 40.0), cells)
    found = with_ruled([one], rules, words, [])
    assert [table.box for table in found] == [(0, 0, 80, 40), (120, 0, 200, 40)]


def test_a_grid_without_words_in_it_is_no_table():
    """As the lines behind a chart."""
    rules = lines((0, 0, 90, 0), (0, 20, 90, 20), (0, 40, 90, 40), *(
        (x, 0, x, 40) for x in (0, 30, 60, 90)
    ))  # fmt: skip
    (found,) = ruled_grids(rules)
    assert len(found.cells) == 6
    assert with_ruled([], rules, [], []) == []


def test_squared_paper_is_no_table_of_millions_of_cells():
    places = range(0, 8000, 5)
    lines = {place: [(0.0, 7995.0)] for place in places}
    assert not ruled_grids(RuleRuns(lines, dict(lines)))

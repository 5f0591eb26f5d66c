import numpy as np
import pytest
from PIL import Image, ImageDraw

from dsocr_integrations.engines.embedded.order.order_pieces import Piece
from dsocr_integrations.engines.embedded.order.reading_order import reading_order
from dsocr_integrations.engines.embedded.scan.fractions import join_fractions
from dsocr_integrations.engines.embedded.scan.labelled_values import labelled_values
from dsocr_integrations.engines.embedded.scan.layout import lay_out
from dsocr_integrations.engines.embedded.scan.paragraphs import chains, join_text, paragraphs
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, WordBox
from dsocr_integrations.engines.embedded.scan.rules import DrawnRules, find_rules, without_strokes
from dsocr_integrations.engines.embedded.scan.segments import segments, split
from dsocr_integrations.engines.embedded.scan.tables import find_tables
from dsocr_integrations.engines.embedded.scan.unruled_tables import grid_from_text
from dsocr_integrations.engines.embedded.scan.word_placement import place_words
from tests.engines.embedded.scan.made_lines import HIGH, line


def table_lines(rows, xs, y=100.0, pitch=32.0):
    return [
        line(cell, x, y + pitch * n)
        for n, row in enumerate(rows)
        for x, cell in zip(xs, row, strict=True)
        if cell
    ]


def test_a_heading_over_two_columns_comes_first_and_a_footing_last():
    pieces = [
        Piece((400, 100, 700, 500)),
        Piece((0, 520, 700, 560)),
        Piece((0, 100, 300, 500)),
        Piece((0, 0, 700, 60)),
    ]
    assert reading_order(pieces, HIGH) == [3, 2, 0, 1]


def test_short_entries_side_by_side_are_read_row_by_row():
    boxes = [(0, 0, 60, 20), (200, 0, 260, 20), (0, 40, 60, 60), (200, 40, 260, 60)]
    pieces = [Piece(box, (box,)) for box in boxes]
    assert reading_order(pieces, HIGH) == [0, 1, 2, 3]


def test_labels_stay_with_their_values_whatever_these_are():
    lines = [line("An opening paragraph that is as wide as the page is, nearly.", 100, 60, 900)]
    entries = [("Vessel", "Marigold"), ("Port of registry", "Quay House, the town of Northport")]
    entries += [("Due on", "26 May 1978"), ("Remarks", "paid when it was handed in,")]
    for row, (label, value) in enumerate(entries):
        y = 160 + 34 * row
        lines += [line(label, 100, y, 10 * len(label)), line(value, 330, y, 11 * len(value))]
    lines.append(line("stored in the dry shed", 330, 290, 240))
    assert [join_text(pair.lines) for pair in labelled_values(lines)] == [
        "Vessel Marigold",
        "Port of registry Quay House, the town of Northport",
        "Due on 26 May 1978",
        "Remarks paid when it was handed in, stored in the dry shed",
    ]


def test_addresses_side_by_side_are_no_labels():
    left = ("Northport Ltd", "Quay House", "Oldbridge", "Elver")
    right = ("Saltness plc", "Mill Lane", "The Yard", "Pike")
    lines = table_lines(list(zip(left, right, strict=True)), (100, 640), pitch=30)
    assert not labelled_values(lines)


def test_entries_that_stand_in_turn_at_two_indents_are_no_columns():
    boxes = [(0, 0, 40, 20), (45, 30, 110, 50), (0, 60, 42, 80), (45, 90, 100, 110)]
    pieces = [Piece(box, (box,)) for box in boxes]
    assert reading_order(pieces, HIGH) == [0, 1, 2, 3]


def test_lines_join_without_spaces_in_chinese_and_across_hyphens():
    assert join_text([line("自来水", 0, 0), line("厂检查", 0, 30)]) == "自来水厂检查"
    assert join_text([line("an evap-", 0, 0), line("orator of", 0, 30)]) == "an evaporator of"
    assert join_text([line("pages 3-", 0, 0), line("5 of it", 0, 30)]) == "pages 3- 5 of it"


def test_an_indent_after_a_finished_sentence_opens_a_paragraph():
    lines = [
        line("The first paragraph runs over a", 0, 0, 400),
        line("whole line and ends here.", 0, 28, 300),
        line("The second one is set in and runs", 30, 56, 370),
        line("on to the end of the column, too", 0, 84, 400),
    ]
    (run,) = chains(lines)
    assert [len(group) for group in paragraphs(run)] == [2, 2]


def test_a_line_read_across_a_gutter_is_split_and_pieces_of_one_line_are_joined():
    wide = TextLine(
        "left right",
        (0, 0, 400, 20),
        0.9,
        (WordBox("left", (0, 0, 100, 20)), WordBox("right", (300, 0, 400, 20))),
    )
    assert [piece.text for piece in split(wide)] == ["left", "right"]
    joined = segments([line("was torn", 100, 1), line("This line", 0, 0)])
    assert [piece.text for piece in joined] == ["This line was torn"]


def test_columns_of_prose_are_not_joined_across_a_gutter_narrower_than_a_word_gap():
    prose = [(x, y) for y in range(0, 240, 24) for x in (0, 314, 628)]
    columns = [line("thirty characters of a column.", x, y) for x, y in prose]
    assert len(segments(columns)) == len(columns)


def test_a_title_flush_with_a_column_below_does_not_hide_its_gutter():
    text = "twenty of a column, so"
    prose = [(x, 700 + 24 * n) for x in (0, 236) for n in range(6)]
    title = line("A title as wide as all of it is", 236, 0, 600, height=2 * HIGH)
    amid = [line("what stands over both of the columns", 0, 100 + 60 * n, 700) for n in range(6)]
    parted = segments([title, *amid, *(line(text, x, y) for x, y in prose)])
    assert [piece.text for piece in parted].count(text) == len(prose)
    numbered = [part for _, y in prose[::3] for part in (line("12", 0, y), line("Q. And", 34, y))]
    assert len(segments(numbered)) == len(numbered) / 2
    cut = [line("one printed line", 0, 24.0 * n, 150.0 + 9 * n) for n in range(8)]
    cut += [line("that goes on", 164.0 + 9 * n, 24.0 * n) for n in range(8)]
    assert len(segments(cut)) == 8


def test_a_borderless_table_has_its_columns_from_white_gutters():
    rows = [["Name", "Mass", "Length"], ["Ada", "1.5", "20"], ["Bo", "", "30"], ["Cy", "3", "4"]]
    (table,) = find_tables(table_lines(rows, (0, 200, 340)), DrawnRules(), HIGH)
    assert table.grid.to_html() == (
        "<table><tr><td>Name</td><td>Mass</td><td>Length</td></tr>"
        "<tr><td>Ada</td><td>1.5</td><td>20</td></tr>"
        "<tr><td>Bo</td><td></td><td>30</td></tr>"
        "<tr><td>Cy</td><td>3</td><td>4</td></tr></table>"
    )


def test_a_rule_under_a_heading_gives_its_span_and_its_neighbour_both_storeys():
    rows = [
        ["Compound", "Recovery", ""],
        ["", "Soxtec", "PLE"],
        ["NAP", "68.3", "60.0"],
        ["ACY", "61.5", "66.4"],
    ]
    under = [(190.0, 123.0, 420.0, 125.0)]
    grid = grid_from_text(table_lines(rows, (0, 200, 340)), HIGH, under)
    assert grid.to_html().startswith(
        '<table><tr><td rowspan="2">Compound</td><td colspan="2">Recovery</td></tr>'
        "<tr><td>Soxtec</td><td>PLE</td></tr><tr><td>NAP</td>"
    )


def test_titles_whose_rules_nearly_touch_span_their_own_columns():
    rows = [
        ["Pond", "Spring", "", "Autumn", ""],
        ["", "Reeds", "Ducks", "Reeds", "Ducks"],
        ["North", "12", "15", "31", "17"],
        ["South", "14", "25", "61", "19"],
    ]
    under = [(190.0, 123.0, 412.0, 125.0), (420.0, 123.0, 650.0, 125.0)]
    grid = grid_from_text(table_lines(rows, (0, 200, 330, 460, 590)), HIGH, under)
    assert grid.to_html().startswith(
        '<table><tr><td rowspan="2">Pond</td><td colspan="2">Spring</td>'
        '<td colspan="2">Autumn</td></tr><tr><td>Reeds</td>'
    )


@pytest.mark.parametrize(
    "sums",
    [[(110.0, 190.0, 440.0, 192.0)], [(110.0, 190.0, 296.0, 192.0), (304.0, 190.0, 440.0, 192.0)]],
)
def test_rules_above_sums_join_no_amounts(sums):
    rows = [
        ["", "2031", "2030"],
        ["Rent", "880", "960"],
        ["Fees", "12", "13"],
        ["All", "892", "973"],
    ]
    lines = table_lines(rows, (0, 240, 400))
    assert grid_from_text(lines, HIGH, sums).to_html() == (
        "<table>"
        + "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
        + "</table>"
    )


COUNTED = [("Reeds", "12", "15"), ("Ducks", "31", "17"), ("Frogs", "4", "8"), ("Newts", "9", "2")]
ONCE = "".join(f"<tr><td>{a}</td><td>{b}</td><td>{c}</td></tr>" for a, b, c in COUNTED)


def test_titles_that_reach_over_gutters_hide_no_column():
    rows = [("Site", "Ponds seen by day", ""), ("", "North", "South"), *COUNTED]
    grid = grid_from_text(table_lines(rows, (0, 200, 300)), HIGH, [(0, 158, 350, 160)])
    assert grid.to_html() == (
        '<table><tr><td rowspan="2">Site</td><td colspan="2">Ponds seen by day</td></tr>'
        f"<tr><td>North</td><td>South</td></tr>{ONCE}</table>"
    )


def test_names_on_several_lines_above_the_first_rule_are_one_row():
    rows = [
        ("", "First", "Second"),
        ("Kinds", "count", "count"),
        ("met", "early", ""),
        *COUNTED,
    ]
    lines = table_lines(rows, (0, 200, 340), pitch=24.0)
    head = "<td>Kinds met</td><td>First count early</td><td>Second count</td>"
    grid = grid_from_text(lines, HIGH, [(0, 170, 420, 172)])
    assert grid.to_html() == f"<table><tr>{head}</tr>{ONCE}</table>"


def test_texts_that_go_on_below_are_one_row_where_rows_stand_farther_apart():
    rows = [("Tar", "Seals", "Cheap"), ("Copper", "Stops", "Dear")]
    more = [("", "decks", ""), ("sheets", "worms", "")]
    lines = []
    for place in range(4):
        upper, lower = rows[place % 2], more[place % 2]
        lines += table_lines([upper, lower], (0, 200, 400), 100.0 + 70 * place, pitch=22.0)
    grid = grid_from_text(lines, HIGH)
    assert grid.rows == 4
    assert grid.cells[3].text == "Copper sheets"


def test_numbers_below_numbers_are_never_one_row():
    rows = [(f"Pond {n}" if n % 2 else "", f"{n}.5", f"{n}00") for n in range(1, 9)]
    lines = [
        cell
        for place, row in enumerate(rows)
        for cell in table_lines([row], (0, 200, 340), 100.0 + 29 * place - 6 * (place % 2))
    ]
    assert grid_from_text(lines, HIGH).rows == 8


def test_a_picture_that_was_cut_out_of_a_table_is_one():
    rows = [("Name", "Place"), ("Ada", "quayside"), ("Bo", "yard"), ("Cy", "hillside")]
    lines = table_lines(rows, (0, 240))
    (table,) = find_tables(lines, DrawnRules(((0, 126, 320, 128),)), HIGH)
    assert (table.grid.rows, table.grid.columns) == (4, 2)
    assert not find_tables(lines, DrawnRules(((0, 126, 150, 128),)), HIGH)


def test_labels_on_two_lines_are_one_row_between_rules():
    rows = [
        ("Kind of work", "Spring", "Autumn"),
        ("Repairs to the", "71", "40"),
        ("northern quay", "", ""),
        ("Lamps and their", "12", "93"),
        ("daily upkeep by", "", ""),
        ("the pilots", "", ""),
    ]
    rules = DrawnRules(((0, 94, 400, 95), (0, 124, 400, 125), (0, 290, 400, 291)))
    (table,) = find_tables(table_lines(rows, (0, 220, 340), pitch=30.0), rules, HIGH)
    assert table.grid.to_html() == (
        "<table><tr><td>Kind of work</td><td>Spring</td><td>Autumn</td></tr>"
        "<tr><td>Repairs to the northern quay</td><td>71</td><td>40</td></tr>"
        "<tr><td>Lamps and their daily upkeep by the pilots</td><td>12</td><td>93</td></tr></table>"
    )


def test_long_heads_of_rows_leave_numbers_between_rules_a_table():
    rows = [("Reeds", "12", "15", "18"), ("Ducks", "31", "17", "22"), ("Frogs", "4", "8", "11")]
    xs = (0, 250, 350, 450)
    upper, lower = table_lines(rows, xs), table_lines(rows, xs, y=260.0)
    heads = [line("Counted at the north pond by day in spring", 0, y) for y in (68.0, 228.0)]
    rules = DrawnRules(tuple((0.0, y, 480.0, y + 2) for y in (60.0, 210.0, 360.0)))
    (table,) = find_tables([*heads, *upper, *lower], rules, HIGH)
    assert table.grid.columns == 4
    assert table.grid.rows == 8
    prose = [line("Here the ponds are told one after another", 0, y) for y in (100.0, 132.0, 164.0)]
    assert find_tables([*heads, *prose, *upper[-4:]], rules, HIGH) == []


def test_two_columns_of_prose_are_no_table():
    words = "the quick brown fox jumps over lazy dogs"
    lines = [line(words, x, 30.0 * n) for n in range(8) for x in (0, 430)]
    assert find_tables(lines, DrawnRules(), HIGH) == []
    narrow = [line("who keeps the old rope", x, 30.0 * n) for n in range(8) for x in (0, 310, 620)]
    between = DrawnRules(((0, -8, 840, -7), (0, 240, 840, 241)))
    assert find_tables(narrow, between, HIGH) == []


@pytest.fixture
def ruled():
    """A grid of 3 x 2 cells, the upper two joined, on white."""
    grey = np.full((260, 420), 255, np.uint8)
    for y in (40, 100, 160, 220):
        grey[y : y + 2, 40:380] = 0
    for x in (40, 378):
        grey[40:222, x : x + 2] = 0
    grey[100:222, 210:212] = 0
    return grey


def test_drawn_cells_with_a_joined_heading(ruled):
    rules = find_rules(ruled, HIGH)
    assert (len(rules.horizontal), len(rules.vertical)) == (4, 3)
    lines = [
        line("Birthday Money", 120, 60),
        line("$5", 100, 120),
        line("3", 280, 120),
        line("$10", 100, 180),
        line("2", 280, 180),
    ]
    (table,) = find_tables(lines, rules, HIGH)
    assert table.grid.to_html() == (
        '<table><tr><td colspan="2">Birthday Money</td></tr>'
        "<tr><td>$5</td><td>3</td></tr><tr><td>$10</td><td>2</td></tr></table>"
    )


@pytest.mark.parametrize(
    ("text", "tables"),
    [("the school choir sings in the customs house", 0), ("412 388 97 141 276 301 55 80", 1)],
)
def test_cells_that_part_sentences_are_none(text, tables):
    edges = (90, 170, 250, 330, 410, 490)
    rules = DrawnRules(
        tuple((90.0, y, 490.0, y + 1.0) for y in (94.0, 124.0, 154.0, 184.0)),
        tuple((float(x), 94.0, x + 1.0, 184.0) for x in edges),
    )
    lines = [line(text, 96, 100 + 30 * n, 390) for n in range(3)]
    assert len(find_tables(lines, rules, HIGH)) == tables


def test_strokes_of_letters_are_no_rules():
    rules = DrawnRules(vertical=((50.0, 2.0, 53.0, 19.0), (90.0, 0.0, 92.0, 90.0)))
    assert without_strokes(rules, [(0.0, 0.0, 100.0, 20.0)]).vertical == ((90.0, 0.0, 92.0, 90.0),)


def test_a_bar_makes_a_fraction_and_a_table_border_does_not():
    grey = np.full((80, 80), 255, np.uint8)
    upper, lower = line("3", 30, 10, 12), line("17", 26, 44, 20)
    grey[36:38, 25:47] = 0
    assert [x.text for x in join_fractions(grey, [upper, lower])] == [r"\(\frac{3}{17}\)"]
    grey[36:38, :] = 0
    assert [x.text for x in join_fractions(grey, [upper, lower])] == ["3", "17"]
    assert [x.text for x in join_fractions(np.full_like(grey, 255), [upper, lower])] == ["3", "17"]


def test_expressions_make_a_fraction_with_the_nearest_line_and_a_bar_read_as_a_character_goes():
    grey = np.full((150, 120), 255, np.uint8)
    upper, bar = line("Lu−vu", 20, 10, 60), line("一", 20, 33, 60)
    lower, next_one = line("v", 45, 44, 12), line("k", 45, 70, 12)
    grey[36:38, 22:78] = grey[94:96, 46:56] = 0
    below = line("w", 45, 100, 12)
    read = [next_one, upper, bar, lower, below]
    texts = [x.text for x in join_fractions(grey, read)]
    assert texts == [r"\(\frac{k}{w}\)", r"\(\frac{L u-v u}{v}\)"]
    plain = [x.text for x in join_fractions(grey, [upper, lower], [(0, 0, 120, 150)])]
    assert plain == ["Lu−vu", "v"]
    words = [line("net sum", 20, 10, 60), lower]
    assert [x.text for x in join_fractions(grey, words)] == ["net sum", "v"]


def test_a_sign_behind_a_fraction_stays_behind_it():
    grey = np.full((80, 80), 255, np.uint8)
    grey[36:38, 27:45] = 0
    upper, lower = line("2?", 30, 10, 26, 28), line("5", 30, 44, 12)
    assert [x.text for x in join_fractions(grey, [upper, lower])] == [r"\(\frac{2}{5}\)?"]
    grey[36:38] = 255
    assert [x.text for x in join_fractions(grey, [upper, lower])] == ["2?", "5"]


def test_the_foot_and_the_head_of_a_letter_make_no_fraction():
    grey = np.full((80, 80), 255, np.uint8)
    grey[12:30, 31:34] = grey[27:30, 31:45] = grey[43:56, 31:45] = 0
    read = [line("L", 30, 10, 16), line("1", 30, 36, 16)]
    assert [x.text for x in join_fractions(grey, read)] == ["L", "1"]


def test_words_end_where_their_ink_does():
    crop = np.full((20, 200, 3), 255, np.uint8)
    crop[5:15, 10:60] = 0
    crop[5:15, 120:190] = 0
    words = place_words("ab cd", [2, 5, 14, 18], 20, crop, (100.0, 50.0, 300.0, 70.0))
    assert [(word.text, word.box[0], word.box[2]) for word in words] == [
        ("ab", 110.0, 160.0),
        ("cd", 220.0, 290.0),
    ]


def test_a_column_of_text_between_two_pictures_that_touch_is_no_part_of_them():
    picture = Image.new("RGB", (1000, 1200), "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((300, 100, 950, 600), fill=(90, 60, 40))
    pen.rectangle((640, 600, 800, 900), fill=(40, 60, 90))
    words = "the pilot keeps a rope"
    lines = [line(words, 310, 610 + 24 * n, 230) for n in range(12)]
    lines += [line(words, 60, 100 + 24 * n, 220) for n in range(20)]
    page = lay_out(np.asarray(picture), lines, [], (1000, 1200))
    assert [block.text for block in page.blocks if block.label == "image"] == ["", ""]
    assert " ".join([words] * 12) in [block.text for block in page.blocks]

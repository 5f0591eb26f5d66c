"""Headers that were read as something else than the header of the table they name."""

from __future__ import annotations

import pytest

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.chunking.table_headers import EMPTY, with_headers
from dsocr_integrations.records.documents import Block, Box, Page, Table, TableSpan
from dsocr_integrations.tables import parse_table
from dsocr_integrations.tables.headers import with_header
from tests.builders import make_document, make_page

Row = tuple[str, ...]

LEVELS: tuple[Row, ...] = (("North pond", "12.5", "13.1"), ("South pond", "9.8", "8.4"))
MORE: tuple[Row, ...] = (("Mill pond", "7.5", "7.1"), ("Old weir", "3.8", "4.4"))
NAMES: Row = ("", "Spring", "Autumn")


def bare(rows: tuple[Row, ...], box: Box, captions: tuple[int, ...] = ()) -> Block:
    table = Table(columns=("",) * len(rows[0]), rows=rows)
    return Block(label="table", boxes=(box,), table=table, captions=captions)


def named(box: Box) -> Block:
    html = "<table><tr><th>Pond</th><th>Spring</th><th>Autumn</th></tr>{}</table>"
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in LEVELS)
    table, _ = parse_table(html.format(rows))
    return Block(label="table", boxes=(box,), table=table, captions=())


def page(*blocks: Block) -> Page:
    return make_page(1, blocks=blocks)


def columns(block: Block) -> Row:
    assert block.table is not None
    return block.table.columns


def test_a_header_that_was_read_as_a_table_of_its_own_names_the_columns_below():
    caption = Block(label="table_caption", text="Table 1. Levels.", captions=())
    header = bare((NAMES,), (300, 110, 900, 140), captions=(0,))
    told = with_headers(page(caption, header, bare(LEVELS, (100, 160, 900, 300))))
    assert told.blocks[1] is EMPTY
    assert columns(told.blocks[2]) == NAMES
    assert told.blocks[2].captions == (0,)
    assert told.blocks[2].boxes == ((300, 110, 900, 140), (100, 160, 900, 300))


def test_names_that_do_not_stand_one_above_each_column_are_told_as_they_were_read():
    header = bare((("Spring and autumn",), ("levels",)), (300, 110, 900, 140))
    blocks = with_headers(page(header, bare(LEVELS, (100, 160, 900, 300)))).blocks
    assert columns(blocks[1]) == ("", "", "")
    (chunk,) = Chunker().chunk(make_document(1).model_copy(update={"pages": (page(*blocks),)}))
    assert chunk.caption == "Spring and autumn levels"


@pytest.mark.parametrize(
    "above",
    [
        bare((NAMES,), (20, 110, 400, 140)),
        bare((NAMES,), (300, 20, 900, 50)),
        bare((("Ada", "Tom", "7"),), (300, 110, 900, 140)),
    ],
    ids=["beside the table", "far above it", "numbers"],
)
def test_other_tables_stay_their_own(above: Block):
    kept = page(above, bare(LEVELS, (100, 160, 900, 300)))
    assert with_headers(kept) is kept


def test_a_section_of_a_table_has_the_header_above_the_first_one():
    note = Block(label="table_footnote", text="As measured.", captions=())
    first = named((100, 100, 900, 300)).model_copy(update={"captions": (1,)})
    second, third = bare(MORE, (100, 330, 905, 420)), bare(LEVELS, (100, 421, 900, 500))
    blocks = with_headers(page(first, note, second, third)).blocks
    assert [columns(block) for block in (blocks[0], *blocks[2:])] == [("Pond", *NAMES[1:])] * 3
    assert blocks[2].table is not None
    assert blocks[2].table.rows == MORE


@pytest.mark.parametrize(
    ("between", "below"),
    [
        ((Block(label="text", text="Of another year:"),), bare(MORE, (100, 330, 900, 420))),
        ((), bare(MORE, (100, 330, 500, 420))),
        ((), bare((("Mill pond", "low", "high"),), (100, 330, 900, 420))),
    ],
    ids=["text between", "narrower", "words"],
)
def test_a_table_that_may_be_another_one_keeps_to_itself(between: tuple[Block, ...], below: Block):
    kept = page(named((100, 100, 900, 300)), *between, below)
    assert with_headers(kept) is kept


@pytest.mark.parametrize(
    "dates",
    [
        ("", "July 29, 2023", "January 28, 2023"),
        ("", "29 July 2023", "28. Januar 2023"),
        ("", "December", "31, 2016"),
        ("", "2019", "’20 vs. ’19"),
    ],
)
def test_dates_above_numbers_name_columns(dates: Row):
    parts = ("", "Lowest level", "Highest level")
    table = with_header(Table(columns=("", "", ""), rows=(dates, parts, *LEVELS)))
    assert table.columns == ("", f"{dates[1]} / {parts[1]}", f"{dates[2]} / {parts[2]}")


def test_models_above_labelled_rows_and_marks_of_notes_name_columns():
    models = ("", "737 *", "747", "Total")
    body = (("2020", "", "", ""), ("Delivered", "43", "5", "48"), ("Ordered", "7", "1", "8"))
    assert with_header(Table(columns=("",) * 4, rows=(models, *body))).columns == models
    names = ("", "Spring", "(1)", "Autumn")
    notes = (("", "", "", "Paid"), ("In millions", *names[1:]), *body[1:])
    told = with_header(Table(columns=("",) * 4, rows=notes)).columns
    assert told == ("In millions", "Spring", "(1)", "Paid / Autumn")
    bare = (("", "12", "15", "3"), *body[1:])
    assert not any(with_header(Table(columns=("",) * 4, rows=bare)).columns)


@pytest.mark.parametrize(
    "names",
    [("Year", "Nest", "1", "2", "3"), ("Year", "PK–8", "9–12", "PK–8", "9–12")],
    ids=["count up", "in each group"],
)
def test_numbers_that_number_columns_name_them(names: Row):
    body = (("2022", "4", "6", "3", "5"), ("2023", "5", "5", "6", "7"))
    above = ("", "", "In thousands", "", "")
    rows = (above, names, ("Counted", "", "", "", ""), *body)
    told = with_header(Table(columns=("",) * 5, rows=rows))
    assert told.columns == (*names[:2], f"In thousands / {names[2]}", *names[3:])
    assert told.rows == rows[2:]
    assert not any(with_header(Table(columns=("",) * 5, rows=body)).columns)


def test_signs_in_columns_of_their_own_need_no_names():
    names = ("Years to May 31,", "", "2023", "", "2022", "", "")
    rows = (names, ("Reeds", "$", "5", "$", "7", "$", "2"), ("Ducks", "", "4", "", "6", "%", "2"))
    assert with_header(Table(columns=("",) * 7, rows=rows)).columns == names


def test_names_of_words_may_begin_above_the_name_of_the_labels():
    names = (("", "", "Name of the pond on"), ("Kind of bird", "Sign", "which it breeds"))
    body = (("Grey heron", "GH", "Old mill pond"), ("Little egret", "LE", "Long water"))
    told = with_header(Table(columns=("",) * 3, rows=(*names, *body)))
    assert told.columns == ("Kind of bird", "Sign", "Name of the pond on / which it breeds")
    assert told.rows == body
    plain = (
        ("", "Grey heron", "Little egret"),
        ("Colour", "grey", "white"),
        ("Legs", "long", "black"),
    )
    assert with_header(Table(columns=("",) * 3, rows=plain)).columns == plain[0]


def test_a_date_in_the_corner_of_a_header_is_no_entry():
    names = (("May 31, 2023", "Reeds,", ""), ("(in tons)", "cut", "Sedges"))
    told = with_header(Table(columns=("",) * 3, rows=(*names, *LEVELS)))
    assert told.columns == ("May 31, 2023 / (in tons)", "Reeds, / cut", "Sedges")


@pytest.mark.parametrize(
    ("rows", "depth"),
    [
        ((("In tons", ""), ("Reeds cut", "$ —"), ("Sedges cut", "715"), ("All", "715")), 0),
        ((("", "Outlook"), ("Reeds", "$10 billion to $11 billion"), ("Birds", "25-30")), 1),
        ((("", "ARTICLE IX", ""), ("9.01.", "Notices", "78"), ("9.02.", "Waivers", "81")), 0),
    ],
    ids=["a dash", "an amount in words", "the heading of contents"],
)
def test_entries_that_are_no_plain_numbers_stay_entries(rows: tuple[Row, ...], depth: int):
    told = with_header(Table(columns=("",) * len(rows[0]), rows=rows))
    assert (told.header_rows, told.rows) == (depth, rows[depth:])


def test_dates_alone_are_entries():
    rows = (("Visit", "First", "Second"), ("Heron", "May 3, 2023", "June 4, 2023"))
    assert with_header(Table(columns=("", "", ""), rows=rows)).columns == rows[0]


def test_a_table_of_empty_cells_is_found_by_its_caption_alone():
    caption = Block(label="table_caption", text="Table 3. Nothing yet.", captions=())
    empty = bare((("", ""),) * 200, (100, 160, 900, 300), captions=(0,))
    pages = (page(caption, empty),)
    (chunk,) = Chunker().chunk(make_document(1).model_copy(update={"pages": pages}))
    assert (chunk.kind, chunk.text, chunk.table) == ("table", "Table 3. Nothing yet.", None)


SPANNED = "<table><tr><th></th><th colspan=2>In thousands</th><th></th></tr>{}</table>"


def test_names_below_a_header_that_leaves_numbers_unnamed_are_part_of_it():
    rows = (
        ("Pond", "2023", "", "2024"),
        ("", "Reeds", "Herons", "Ducks"),
        ("North", "4", "9", "7"),
    )
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    table, _ = parse_table(SPANNED.format(body))
    assert table is not None
    told = with_header(table.model_copy(update={"rows": rows}))
    assert told.columns == (
        "Pond",
        "In thousands / 2023 / Reeds",
        "In thousands / Herons",
        "2024 / Ducks",
    )
    assert told.rows == rows[2:]


@pytest.mark.parametrize(
    "names",
    [
        (("", "March 31,", ""), ("", "2023", "2022")),
        (("(In millions)", "2023", "2022"),),
    ],
    ids=["over the years", "beside a unit"],
)
def test_names_that_tell_numbers_below_one_name_apart_are_part_of_the_header(
    names: tuple[Row, ...],
):
    rows = (*names, ("Reeds", "", ""), ("Cut", "(1)", "(2)"), ("Sown", "—", "—"))
    header = ("", "Three months ended", "Three months ended")
    told = with_header(Table(columns=header, rows=rows, header=(header,), header_rows=1))
    assert told.rows == rows[len(names) :]
    assert [name.rpartition(" / ")[2] for name in told.columns[1:]] == ["2023", "2022"]


@pytest.mark.parametrize(
    "rows",
    [
        (("Apples", "few", "red"), ("Pears", "3", "green")),
        (("Fruit", "", ""), ("Apples", "3", "5")),
        (("Apples", "3", "5"), ("Pears", "4", "6")),
    ],
    ids=["an entry without numbers", "the heading of a section", "numbers at once"],
)
def test_entries_below_a_header_stay_entries(rows: tuple[Row, ...]):
    header = ("Kind", "How many", "")
    table = Table(columns=header, rows=rows, header=(header,), header_rows=1)
    assert with_header(table) is table


SPREAD = (
    "<table><tr><th>Silo</th><th colspan=2>Height, m</th><th>Damp, %</th><th></th></tr>"
    "<tr><td>Halvik</td><td></td><td></td><td>5.2</td><td>{}</td></tr>"
    "<tr><td rowspan=2>Varsund</td><td></td><td></td><td>4.1</td><td>{}</td></tr>"
    "<tr><td></td><td></td><td>3.9</td><td>{}</td></tr></table>"
)


def spread(*cells: str) -> Table:
    table, _ = parse_table(SPREAD.format(*cells))
    assert table is not None
    return table


def test_names_that_were_pushed_aside_stand_above_their_columns_again():
    told = with_header(spread("71", "68", "70"))

    assert told.columns == ("Silo", "Height, m", "Damp, %")
    assert told.rows == (("Halvik", "5.2", "71"), ("Varsund", "4.1", "68"), ("", "3.9", "70"))
    assert told.values[1] == (None, 4.1, 68)
    assert told.spans == (TableSpan(row=2, column=0, row_span=2),)


def test_columns_that_nobody_filled_in_keep_their_names():
    table = spread("", "", "")
    assert with_header(table) is table


def test_a_first_column_without_a_name_takes_none_from_the_others():
    header = ("", "2023", "2024", "Remarks", "")
    rows = tuple((place, "4.0", "5.1", "", "") for place in ("North", "South", "East"))
    spans = (TableSpan(row=0, column=3, column_span=2),)
    table = Table(columns=header, rows=rows, header=(header,), header_rows=1, spans=spans)
    assert with_header(table) is table


def test_a_page_that_goes_on_below_pushed_names_is_told_them():
    more = (("", "3.3", "69"), ("Zellhof", "4.4", "72"))
    first = Block(label="table", boxes=((100, 500, 900, 900),), table=spread("71", "68", "70"))
    second = bare(more, (100, 80, 900, 300))
    pages = (page(first), make_page(2, blocks=(second,)))
    chunks = Chunker().chunk(make_document(2).model_copy(update={"pages": pages}))
    told = [one.table.columns for one in chunks if one.table is not None]
    assert told == [("Silo", "Height, m", "Damp, %")] * 2

"""Chunks: bounded, complete, traceable, and stable where the page did not change."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.chunking.token_bounds import FRAME, estimate_tokens, fit, shorten
from dsocr_integrations.records.chunks import Chunk
from dsocr_integrations.records.documents import Block, Document, Figure, Geometry, Page, Table
from dsocr_integrations.records.readings import PageQuality, PageReading
from dsocr_integrations.tables import parse_table

BOX = (10, 20, 300, 40)


def block(label: str, text: str = "", box=BOX) -> Block:
    table = parse_table(text)[0] if label == "table" else None
    return Block(label=label, boxes=(box,) if box else (), text=text, table=table)


def page(number: int, *blocks: Block, figures=(), quality=None) -> Page:
    return Page(
        number=number,
        width=595,
        height=842,
        markdown="",
        blocks=blocks,
        figures=figures,
        reading=PageReading(engine="e", fingerprint="f", quality=quality or PageQuality()),
    )


def document(*pages: Page, title: str | None = None) -> Document:
    return Document(
        doc_id="d", revision="r", source="s.pdf", page_count=len(pages), engine="e",
        fingerprint="f", pages=pages, title=title,
    )  # fmt: skip


def chunks(*pages: Page, title: str | None = None, **settings) -> list[Chunk]:
    return list(Chunker(**{"max_tokens": 256, **settings}).chunk(document(*pages, title=title)))


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text))


def said(found: list[Chunk]) -> str:
    return " ".join(" ".join([c.text, c.caption or "", *c.headings]) for c in found)


def test_small_neighbours_under_one_heading_are_one_chunk():
    (chunk,) = chunks(
        page(
            1,
            block("title", "# Ports", (1, 1, 9, 9)),
            block("text", "First.", (1, 10, 9, 20)),
            block("text", "Second.", (1, 20, 9, 30)),
        )
    )
    assert chunk.text == "Ports\n\nFirst.\n\nSecond."
    assert chunk.headings == ("Ports",)
    assert [span.box for span in chunk.spans] == [(1, 1, 9, 9), (1, 10, 9, 20), (1, 20, 9, 30)]
    assert (chunk.page, chunk.ordinal, chunk.kind) == (1, 0, "text")


def test_a_line_of_authors_that_is_set_as_a_heading_is_text():
    names = "# Ada Ng<sup>1</sup>, Bo Li<sup>2</sup>"
    chunk, _ = chunks(
        page(1, block("title", "# Weirs"), block("title", names)),
        page(2, block("text", "They leak.")),
    )
    assert chunk.text == "Weirs\n\nAda Ng<sup>1</sup>, Bo Li<sup>2</sup>"
    first, second = chunks(
        page(1, block("title", "# Weirs"), block("title", names), block("text", "x")),
        page(2, block("text", "They leak.")),
    )
    assert (first.headings, second.headings) == (("Weirs",), ("Weirs",))
    (squared,) = chunks(page(1, block("title", "# Fields in m<sup>2</sup>"), block("text", "x")))
    assert squared.headings == ("Fields in m<sup>2</sup>",)


def test_short_sections_are_one_chunk_under_the_headings_of_both():
    short, long = block("text", "Few words."), block("text", "word " * 80)
    first, *others = chunks(
        page(
            1,
            *(block("title", "# A"), block("sub_title", "## B"), short),
            *(block("sub_title", "## C"), short, block("sub_title", "## D"), long),
        )
    )
    assert first.text == "A\n\nB\n\nFew words.\n\nC\n\nFew words."
    assert first.headings == ("A",)
    assert [(one.headings, one.text[:3]) for one in others] == [(("A", "D"), "D\n\n")]


def test_prose_goes_on_past_the_table_beside_it():
    table = block("table", "<table><tr><th>a</th></tr><tr><td>1</td></tr></table>", (1, 20, 9, 30))
    found = chunks(
        page(
            1,
            *(block("text", "Before it.", (1, 10, 9, 20)), table),
            *(block("text", "After it.", (1, 30, 9, 40)), block("sub_title", "## B"), table),
            block("text", "Below."),
        )
    )
    said = ["Before it.\n\nAfter it.", "| a |\n|-|\n| 1 |", "| a |\n|-|\n| 1 |", "Below."]
    assert [one.text for one in found] == said
    assert [one.headings for one in found] == [(), (), ("B",), ("B",)]
    assert [span.box for span in found[0].spans] == [(1, 10, 9, 20), (1, 30, 9, 40)]


def test_the_heading_path_follows_levels_and_pages():
    found = chunks(
        page(1, block("title", "# A"), block("sub_title", "## B"), block("text", "b")),
        page(2, block("text", "still b"), block("sub_title", "### C"), block("text", "c")),
        page(3, block("sub_title", "## D"), block("text", "d")),
    )
    assert [(c.page, c.headings) for c in found] == [
        (1, ("A", "B")),
        (2, ("A", "B")),
        (3, ("A", "D")),
    ]


def test_a_heading_with_nothing_under_it_is_not_lost():
    found = chunks(
        page(1, block("title", "# Part one"), block("title", "# Chapter"), block("text", "x"))
    )
    assert [c.text for c in found] == ["Part one\n\nChapter\n\nx"]
    assert [c.text for c in chunks(page(1, block("title", "# Alone")))] == ["Alone"]


def rows_html(count: int) -> str:
    body = "".join(f"<tr><td>ship {n}</td><td>{n * 7}</td></tr>" for n in range(count))
    return f"<table><tr><td>Name</td><td>Tonnage</td></tr>{body}</table>"


def test_a_long_table_is_cut_between_rows_under_its_header():
    found = chunks(
        page(
            4,
            block("table", rows_html(120), (1, 50, 9, 90)),
            block("table_caption", "Table 2. Ships", (1, 45, 9, 50)),
        )
    )
    assert len(found) > 3
    assert all(c.kind == "table" and c.caption == "Table 2. Ships" for c in found)
    assert all(c.text.startswith("| Name | Tonnage |\n|-|-|\n") for c in found)
    assert all(c.spans[1].box == (1, 45, 9, 50) for c in found)
    strips = [c.spans[0].box for c in found]
    assert (strips[0][1], strips[-1][3]) == (50, 90)
    assert all(upper[3] > lower[1] >= upper[1] for upper, lower in pairwise(strips))
    rows = [row for c in found if c.table for row in c.table.rows]
    assert rows == [(f"ship {n}", str(n * 7)) for n in range(120)]
    lines = [line for c in found for line in c.text.split("\n")[2:]]
    assert lines == [f"| ship {n} | {n * 7} |" for n in range(120)]


def test_a_cell_that_spans_down_is_repeated_in_the_next_part():
    body = "".join(f"<tr><td>{n} some more words in the row</td></tr>" for n in range(1, 60))
    html = f"<table><tr><th>Region</th><th>Row</th></tr><tr><td rowspan=60>North</td><td>0</td></tr>{body}</table>"
    found = chunks(page(1, block("table", html)))
    assert len(found) > 1
    assert all(c.table is not None and c.table.rows[0][0] == "North" for c in found)
    for c in found:
        assert c.table is not None
        assert all(
            s.row + s.row_span <= len(c.table.rows) + c.table.header_rows for s in c.table.spans
        )


def test_every_part_of_a_long_table_says_what_spans_down_into_it():
    body = "".join(
        f"<tr>{'<td rowspan=30>North</td>' if n == 0 else ''}"
        f"{'<td rowspan=30>South</td>' if n == 30 else ''}"
        f"<td>{n} some more words in the row</td></tr>"
        for n in range(60)
    )
    html = f"<table><tr><th>Region</th><th>Row</th></tr>{body}</table>"
    found = chunks(page(1, block("table", html)))
    assert len(found) > 3
    for c in found:
        first = int(c.text.split("\n")[2].split("|")[2].split()[0])
        assert c.text.split("\n")[2].startswith(
            f"| {'North' if first < 30 else 'South'} | {first} "
        )


def test_a_heading_of_a_few_words_is_named_whole():
    heading = "How the harbour walls were raised by two metres"
    (chunk,) = chunks(page(1, block("title", f"# {heading}"), block("table", rows_html(2))))
    assert chunk.headings == (heading,)


def test_outer_headings_without_room_beside_a_table_stand_in_a_text():
    names = [" ".join(letter * 2 for _ in range(20)) for letter in "abc"]
    found = chunks(
        page(
            1,
            *(block("title", f"{'#' * level} {name}") for level, name in enumerate(names, 1)),
            block("table", rows_html(1)),
        )
    )
    assert [(c.kind, c.headings) for c in found] == [
        ("text", tuple(names[1:])),
        ("table", tuple(names[1:])),
    ]
    assert found[0].text == names[0]


def test_headings_without_marks_have_the_level_of_their_label():
    text = block("text", "word " * 60)
    found = chunks(
        page(
            1,
            *(block("title", "A"), text, block("sub_title", "B"), text),
            *(block("sub_title", "### C"), text, block("title", "D"), text),
        )
    )
    assert [c.headings for c in found] == [("A",), ("A", "B"), ("A", "B", "C"), ("D",)]


def test_a_short_title_is_named_whole_at_the_smallest_bound():
    (chunk,) = chunks(page(1, block("text", "x")), title="a b c d", max_tokens=32)
    assert chunk.title == "a b c d"


def test_a_long_title_leaves_room_for_the_headings():
    title = "Proceedings of the harbour board " * 20
    (chunk,) = chunks(page(1, block("title", "# Dredging"), block("text", "x")), title=title)
    assert chunk.title.startswith("Proceedings of the harbour board")
    assert chunk.headings == ("Dredging",)


def test_a_heading_takes_the_beginning_of_a_paragraph_that_is_over_the_bound_along():
    long = "Mud was sampled at low water. " * 60
    found = chunks(page(1, block("sub_title", "## 2.2 Sampling"), block("text", long)))
    assert found[0].text.startswith("2.2 Sampling\n\nMud was sampled at low water.")
    assert len(found) > 1
    assert words(said(found))["Mud"] == 60
    assert max(estimate_tokens(c.embedding_text) for c in found) <= 256


def test_a_heading_stands_alone_at_the_foot_of_a_page_only():
    found = chunks(
        page(1, block("text", "Before."), block("sub_title", "## 2.2 Sampling")),
        page(2, block("text", "Mud.")),
    )
    assert [(c.text, c.headings) for c in found] == [
        ("Before.", ()),
        ("2.2 Sampling", ("2.2 Sampling",)),
        ("Mud.", ("2.2 Sampling",)),
    ]


def test_the_context_says_nothing_that_the_text_begins_with():
    found = chunks(
        page(
            1,
            block("title", "# Ports"),
            block("sub_title", "## Dues"),
            block("text", "Paid in cash."),
            block("table", rows_html(2)),
            block("table_caption", "Table 2. Ships"),
        ),
        title="Harbours",
    )
    assert [c.context for c in found] == ["Harbours", "Harbours > Ports > Dues\nTable 2. Ships"]
    assert found[0].embedding_text == "Harbours\n\nPorts\n\nDues\n\nPaid in cash."


def test_header_rows_left_in_the_body_are_told_in_every_part():
    names = ("", "Licence seen by the harbour master", "Nets measured before leaving")
    rows = [names, *((f"ship {n}", "yes", "no" if n % 3 else "yes") for n in range(70))]
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    leaf = block("table", f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>")
    assert leaf.table is not None
    assert leaf.table.header_rows == 0
    found = chunks(page(1, leaf))
    assert len(found) > 2
    head = f"| {' | '.join(names)} |\n|-|"
    assert all(c.text.startswith(head) for c in found)
    assert all(c.table is not None and c.table.columns == names for c in found)
    assert sum(len(c.table.rows) for c in found if c.table) == 70


def test_a_table_without_names_has_no_empty_header():
    (chunk,) = chunks(page(1, block("table", "<table><tr><td>1</td><td>2</td></tr></table>")))
    assert chunk.text == "| 1 | 2 |"


def test_the_bound_holds_by_a_tokenizer_that_frames_each_text():
    def framed(text: str) -> int:
        return 5 + len(text.split())

    found = chunks(page(1, block("table", rows_html(90))), max_tokens=64, count_tokens=framed)
    assert max(framed(c.embedding_text) for c in found) <= 64
    # The frame is paid once, not with every row.
    assert {len(c.table.rows) for c in found[:-1] if c.table} == {5}


def test_a_row_over_the_bound_is_cut_between_cells():
    html = "<table><tr><th>a</th><th>b</th></tr><tr><td>{}</td><td>{}</td></tr></table>"
    found = chunks(page(1, block("table", html.format("one " * 150, "two " * 150))))
    assert words(said(found))["one"] == 150
    assert words(said(found))["two"] == 150
    assert max(estimate_tokens(c.embedding_text) for c in found) <= 256


def test_charts_molecules_drawings_and_pictures_are_chunks_of_their_kind():
    table = Table(columns=("x", "y"), header=(("x", "y"),), header_rows=1, rows=(("1", "2"),))
    figures = (
        Figure(number=1, block=0, kind="chart", boxes=(BOX,), table=table, crop="figures/1.png"),
        Figure(number=2, block=2, kind="molecule", boxes=(BOX,), smiles="CCO", inchikey="K"),
        Figure(number=3, block=3, kind="geometry", geometry=Geometry(points=(("A", 0.0, 1.5),))),
        Figure(number=4, block=4, kind="picture", description="A ship."),
        Figure(number=5, kind="picture"),
    )
    found = chunks(
        page(
            1,
            block("image", box=(1, 1, 9, 9)),
            block("image_caption", "Fig. 1", (1, 10, 9, 12)),
            block("image", box=(1, 20, 9, 29)),
            block("image", box=(1, 30, 9, 39)),
            block("image", box=(1, 40, 9, 49)),
            figures=figures,
        )
    )
    assert [c.kind for c in found] == ["chart", "molecule", "geometry", "picture"]
    chart, molecule, drawing, picture = found
    assert (chart.caption, chart.figure, chart.table) == ("Fig. 1", "figures/1.png", table)
    assert (molecule.smiles, molecule.inchikey, molecule.text) == ("CCO", "K", "SMILES: CCO")
    assert drawing.text == "Points: A (0, 1.5)"
    assert picture.text == "Description by the model: A ship."


def test_what_stands_in_a_chart_that_was_read_makes_no_second_chunk():
    table = Table(
        columns=("year", "Volume"),
        header=(("year", "Volume"),),
        header_rows=1,
        rows=(("2020", "7"),),
    )
    drawing = block("image", "0 5 10 2020 Volume treated (ML) year", (1, 1, 9, 9))
    figures = (Figure(number=1, block=0, kind="chart", boxes=(BOX,), table=table),)
    (chunk,) = chunks(page(1, drawing, figures=figures))
    assert (chunk.kind, chunk.table) == ("chart", table)
    assert chunk.text.endswith("In the figure: treated (ML)")
    told = block("image", "2020 7 year Volume", (1, 1, 9, 9))
    (chunk,) = chunks(page(1, told, figures=figures))
    assert "In the figure" not in chunk.text


def test_a_captioned_picture_that_was_not_read_is_found_by_its_caption():
    (chunk,) = chunks(page(1, block("image"), block("image_caption", "Fig. 9. The old quay")))
    assert (chunk.kind, chunk.text) == ("picture", "Fig. 9. The old quay")


def test_words_at_the_edges_of_a_lone_drawing_are_titles_of_its_axes():
    chart = Figure(number=1, block=1, kind="chart", boxes=(BOX,))
    blocks = (block("header", "population"), block("image", "0 5 10"), block("footer", "age"))
    (chunk,) = chunks(page(1, *blocks, figures=(chart,)))
    assert chunk.text == "In the figure: 0 5 10 population age"
    prose = block("text", "This page has a sentence, so its header is one.")
    assert "population" not in said(chunks(page(1, *blocks, prose, figures=(chart,))))


def test_words_at_the_edges_of_several_drawings_or_of_none_are_left_out():
    blocks = (block("header", "population"), block("image", "0 5 10"), block("image", "1 2 3"))
    charts = [Figure(number=n, block=n, kind="chart", boxes=(BOX,)) for n in (1, 2)]
    assert "population" not in said(chunks(page(1, *blocks, figures=charts)))
    molecule = Figure(number=1, block=1, kind="molecule", boxes=(BOX,), smiles="CCO")
    assert "population" not in said(chunks(page(1, *blocks, figures=(molecule,))))


@pytest.mark.parametrize(("count", "kept"), [(7, True), (8, False)])
def test_a_text_of_eight_words_makes_a_page_more_than_a_drawing(count, kept):
    chart = Figure(number=1, block=1, kind="chart", boxes=(BOX,))
    label = block("text", " ".join(["legend"] * count))
    blocks = (block("header", "population"), block("image", "0 5 10"), label)
    assert ("population" in said(chunks(page(1, *blocks, figures=(chart,))))) is kept


def test_a_chart_whose_block_holds_its_table_says_it_once():
    drawn = block("chart", "<table><tr><th>year</th></tr><tr><td>dry</td></tr></table>")
    assert drawn.table is None
    drawn = drawn.model_copy(update={"table": parse_table(drawn.text)[0]})
    chart = Figure(number=1, block=0, kind="chart", boxes=(BOX,), table=drawn.table)
    (chunk,) = chunks(page(1, drawn, figures=(chart,)))
    assert chunk.text == "| year |\n|-|\n| dry |"
    unread = Figure(number=1, block=0, kind="picture", boxes=(BOX,))
    (chunk,) = chunks(page(1, drawn, figures=(unread,)))
    assert "dry" in chunk.text


@pytest.mark.parametrize(
    ("own", "printed", "caption"),
    [
        ("The quay", "Fig. 1. The quay", "Fig. 1. The quay"),
        ("By a reader", "Fig. 1. The quay", "By a reader Fig. 1. The quay"),
        ("By a reader", "", "By a reader"),
        (None, "Fig. 1. The quay", "Fig. 1. The quay"),
    ],
)
def test_a_figure_s_own_caption_stands_before_a_printed_one_that_lacks_it(own, printed, caption):
    table = Table(columns=("x",), header=(("x",),), header_rows=1, rows=(("1",),))
    chart = Figure(number=1, block=0, kind="chart", boxes=(BOX,), table=table, caption=own)
    below = block("image_caption", printed, (1, 10, 9, 12))
    (chunk,) = chunks(page(1, block("image", box=(1, 1, 9, 9)), below, figures=(chart,)))
    assert chunk.caption == caption


def test_formulas_are_chunks_of_their_own():
    found = chunks(
        page(1, block("text", "So"), block("equation", "\\[x\\]"), block("text", "holds"))
    )
    assert [(c.kind, c.text) for c in found] == [
        ("text", "So"),
        ("formula", "\\[x\\]"),
        ("text", "holds"),
    ]


def test_furniture_is_left_out_unless_asked_for():
    leaf = page(1, block("header", "Head"), block("text", "body"), block("page_number", "3"))
    assert [c.text for c in chunks(leaf)] == ["body"]
    assert "Head" in chunks(leaf, page_furniture=True)[0].text


def test_text_without_a_box_stands_on_the_whole_page():
    (chunk,) = chunks(page(1, block("text", "x", None)))
    assert chunk.spans[0].box == (0, 0, 999, 999)
    assert (chunk.spans[0].page_width, chunk.spans[0].page_height) == (595, 842)


def test_a_page_kept_with_a_flag_marks_its_chunks():
    bad = page(1, block("text", "x"), quality=PageQuality(trusted=False, reasons=("loop",)))
    assert [c.trusted for c in chunks(bad, page(2, block("text", "y")))] == [False, True]


def test_a_change_on_one_page_leaves_the_ids_of_the_others_alone():
    def ids(text: str, title: str) -> dict[int, list[str]]:
        found = chunks(
            page(2, block("title", "# Two"), block("text", "two " * 300)),
            page(3, block("title", f"# {title}"), block("text", text)),
            page(4, block("text", "four " * 300), block("table", rows_html(80))),
            title=title,
        )
        return {n: [c.chunk_id for c in found if c.page == n] for n in (2, 3, 4)}

    before = ids("old words", "Three")
    after = ids("new and longer words " * 90, "Another and much longer heading than before")
    assert before[2] == after[2]
    assert before[4] == after[4]
    assert before[3] != after[3]


def test_equal_texts_on_one_page_have_ids_of_their_own():
    found = chunks(page(1, *(block("equation", "\\[x\\]"), block("text", "and")) * 3))
    assert len({c.chunk_id for c in found}) == len(found)


def test_pages_are_chunked_as_they_come():
    head = document()
    drawn = []

    def pages():
        for number in range(1, 1001):
            drawn.append(number)
            yield page(number, block("text", f"page {number}"))

    stream = Chunker().chunk_pages(pages(), head)
    assert next(stream).text == "page 1"
    assert drawn == [1]
    assert sum(1 for _ in stream) == 999


def test_a_bound_without_room_is_refused():
    assert Chunker(max_tokens=32).max_tokens == 32
    with pytest.raises(ValueError, match="max_tokens"):
        Chunker(max_tokens=31)


def test_texts_that_count_more_together_than_apart_are_parted_again():
    first, second = block("text", "a" * 20, (1, 1, 9, 9)), block("text", "b" * 20, (1, 10, 9, 19))
    found = chunks(
        page(1, first, second),
        max_tokens=64,
        count_tokens=lambda text: len(text) + 10 * text.count("\n\n"),
    )
    assert [(c.kind, c.text, c.spans[0].box) for c in found] == [
        ("text", "a" * 20, (1, 1, 9, 9)),
        ("text", "b" * 20, (1, 10, 9, 19)),
    ]


def test_the_fingerprint_names_the_counter_and_all_settings():
    class Counter:
        def __call__(self, text: str) -> int:
            return len(text)

    said = [
        Chunker(),
        Chunker(max_tokens=64),
        Chunker(count_tokens=by_character),
        Chunker(count_tokens=Counter()),
        Chunker(page_furniture=True),
        Chunker(join_tables=True),
    ]
    assert [chunker.fingerprint.partition(":")[2] for chunker in said] == [
        "640:estimate:0",
        "64:estimate:0",
        "640:by_character:0",
        "640:custom:0",
        "640:estimate:1",
        "640:estimate:0:joined",
    ]


def by_character(text: str) -> int:
    return len(text)


TEXTS = st.one_of(
    st.lists(st.text(alphabet="abcde", min_size=1, max_size=12), min_size=1, max_size=120).map(
        " ".join
    ),
    st.text(alphabet="港口潮汐水深。，", min_size=1, max_size=400),
    st.text(alphabet="ab .\n|<", max_size=300),
)
LABELS = st.sampled_from(
    ["text", "title", "sub_title", "equation", "image_caption", "table_caption", "odd", "image"]
)
TABLES = st.lists(
    st.lists(st.text(alphabet="abc12 港", max_size=60), min_size=2, max_size=2),
    min_size=1,
    max_size=12,
).map(
    lambda rows: block(
        "table",
        "<table>" + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in r) + "</tr>" for r in rows) + "</table>",
    )
)  # fmt: skip
HEADINGS = st.builds(
    block,
    st.sampled_from(["title", "sub_title"]),
    st.one_of(st.text(alphabet="# abcdefgh", min_size=1, max_size=16), st.just("aaaaaaaaab")),
)
BLOCKS = st.one_of(st.builds(block, LABELS, TEXTS), TABLES, HEADINGS)
SMALL_TABLE = block("table", "<table><tr><td>x</td><td>y</td></tr></table>")


@settings(max_examples=60)
@given(
    st.lists(st.lists(BLOCKS, max_size=6), min_size=1, max_size=3),
    st.sampled_from([(40, None), (64, by_character), (256, None)]),
    st.one_of(st.none(), st.text(alphabet="ab ", max_size=200)),
)
@example([[block("title", "aaaaaaaaab"), SMALL_TABLE]], (40, None), "a " * 9)
@example([[block("title", "aaaaaaaaab"), block("equation", "x")]], (40, None), "a " * 9)
@example([[block("title", "abc"), block("sub_title", "defghijk"), SMALL_TABLE]], (40, None), "a")
@example([[block("title", "#")]], (40, None), None)
def test_the_bound_holds_and_no_word_is_lost(leaves, bound, title):
    limit, counter = bound
    pages = [page(n, *blocks) for n, blocks in enumerate(leaves, 1)]
    found = chunks(*pages, title=title, max_tokens=limit, count_tokens=counter)
    count = counter or estimate_tokens
    for chunk in found:
        assert count(chunk.embedding_text) <= limit
        assert chunk.text.strip()
    # A word longer than the bound is cut, so letters are compared, not words.
    for leaf in pages:
        own = said([c for c in found if c.page == leaf.number])
        expected = " ".join(re.sub(r"<[^>]*>", " ", b.text) for b in leaf.blocks)
        if limit > 40 and counter is None:
            assert set(words(expected)) <= set(words(own))
        assert not set(expected) - set(own) - set(" \n#|<。，")
    assert [c.ordinal for c in found if c.page == 1] == list(range(sum(c.page == 1 for c in found)))


def by_part(text: str) -> int:
    return sum(1 + (len(part) - 1) // 4 for part in re.findall(r"[^\W_]+|[^\s]", text))


@settings(max_examples=150)
@given(TEXTS, st.integers(1, 40), st.sampled_from([by_part, by_character]))
def test_fit_keeps_every_character_in_order(text, budget, count):
    parts = fit(text, budget, count)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(count(part) <= budget for part in parts)


def test_fit_prefers_paragraphs_then_sentences():
    text = "One two three. Four five six.\n\nSeven eight nine."
    paragraphs = ["One two three. Four five six.", "Seven eight nine."]
    sentences = ["One two three.", "Four five six.", "Seven eight nine."]
    assert fit(text, 9, by_part) == paragraphs
    assert fit(text, 6, by_part) == sentences


def test_fit_keeps_paragraphs_apart_where_lines_would_fit_better():
    first, second = "One two.\nThree four.", "Five six.\nSeven eight."
    assert fit(f"{first}\n\n{second}", 10, by_part) == [first, second]


def test_fit_parts_a_paragraph_that_is_too_long_by_its_lines():
    lines = ["one two four five", "six ten nine two"]
    assert fit("zero\n\n" + "\n".join(lines), 5, by_part) == ["zero", *lines]


def test_fit_keeps_a_letter_that_alone_is_over_the_bound():
    assert fit("abc", 1, lambda text: 2 * len(text)) == ["a", "b", "c"]


def test_fit_cuts_a_word_no_further_than_it_must():
    assert fit("abcdefgh" * 4, 4, by_part) == ["abcdefgh" * 2] * 2


def test_shorten_marks_what_it_cut():
    assert shorten("a b c", 5, by_part) == "a b c"
    assert shorten("a b c d e f", 4, by_part) == "a b c…"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("tide", 2),
        ("tidal range, 12 m", 7),
        ("| 1,284 | 3 |", 11),
        ("港口潮汐", 5),
        ("Übergröße", 5),
        ("HMS", 2),
        ("港 \u3000口", 6),
        ("a" * 60, 20),
    ],
)
def test_the_estimate_counts_a_frame_and_what_stands_in_it(text, tokens):
    assert estimate_tokens(text) == FRAME + tokens


def test_a_table_without_a_caption_is_introduced_by_the_sentence_above():
    above = (
        block("text", "We had debt. At the year's end, by U.S. law, it was made up of"),
        block("text", "the following notes (in millions):"),
    )
    prose, *tables = chunks(page(1, *above, block("table", rows_html(60))))
    said_above = "law, it was made up of the following notes (in millions):"

    assert len(tables) > 1
    assert all(one.caption is not None and one.caption.endswith(said_above) for one in tables)
    assert all(one.embedding_text.startswith(one.caption) for one in tables)
    assert prose.text.endswith("the following notes (in millions):")
    for others in (
        (block("text", "It was made up of notes and " * 9), block("table", rows_html(2))),
        (*above, block("sub_title", "## Notes"), block("table", rows_html(2))),
    ):
        assert [one.caption for one in chunks(page(1, *others)) if one.kind == "table"] == [None]
    captioned = (*above, block("table", rows_html(2)), block("table_caption", "Table 2. Notes"))
    assert chunks(page(1, *captioned))[-1].caption == "Table 2. Notes"


def test_the_last_sentence_of_a_long_text_introduces_the_table_below():
    long = f"{'The choir sang in the customs house. ' * 9}What it spent is broken down below."
    (table,) = (
        one
        for one in chunks(page(1, block("text", long), block("table", rows_html(2))))
        if one.kind == "table"
    )
    assert table.caption == "What it spent is broken down below."


def test_an_introduction_that_is_too_long_is_cut_and_not_told_again():
    long = f"{'The notes of many years and their terms, ' * 40}are as follows:"
    found = chunks(page(1, block("text", long), block("table", rows_html(2))))

    assert words(said(one for one in found if one.kind == "text"))["notes"] == 40
    assert estimate_tokens(found[-1].embedding_text) <= 512
    assert found[-1].caption

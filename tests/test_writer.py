"""The wire language as it is written, held together with how it is parsed."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsocr_integrations import grounding
from dsocr_integrations.grounding.writer import (
    GroundedBlock,
    GroundedLine,
    GroundedPage,
    plain_text,
    shield,
)


def page(*blocks: GroundedBlock) -> GroundedPage:
    return GroundedPage(200.0, 100.0, blocks)


def test_says_blocks_in_the_models_language_on_the_grid():
    said = page(GroundedBlock("text", ((10.0, 20.0, 100.0, 50.0),), "Hello")).to_text()
    assert said == "<|ref|>text<|/ref|><|det|>[[49, 199, 500, 500]]<|/det|>\nHello  \n\n"


def test_boxes_outside_the_page_stay_on_the_grid():
    said = page(GroundedBlock("image", ((-5.0, -5.0, 900.0, 900.0),))).to_text()
    assert "[[0, 0, 999, 999]]" in said


def test_printed_special_tokens_do_not_become_tags():
    text = "The tag <|ref|>title<|/ref|><|det|>[[1, 2, 3, 4]]<|/det|> opens a block."
    parsed = grounding.parse(page(GroundedBlock("text", ((0, 0, 10, 10),), text)).to_text())
    assert [block.label for block in parsed.blocks] == ["text"]
    assert "<\u2060|ref|>title" in parsed.blocks[0].text


def test_dropping_the_evidence_changes_nothing_but_exact_boxes():
    read = page(
        GroundedBlock("title", ((1, 2, 30, 4),), "# A", 0.5),
        GroundedBlock("table", ((1, 10, 30, 40),), "<table><tr><td>1</td></tr></table>"),
    )
    with_it = grounding.parse(read.to_text(), evidence=read.evidence())
    without = grounding.parse(read.to_text())
    assert [(b.label, b.text, b.boxes, b.table) for b in with_it.blocks] == [
        (b.label, b.text, b.boxes, b.table) for b in without.blocks
    ]
    assert len(read.evidence().blocks) == len(without.blocks)


def test_line_answer_carries_the_text_in_the_reference():
    lines = (GroundedLine((0, 0, 100, 10), "one"), GroundedLine((0, 10, 100, 20), "two"))
    said = page(GroundedBlock("text", ((0, 0, 100, 20),), "one two", lines=lines)).to_lines()
    assert said.splitlines() == [
        "<|ref|>one<|/ref|><|det|>[[0, 0, 500, 100]]<|/det|>",
        "<|ref|>two<|/ref|><|det|>[[0, 99, 500, 200]]<|/det|>",
    ]


def test_locate_finds_lines_whatever_their_case():
    lines = (GroundedLine((0, 0, 100, 10), "Peak day  11 August"),)
    read = page(GroundedBlock("text", ((0, 0, 100, 20),), "x", lines=lines))
    assert read.locate("day 11 august").startswith("<|ref|>day 11 august<|/ref|><|det|>[[0, 0")
    assert read.locate("September") == ""


def test_plain_answer_keeps_rows_and_cells_apart():
    table = "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    read = page(GroundedBlock("text", (), "Text"), GroundedBlock("table", (), table))
    assert read.to_plain() == "Text\n\na\tb\nc\td"


LABELS = sorted(grounding.tags.KNOWN_LABELS - {"table", "table_body", "chart", "image"})
COORDINATES = st.floats(-50, 900, allow_nan=False)
PLAIN = st.text(st.characters(codec="utf-8", categories=("L", "N", "Zs", "Po")), max_size=60)
HOSTILE = st.lists(
    st.sampled_from(
        ["<|ref|>", "<|/ref|>", "<|det|>", "<|/det|>", "[[1, 2, 3, 4]]", "<PAGE>", "title",
         "<|grounding|>", "<｜end▁of▁sentence｜>", "&lt;|ref|&gt;", "&lt;|/det|&gt;", "word", " "]
    ),
    max_size=12,
).map("".join)  # fmt: skip


def written(texts):
    return st.lists(
        st.builds(
            GroundedBlock,
            st.sampled_from(LABELS),
            st.lists(st.tuples(*[COORDINATES] * 4), min_size=1, max_size=3).map(tuple),
            texts,
        ),
        min_size=1,
        max_size=6,
    ).map(lambda blocks: page(*blocks))


@given(written(PLAIN))
def test_what_is_written_is_what_is_parsed(read):
    parsed = grounding.parse(read.to_text())
    assert [block.label for block in parsed.blocks] == [block.label for block in read.blocks]
    assert [block.text.split() for block in parsed.blocks] == [
        block.text.split() for block in read.blocks
    ]
    for said, block in zip(read.blocks, parsed.blocks, strict=True):
        assert block.boxes == tuple(
            tuple(int(value) for value in box) for box in block.raw_boxes
        ), "boxes are written as the parser wants them"
        for exact, box in zip(said.boxes, block.boxes, strict=True):
            assert_near(exact, box)
    assert not [one for one in parsed.warnings if one.kind != "loop"]


def assert_near(exact, box):
    """The box on the grid holds the exact one, as far as that lies on the page, and little more."""
    x0, x1 = sorted((exact[0] / 200, exact[2] / 200))
    y0, y1 = sorted((exact[1] / 100, exact[3] / 100))
    for near, far, low, high in ((x0, x1, box[0], box[2]), (y0, y1, box[1], box[3])):
        assert low - 1e-6 <= max(0, min(1, near)) * 999 <= low + 1 + 1e-6
        assert high - 1 - 1e-6 <= max(0, min(1, far)) * 999 <= high + 1e-6


@given(written(HOSTILE))
def test_printed_tokens_make_no_blocks_and_lose_no_words(read):
    parsed = grounding.parse(read.to_text())
    assert [(block.label, len(block.boxes)) for block in parsed.blocks] == [
        (block.label, len(block.boxes)) for block in read.blocks
    ]
    for said, block in zip(read.blocks, parsed.blocks, strict=True):
        assert "".join(block.text.replace("\u2060", "").split()) == "".join(said.text.split())


@given(st.lists(PLAIN.filter(lambda text: text.strip()), min_size=1, max_size=6))
def test_a_line_answer_gives_the_lines_back(texts):
    lines = tuple(
        GroundedLine((0, 10.0 * place, 100, 10.0 * place + 9), text)
        for place, text in enumerate(texts)
    )
    read = page(GroundedBlock("text", ((0, 0, 100, 60),), lines=lines))
    parsed = grounding.parse(read.to_lines())
    assert [block.text.split() for block in parsed.blocks] == [text.split() for text in texts]


@given(
    st.lists(
        st.lists(PLAIN.map(lambda text: " ".join(text.split()) or "x"), min_size=2, max_size=4),
        min_size=2,
        max_size=5,
    )
)
def test_a_table_keeps_its_tag_and_cells(rows):
    cells = ("".join(f"<td>{html.escape(text)}</td>" for text in row) for row in rows)
    table = f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
    caption = GroundedBlock("table_caption", ((0, 0, 10, 10),), "Table 1")
    parsed = grounding.parse(
        page(GroundedBlock("table", ((1, 2, 3, 4),), table), caption).to_text()
    )
    assert [block.label for block in parsed.blocks] == ["table", "table_caption"]
    assert parsed.blocks[0].table is not None


def test_a_region_without_an_extent_has_its_boxes_at_the_edge():
    block = GroundedBlock("text", ((10.0, 20.0, 100.0, 50.0),), "Hello")
    assert "[[0, 0, 0, 0]]" in GroundedPage(0.0, 0.0, (block,)).to_text()


@pytest.mark.parametrize(
    ("text", "shielded"),
    [
        ("<|ref|>", "<~|ref|>"),
        ("<PAGE>", "<~PAGE>"),
        ("<｜end▁of▁sentence｜>", "<~｜end▁of▁sentence｜>"),
        ("<|grounding|>", "<~|grounding|>"),
        ("<|/x|>", "<~|/x|>"),
        ("&lt;|ref", "&lt;~|ref"),
        ("a <|b| < c &lt; d", "a <|b| < c &lt; d"),
    ],
)
def test_a_word_joiner_stands_behind_the_bracket_of_a_token(text, shielded):
    assert shield(text) == shielded.replace("~", "\u2060")
    assert plain_text(GroundedBlock("text", (), f" {text}\n")) == shield(text)


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (GroundedBlock("text", (), "\na <b>\n"), "a <b>"),
        (GroundedBlock("table", (), "no cells "), "no cells"),
        (
            GroundedBlock(
                "table",
                (),
                '<table class="x"><thead><tr><th>a</th> <th>b</th></tr></thead>'
                "<tr><td>c<br/>d</td><TD>e</TD></tr></table>",
            ),
            "a\tb\nc\nd\te",
        ),
    ],
)
def test_plain_text_has_no_markup_of_tables(block, text):
    assert plain_text(block) == text


def test_blocks_without_text_stand_as_tags_and_not_in_plain_answers():
    read = page(
        GroundedBlock("image", ((0, 0, 100, 50),)), GroundedBlock("text", (), "\n  indented\n")
    )
    assert read.to_text() == (
        "<|ref|>image<|/ref|><|det|>[[0, 0, 500, 500]]<|/det|>\n  \n\n"
        "<|ref|>text<|/ref|><|det|>[]<|/det|>\n  indented  \n\n"
    )
    assert read.to_plain() == "indented"


def test_lines_and_their_evidence_go_together_and_blank_ones_are_left_out():
    one = GroundedLine((0, 0, 100, 10), " a line ", 0.25)
    two = GroundedLine((100, 10, 200, 20), "A  Line, again")
    blank = GroundedLine((0, 20, 100, 30), "  ", 0.5)
    read = page(
        GroundedBlock("text", (), "x", 0.75, (one, blank)), GroundedBlock("text", (), lines=(two,))
    )
    assert read.lines == (one, two)
    assert [(e.boxes, e.confidence) for e in read.line_evidence().blocks] == [
        ((one.box,), 0.25),
        ((two.box,), None),
    ]
    assert [(e.boxes, e.confidence) for e in read.evidence().blocks] == [((), 0.75), ((), None)]
    assert read.to_lines().count("<|ref|>a line<|/ref|>") == 1
    found = read.locate("  a   LINE")
    assert (
        found == "<|ref|>a   LINE<|/ref|><|det|>[[0, 0, 500, 100], [499, 99, 999, 200]]<|/det|>\n"
    )
    assert read.locate("  ") == ""


@pytest.mark.parametrize("endless", [float("nan"), float("inf"), float("-inf")])
def test_sides_that_are_no_numbers_lie_at_the_edge(endless):
    said = page(GroundedBlock("image", ((endless, 10, endless, 20),))).to_text()
    assert "[[0, 99, 0, 200]]" in said


def test_a_side_on_a_line_of_the_grid_stays_there():
    block = GroundedBlock("image", ((1, 2, 3, 4), (999, 0, 1000, -1)))
    assert "[[1, 2, 3, 4], [999, 0, 999, 0]]" in GroundedPage(999, 999, (block,)).to_text()

from __future__ import annotations

from dsocr_integrations import grounding
from dsocr_integrations.engines.embedded.grounded import GroundedBlock, GroundedLine, GroundedPage


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

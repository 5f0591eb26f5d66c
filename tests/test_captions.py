"""Which caption belongs to what."""

from __future__ import annotations

import pytest

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.grounding import parse
from dsocr_integrations.grounding.captions import (
    captions_of,
    has_block,
    is_caption,
    is_picture,
    link_captions,
)
from dsocr_integrations.records.documents import Block, Page
from tests.builders import make_document, make_page


def block(label: str, top: int, bottom: int) -> Block:
    return Block(label=label, boxes=((10, top, 500, bottom),), text=label)


def test_captions_above_each_table():
    blocks = [
        block("table_caption", 10, 20),
        block("table", 25, 200),
        block("table_caption", 300, 310),
        block("table", 315, 500),
        block("table_footnote", 502, 510),
    ]
    assert link_captions(blocks) == {1: (0,), 3: (2, 4)}


def test_captions_below_each_picture():
    blocks = [
        block("image", 10, 200),
        block("image_caption", 205, 220),
        block("image", 300, 500),
        block("image_caption", 505, 520),
    ]
    assert link_captions(blocks) == {0: (1,), 2: (3,)}


def test_the_kind_named_by_the_label_wins():
    blocks = [block("image", 10, 200), block("table_caption", 201, 210), block("table", 260, 400)]
    assert link_captions(blocks) == {2: (1,)}


def test_a_caption_far_off_with_text_between_belongs_elsewhere():
    blocks = [block("table", 10, 90), block("text", 100, 720), block("table_caption", 730, 740)]
    assert link_captions(blocks) == {}


def test_a_table_caption_far_from_its_table_finds_it_all_the_same():
    blocks = [
        block("image", 10, 200),
        block("image_caption", 205, 215),
        Block(label="image_caption", boxes=((10, 690, 500, 700),), text="Table 1. Means"),
        block("text", 300, 500),
        Block(label="table", boxes=((10, 705, 500, 900),)),
    ]
    assert link_captions(blocks) == {0: (1,), 4: (2,)}


def test_a_second_caption_looks_for_a_picture_without_one():
    blocks = [
        block("image_caption", 10, 20),
        block("image", 22, 200),
        block("image_caption", 210, 220),
        block("image", 240, 400),
    ]
    assert link_captions(blocks) == {1: (0,), 3: (2,)}


def test_a_table_s_caption_without_its_name_goes_past_a_nearer_picture():
    caption = Block(label="table_caption", boxes=((10, 205, 500, 215),), text="Rain by month")
    blocks = [block("image", 10, 200), caption, block("text", 300, 310), block("table", 320, 400)]
    assert link_captions(blocks) == {3: (1,)}


def test_a_caption_that_names_a_figure_goes_past_a_nearer_table():
    caption = Block(label="caption", boxes=((10, 205, 500, 215),), text="Fig. 2. Rain by month")
    blocks = [block("table", 10, 200), caption, block("text", 300, 310), block("image", 320, 400)]
    assert link_captions(blocks) == {3: (1,)}


def test_a_caption_stands_in_blocks_as_a_whole_or_line_by_line():
    caption = "Fig. 1.  The gauge\nat  low water"
    assert has_block(caption, {"Fig. 1. The gauge at low water"})
    assert has_block(caption, {"Fig. 1. The gauge", "at low water", "more"})
    assert not has_block(caption, {"Fig. 1. The gauge"})


@pytest.mark.parametrize(
    ("label", "caption", "picture"),
    [
        ("table_caption", True, False),
        ("Image Caption", True, False),
        ("figure-title", True, False),
        ("table_footnote", True, False),
        ("image_footnote", True, False),
        ("page_footnote", False, False),
        ("title", False, False),
        ("figure", False, True),
        ("Image_block", False, True),
        ("header_image", False, False),
        ("text", False, False),
    ],
)
def test_labels_say_what_is_a_caption_and_what_a_picture(label, caption, picture):
    one = Block(label=label, text="x")
    assert (is_caption(one), is_picture(one)) == (caption, picture)


def placed(label: str, box: tuple[int, int, int, int]) -> Block:
    return Block(label=label, boxes=(box,), text=label)


@pytest.mark.parametrize(("further", "linked"), [(0, True), (1, False)])
def test_how_far_off_a_caption_may_stand(further, linked):
    image = placed("image", (10, 10, 100, 100))
    below = placed("image_caption", (10, 800 + further, 100, 820))
    beside = placed("image_caption", (400 + further, 500, 600, 600))
    above = placed("image", (10, 710 + further, 100, 800))
    level = placed("image_caption", (800 + further, 50, 900, 60))
    assert link_captions([image, level]) == ({0: (1,)} if linked else {})
    left = placed("image", (400 + further, 500, 600, 600))
    assert link_captions([image, below]) == ({0: (1,)} if linked else {})
    assert link_captions([image, beside]) == ({0: (1,)} if linked else {})
    caption = placed("image_caption", (0, 0, 100, 10))
    assert link_captions([caption, above]) == ({1: (0,)} if linked else {})
    caption = placed("image_caption", (10, 10, 100, 100))
    assert link_captions([caption, left]) == ({1: (0,)} if linked else {})
    # Text between the two in the answer's order, a caption that is not the first.
    nearer = placed("image_caption", (10, 650 + further, 100, 660))
    between = placed("text", (10, 200, 100, 300))
    assert link_captions([image, between, nearer]) == ({0: (2,)} if linked else {})
    second = placed("image_caption", (10, 500 + further, 100, 510))
    first = placed("image_caption", (10, 101, 100, 110))
    assert link_captions([image, first, second]) == {0: (1, 2) if linked else (1,)}


def test_thousands_of_captions_take_no_time():
    blocks = [block("image_caption", 1, 2), block("image", 3, 4)] * 3_000
    assert len(link_captions(blocks)) == 3_000


ANSWER = (
    "<|ref|>table_caption<|/ref|><|det|>[[10, 10, 500, 20]]<|/det|>\nTable 1: Pumps\n\n"
    "<|ref|>table<|/ref|><|det|>[[10, 25, 500, 200]]<|/det|>\n"
    "<table><tr><th>Pump</th><th>Flow</th></tr><tr><td>A</td><td>12</td></tr></table>\n\n"
    "<|ref|>table_footnote<|/ref|><|det|>[[10, 205, 500, 215]]<|/det|>\nIn litres a second."
)


def test_blocks_keep_their_captions():
    blocks = parse(ANSWER).blocks
    assert [block.captions for block in blocks] == [(), (0, 2), ()]
    assert captions_of(blocks) == {1: (0, 2)}


def test_records_that_do_not_keep_them_are_used_alike():
    page = make_page(blocks=parse(ANSWER).blocks)
    stored = page.model_dump(mode="json")
    for block in stored["blocks"]:
        del block["captions"]
    old = Page.model_validate(stored)
    assert old.blocks[1].captions is None
    (chunk,) = Chunker().chunk(make_document().model_copy(update={"pages": (old,)}))
    assert chunk.caption == "Table 1: Pumps In litres a second."
    assert [chunk] == list(Chunker().chunk(make_document().model_copy(update={"pages": (page,)})))

"""Where each tag stands in an answer, what it holds, and what is left of one that is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsocr_integrations.grounding.tags import (
    KNOWN_LABELS,
    Tag,
    boxes_in,
    clean,
    find_tags,
    strip_truncated_token,
)

BOX = (1.0, 2.0, 3.0, 4.0)
DET = "<|det|>[[1, 2, 3, 4]]<|/det|>"

TAGS = {
    f"a<|ref|>text<|/ref|>{DET}b": [Tag(1, 49, "text", (BOX,))],
    f"<|ref|>text<|/ref|> \n {DET}b": [Tag(0, 51, "text", (BOX,))],
    # Text between the two parts: a ref without a box, and a box without a ref.
    f"<|ref|>text<|/ref|> x {DET}b": [
        Tag(0, 19, "text", truncated=True),
        Tag(22, 51, "text", (BOX,)),
    ],
    # Left out of the middle, at the end, or of both.
    f"<|ref|>title{DET}b": [Tag(0, 41, "title", (BOX,))],
    "<|ref|>title<|/ref|><|det|>[[1, 2, 3, 4]]b": [Tag(0, 41, "title", (BOX,), truncated=True)],
    "<|ref|>title<|det|>[[1, 2, 3, 4]]b": [Tag(0, 33, "title", (BOX,), truncated=True)],
    "<|ref|>title<|/ref|>b": [Tag(0, 20, "title", truncated=True)],
    "<|ref|>tit": [Tag(0, 10, "tit", truncated=True)],
    "<|ref|>": [Tag(0, 7, "", truncated=True)],
    "<|ref|>A line": [Tag(0, 7, "text", truncated=True)],
    "<|ref|>title<|/ref|><|det|>": [Tag(0, 27, "title", truncated=True)],
    "<|ref|>title<|/ref|><|det|>[[1, 2": [Tag(0, 33, "title", truncated=True)],
    "<|det|>title [1, 2, 3, 4]<|/det|>b": [Tag(0, 33, "title", (BOX,))],
    "<|det|>title: [1, 2, 3, 4], [1, 2, 3, 4]<|/det|>b": [Tag(0, 48, "title", (BOX, BOX))],
    "<|det|>[1, 2, 3, 4]<|/det|>": [Tag(0, 27, "text", (BOX,))],
    "<|det|> see [1, 2] <|/det|>b": [Tag(0, 27, "see [1, 2]", unreadable=True)],
    "<|ref|>title<|/ref|><|det|>[[1]]<|/det|>b": [Tag(0, 40, "title", unreadable=True)],
    "<|det|><|/det|>b": [Tag(0, 15, "text", unreadable=True)],
    f"<PAGE>{DET}a<PAGE>b": [Tag(0, 6, ""), Tag(6, 35, "text", (BOX,)), Tag(36, 42, "")],
    # A ref that another opens, and ends without a beginning, say nothing.
    f"<|ref|>a<|ref|>text<|/ref|>{DET}": [Tag(8, 56, "text", (BOX,))],
    f"<|/det|><|/ref|>{DET}": [Tag(16, 45, "text", (BOX,))],
    "one <PAGE> two": [],
    "  text [[1, 2, 3, 4]] b": [Tag(0, 21, "text", (BOX,))],
    "x\n\ntitle[ [1, 2, 3, 4], [1, 2, 3, 4] ]\nb": [Tag(3, 38, "title", (BOX, BOX))],
    "x\nodd_label[[1, 2, 3, 4]]\ny\nz\n": [Tag(2, 25, "odd_label", (BOX,))],
    "x\nodd_label[[1, 2, 3, 4]] y\nz\nv": [],
    "see 3 [[1, 2, 3, 4]]\ny\nz": [],
}


@pytest.mark.parametrize("text", TAGS)
def test_each_tag_stands_where_it_is_said_and_holds_what_it_says(text):
    assert find_tags(text) == TAGS[text]


FORMS = (
    lambda label, boxes: f"<|ref|>{label}<|/ref|><|det|>[{boxes}]<|/det|>",
    lambda label, boxes: f"<|det|>{label} {boxes}<|/det|>",
    lambda label, boxes: f"{label}[[{boxes[1:-1]}]]",
)
SIDES = st.integers(-20, 1200)


@given(
    st.sampled_from(FORMS),
    st.lists(
        st.tuples(
            st.sampled_from(sorted(KNOWN_LABELS)),
            st.lists(st.tuples(SIDES, SIDES, SIDES, SIDES), min_size=1, max_size=3),
            st.text("ab \n", max_size=8),
        ),
        min_size=1,
        max_size=5,
    ),
)
def test_a_tag_and_its_text_part_the_answer(form, parts):
    said = [
        (form(label, ", ".join(str(list(box)) for box in boxes)), label, tuple(boxes), f"{text}\n")
        for label, boxes, text in parts
    ]
    answer = "".join(head + body for head, _, _, body in said)
    place = 0
    for tag, (head, label, boxes, body) in zip(find_tags(answer), said, strict=True):
        end = place + len(head)
        assert tag == Tag(place, end, label, boxes)
        place = end + len(body)
    assert place == len(answer)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a <|", "a "),
        ("a <|re", "a "),
        ("a <|/det", "a "),
        ("a <|ref|", "a "),
        ("a <", "a <"),
        ("a <|re b", "a <|re b"),
        ("<|abcdefghijkl", ""),
        ("<|abcdefghijklm", "<|abcdefghijklm"),
        ("x" * 40 + "<|det", "x" * 40),
    ],
)
def test_a_token_that_the_end_cuts_is_taken_off(text, left):
    assert strip_truncated_token(text) == left


def test_tokens_leave_text_and_words_stay():
    assert clean("a<|ref|>b<PAGE>c<|im_end|>d<｜end▁of▁sentence｜>e") == "a b c d e"
    assert clean("0<|x|<1 <｜") == "0< |x|<1 < ｜"


def test_only_four_numbers_are_a_box():
    said = "[1, 2, 3] [1, 2, 3, 4] [1,2,3,4,5] [-1.5 , 2. ,3,4 ] [1, b, 3, 4] [1234567890, 1, 1, 1]"
    assert boxes_in(said) == (BOX, (-1.5, 2.0, 3.0, 4.0))

"""The answers of neighbouring pieces become one: boxes of the page, and everything said once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsocr_integrations.grounding import parse
from dsocr_integrations.grounding.joined_slices import SliceAnswer, join_slices, move_boxes

UPPER, LOWER = (0, 0, 999, 600), (0, 400, 999, 999)
"""Two pieces of a page that share a fifth of it."""


def turned(box):
    """The same place on a page whose pieces stand beside each other."""
    return box[1], box[0], box[3], box[2]


def answer(place, *said):
    """What is said of a piece, from boxes of the whole page."""
    wide, high = (place[2] - place[0]) / 999, (place[3] - place[1]) / 999
    lines = []
    for box, text in said:
        x0, x1 = ((side - place[0]) / wide for side in box[::2])
        y0, y1 = ((side - place[1]) / high for side in box[1::2])
        lines.append(f"text[[{x0:.5f}, {y0:.5f}, {x1:.5f}, {y1:.5f}]]\n{text}")
    return SliceAnswer("\n\n".join(lines), place)


def texts(*answers):
    return [block.text for block in parse(join_slices(answers)).blocks]


def said_both_ways(upper, lower):
    """The texts of two pieces below each other, which must be those of two beside each other."""
    below = texts(answer(UPPER, *upper), answer(LOWER, *lower))
    beside = texts(
        answer(turned(UPPER), *((turned(box), text) for box, text in upper)),
        answer(turned(LOWER), *((turned(box), text) for box, text in lower)),
    )
    assert below == beside
    return below


def test_boxes_are_rewritten_in_every_form_and_nothing_else_is():
    def half(box):
        return tuple(side / 2 for side in box)

    for said, moved in {
        "<|ref|>text<|/ref|><|det|>[[10, 20, 30, 40], [50, 60, 70, 80]]<|/det|>\nSee [1, 2, 3, 4].": "<|ref|>text<|/ref|><|det|>[[5, 10, 15, 20], [25, 30, 35, 40]]<|/det|>\nSee [1, 2, 3, 4].",
        "text[[10, 20, 30, 41]]\nfree": "text[[5, 10, 15, 21]]\nfree",
        "<|det|>text [10, 20, 30, 40]<|/det|>free": "<|det|>text [5, 10, 15, 20]<|/det|>free",
        "no tags [1, 2, 3, 4]": "no tags [1, 2, 3, 4]",
    }.items():
        assert move_boxes(said, half) == moved


GRID_BOXES = st.tuples(*[st.integers(0, 999)] * 4).map(
    lambda sides: (*map(min, sides[:2], sides[2:]), *map(max, sides[:2], sides[2:]))
)


@given(GRID_BOXES, st.lists(GRID_BOXES, min_size=1, max_size=3))
def test_a_box_of_a_piece_lies_where_it_lies_on_the_page(place, boxes):
    said = ", ".join(str(list(box)) for box in boxes)
    joined = join_slices([SliceAnswer(f"<|ref|>text<|/ref|><|det|>[{said}]<|/det|>\nx", place)])
    (block,) = parse(joined).blocks
    assert block.text == "x"
    for box, found in zip(boxes, block.raw_boxes, strict=True):
        for side in range(4):
            start, end = place[side % 2], place[side % 2 + 2]
            exact = start + box[side] * (end - start) / 999
            outward = exact - found[side] if side < 2 else found[side] - exact
            assert -1e-6 <= outward < 1 + 1e-6


def test_the_join_is_written_as_one_answer():
    joined = join_slices(
        [
            SliceAnswer("before it\n\ntext[[0, 0, 999, 999]]\none\n", (0, 0, 999, 400)),
            SliceAnswer("\n", (0, 400, 999, 600)),
            SliceAnswer("\ntitle[[0, 0, 999, 999]]\n", (0, 600, 999, 999)),
        ]
    )
    assert joined == "before it\n\ntext[[0, 0, 999, 400]]\none\n\ntitle[[0, 600, 999, 999]]\n"


@pytest.mark.parametrize(
    ("top", "bottom", "left_out"),
    [
        (560, 596.5, True),
        (560, 596.3, False),
        # What began before the neighbour did, it has not seen whole.
        (399.2, 600, True),
        (398.8, 600, False),
    ],
)
def test_what_the_end_of_the_first_piece_cuts_is_taken_from_the_second(top, bottom, left_out):
    cut, whole = ((100, top, 400, bottom), "The hero"), ((100, top, 400, 640), "A heron stood.")
    kept = [] if left_out else ["The hero"]
    assert said_both_ways([cut], [whole]) == [*kept, "A heron stood."]


@pytest.mark.parametrize(
    ("top", "bottom", "left_out"),
    [(403.5, 450, True), (403.7, 450, False), (400, 600.8, True), (400, 601.2, False)],
)
def test_what_the_start_of_the_second_piece_cuts_is_taken_from_the_first(top, bottom, left_out):
    whole, cut = ((100, 300, 400, 390), "A heron stood."), ((100, top, 400, bottom), "on stood")
    assert said_both_ways([whole], [cut]) == ["A heron stood.", *([] if left_out else ["on stood"])]


@pytest.mark.parametrize(
    ("box", "text", "doubled"),
    [
        ((199, 450, 399, 550), "Grey gull", True),
        ((201, 450, 401, 550), "Grey gull", False),
        ((100, 500, 300, 598), "Grey gull", True),
        ((100, 501, 300, 600), "Grey gull", False),
        # Read otherwise, it is the same line only where both pieces saw all of it.
        ((100, 450, 300, 550), "Crey qull", True),
        ((100, 450, 300, 640), "Crey qull", False),
        ((100, 450, 300, 640), "Grey\ngull", True),
        ((20, 410, 900, 590), "Crey qull", True),
    ],
)
def test_what_lies_over_half_of_the_same_place_is_said_once(box, text, doubled):
    said = said_both_ways([((100, 450, 300, 550), "Grey gull")], [(box, text)])
    assert said == ["Grey gull", *([] if doubled else [text])]


def test_all_boxes_of_a_tag_together_are_its_place():
    parts = "[[100, 800, 300, 850], [320, 760, 700, 840]]"
    first = SliceAnswer(f"<|ref|>text<|/ref|><|det|>{parts}<|/det|>\nGrey gull", UPPER)
    whole = ((100, 456, 700, 511), "Crey qull")
    assert texts(first, answer(LOWER, whole)) == ["Grey gull"]


def test_pieces_that_do_not_overlap_keep_what_both_say():
    box = (100, 480, 300, 499)
    said = "the heron stood in the water"
    for below in ((0, 500, 999, 999), (0, 520, 999, 999)):
        upper = answer((0, 0, 999, 500), (box, said))
        lower = answer(below, ((100, below[1], 300, below[1] + 20), said))
        assert texts(upper, lower) == [said, said]


@given(st.data())
def test_every_line_of_a_page_is_said_once_however_it_is_sliced(data):
    height, overlap = data.draw(st.integers(12, 30)), 60
    tops = list(range(5, 960, height + data.draw(st.integers(6, 20))))
    slices, start = [], 0
    while not slices or slices[-1][3] < 999:
        end = min(999, start + data.draw(st.integers(150, 500)))
        slices.append((0, start, 999, end))
        start = end - overlap
    pieces = []
    for place in slices:
        said = []
        for number, top in enumerate(tops):
            seen = max(top, place[1]), min(top + height, place[3])
            if seen[1] > seen[0]:
                cut = seen != (top, top + height)
                said.append(((50, seen[0], 900, seen[1]), "cut" if cut else f"line {number}"))
        pieces.append(answer(place, *said))
    assert texts(*pieces) == [f"line {number}" for number in range(len(tops))]


def test_text_that_both_of_two_slices_saw_is_said_once():
    first = SliceAnswer("a b c the heron stood in the shal", (0, 0, 999, 520))
    second = SliceAnswer("qrx the heron stood in the shallow water", (0, 480, 999, 999))
    assert join_slices([first, second]).split() == [
        "a",
        "b",
        "c",
        "the",
        "heron",
        "stood",
        "in",
        "the",
        "shallow",
        "water",
    ]
    apart = SliceAnswer(second.text, (0, 520, 999, 999))
    assert "qrx" in join_slices([first, apart])


WORDS = [f"w{number}" for number in range(400)]


def joined_words(first, second):
    pieces = SliceAnswer(" ".join(first), UPPER), SliceAnswer(" ".join(second), LOWER)
    return join_slices(pieces).split()


@given(st.integers(3, 200), st.integers(0, 12), st.integers(0, 12))
def test_words_in_a_row_that_both_pieces_hold_are_said_once(shared, tail, head):
    # The words around the shared ones are what each piece made of a line that was cut.
    shared = min(shared, 200 - max(tail, head))
    first = [*WORDS[: 20 + shared], *["x"] * tail]
    second = [*["y"] * head, *WORDS[20 : 30 + shared]]
    assert joined_words(first, second) == WORDS[: 30 + shared]


@pytest.mark.parametrize(("shared", "tail", "head"), [(2, 0, 0), (9, 13, 0), (9, 0, 13)])
def test_words_are_kept_where_too_few_agree_or_too_far_inside(shared, tail, head):
    first = [*WORDS[: 20 + shared], *["x"] * tail]
    second = [*["y"] * head, *WORDS[20:50]]
    assert joined_words(first, second) == [*first, *second]


def test_chinese_characters_are_words_of_their_own():
    pieces = SliceAnswer("甲乙港口潮", UPPER), SliceAnswer("港口潮丙丁", LOWER)
    assert "".join(join_slices(pieces).split()) == "甲乙港口潮丙丁"


def test_words_are_compared_only_where_the_pieces_meet():
    first = answer(UPPER, ((50, 100, 90, 120), "one two three"), ((50, 450, 90, 480), "four"))
    second = answer(LOWER, ((50, 500, 90, 520), "one two three"), ((50, 700, 90, 720), "five"))
    assert texts(first, second) == ["one two three", "four", "one two three", "five"]

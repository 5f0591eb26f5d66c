"""Loops are found, and pages that merely repeat themselves are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsocr_integrations.grounding import parse
from dsocr_integrations.grounding.repetition import Loop, find_loop, stepping_boxes

PROSE = (
    "The harbour was rebuilt after the storm. Its walls were raised by two metres, and the "
    "basin was dredged so that larger ships could enter at low water.\n\n"
)


@pytest.mark.parametrize(
    "tail",
    [
        "and then the ship left the port, " * 30,
        "\\quad x \\quad " * 30,
        "的" * 200,
        "<tr><td>Total</td><td></td></tr>" * 40,
        "\n\nThe same line again.\n" * 30,
        "." * 3000,
        "<td></td>" * 400,
        "first line\nsecond line\nthird line\n" * 15,
    ],
)
def test_an_answer_that_ends_in_a_repetition_loops(tail):
    loop = find_loop(PROSE + tail)
    assert loop is not None
    assert loop.repeats >= 6


def test_a_phrase_that_loops_before_the_answer_recovers():
    phrase = "He crossed the wide river at dawn with all his horses and men and "
    loop = find_loop(PROSE + phrase * 40 + "came home.\n\n" + PROSE)
    assert loop is not None
    assert loop.kind == "phrase"


def test_one_word_that_loops_inside_a_line():
    assert find_loop(PROSE + "so \\(x \\quad" + " \\quad" * 300 + "= 1\\) holds.\n\n" + PROSE)


@pytest.mark.parametrize("unit", ["xy", "a+b+", "the ship ", "\\\\frac{1}{2} "])
def test_a_short_period_inside_a_page(unit):
    loop = find_loop(PROSE + unit * (2_000 // len(unit)) + "\n\n" + PROSE)
    assert loop is not None
    assert loop.start >= len(PROSE) - len(unit)


@pytest.mark.parametrize(
    "phrase",
    [
        "the committee agreed to the plan ",
        "In the case of the same thing, ",
        "It was so. And yet it was not. ",
        "\u8239\u5728\u6e2f\u53e3\u7b49\u4e86\u4e00\u591c\uff0c",
    ],
)
def test_a_phrase_said_twelve_times_in_a_paragraph_that_goes_on(phrase):
    loop = find_loop(PROSE + phrase * 12 + "came home.\n\n" + PROSE)
    assert (loop.kind, loop.repeats) == ("phrase", 12)
    assert find_loop(PROSE + phrase * 11 + "came home.\n\n" + PROSE) is None


@pytest.mark.parametrize(
    "unit",
    [
        "Name of the tenant ______ Date ______ ",
        "Signed on behalf of .......... ",
        "\u2610 I have read it \u2610 I have not ",
        "[ ] yes it is so [x] no it is not ",
        "na na na na ",
        "10 20 30 40 ",
    ],
)
def test_what_is_to_be_filled_in_or_sung_is_no_loop(unit):
    assert find_loop(PROSE + unit * 14 + "to the end.\n\n" + PROSE) is None


def column(texts, left=100):
    return "\n".join(
        f"<|ref|>text<|/ref|><|det|>[[{left + n % 2}, {50 + 30 * n}, 400, {75 + 30 * n}]]<|/det|>"
        f"\n{text}"
        for n, text in enumerate(texts)
    )


def has_loop(answer):
    return "loop" in {warning.kind for warning in parse(answer).warnings}


def test_a_column_of_equal_blocks_is_a_loop_wherever_it_stands():
    last = "<|ref|>text<|/ref|><|det|>[[100, 900, 900, 990]]<|/det|>\nThe end of it."
    assert has_loop(column(["Total amount"] * 12) + "\n" + last)
    assert not has_loop(column(["Total amount"] * 9) + "\n" + last)
    assert not has_loop(column(["Amount: ________"] * 14) + "\n" + last)
    assert not has_loop(column(["\u2610 Yes, please do"] * 14) + "\n" + last)
    assert not has_loop(column([f"Total amount {n}" for n in range(14)]) + "\n" + last)


CONTENTS = "\n".join(
    f"{n}.{m} Chapter about things {'.' * 60} {n * 10 + m}"
    for n in range(1, 9)
    for m in range(1, 7)
)
ZEROS = "<table>" + ("<tr>" + "<td>0</td>" * 12 + "</tr>") * 25 + "</table>"
YES = "<table>" + "".join(
    f"<tr><td>Ship {n}</td>" + "<td>Yes</td>" * 8 + "</tr>" for n in range(30)
) + "</table>"  # fmt: skip
SONG = "\n".join(
    f"{verse}\nRow, row, row your boat\nGently down the stream\nMerrily, merrily, merrily\n"
    for verse in ("One", "Two", "Three", "Four", "Five", "Six", "Seven")
)
FORM = "Name: ______________\nDate: ______________\n" * 4 + "_" * 80 + "\n" + "_" * 80
MATRIX = r"\[\begin{array}{c c c}" + r"0 & 0 & 0 \\ " * 12 + r"\end{array}\]"
BLANK_LINES = "Write your answer below.\n" + ("_" * 70 + "\n") * 12
CHOICES = "\n".join(f"{n}. [A] [B] [C] [D]" for n in range(1, 61))
INDEX = "\n".join(f"word{n}, {n}, {n + 3}, {n + 11}" for n in range(150))


SOUND = {
    "prose": PROSE,
    "contents": CONTENTS,
    "zeros": ZEROS,
    "yes": YES,
    "song": SONG,
    "form": FORM,
    "matrix": MATRIX,
    "blank lines": BLANK_LINES,
    "choices": CHOICES,
    "index": INDEX,
    "empty": "",
    "one letter": "a",
    "dots": "." * 90,
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND.keys())
def test_sound_pages_are_not_flagged(text):
    assert find_loop(text) is None
    assert find_loop(PROSE + text + "\n\n" + PROSE) is None


def phrase(words: int) -> str:
    """A phrase of that many words, none twice."""
    return " ".join(f"{'bcdfghjklmnp'[n % 12]}{'aeiou'[n // 12]}ward" for n in range(words)) + " "


BOUNDS = {
    "tail of letters": ("tail", "abcd", 29, 30, ""),
    "tail of few repeats": ("tail", " abcd efgh ijkl mnop qrst uvwx", 5, 6, ""),
    "tail without letters": ("tail", " 10 20 30 40", 99, 100, ""),
    "leader": ("leader", ".", 1_199, 1_200, PROSE),
    "phrase": ("phrase", phrase(25), 11, 12, "at last.\n" + PROSE),
    "short phrase": ("phrase", phrase(20), 11, 12, "at last.\n" + PROSE),
    "phrase on lines": ("phrase", phrase(19) + "\n", 12, 13, "at last.\n" + PROSE),
    "inner": ("inner", "xy", 748, 751, "\n" + PROSE),
    "inner of a table": ("inner", "<td>yes</td>", 248, 252, "</table>\n" + PROSE),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_each_kind_of_loop_counts_from_its_bound_on(name):
    kind, unit, sound, looping, end = BOUNDS[name]
    start = PROSE + ("<table><tr>" if "table" in name else "")
    assert find_loop(start + unit * sound + end) is None
    text = start + unit * looping + end
    loop = find_loop(text)
    assert loop is not None
    assert loop.kind == kind
    run = text[loop.start : loop.start + loop.length]
    assert run in f"{unit * (looping + 2)}"
    assert len(run) > 0.8 * len(unit) * looping
    assert loop.repeats >= 6


@pytest.mark.parametrize("lead", ["", PROSE])
def test_a_loop_of_lines_says_where_it_stands(lead):
    text = lead + "one line of it\n  and  another\n\n" * 12
    loop = find_loop(text)
    assert (loop.kind, loop.repeats, loop.unit) == ("lines", 12, "one line of it\nand another")
    assert text[loop.start :].startswith("one line")
    assert text[: loop.start + loop.length].endswith("another")
    assert loop.start + loop.length == len(text.rstrip())


@pytest.mark.parametrize(("repeats", "found"), [(9, False), (10, True)])
def test_lines_at_the_end_count_from_ten_on(repeats, found):
    lines = ("\n" * (1 + n % 3) + "The ship came in at noon." for n in range(repeats))
    loop = find_loop(PROSE + "".join(lines))
    assert (loop and loop.kind) == ("lines" if found else None)


@pytest.mark.parametrize(("repeats", "found"), [(29, False), (30, True)])
def test_lines_in_the_middle_count_from_thirty_on(repeats, found):
    loop = find_loop(PROSE + "No catch was landed today\n" * repeats + "\n" + PROSE)
    assert (loop and loop.kind) == ("lines" if found else None)


def test_boxes_that_stand_still_or_creep_are_found():
    assert stepping_boxes([(10, 10, 50, 20)] * 20) is not None
    assert stepping_boxes([(10, 10 + 2 * n, 50, 30 + 2 * n) for n in range(40)]) is not None


def test_boxes_count_from_twelve_on_and_may_tremble():
    still = [(10, 10, 50, 20)]
    assert stepping_boxes(still * 11) is None
    assert stepping_boxes(still * 12).repeats == 12
    assert stepping_boxes([(200, 300, 400, 500), *still * 12]).start == 1
    trembling = [(10, 10 + 2 * n, 50 + n // 2 % 2, 30 + 2 * n) for n in range(20)]
    assert stepping_boxes(trembling).repeats == 20
    growing = [(10, 10 + 2 * n, 50 + 2 * n, 30 + 2 * n) for n in range(20)]
    assert stepping_boxes(growing) is None


def test_boxes_that_overlap_in_uneven_steps_are_not_stepping():
    tops = [sum((2, 8)[n % 2] for n in range(count)) for count in range(40)]
    assert stepping_boxes([(10, top, 50, top + 20) for top in tops]) is None


def test_rows_of_boxes_to_tick_are_no_phrase():
    assert find_loop(PROSE + "[A] [B] [C] [D] " * 70 + "\n" + PROSE) is None
    assert find_loop(PROSE + "alpha beta gamma delta " * 70 + "\n" + PROSE).kind == "phrase"


@pytest.mark.parametrize(("unit", "found"), [("a ", True), ("a b ", True), ("a b c ", False)])
def test_one_or_two_short_words_are_a_phrase_and_three_are_boxes_to_tick(unit, found):
    loop = find_loop(PROSE + unit * (600 // len(unit)) + "\n" + PROSE)
    assert (loop and loop.kind) == ("phrase" if found else None)


@pytest.mark.parametrize(("step", "found"), [(9, True), (10, False), (11, False)])
def test_boxes_that_creep_overlap_by_more_than_half(step, found):
    down = [(10, step * n, 300, step * n + 20) for n in range(20)]
    across = [(step * n, 10, step * n + 20, 300) for n in range(20)]
    assert (stepping_boxes(down) is not None) is found
    assert (stepping_boxes(across) is not None) is found


@pytest.mark.parametrize(
    ("count", "bottom", "more", "found"),
    [(24, 995, 0, True), (23, 995, 0, False), (24, 994, 0, False), (24, 995, 1, False)],
)
def test_wide_steps_run_away_only_to_the_edge(count, bottom, more, found):
    top = bottom - 12 - 20 * (count - 1)
    steps = [(40, top + 20 * n, 400, top + 20 * n + 12) for n in range(count)]
    steps += [(600, 100, 700, 150)] * more
    assert (stepping_boxes(steps) is not None) is found


def test_the_lines_of_a_list_are_not_stepping():
    assert stepping_boxes([(10, 20 * n, 400, 20 * n + 12) for n in range(40)]) is None
    assert stepping_boxes([]) is None
    assert stepping_boxes([(1, 1, 2, 2)]) is None


LONG = len(PROSE)
PHRASE = phrase(20)
RECORDS = {
    "tail": ("abcd" * 30, Loop("tail", "abcd", 30, LONG, 120)),
    "tail of lines": (
        "Ship 1 of 9\n\n" * 9 + "Ship 1",
        Loop("tail", " of 9\n\nShip 1", 9, LONG - 2, 9 * 13 + 8),
    ),
    "lines": (
        "The ship came in.\n" * 12,
        Loop("lines", "The ship came in.", 12, LONG, 12 * 18 - 1),
    ),
    "four lines": (
        "One ship came.\nTwo\n\n  Three  of them\nFour\n" * 11 + "One ship came.",
        Loop("lines", "One ship came.\nTwo\nThree of them\nFour", 11, LONG, 11 * 42 + 14),
    ),
    "leader": ("." * 1_300 + "\n" + PROSE, Loop("leader", "........", 1_300, LONG, 1_300)),
    "phrase": (
        PHRASE * 12 + "at last.\n" + PROSE,
        Loop("phrase", PHRASE[:80].strip(), 12, LONG, 11 * len(PHRASE)),
    ),
    "inner": ("xy" * 800 + "\n" + PROSE, Loop("inner", "xy", 750, LONG, 1_500)),
    "inner of a table": (
        f"<table><tr>{'<td>yes</td>' * 300}</tr></table>\n{PROSE}",
        Loop("inner", "<td>yes</td>", 250, LONG + 10, 3_000),
    ),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_loop_says_what_it_is_and_where(name):
    text, loop = RECORDS[name]
    found = find_loop(PROSE + text)
    assert found is not None
    # Windows and words begin somewhere in the unit: any turn of it names the same run.
    assert found.unit in loop.unit * 3
    assert len(found.unit) == len(loop.unit)
    assert (found.kind, found.repeats, found.start, found.length) == (
        loop.kind,
        loop.repeats,
        loop.start,
        loop.length,
    )


def test_a_run_of_boxes_says_what_it_is_and_where():
    lines = [(40, 20 * n, 400, 20 * n + 12) for n in range(13)]
    still = [(500, 10, 550, 20)] * 14
    assert stepping_boxes(lines + still + lines) == Loop("boxes", "(500, 10, 550, 20)", 14, 13, 14)


@pytest.mark.parametrize("period", [1, 2, 3, 4, 5])
def test_up_to_four_lines_in_turn_are_a_loop_of_lines(period):
    unit = [f"{word} ships came in" for word in ("One", "Two", "Three", "Four", "Five")[:period]]
    loop = find_loop(PROSE + "\n".join(unit * 10))
    assert (loop.kind, loop.repeats) == (("lines" if period < 5 else "tail"), 10)
    # What differs once begins anew.
    apart = "\n".join([*unit * 9, "and then", *unit * 5])
    assert find_loop(PROSE + apart) is None


@given(st.text("ab", min_size=1, max_size=7), st.integers(0, 6), st.integers(20, 60))
def test_the_tail_is_as_long_as_it_comes_back(unit, more, before):
    lead = "".join(chr(ord("A") + n % 26) for n in range(before))
    tail = (unit * 130)[: 6 * len(unit) + 120 + more]
    loop = find_loop(lead + tail)
    assert loop is not None
    assert (loop.kind, loop.start, loop.length) == ("tail", before, len(tail))
    assert len(unit) % len(loop.unit) == 0
    assert loop.repeats == len(tail) // len(loop.unit)

"""Loops are found, and pages that merely repeat themselves are left alone."""

from __future__ import annotations

import pytest

from dsocr_integrations.grounding.repetition import find_loop, stepping_boxes

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


def test_the_lines_of_a_list_are_not_stepping():
    assert stepping_boxes([(10, 20 * n, 400, 20 * n + 12) for n in range(40)]) is None
    assert stepping_boxes([]) is None
    assert stepping_boxes([(1, 1, 2, 2)]) is None

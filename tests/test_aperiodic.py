"""Answers that run on without repeating themselves are noticed; odd but sound pages are not."""

from __future__ import annotations

import random
import time

import pytest

from dsocr_integrations.grounding import parse
from dsocr_integrations.grounding.aperiodic import find_aperiodic
from dsocr_integrations.grounding.repetition import Loop
from dsocr_integrations.grounding.scattered_boxes import scattered_boxes
from dsocr_integrations.quality import assess
from tests.aperiodic_loops import made_up, shuffled, vocabulary


def flagged(answer: str) -> bool:
    return any(warning.kind == "loop" for warning in parse(answer).warnings)


def test_four_of_five_made_up_loops_are_noticed():
    answers = made_up()
    assert len(answers) == 200
    assert sum(flagged(answer) for _, answer in answers) >= 160


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("\n".join(f"{n}." for n in range(1, 400)), "counting"),
        ("\n".join(f"7.{n} Section" for n in range(1, 400)), "counting"),
        ("\n".join(f"{n}. {n * 7919 % 977} sheep" for n in range(1, 700)), "counting"),
        (shuffled(random.Random(3), 12), "few_words"),
        ("".join(random.Random(3).choices("abcdefghijklmnopqrstuvwxyz ", k=2000)), "random"),
    ],
)
def test_each_kind_is_told(text, kind):
    loop = find_aperiodic(text)
    assert loop is not None
    assert loop.kind == kind


SQUARE = "".join(
    "<tr>" + "".join(f"<td>{10 * row + n}</td>" for n in range(1, 11)) + "</tr>"
    for row in range(12)
)
DRAW = random.Random(5)
WORDS = vocabulary(DRAW, 300)


@pytest.mark.parametrize(
    "text",
    [
        f"<table>{SQUARE}</table>",
        " ".join(map(str, range(1, 101))),
        "\n".join(f"{n}. {' '.join(DRAW.choices(WORDS, k=6))}" for n in range(1, 120)),
        "\n".join(f"{n}. {DRAW.choice('ABCD')}" for n in range(1, 201)),
        "\n".join(f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(0, 60, 5)),
        "<table>" + "<tr><td>Yes</td><td>No</td></tr>" * 20 + "<tr><td>no</td></tr></table>",
        "\n".join(
            f"| {DRAW.choice(('yes', 'no'))} | {DRAW.choice(('yes', 'no'))} |" for _ in WORDS
        ),
        "\n".join(" ".join(f"{DRAW.random():.4f}" for _ in range(8)) for _ in range(50)),
        "\\[" + " ".join(f"x_{{{n}}}^{{{n * n}}} \\alpha" for n in range(1, 90)) + "\\]",
        "人之初性本善性相近习相远苟不教性乃迁教之道贵以专昔孟母择邻处子不学断机杼" * 4,
    ],
)
def test_odd_but_sound_pages_are_left_alone(text):
    assert find_aperiodic(text) is None


def test_a_count_is_trusted_where_the_text_layer_has_all_of_it():
    numbers = [str(n) for n in range(1, 241)]
    said = parse(" ".join(numbers))
    assert assess("stop", said).reasons == ("loop",)
    assert assess("stop", said, numbers).trusted
    assert assess("stop", said, numbers[:60]).reasons == ("loop",)


def test_hostile_text_takes_linear_time():
    for piece in ("\\[", "\\(x", "<table", "1 ", "| ", "<", "\u4e00\u4e01"):
        began = time.process_time()
        find_aperiodic(piece * 100_000)
        assert time.process_time() - began < 10


def kind_of(text: str) -> str | None:
    found = find_aperiodic(text)
    return found and found.kind


@pytest.mark.parametrize(("missing", "kind"), [(1, None), (0, "counting")])
def test_a_count_of_a_hundred_and_fifty_steps_is_too_long(missing, kind):
    assert kind_of(" ".join(f"step {n}" for n in range(152 - missing))) == kind
    assert kind_of("; ".join(f"{n}/7/{n}" for n in range(152 - missing))) == kind
    words = [SYLLABLES[n % 12] + SYLLABLES[n // 12] for n in range(144)]
    numbered = [f"{n}. {words[n % 144]} {n * n % 97}" for n in range(502 - missing)]
    assert kind_of("\n".join(numbered)) == kind


SYLLABLES = "ha ren to lis me ard ono ti sel va une kor".split()  # noqa: SIM905


def test_a_count_says_where_it_stands():
    count = ", ".join(f"step {n}" for n in range(152))
    found = find_aperiodic(f"Turn left and go on.\n{count} and so on.")
    assert found.unit == count[len("step ") :][:80]
    end = found.start + found.length
    assert f"Turn left and go on.\n{count} and so on."[found.start : end] == count[len("step ") :]


def test_characters_that_hardly_anybody_writes_are_no_chinese():
    rare = "丂丄丅丆丒丟丠両丢丣丼乀乁乂乄乆乊乑乕乗乚乛乢乣乤乥乧乨乪乫"
    usual = "港口潮汐水深的一是在不了有和人这中大为上个国我以要他时来用们生"
    assert kind_of("。".join([rare] * 10)) == "random"
    assert kind_of("。".join([usual] * 10)) is None


@pytest.mark.parametrize(("rare", "kind"), [(5, None), (7, "random")])
def test_one_character_in_five_may_be_rare(rare, kind):
    unusual, usual = "丂丄丅丆丒丟丠", "港口潮汐水深的一是在不了有和人这中大为上个国我以要他时来"
    assert kind_of("。".join([unusual[:rare] + usual[: 28 - rare]] * 12)) == kind


@pytest.mark.parametrize(
    ("words", "distinct", "kind"), [(300, 19, "few_words"), (299, 19, None), (300, 20, None)]
)
def test_three_hundred_words_are_more_than_nineteen_different_ones(words, distinct, kind):
    known = [SYLLABLES[n % 12] + SYLLABLES[n // 12] for n in range(distinct)]
    order = random.Random(3).choices(known, k=words - distinct)
    assert kind_of(" ".join([*known, *order])) == kind


@pytest.mark.parametrize(("length", "kind"), [(299, None), (300, "random")])
def test_letters_without_a_blank_are_no_word_from_three_hundred_on(length, kind):
    assert kind_of("see " + "abcdefghij" * 29 + "x" * (length - 290) + " there") == kind


def rows(count: int, columns: int) -> list[tuple[float, float, float, float]]:
    """Boxes in reading order, each apart from the others."""
    return [
        (20.0 * (n % columns), 30.0 * (n // columns), 20.0 * (n % columns) + 10, 30.0 * (n // columns) + 10)
        for n in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "found"), [(199, False), (200, True)])
def test_two_hundred_empty_boxes_are_too_many(count, found):
    assert (scattered_boxes(rows(count, 10)) is not None) is found


@pytest.mark.parametrize(
    ("columns", "found"), [([4] * 10, False), ([4] * 7 + [3] * 4, True), ([3] * 13, False)]
)
def test_boxes_that_go_up_again_at_every_fourth_are_in_no_order(columns, found):
    boxes = [
        (30.0 * at, 30.0 * n, 30.0 * at + 20, 30.0 * n + 20)
        for at, height in enumerate(columns)
        for n in range(height)
    ]
    assert (scattered_boxes(boxes) is not None) is found


@pytest.mark.parametrize(
    ("pairs", "shared", "found"), [(10, 2, True), (9, 2, False), (10, 1, False)]
)
def test_half_of_the_boxes_lie_over_another(pairs, shared, found):
    boxes = []
    for place in range(20):
        top, below = 40.0 * place, 10 - shared if place < pairs else 20
        boxes += [(0, top, 100, top + 10), (0, top + below, 100, top + below + 10)]
    assert (scattered_boxes(boxes) is not None) is found


RANDOM_LETTERS = "".join(random.Random(3).choices("abcdefghijklmnopqrstuvwxyz ", k=2000))
RANDOM_HAN = "".join(chr(random.Random(n).randint(0x4E00, 0x9FA5)) for n in range(600))
EIGHTEEN = [SYLLABLES[n % 12] + SYLLABLES[n // 12] for n in range(18)]


@pytest.mark.parametrize(
    ("text", "loop"),
    [
        (
            " ".join([*EIGHTEEN * 17, "end"]),
            Loop("few_words", " ".join(EIGHTEEN)[:80], 16, 0, len(" ".join(EIGHTEEN * 17)) + 4),
        ),
        (f"see {'ab1' * 120}", Loop("random", ("ab1" * 27)[:80], 1, 4, 300)),
        (RANDOM_LETTERS, Loop("random", "".join(RANDOM_LETTERS.split())[:80], 1, 0, 2000)),
        (f"a{RANDOM_HAN}", Loop("random", RANDOM_HAN[:80], 1, 0, 601)),
    ],
)
def test_what_runs_on_says_what_it_is_and_where(text, loop):
    assert find_aperiodic(text) == loop


@pytest.mark.parametrize("numbers", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("step", [1, -2, 7])
def test_up_to_four_numbers_of_an_item_may_count(numbers, step):
    fixed = "/".join(str(n * n + 3) for n in range(numbers - 1))
    items = [f"{2000 + step * n}/{fixed}" for n in range(170)]
    assert kind_of("; ".join(items)) == ("counting" if numbers < 5 else None)
    # The same number over and over is no count.
    assert kind_of("; ".join(items[:1] * 170)) is None


def test_numbers_far_apart_or_with_other_words_between_are_no_count():
    words = [SYLLABLES[n % 12] + SYLLABLES[n // 12] for n in range(144)]
    assert kind_of(" ".join(f"{n} {words[n % 144]}" for n in range(200))) is None
    # With a blank at either end: two hundred characters, and one more.
    near, far = " ".join(words)[:198], " ".join(words)[:199]
    assert kind_of(" ".join(f"{near} {n}" for n in range(160))) == "counting"
    assert kind_of(" ".join(f"{far} {n}" for n in range(160))) is None


def test_letters_drawn_at_random_are_noticed_between_sound_ones_but_not_in_tables_and_formulas():
    sound = "The heron stood in the shallow water of the harbour and did not move at all. "
    assert kind_of(f"{sound}\n{RANDOM_LETTERS}\n{sound}") == "random"
    for kept in (
        f"<table><tr><td>{RANDOM_LETTERS}",
        f"| {RANDOM_LETTERS} |",
        f"\\[{RANDOM_LETTERS}\\]",
    ):
        assert kind_of(f"{sound}\n{kept}") is None


def test_scattered_boxes_count_from_forty_on():
    boxes = [(n * 37 % 90, n * 53 % 90, 500, 600) for n in range(40)]
    assert scattered_boxes(boxes) == Loop("scattered", str(boxes[0]), 40, 0, 40)
    assert scattered_boxes(boxes[:39]) is None


@pytest.mark.parametrize(("right", "found"), [(80, True), (81, False)])
def test_boxes_lie_over_each_other_where_they_share_a_fifth(right, found):
    pairs = [
        box
        for n in range(20)
        for box in ((0, 40 * n, 100, 40 * n + 10), (right, 40 * n, right + 200, 40 * n + 10))
    ]
    assert (scattered_boxes(pairs) is not None) is found

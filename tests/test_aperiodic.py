"""Answers that run on without repeating themselves are noticed; odd but sound pages are not."""

from __future__ import annotations

import random
import time

import pytest

from dsocr_integrations.grounding import parse
from dsocr_integrations.grounding.aperiodic import find_aperiodic
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

"""Verdicts on readings."""

from __future__ import annotations

import pytest

from dsocr_integrations.grounding import parse
from dsocr_integrations.quality import assess, recall, words

SOUND = "<|ref|>text<|/ref|><|det|>[[1, 2, 3, 4]]<|/det|>\nThe harbour was rebuilt after the great storm of that year."
LAYER = ("The harbour was re-", "built after the great storm of that year.")


def test_a_reading_that_agrees_is_trusted():
    verdict = assess(SOUND, "stop", parse(SOUND), LAYER)
    assert verdict.trusted
    assert verdict.reasons == ()
    assert verdict.text_layer_agreement is not None
    assert verdict.text_layer_agreement > 0.8


def test_other_words_than_the_text_layer_are_told():
    verdict = assess(
        SOUND,
        "stop",
        parse(SOUND),
        [
            "Quite",
            "other",
            "words",
            "stand",
            "on",
            "this",
            "page,",
            "and",
            "none",
            "of",
            "them",
            "were",
            "read",
            "here",
            "today",
        ],
    )
    assert verdict.reasons == ("disagrees_with_text_layer",)
    assert verdict.text_layer_agreement < 0.3


def test_order_and_case_do_not_matter():
    verdict = assess(
        SOUND,
        "stop",
        parse(SOUND),
        [word.upper() for word in reversed(SOUND.split("\n")[1].split())],
    )
    assert verdict.text_layer_agreement == 1


@pytest.mark.parametrize(
    ("text", "finish", "reasons"),
    [
        (SOUND, "length", ("truncated",)),
        (SOUND, "loop", ("loop",)),
        (SOUND, "error", ("error",)),
        (SOUND + "\n\n<|ref|>text<|/ref|><|det|>[[1, 2", "stop", ("truncated",)),
        (SOUND + "\nand so it goes on and on" * 40, "stop", ("loop",)),
    ],
)
def test_reasons(text, finish, reasons):
    assert assess(text, finish, parse(text)).reasons == reasons


def test_an_empty_answer_counts_only_where_something_stands():
    nothing = parse("")
    assert assess("", "stop", nothing).trusted
    assert assess("", "stop", nothing, page_has_ink=False).trusted
    assert assess("", "stop", nothing, page_has_ink=True).reasons == ("empty",)
    assert assess("", "stop", nothing, ["word"]).reasons == ("empty",)


def test_a_page_that_is_one_picture_is_no_empty_answer():
    picture = "<|ref|>image<|/ref|><|det|>[[0, 0, 999, 999]]<|/det|>"
    assert assess(picture, "stop", parse(picture), page_has_ink=True).trusted


def test_words_of_scripts_without_spaces():
    assert words("港口 10") == {"港": 1, "口": 1, "10": 1}
    assert recall(words("a a b"), words("b a")) == pytest.approx(2 / 3, abs=1e-4)
    assert recall(words(""), words("x")) == 1

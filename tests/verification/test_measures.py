"""Measures of fidelity."""

from __future__ import annotations

import random

import pytest
from rapidfuzz.distance import Levenshtein

from dsocr_integrations.verification.measures import (
    character_error_rate,
    edit_distance,
    said_text,
    word_recall,
)


def test_the_distance_is_levenshtein_s():
    draw = random.Random(7)
    for _ in range(200):
        first, second = ("".join(draw.choices("abcd", k=draw.randrange(90))) for _ in range(2))
        assert edit_distance(first, second) == Levenshtein.distance(first, second)


@pytest.mark.parametrize(
    ("found", "rate"),
    [("One two, THREE.", 0.0), ("one three", 0.3077), ("", 1.0), ("one two three four", 0.3846)],
)
def test_characters_to_be_corrected(found, rate):
    assert character_error_rate("one two three", found) == pytest.approx(rate, abs=1e-4)


def test_words_are_found_wherever_they_stand():
    assert word_recall("one two three four", "three one") == 0.5


def test_tags_boxes_and_table_markup_are_no_text():
    said = said_text(
        "<|ref|>table<|/ref|><|det|>[[1, 2, 3, 4]]<|/det|>\n"
        "<table><tr><td>Ferry</td><td>21</td></tr></table>\n"
    )
    assert said.split() == ["Ferry", "21"]

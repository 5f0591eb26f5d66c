"""Scores: words and meaning on scales that do not depend on embedder or hits."""

from __future__ import annotations

import numpy as np
import pytest

from dsocr_integrations.index.coverage import Holders, coverage, phrases_of
from dsocr_integrations.index.scoring import Meaning, Meanings, score
from dsocr_integrations.index.terms import has_terms, query_terms
from tests.index.passages import LetterEmbedder


def test_nearness_goes_from_unrelated_passages_to_the_same_text():
    narrow, wide = Meaning(np.ones(2), 0.8), Meaning(np.ones(2), 0.1)
    assert [narrow.nearness(cosine) for cosine in (0.5, 0.8, 0.9, 1.0)] == pytest.approx(
        [0, 0, 0.5, 1]
    )
    assert wide.nearness(0.55) == pytest.approx(0.5)
    # An embedder to which all is the same tells nothing.
    assert Meaning(np.ones(2), 1.0).nearness(1.0) == 0


def test_unrelated_passages_are_embedded_once_and_lengths_do_not_matter():
    embedder = LetterEmbedder()
    meanings = Meanings(embedder)
    once, twice = meanings.of("pump"), meanings.of("pumppump")
    assert len(embedder.embedded) == 8
    assert once.unrelated == pytest.approx(twice.unrelated)
    assert 0 < once.unrelated < 1


def test_a_score_is_a_weighted_mean_and_coverage_alone_without_vectors():
    assert score(0.5, None, 3) == 0.5
    assert score(1.0, 0.0, 3) == pytest.approx(0.4)
    assert score(0.0, 1.0, 8) == pytest.approx(0.6)


def test_the_longer_a_question_the_less_its_meaning_counts():
    assert score(0.0, 1.0, 16) == pytest.approx(0.3)
    assert score(1.0, 1.0, 60) == pytest.approx(1.0)
    assert score(0.0, 1.0, 0) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("query", "words"),
    [("the pump of pump iso-9001", 2), ("水泵流量", 1.5), ("pump 水泵", 1.5), ("", 0)],
)
def test_words_that_say_something_are_counted_once_in_any_script(query: str, words: float):
    assert query_terms(query).length == words


def test_rare_words_weigh_more_and_parts_count_in_part():
    asked = query_terms("the pump iso-9001")
    held = {phrase: Holders(5, {1}) for phrase in phrases_of(asked)}
    assert list(held) == [("pump",), ("iso-9001",), ("iso",), ("9001",)]
    held[("iso-9001",)] = Holders(0, set())
    held[("iso",)] = Holders(5, {1, 2})
    found = coverage(asked, held, 100, [1, 2, 3])
    assert found == pytest.approx({1: 1, 2: 0.25, 3: 0})
    held[("pump",)] = Holders(90, {1})
    assert coverage(asked, held, 100, [2])[2] > 0.4


def test_a_query_without_words_covers_nothing():
    assert phrases_of(query_terms("}} ((")) == []
    assert coverage(query_terms("}} (("), {}, 9, [1]) == {1: 0}


@pytest.mark.parametrize(
    ("text", "has"), [("}", False), (" — |_", False), ("²", True), ("水", True)]
)
def test_what_has_words(text: str, has: bool):
    assert has_terms(text) is has


def test_months_have_other_names_and_possessives_no_letter():
    assert query_terms("Sept").words == ("sept", "september", "sep")
    assert query_terms("sept").informative == (((("sept",),), (("september",),), (("sep",),)),)
    assert query_terms("creek's").informative == (((("creeks",),), (("creek",),)),)
    assert query_terms("may").words == ("may",)

"""Rank fusion."""

from __future__ import annotations

import pytest

from dsocr_integrations.index.fusion import fuse, spread, supported


def test_first_everywhere_scores_one():
    assert fuse({"lexical": [7, 3], "vector": [7]})[0].score == 1.0


def test_exact_numbers_outrank_what_only_sounds_alike():
    fused = fuse({"exact": [5], "lexical": [1, 5], "vector": [1, 2]})
    assert fused[0].row == 5
    assert fused[0].found_by == ("exact", "lexical")


def test_every_row_comes_once_and_ties_are_stable():
    fused = fuse({"lexical": [2, 1], "vector": [1, 2]})
    assert [found.row for found in fused] == [1, 2]


def test_nothing_in_nothing_out():
    assert fuse({"lexical": [], "vector": []}) == []


def test_long_page_leaves_room_for_others():
    ranked = [("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("a4", "a")]
    assert spread(ranked, 3) == ["a1", "a2", "b1"]
    assert spread(ranked, 4) == ["a1", "a2", "b1", "a3"]
    longer = [*ranked, *((f"c{n}", n) for n in range(9))]
    assert spread(longer, 8)[:4] == ["a1", "a2", "a3", "b1"]
    assert "a4" not in spread(longer, 8)


def test_spread_reads_no_further_than_it_must():
    def ranked():
        yield "a1", "a"
        raise AssertionError("read on")

    assert spread(ranked(), 1) == ["a1"]


def test_spread_of_one_page_is_the_ranking():
    assert spread([(n, "a") for n in range(5)], 4) == [0, 1, 2, 3]


def test_more_of_a_page_lifts_its_best_match_only():
    assert supported([(1, "a", 10.0), (2, "b", 9.5), (3, "b", 9.0)]) == [2, 1, 3]
    assert supported([(1, "a", 10.0), (2, "b", 9.0), (3, "b", 1.0)]) == [1, 2, 3]
    assert supported([]) == []


def test_each_further_match_of_a_page_lifts_it_by_half_as_much():
    # 4 / 2 + 4 / 4 + 4 / 8 = 3.5
    several = [(row, "b", 4.0) for row in (3, 4, 5)]
    assert supported([(1, "a", 13.4), (2, "b", 10.0), *several])[0] == 2
    assert supported([(1, "a", 13.6), (2, "b", 10.0), *several])[0] == 1


def test_five_supporters_count_and_a_sixth_does_not():
    several = [(row, "b", 4.0) for row in range(3, 9)]
    lifts = [10.0 + 4 * sum(0.5**n for n in range(1, count + 1)) for count in (4, 5)]
    assert supported([(1, "a", lifts[0]), (2, "b", 10.0), *several])[0] == 2
    assert supported([(1, "a", lifts[1]), (2, "b", 10.0), *several])[0] == 1


def test_a_score_is_the_share_of_what_first_places_everywhere_give():
    fused = {found.row: found.score for found in fuse({"exact": [1], "lexical": [2, 1]})}
    assert fused[1] == pytest.approx((2 / 61 + 1 / 62) / (3 / 61), abs=1e-6)
    assert fused[2] == pytest.approx(1 / 3, abs=1e-6)
    assert list(fused) == [1, 2]

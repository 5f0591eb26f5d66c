"""Rank fusion."""

from __future__ import annotations

from dsocr_integrations.index.fusion import fuse


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

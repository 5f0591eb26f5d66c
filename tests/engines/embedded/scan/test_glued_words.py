"""Spaces that a recogniser left out stand in the ink of its lines."""

from __future__ import annotations

import itertools

import pytest

from dsocr_integrations.engines.embedded.scan.glued_words import glued_starts

HIGH = 40


def parted(read: str, inner: int = 3, *, wide: dict[int, int]) -> str:
    """A line of text with the spaces that were found in it.

    Args:
        read: As recognised.
        inner: White between letters, in pixels.
        wide: Other white, by the place of the character behind it; 12 where a space was read.
    """
    characters = [character for character in read if not character.isspace()]
    starts, place = set(), 0
    for word in read.split():
        starts.add(place)
        place += len(word)
    whites = [wide.get(n, 12 if n in starts else inner - n % 2) for n in range(1, len(characters))]
    starts |= glued_starts(characters, whites, starts, HIGH)
    edges = [*sorted(starts), len(characters)]
    return " ".join("".join(characters[a:b]) for a, b in itertools.pairwise(edges))


@pytest.mark.parametrize(
    ("read", "wide", "said"),
    [
        ("the use ofthe eastern bank", {8: 9}, "the use of the eastern bank"),
        (
            "half of the sumis given back,and",
            {12: 13, 24: 10},
            "half of the sum is given back, and",
        ),
        ("KestrelBoatyards Ltd (KBY)", {7: 7}, "Kestrel Boatyards Ltd (KBY)"),
        ("KestrelBoatyards", {7: 7}, "Kestrel Boatyards"),
    ],
)
def test_white_as_wide_as_a_space_parts_words(read, wide, said):
    assert parted(read, wide=wide) == said


@pytest.mark.parametrize(
    ("read", "wide"),
    [
        ("the use ofthe eastern bank", {8: 6}),
        ("the use of everything", {}),
        ("KestrelBoatyards Ltd (KBY)", {}),
        ("KestrelBoatyards Ltd (KBY)", {7: 5}),
        ("the Industry keeps boats", {4: 11}),
        ("a M E M O R A N D U M of boats", dict.fromkeys(range(2, 9), 12)),
        ("paid on 2024-05-0614:28:01 by boat", {15: 14}),
    ],
)
def test_white_within_words_does_not(read, wide):
    assert parted(read, wide=wide) == read


def test_letters_set_apart_are_one_word():
    wide = dict.fromkeys(range(4, 14), 12)
    assert parted("All MEMORANDUMS of us", wide=wide) == "All MEMORANDUMS of us"

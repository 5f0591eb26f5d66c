"""Words that a recogniser read as one, told by the white between their letters.

In tight type a recogniser leaves a space out here and there. The ink of the line still has it: white
as wide as the line's other spaces, or, before a capital, white wider than between any other letters.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Collection, Sequence

FEWEST_SPACES = 2
"""Spaces of a line that tell how wide one is, at least."""

SPACE = 0.75
"""A space is at least this share of the narrowest other one of its line."""

CLEARLY = 0.05
"""Line heights by which it is wider than the white between any letters, and two pixels at least."""

FEWEST_LETTERS = 8
"""White between so many other letters tells how wide it is within words, at least."""

CAPITAL = 0.08
"""Line heights by which white before a capital is wider than is usual between letters."""

MOST = 0.3
"""Share of the places between letters that may be spaces left out; more are letters set apart."""

_ENDS = frozenset(",;:.)")
_ALONE = frozenset("aoyeiuàéó")
"""Letters that are words by themselves; a capital stands off the rest of its word anyway."""


def glued_starts(
    characters: Sequence[str], whites: Sequence[int], starts: Collection[int], height: int
) -> frozenset[int]:
    """Places of characters where a word begins that no space was read before.

    Args:
        characters: Those of a line that are no space.
        whites: Widest white between each character and the next one, in pixels.
        starts: Places where a word begins that a space was read before.
        height: Of the line in pixels.
    """
    places = [
        place
        for place, (before, after) in enumerate(itertools.pairwise(characters), start=1)
        if place not in starts and _is_letter(after) and (_is_letter(before) or before in _ENDS)
    ]
    if len(places) <= FEWEST_LETTERS:
        return frozenset()
    white = {place: whites[place - 1] for place in places}
    spaces = [whites[place - 1] for place in starts if place]
    found = _as_spaces(white, spaces, height) | _before_capitals(characters, white, height)
    return frozenset(place for place in found if _parts_words(place, characters, starts, found))


def _as_spaces(white: dict[int, int], spaces: Sequence[int], height: int) -> set[int]:
    """Places whose white is that of a space of the line."""
    if len(spaces) < FEWEST_SPACES:
        return set()
    wide = {place for place, gap in white.items() if gap >= SPACE * min(spaces)}
    if not wide or len(wide) > MOST * len(white):
        return set()
    widest = max(gap for place, gap in white.items() if place not in wide)
    least = widest + max(2.0, CLEARLY * height)
    return wide if min(white[place] for place in wide) >= least else set()


def _before_capitals(characters: Sequence[str], white: dict[int, int], height: int) -> set[int]:
    """Places of a capital that stands further off than any letters that are no such place."""
    capitals = {
        place
        for place in white
        if place + 1 < len(characters)
        and characters[place].isupper()
        and characters[place + 1].islower()
    }
    others = [gap for place, gap in white.items() if place not in capitals]
    if len(others) < FEWEST_LETTERS:
        return set()
    least = max(max(others) + 1, statistics.median(others) + CAPITAL * height)
    return {place for place in capitals if white[place] >= least}


def _parts_words(
    place: int, characters: Sequence[str], starts: Collection[int], found: Collection[int]
) -> bool:
    """Whether what stands before a place, and what begins there, can be words."""
    edges = sorted({0, len(characters), *starts, *found})
    at = edges.index(place)
    pieces = (characters[edges[at - 1] : place], characters[place : edges[at + 1]])
    return all(len(piece) > 1 or piece[0] in _ALONE for piece in pieces)


def _is_letter(character: str) -> bool:
    """Whether it is a letter of a script that parts words by white, from left to right."""
    return character.isalpha() and character < "\u0590"

"""How many characters two texts differ in."""

from __future__ import annotations


def edit_distance(first: str, second: str) -> int:
    """Levenshtein distance, one step a character of `second`.

    Source: Myers, "A fast bit-vector algorithm for approximate string matching based on dynamic
    programming", J. ACM 46(3), 1999, in Hyyrö's formulation (2003); Python's integers are the
    bit vectors.
    """
    if not first or not second:
        return max(len(first), len(second))
    places: dict[str, int] = {}
    for place, letter in enumerate(first):
        places[letter] = places.get(letter, 0) | 1 << place
    whole, last = (1 << len(first)) - 1, 1 << (len(first) - 1)
    above, below, distance = whole, 0, len(first)
    for letter in second:
        match = places.get(letter, 0)
        diagonal = (((match & above) + above) ^ above) | match | below
        right = below | ~(diagonal | above) & whole
        left = above & diagonal
        distance += bool(right & last) - bool(left & last)
        right = (right << 1 | 1) & whole
        left = left << 1 & whole
        above = left | ~(diagonal | right) & whole
        below = right & diagonal
    return distance

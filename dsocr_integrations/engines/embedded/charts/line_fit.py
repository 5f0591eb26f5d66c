"""Lines through places and values."""

from __future__ import annotations

import math
from collections.abc import Sequence


def consensus(pairs: Sequence[tuple[float, float]], exact: bool) -> list[tuple[float, float]]:
    """The largest subset on one line; labels at the ends are often pushed inwards."""
    span = pairs[-1][0] - pairs[0][0]
    slack = 0.6 + (0.008 if exact else 0.015) * span
    best: list[tuple[float, float]] = []
    best_error = math.inf
    for index, (place, value) in enumerate(pairs):
        for other_place, other_value in pairs[index + 1 :]:
            if other_place - place < 2.0 or other_value == value:
                continue
            slope = (other_value - value) / (other_place - place)
            errors = [abs((v - value) / slope + place - p) for p, v in pairs]
            inliers = [pair for pair, error in zip(pairs, errors, strict=True) if error <= slack]
            error = sum(error for error in errors if error <= slack)
            if (len(inliers), -error) > (len(best), -best_error):
                best, best_error = inliers, error
    return best


def least_squares(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Slope and offset of the line that pairs of place and value are nearest to."""
    count = len(pairs)
    mean_place = sum(place for place, _ in pairs) / count
    mean_value = sum(value for _, value in pairs) / count
    spread = sum((place - mean_place) ** 2 for place, _ in pairs)
    if spread <= 0:
        return 0.0, mean_value
    slope = sum((p - mean_place) * (v - mean_value) for p, v in pairs) / spread
    return slope, mean_value - slope * mean_place

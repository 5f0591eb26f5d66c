"""Names of columns that are said once for each title above them, such as `n, %, n, %`."""

from __future__ import annotations

from collections.abc import Sequence

_MOST = 60
"""Columns that are looked at."""


def repeats(names: Sequence[str]) -> list[range]:
    """Places of the sequences of two or more names that follow each other alike.

    Args:
        names: One a column, empty where there is none.

    Returns:
        The sequences that cover most columns, from left to right; nothing where none comes again.
    """
    best: list[range] = []
    if len(names) > _MOST:
        return best
    for width in range(2, len(names) // 2 + 1):
        for start in range(len(names) - 2 * width + 1):
            first = names[start : start + width]
            if not all(first) or len(set(first)) < width:
                continue
            end = start + width
            while names[end : end + width] == first:
                end += width
            if end > start + width and end - start > sum(map(len, best)):
                best = [range(at, at + width) for at in range(start, end, width)]
    return best

"""The items of lists in a column of prose: after bullets, and after the marks of references."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.prose.prose_lines import ProseLine

BULLETS = frozenset("•◦▪■●○‣·")
"""What stands before the items of a list and nowhere else."""

_REFERENCE = re.compile(r"\[(?:\d{1,3}|[A-Z][\w+*´-]{1,11})\]\.?\s?\w")
"""How an entry of a list of references begins."""

_BELOW = 0.3
"""Sizes of type by which a line is off the text of the item that it goes on, at most."""

_HANG = (0.6, 5.0)
"""Sizes of type by which the further lines of an item stand in from its mark."""


def is_item(line: ProseLine) -> bool:
    """Whether an item of a list begins with a line that has its bullet apart from its text."""
    return line.text[0] in BULLETS and len(line.pieces) > 1


def items_of(column: Sequence[ProseLine]) -> list[ProseLine | None]:
    """For each line of a column the first line of the item that it is part of."""
    hanging = _hanging_items(column)
    items: list[ProseLine | None] = []
    for line in column:
        item = items[-1] if items else None
        if is_item(line) or id(line) in hanging:
            items.append(line)
        else:
            items.append(item if item is not None and _hangs(line, item, hanging) else None)
    return items


def _hanging_items(column: Sequence[ProseLine]) -> dict[int, float]:
    """Lines whose mark is told by the lines below, which hang, and where these begin.

    Most entries of a list have a second line: where it begins is where all of them go on.
    """
    marked = [line for line in column if _is_marked(line)]
    starts = {id(line) for line in marked}
    hangs = {
        id(line): below.left
        for line, below in itertools.pairwise(column)
        if id(line) in starts and id(below) not in starts and _stands_in(below, line)
    }
    if 2 * len(hangs) < len(marked):
        return {}
    found = {}
    for line in marked:
        at = hangs.get(id(line)) or _hang_of_another(line, marked, hangs)
        if at is not None:
            found[id(line)] = at
    return found


def _hang_of_another(
    line: ProseLine, marked: Sequence[ProseLine], hangs: dict[int, float]
) -> float | None:
    """Where the lines of an entry go on that is marked where a line is."""
    alike = (one for one in marked if id(one) in hangs and _is_level(one.left, line.left, line))
    other = next(alike, None)
    return None if other is None else hangs[id(other)]


def _is_marked(line: ProseLine) -> bool:
    if line.text[0] in BULLETS:
        return len(line.pieces) == 1 and len(line.text) > 1
    return _REFERENCE.match(line.text) is not None


def _stands_in(line: ProseLine, item: ProseLine) -> bool:
    return _HANG[0] * item.size <= line.left - item.left <= _HANG[1] * item.size


def _hangs(line: ProseLine, item: ProseLine, hanging: dict[int, float]) -> bool:
    """Whether a line begins below the text of an item."""
    below = hanging[id(item)] if id(item) in hanging else item.pieces[1][0]
    return _is_level(line.left, below, line)


def _is_level(left: float, other: float, line: ProseLine) -> bool:
    return abs(left - other) <= _BELOW * line.size

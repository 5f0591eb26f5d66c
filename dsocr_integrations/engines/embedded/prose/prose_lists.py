"""The items of lists with bullets in a column of prose."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.engines.embedded.prose.prose_lines import ProseLine

BULLETS = frozenset("•◦▪■●○‣·")
"""What stands before the items of a list and nowhere else."""

_BELOW = 0.3
"""Sizes of type by which a line is off the text of the item that it goes on, at most."""


def is_item(line: ProseLine) -> bool:
    """Whether an item of a list begins with a line: a bullet, and its text apart from it."""
    return line.text[0] in BULLETS and len(line.pieces) > 1


def items_of(column: Sequence[ProseLine]) -> list[ProseLine | None]:
    """For each line of a column the first line of the item that it is part of."""
    items: list[ProseLine | None] = []
    for line in column:
        item = items[-1] if items else None
        if is_item(line):
            items.append(line)
        else:
            items.append(item if item is not None and _hangs(line, item) else None)
    return items


def _hangs(line: ProseLine, item: ProseLine) -> bool:
    """Whether a line begins below the text of an item."""
    return abs(line.left - item.pieces[1][0]) <= _BELOW * line.size

"""What a cell of a scanned table says: without the dots that lead to it, its figures in one piece."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LEADER = re.compile(r"(?:\s+[.·…]|[.·…]{4,})[\s.·…]*$")
_FIGURES = re.compile(r"\W*\d{1,3}[.,] \d{3}(?:[.,]\d+)?\W*")
_PARTED = re.compile(r"(?<=\d)([.,]) (?=\d{3}(?!\d))")


_SUM = re.compile(r"\D*\d+(?:[.,]\d{3})*([.,])\d{2}[^\d.]*")
"""A point behind the last two figures ends a day and a month: `02.05.`."""

_PARTED_SUM = re.compile(r"(\D*\d+(?:[.,]\d{3})*)([.,]) (\d{2}\D*)")

FEWEST_SUMS = 2
"""Cells that show how a table writes its sums."""


def cell_text(text: str, mark: str = "") -> str:
    """The text of a cell as it is meant.

    Dots lead from a label to its number, and the recogniser sees but some of them. Type of even
    widths makes it read white behind the comma of a number.

    Args:
        text: As it was read.
        mark: What parts the last two figures of the table's sums, as `mark_of_sums` tells it.
    """
    told = _LEADER.sub("", text)
    if _FIGURES.fullmatch(told):
        return _PARTED.sub(r"\1", told)
    parted = _PARTED_SUM.fullmatch(told)
    return "".join(parted.groups()) if parted and parted[2] == mark else told


def mark_of_sums(texts: Iterable[str]) -> str:
    """The sign before the last two figures of a table's sums; empty where it has none."""
    marks = [found[1] for text in texts if (found := _SUM.fullmatch(text))]
    return marks[0] if len(marks) >= FEWEST_SUMS and len(set(marks)) == 1 else ""

"""What a cell of a scanned table says: without the dots that lead to it, its figures in one piece."""

from __future__ import annotations

import re

_LEADER = re.compile(r"(?:\s+[.·…]|[.·…]{4,})[\s.·…]*$")
_FIGURES = re.compile(r"\W*\d{1,3}[.,] \d{3}(?:[.,]\d+)?\W*")
_PARTED = re.compile(r"(?<=\d)([.,]) (?=\d{3}(?!\d))")


def cell_text(text: str) -> str:
    """The text of a cell as it is meant.

    Dots lead from a label to its number, and the recogniser sees but some of them. Type of even
    widths makes it read white behind the comma of a number.
    """
    told = _LEADER.sub("", text)
    return _PARTED.sub(r"\1", told) if _FIGURES.fullmatch(told) else told

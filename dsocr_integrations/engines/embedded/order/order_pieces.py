"""The pieces that reading order is about, and how they stand to each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from dsocr_integrations.records.documents import PointBox

Role = Literal["text", "heading", "figure", "caption", "pair"]

TOUCH = 0.25
"""Boxes that overlap by less than this many line heights are taken as side by side."""

SHORT_LINE = 9.0
"""Lines shorter than this many line heights do not make a column of prose."""


@dataclass(frozen=True)
class Piece:
    """Something with a place in the order.

    Attributes:
        box: Where it stands.
        lines: Boxes of its lines; empty for pictures and tables.
        role: What it is to its neighbours: a heading belongs to what is below it, a caption
            to the figure that it stands at; a pair is a label with its value. Tables are `text`.
        numbers: The first and the last number of the items in it; `None` where they have none.
    """

    box: PointBox
    lines: tuple[PointBox, ...] = ()
    role: Role = "text"
    numbers: tuple[int, int] | None = None

    @property
    def middle(self) -> float:
        """Height at which its middle lies."""
        return (self.box[1] + self.box[3]) / 2


def by_rows(items: Iterable[int], pieces: Sequence[Piece]) -> list[int]:
    """From top to bottom; pieces of one row from left to right."""
    rows: list[list[int]] = []
    for item in sorted(items, key=lambda i: pieces[i].box[1]):
        if rows and share(pieces[rows[-1][0]].box, pieces[item].box) > 0.5:
            rows[-1].append(item)
        else:
            rows.append([item])
    return [i for row in rows for i in sorted(row, key=lambda i: pieces[i].box[0])]


def overlap(a: PointBox, b: PointBox, axis: int) -> float:
    """Length that two boxes share along x (axis 0) or y (axis 1); negative for a gap."""
    return min(a[axis + 2], b[axis + 2]) - max(a[axis], b[axis])


def share(a: PointBox, b: PointBox) -> float:
    """Vertical overlap as a share of the lower box."""
    return overlap(a, b, 1) / max(1e-6, min(a[3] - a[1], b[3] - b[1]))

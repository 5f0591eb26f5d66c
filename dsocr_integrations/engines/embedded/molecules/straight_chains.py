"""Bonds that follow each other in one straight line, as at both sides of a triple bond."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.molecules.drawn_strokes import (
    BESIDE,
    PARALLEL,
    Stroke,
    angle,
)

if TYPE_CHECKING:
    from dsocr_integrations.engines.embedded.charts.scene import Point

LONG = 1.5
"""Bond lengths of a line that may be two bonds or more."""

SHORTER = 0.8
"""Length of the other lines of one of them at most, of the whole."""

APART = 0.3
"""Bond lengths between two atoms of it at least."""


def parted_chains(lines: Sequence[Stroke], length: float) -> list[Stroke]:
    """Lines, the long ones parted where other lines beside them begin and end.

    Args:
        lines: Of all bonds.
        length: Usual length of a bond.
    """
    return [part for line in lines for part in _parts(line, lines, length)]


def _parts(line: Stroke, lines: Sequence[Stroke], length: float) -> Iterator[Stroke]:
    shares: list[float] = []
    if line.length >= LONG * length:
        near = APART * length / line.length
        for share in sorted(_ends_beside(line, lines, length)):
            if near < share < 1 - near and (not shares or share - shares[-1] > near):
                shares.append(share)
    for start, end in pairwise([0.0, *shares, 1.0]):
        yield replace(line, start=_at(line, start), end=_at(line, end))


def _ends_beside(line: Stroke, lines: Sequence[Stroke], length: float) -> Iterator[float]:
    """Shares of a line at which shorter ones beside it begin or end."""
    for other in lines:
        is_beside = (
            other is not line
            and other.length <= SHORTER * line.length
            and angle(line, other) <= PARALLEL
            and line.from_line(other.middle) <= BESIDE * length
            and 0 < line.share_of(other.middle) < 1
        )
        if is_beside:
            yield from (line.share_of(end) for end in other.ends())


def _at(line: Stroke, share: float) -> Point:
    (x0, y0), (x1, y1) = line.start, line.end
    return x0 + share * (x1 - x0), y0 + share * (y1 - y0)

"""Short entries that stand apart in a column of their own, such as boxes to tick."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.engines.embedded.order.order_pieces import SHORT_LINE, Piece

_SPARSE = 0.5
"""Entries that fill less than this share of their column's height are no running text."""


def with_margin_entries(
    columns: Sequence[Sequence[int]], pieces: Sequence[Piece], height: float
) -> list[int]:
    """Read columns one after the other, but sparse short entries beside what they stand at.

    Args:
        columns: Indices into `pieces`, each column in reading order, from left to right.
        pieces: All pieces of the page.
        height: Prevailing height of a line.
    """
    sparse = [_is_sparse(column, pieces, height) for column in columns]
    if not any(sparse) or all(_is_short(column, pieces, height) for column in columns):
        return [i for column in columns for i in column]
    ordered = [
        i for column, apart in zip(columns, sparse, strict=True) if not apart for i in column
    ]
    left = min(pieces[i].box[0] for i in ordered)
    for entry in [
        i for column, apart in zip(columns, sparse, strict=True) if apart for i in column
    ]:
        ordered.insert(_place(entry, ordered, pieces, before=pieces[entry].box[0] < left), entry)
    return ordered


def _is_short(column: Sequence[int], pieces: Sequence[Piece], height: float) -> bool:
    lines = [line for i in column for line in pieces[i].lines]
    return all(pieces[i].lines for i in column) and all(
        line[2] - line[0] < SHORT_LINE * height for line in lines
    )


def _is_sparse(column: Sequence[int], pieces: Sequence[Piece], height: float) -> bool:
    if len(column) < 2 or not _is_short(column, pieces, height):
        return False
    boxes = [pieces[i].box for i in column]
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    return sum(box[3] - box[1] for box in boxes) < _SPARSE * (bottom - top)


def _place(entry: int, ordered: Sequence[int], pieces: Sequence[Piece], *, before: bool) -> int:
    """Where an entry goes: before (or behind) what it stands beside, else before what is below."""
    middle = pieces[entry].middle
    for place, other in enumerate(ordered):
        top, bottom = pieces[other].box[1], pieces[other].box[3]
        if top <= middle <= bottom:
            return place if before else place + 1
        if top > middle:
            return place
    return len(ordered)

"""Columns that begin together below something that is read before all of them."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.engines.embedded.order.order_pieces import TOUCH, Piece

_SAME_HEIGHT = 0.5
"""Columns that begin within this many line heights of each other begin together."""


def at_common_start(
    columns: Sequence[Sequence[int]], pieces: Sequence[Piece], height: float
) -> tuple[list[int], list[int]] | None:
    """Part columns at a height where all of them begin (anew).

    Two things tell that what stands above is read first, whatever column it is in: the first
    column has nothing there, so that the others hold a title over all of them; or a heading
    ends the first column's upper part with white all along its sides, which makes it a
    heading over all columns whose words are too few to reach the second.

    Args:
        columns: Indices into `pieces`, from left to right.
        pieces: All pieces of the page.
        height: Prevailing height of a line.

    Returns:
        The items above, and the heading with those from the start on; `None` without such a
        height.
    """
    items = [i for column in columns for i in column]
    touch, slack = TOUCH * height, _SAME_HEIGHT * height
    for start in sorted({pieces[i].box[1] for i in columns[0]}):
        above = {i for i in items if pieces[i].box[3] <= start + touch}
        below = [i for i in items if i not in above]
        if not above or any(pieces[i].box[1] < start - slack for i in below):
            continue
        parts = [[i for i in column if i not in above] for column in columns]
        if not all(any(pieces[i].box[1] <= start + slack for i in part) for part in parts):
            continue
        heading = None
        if not _begin_with_heading(parts[1:], pieces):
            heading = _last_heading(above, columns, pieces, touch)
        if heading is not None or above.isdisjoint(columns[0]):
            upper = [i for i in items if i in above and i != heading]
            return upper, [i for i in items if i not in upper]
    return None


def _begin_with_heading(parts: Sequence[Sequence[int]], pieces: Sequence[Piece]) -> bool:
    """Whether one of some columns begins with a heading, which is then its own."""
    firsts = (min(part, key=lambda i: pieces[i].box[1]) for part in parts)
    return any(pieces[first].role == "heading" for first in firsts)


def _last_heading(
    above: set[int], columns: Sequence[Sequence[int]], pieces: Sequence[Piece], touch: float
) -> int | None:
    """The lowest of some pieces, if it is a heading of the first column with nothing beside it.

    The other columns must end in text there: white below a figure or its caption is common.
    """
    lowest = max(above, key=lambda i: pieces[i].box[3])
    if lowest not in columns[0] or pieces[lowest].role != "heading":
        return None
    for column in columns[1:]:
        ends = [i for i in column if i in above]
        last = pieces[max(ends, key=lambda i: pieces[i].box[3])] if ends else None
        if last is None or last.role != "text" or last.box[3] > pieces[lowest].box[1] + touch:
            return None
    return lowest

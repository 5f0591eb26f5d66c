"""Where the columns of a table without upright rules are parted: at white that runs down it."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.scan.text_rows import TextRow

GUTTER = 0.45
"""Narrowest white between columns, in line heights."""

FEWEST = 2
"""Rows of a body that show its columns."""

FEW_ROWS, WIDER = 4, 1.6
"""Of fewer rows gutters are to be so many times wider: white below white may be chance."""


def find_columns(rows: Sequence[TextRow], line_height: float, head: int = 0) -> tuple[float, ...]:
    """Find the gutters that no row crosses, titles over several columns aside.

    Args:
        rows: The table's rows of text.
        line_height: Prevailing line height, in the unit of the boxes.
        head: Rows above the first rule, where one parts them from the body.

    Returns:
        Middles of the gutters from left to right, the most that all rows, or all but those of
        the head, agree upon.
    """
    counts = [len(row.fragments) for row in rows if len(row.fragments) > 1]
    if not counts:
        return ()
    least = max(2.0, 0.7 * statistics.median(counts))
    full = [place for place, row in enumerate(rows) if len(row.fragments) >= least]
    borders = _gutters([rows[place] for place in full], line_height)
    body = [rows[place] for place in full if place >= head]
    if not head or len(body) < FEWEST:
        return borders
    more = _gutters(body, line_height)
    is_finer = len(more) > len(borders) and _part_heads(more, rows[:head], line_height)
    return more if is_finer else borders


def _part_heads(borders: Sequence[float], head: Sequence[TextRow], line_height: float) -> bool:
    """Whether no two names or titles of a head stand over the same column."""
    slack = 0.3 * line_height
    return all(
        any(left.box[2] - slack <= x <= right.box[0] + slack for x in borders)
        for row in head
        for left, right in itertools.pairwise(row.fragments)
    )


def _gutters(rows: Sequence[TextRow], line_height: float) -> tuple[float, ...]:
    words = sorted(
        (word.box for row in rows for piece in row.fragments for word in piece.words or ()),
        key=lambda box: box[0],
    )
    least = GUTTER * line_height * (WIDER if len(rows) < FEW_ROWS else 1.0)
    borders, right = [], words[0][2]
    for box in words[1:]:
        if box[0] - right >= least:
            borders.append((right + box[0]) / 2)
        right = max(right, box[2])
    return tuple(borders)

"""Columns whose items are numbered on from one to the next."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.order.order_pieces import Piece

_LEAST_ITEMS = 3


def are_numbered_on(columns: Sequence[Sequence[int]], pieces: Sequence[Piece]) -> bool:
    """Whether items count on down each column and from its foot to the head of the next.

    Args:
        columns: Indices into `pieces`, from left to right.
        pieces: All pieces of the page.
    """
    numbers = []
    for column in columns:
        downwards = sorted(column, key=lambda i: pieces[i].box[1])
        own = [span for i in downwards if (span := pieces[i].numbers) is not None]
        if not own:
            return False
        numbers += own
    return len(numbers) >= _LEAST_ITEMS and all(
        after[0] == before[1] + 1 for before, after in itertools.pairwise(numbers)
    )

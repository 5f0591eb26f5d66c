"""Work divided into shards, each for one task."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from dsocr_integrations.corpus.entries import Work

MAX_SHARDS = 1000
"""Airflow maps a task 1,024 times at most, unless it is told otherwise."""


def shards(
    work: Iterable[Work],
    pages: Callable[[Work], int],
    *,
    all_pages: int,
    pages_each: int,
    most: int,
) -> Iterator[list[Work]]:
    """Cut work into pieces of about as many pages; a document is never cut.

    Args:
        work: What is to be read, in order.
        pages: The pages of a document, as far as they can be told.
        all_pages: The sum of them.
        pages_each: Pages of a shard.
        most: Shards that there may be; they grow where there would be more.
    """
    each = max(pages_each, math.ceil(all_pages / most))
    before = 0

    def place(one: Work) -> int:
        nonlocal before
        start, before = before, before + pages(one)
        return start // each

    yield from (list(together) for _, together in groupby(work, key=place))

"""What every backend's answer is made of, without a backend."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dsocr_integrations.index.searching import joined


def test_ranges_that_touch_are_one():
    assert joined([(5, 9), (0, 3), (2, 4), (9, 12), (6, 7)]) == ((0, 4), (5, 12))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8)).map(lambda r: (r[0], sum(r)))))
def test_joined_ranges_cover_the_same_characters_apart_and_in_order(ranges):
    found = joined(ranges)
    covered = [at for start, end in found for at in range(start, end)]
    assert covered == sorted({at for start, end in ranges for at in range(start, end)})
    assert all(before[1] < after[0] for before, after in pairwise(found))

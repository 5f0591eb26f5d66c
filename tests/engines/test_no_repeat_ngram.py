from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsocr_integrations.engines.no_repeat_ngram import BannedTokens, NgramBan


def banned_by_definition(tokens: list[int], ban: NgramBan) -> list[int]:
    if len(tokens) < ban.size:
        return []
    grams = [
        tokens[start : start + ban.size]
        for start in range(max(0, len(tokens) - ban.window), len(tokens) - ban.size + 1)
    ]
    prefix = tokens[len(tokens) - ban.size + 1 :]
    return sorted({gram[-1] for gram in grams if gram[:-1] == prefix} - ban.whitelist)


@given(
    tokens=st.lists(st.integers(0, 3), max_size=80),
    size=st.integers(2, 6),
    window=st.integers(1, 30),
    whitelist=st.frozensets(st.integers(0, 3), max_size=2),
)
def test_every_step_bans_what_the_definition_bans(tokens, size, window, whitelist):
    ban = NgramBan(size, window, whitelist)
    followed = BannedTokens(ban)
    for length, token in enumerate(tokens):
        assert followed.now() == banned_by_definition(tokens[:length], ban)
        followed.append(token)
    assert followed.now() == banned_by_definition(tokens, ban)


def test_a_loop_is_broken_at_its_second_round():
    followed = BannedTokens(NgramBan(size=3, window=90, whitelist=frozenset()))
    for token in (7, 8, 9, 7, 8):
        followed.append(token)
    assert followed.now() == [9]


def test_table_cells_may_repeat():
    followed = BannedTokens(NgramBan(size=3, window=90))
    for token in (5, 128822, 128821, 5, 128822):
        followed.append(token)
    assert followed.now() == []


def test_what_has_left_the_window_is_forgotten():
    followed = BannedTokens(NgramBan(size=2, window=4, whitelist=frozenset()))
    for token in range(10_000):
        followed.append(token)
    assert len(followed._followers) <= 4
    followed.append(0)
    assert followed.now() == []


@pytest.mark.parametrize(("size", "window"), [(1, 90), (0, 90), (30, 0)])
def test_settings_without_a_meaning_are_refused(size, window):
    with pytest.raises(ValueError, match="n-gram ban"):
        NgramBan(size, window)

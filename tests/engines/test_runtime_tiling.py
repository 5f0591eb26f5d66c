"""Modes in front of runtimes that cut pictures themselves: shrunk alike, counted, and said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dsocr_integrations.engines.runtime_tiling import RuntimeTiling, fit_picture
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.modes import BASE, GUNDAM, MODES, SMALL, V2

FIRST, SECOND = GUNDAM.model, V2.model
A4 = (1191, 1684)
NAMES = ("auto", *MODES)


@given(st.sampled_from(NAMES), st.tuples(st.integers(1, 3000), st.integers(1, 3000)))
def test_no_mode_shows_more_pixels_than_it_has_or_loses_the_shape(name, size):
    picture = Image.new("1", size)
    fitted = fit_picture(picture, name)
    mode = MODES.get(name)
    bound = max(size) if mode is None or mode.tiled else mode.base_size
    assert max(fitted.size) == min(max(size), bound)
    assert picture.size == size
    assert min(fitted.size) == pytest.approx(min(size) * max(fitted.size) / max(size), abs=1)


@pytest.mark.parametrize(
    ("family", "name", "tokens", "said"),
    [
        (FIRST, "auto", 903, ""),
        (FIRST, "tiny", 273, "(73 image tokens)"),
        (FIRST, "small", 273, "640 pixels and showed the model a view of 1024 pixels (273"),
        (FIRST, "base", 903, "724 x 1024 pixels and showed the model a view of 1024 pixels and 6"),
        (FIRST, "large", 903, "(421 image tokens)"),
        (FIRST, "gundam", 903, ""),
        (SECOND, "auto", 1121, ""),
        (SECOND, "v2", 1121, ""),
    ],
)
def test_what_a_page_costs_is_what_the_runtime_spends(family, name, tokens, said):
    tiling = RuntimeTiling(family)
    tiling.refuse(name)
    size = fit_picture(Image.new("1", A4), name).size
    assert tiling.vision_tokens(size) == tokens
    note = tiling.note(name, size, A4)
    assert said in note
    assert bool(note) == bool(said)


def test_a_mode_that_is_met_needs_no_note():
    tiling = RuntimeTiling(FIRST)
    assert not tiling.note("base", (640, 400), (640, 400))
    assert tiling.vision_tokens((640, 400)) == BASE.vision_tokens(640, 400).placeholders
    # Nine tiles and six are the same grid for most shapes, and two instead of eight for this.
    assert not tiling.note("gundam", A4, A4)
    assert "2 tiles of 640" in tiling.note("gundam", (1280, 640), (2400, 1200))


def test_what_nobody_knows_is_not_counted():
    for tiling in (RuntimeTiling(None), RuntimeTiling(FIRST, None)):
        assert tiling.vision_tokens(A4) is None
        assert tiling.ladder() == ()
        assert "is not known" in tiling.note("base", (724, 1024), A4)
        assert not tiling.note("gundam", A4, A4)


def test_a_runtime_that_cuts_nine_tiles_shows_what_the_published_code_does():
    tiling, wide = RuntimeTiling(FIRST, 9), (2400, 1200)
    assert tiling.vision_tokens(wide) == GUNDAM.vision_tokens(*wide).placeholders == 1093
    assert not tiling.note("gundam", wide, wide)
    assert tiling.ladder() == (SMALL, GUNDAM)
    assert RuntimeTiling(SECOND, 9).vision_tokens(A4) == 1121


@pytest.mark.parametrize(
    ("family", "name"),
    [
        (FIRST, "gundam-m"),
        (None, "gundam-m"),
        (FIRST, "v2"),
        (SECOND, "base"),
        (FIRST, "nonsense"),
    ],
)
def test_what_no_shrinking_comes_near_is_refused(family, name):
    with pytest.raises(ConfigurationError):
        RuntimeTiling(family).refuse(name)


def test_only_a_step_that_saves_tokens_is_climbed():
    assert RuntimeTiling(FIRST).ladder() == (SMALL, GUNDAM.with_max_tiles(6))
    assert RuntimeTiling(SECOND).ladder() == ()

"""The golden vectors of the vision-token arithmetic."""

from __future__ import annotations

import pytest

from dsocr_integrations.modes import BASE, GUNDAM, LARGE, MODES, SMALL, TINY, V2, mode_named

# width, height, then (grid, tiles, placeholders, valid) with at most 9 tiles, the same with
# at most 6, and (grid, tiles, placeholders) of DeepSeek-OCR-2.
GOLDEN = [
    ((1191, 1684), ((2, 3), 6, 903, 781), ((2, 3), 6, 903, 781), ((2, 3), 6, 1121)),
    ((1224, 1584), ((2, 3), 6, 903, 797), ((2, 3), 6, 903, 797), ((2, 3), 6, 1121)),
    ((1684, 1191), ((3, 2), 6, 893, 781), ((3, 2), 6, 893, 781), ((3, 2), 6, 1121)),
    ((595, 842), ((2, 3), 6, 903, 780), ((2, 3), 6, 903, 780), ((2, 3), 6, 1121)),
    ((1920, 1080), ((4, 2), 8, 1093, 944), ((2, 1), 2, 483, 344), ((2, 1), 2, 545)),
    ((1280, 720), ((2, 1), 2, 483, 344), ((2, 1), 2, 483, 344), ((2, 1), 2, 545)),
    ((2000, 2000), ((3, 3), 9, 1203, 1156), ((2, 2), 4, 693, 656), ((2, 2), 4, 833)),
    ((640, 640), ((1, 1), 0, 273, 256), ((1, 1), 0, 273, 256), ((1, 1), 0, 257)),
    ((641, 640), ((2, 2), 4, 693, 655), ((2, 2), 4, 693, 655), ((1, 1), 0, 257)),
    ((600, 2400), ((1, 4), 4, 713, 464), ((1, 4), 4, 713, 464), ((1, 4), 4, 833)),
    ((4000, 500), ((8, 1), 8, 1083, 832), ((6, 1), 6, 883, 632), ((6, 1), 6, 1121)),
    ((3503, 1668), ((4, 2), 8, 1093, 921), ((2, 1), 2, 483, 321), ((2, 1), 2, 545)),
]


@pytest.mark.parametrize(("size", "nine", "six", "second"), GOLDEN)
def test_tiled_modes_reproduce_the_golden_vectors(size, nine, six, second):
    for mode, expected in ((GUNDAM, nine), (GUNDAM.with_max_tiles(6), six)):
        tokens = mode.vision_tokens(*size)
        assert (tokens.grid, tokens.tiles, tokens.placeholders, tokens.valid) == expected
    tokens = V2.vision_tokens(*size)
    assert (tokens.grid, tokens.tiles, tokens.placeholders) == second


@pytest.mark.parametrize(
    ("mode", "placeholders", "valid"),
    [(TINY, 73, 64), (SMALL, 111, 100), (BASE, 273, 181), (LARGE, 421, 282)],
)
def test_native_modes_on_an_a4_page(mode, placeholders, valid):
    tokens = mode.vision_tokens(1191, 1684)
    assert (tokens.placeholders, tokens.valid, tokens.tiles) == (placeholders, valid, 0)


def test_only_gundam_m_is_missing_from_the_public_weights():
    assert [mode.name for mode in MODES.values() if not mode.in_public_weights] == ["gundam-m"]


def test_unknown_names_and_sizes_are_refused_with_the_choices():
    with pytest.raises(ValueError, match="tiny, small, base"):
        mode_named("huge")
    with pytest.raises(ValueError, match="positive"):
        BASE.vision_tokens(0, 10)
    with pytest.raises(ValueError, match="tiled"):
        BASE.with_max_tiles(6)

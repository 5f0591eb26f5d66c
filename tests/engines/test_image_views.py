from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from dsocr_integrations.engines.image_views import make_views
from dsocr_integrations.modes import (
    BASE,
    GUNDAM,
    GUNDAM_M,
    LARGE,
    MODES,
    SMALL,
    TINY,
    V2,
    mode_named,
)
from tests.models import shrunk, shrunk_v2

GREY = (np.float32(127) / np.float32(255) - np.float32(0.5)) / np.float32(0.5)


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    rng = np.random.default_rng(width * 10_007 + height)
    pixels = rng.integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(pixels, "RGB").convert(mode)


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
@pytest.mark.parametrize("size", [(300, 400), (641, 640), (1300, 420)])
def test_shapes_are_those_of_the_mode(mode, size):
    views = make_views(noise(*size), mode)
    assert views.overview.shape == (1, 3, mode.base_size, mode.base_size)
    assert views.tiles.shape == (views.tokens.tiles, 3, mode.tile_size, mode.tile_size)
    assert views.overview.dtype == views.tiles.dtype == np.float32
    assert views.tokens == mode.vision_tokens(*size)


@pytest.mark.parametrize("golden", [shrunk.VIEWS, shrunk_v2.VIEWS], ids=["v1", "v2"])
def test_pixels_are_those_of_the_published_code(golden):
    """Of the 200 sizes compared, every twentieth, since the others take a while."""
    for width, height, name, expected in json.loads(golden.read_text())[::20]:
        views = make_views(shrunk.picture((width, height)), mode_named(name))
        assert shrunk.checksum(views) == expected, (width, height, name)


def test_a_padded_view_keeps_the_ratio_and_is_grey_around_it():
    views = make_views(Image.new("RGB", (200, 100), "white"), BASE)
    overview = views.overview[0]
    assert (overview[:, :256] == GREY).all()
    assert (overview[:, 768:] == GREY).all()
    assert (overview[:, 256:768] == 1).all()


def test_odd_padding_is_placed_as_pil_rounds_it():
    # 1024 - 1021 = 3 pixels of padding: round(1.5) is 2.
    overview = make_views(Image.new("RGB", (1021, 1024), "white"), BASE).overview[0, 0, 0]
    assert [int(x) for x in np.flatnonzero(overview == 1)[[0, -1]]] == [2, 1022]


def test_small_modes_stretch():
    overview = make_views(Image.new("RGB", (200, 100), "black"), TINY).overview
    assert (overview == -1).all()


def test_tiles_run_row_by_row():
    picture = Image.new("RGB", (1280, 1280), "black")
    picture.paste("white", (640, 0, 1280, 640))
    views = make_views(picture, GUNDAM.with_max_tiles(4))
    assert views.tokens.grid == (2, 2)
    assert [float(tile[0, 320, 320]) for tile in views.tiles] == [-1, 1, -1, -1]


def test_pictures_of_other_kinds_are_made_rgb():
    for kind in ("L", "1", "RGBA", "P", "CMYK"):
        assert make_views(noise(40, 30, kind), SMALL).overview.shape == (1, 3, 640, 640)


def test_large_pictures_of_the_second_model_are_tiled_at_768():
    views = make_views(noise(800, 400), V2)
    assert views.tiles.shape == (2, 3, 768, 768)
    assert make_views(noise(768, 768), V2).tokens.tiles == 0
    assert make_views(noise(1025, 1024), GUNDAM_M).tokens.tiles == 4
    assert make_views(noise(300, 200), LARGE).tokens.tiles == 0

"""Pages are drawn with no more pixels than a model can use, and it is shown no less of them."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.runtime_tiling import RuntimeTiling
from dsocr_integrations.engines.server import dots_ocr
from dsocr_integrations.engines.server.dialects import DIALECTS
from dsocr_integrations.engines.server.pictures import encoded_page
from dsocr_integrations.engines.server.profiles import DOTS_OCR
from dsocr_integrations.engines.server.served import Served
from dsocr_integrations.engines.useful_pixels import useful_dpi
from dsocr_integrations.modes import BASE, GUNDAM, TINY, V2
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import open_document
from dsocr_integrations.rendering.regions import MAX_RENDER_PIXELS
from dsocr_integrations.sources import resolve_source
from tests.engines.server.asking import served
from tests.small_documents import make_pdf

SIX = GUNDAM.with_max_tiles(6)
A0 = (2384, 3370)
SIDES = st.integers(100, 12_000)


class Sized:
    """A page of which only the size is asked."""

    def __init__(self, size):
        self.size = size
        self.width, self.height = (side / 2 for side in size)

    def drawn_size(self, dpi=144.0):
        return tuple(max(1, round(side * dpi / 144)) for side in self.size)


@given(st.tuples(SIDES, SIDES), st.sampled_from([SIX, GUNDAM, V2, BASE, TINY]))
def test_what_is_drawn_covers_what_is_seen_and_little_more(size, mode):
    dpi = useful_dpi(Sized(size), 144, (mode,))
    drawn = Sized(size).drawn_size(dpi)
    assert drawn <= size
    grid = mode.grid(*size)
    assert mode.grid(*drawn) == grid
    needed = mode.useful_scale(*size)
    assert max(drawn) >= min(max(size), int(needed * max(size)))
    assert drawn == size or max(drawn) <= needed * max(size) + 65
    if needed < 1 and grid != (1, 1):
        assert drawn[0] >= grid[0] * mode.tile_size
        assert drawn[1] >= grid[1] * mode.tile_size


@pytest.fixture(scope="module")
def poster(tmp_path_factory):
    source = make_pdf(tmp_path_factory.mktemp("poster") / "poster.pdf", 1, size=A0)
    with open_document(resolve_source(source)) as document:
        yield document.region(1)


def sent(region, mode="auto", dpi=144.0, tiling=None):
    data = encoded_page(ReadRequest(region, Prompt.MARKDOWN, mode, dpi), tiling or served().tiling)
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize("dpi", [144.0, 300.0])
@pytest.mark.parametrize(
    ("mode", "size"),
    [
        ("auto", (1359, 1920)),
        ("gundam", (1359, 1920)),
        ("large", (906, 1280)),
        ("base", (725, 1024)),
        ("small", (453, 640)),
        ("tiny", (362, 512)),
    ],
)
def test_a_poster_is_sent_no_larger_than_six_tiles_show_it(poster, mode, size, dpi):
    for side, most in zip(sent(poster, mode, dpi).size, size, strict=True):
        assert most - 2 <= side <= most


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_every_dialect_bounds_a_poster_by_what_is_known_of_it(poster, dialect):
    tiling = Served("m", dialect, served().profile, "m").tiling
    assert max(sent(poster, dpi=300, tiling=tiling).size) == 1920


def test_a_square_is_bounded_by_the_tiles_of_its_server():
    for tiles, side in ((6, 1280), (9, 1920), (None, 1920)):
        region = Sized((9000, 9000))
        dpi = useful_dpi(region, 144, RuntimeTiling(GUNDAM.model, tiles).seen_as)
        assert region.drawn_size(dpi) == (side, side)


def test_a_model_of_its_own_resolution_is_bounded_by_that(poster):
    width, height = sent(
        poster, dpi=300, tiling=Served("m", DIALECTS["vllm"], DOTS_OCR, "m").tiling
    ).size
    assert 0.99 * dots_ocr.MOST_PIXELS < width * height < 1.001 * dots_ocr.MOST_PIXELS
    width, height = sent(poster, dpi=300, tiling=RuntimeTiling(None)).size
    assert width * height < 14_000_000 < MAX_RENDER_PIXELS


def test_usual_pages_are_drawn_as_before(tmp_path):
    for size in ((595, 842), (842, 595), (612, 792)):
        source = make_pdf(tmp_path / f"{size[0]}.pdf", 1, size=size)
        with open_document(resolve_source(source)) as document:
            region = document.region(1)
            assert sent(region).size == region.render().size


def test_a_turned_page_is_bounded_by_its_shape_as_it_is_shown(poster):
    turned = replace(poster, turn=1)
    assert sent(turned).size == sent(poster).size[::-1]


def test_a_model_in_process_is_shown_what_a_server_is_sent(poster):
    in_process = poster.render(useful_dpi(poster, 300, (SIX,)))
    at_server = sent(poster, dpi=300).convert("RGB")
    assert ImageChops.difference(in_process, at_server).getbbox() is None

"""Picture files too large to be kept in memory: no more of them is decoded than is needed."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from dsocr_integrations.rendering import open_document, raster
from dsocr_integrations.sources import resolve_source

SIZE = (1600, 1200)


@pytest.fixture
def _all_are_huge(monkeypatch):
    monkeypatch.setattr(raster, "_CACHED_PIXELS", 1000)


@pytest.fixture
def decoded(monkeypatch):
    """Sizes of the frames that are decoded."""
    sizes = []
    plain = raster._decode

    def noted(*arguments):
        picture = plain(*arguments)
        sizes.append(picture.size)
        return picture

    monkeypatch.setattr(raster, "_decode", noted)
    return sizes


def photograph():
    noise = np.random.default_rng(4).integers(0, 256, (SIZE[1] // 40, SIZE[0] // 40, 3), np.uint8)
    return Image.fromarray(noise).resize(SIZE).filter(ImageFilter.GaussianBlur(3))


def region_of(path):
    with open_document(resolve_source(path)) as document:
        return document.region(1)


def difference(one, other):
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.mark.usefixtures("_all_are_huge")
@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("a.jpg", "RGB"), ("a.jpg", "L"), ("a.jpg", "CMYK"), ("a.png", "RGB"), ("a.png", "RGBA"),
        ("a.png", "P"), ("a.png", "1"), ("a.tif", "F"), ("a.tif", "I;16"), ("a.tif", "LA"),
    ],
)  # fmt: skip
def test_what_is_drawn_small_is_decoded_small_and_looks_the_same(tmp_path, decoded, name, mode):
    picture = photograph()
    if mode == "I;16":
        greys = np.asarray(picture.convert("L"), np.uint16) * 257
        picture = Image.fromarray(greys)
    else:
        picture = picture.convert(mode)
    picture.save(tmp_path / name)
    region = region_of(tmp_path / name)
    # Each is drawn from all its pixels, too.
    whole = region.render_pixels().resize((160, 120), resample=3)

    drawn = region.render(14.4)

    assert drawn.size == (160, 120)
    assert difference(drawn, whole) < 1.5
    coarse = (
        (1600, 1200) if mode in {"P", "1", "I;16"} else (400, 300) if "jpg" in name else (320, 240)
    )
    assert decoded == [SIZE, coarse]


@pytest.mark.usefixtures("_all_are_huge")
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_coarser_picture_lies_as_the_camera_says(tmp_path, decoded, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    photograph().save(tmp_path / "a.jpg", exif=exif, quality=95)
    region = region_of(tmp_path / "a.jpg")
    whole = region.render_pixels()
    size = (whole.width // 8, whole.height // 8)
    assert difference(region.render(18), whole.resize(size, resample=3)) < 1.5
    assert max(decoded[1]) == 400


@pytest.mark.usefixtures("_all_are_huge")
def test_a_part_is_drawn_of_its_own_pixels(tmp_path, decoded):
    photograph().save(tmp_path / "a.jpg", quality=95)
    part = region_of(tmp_path / "a.jpg").crop((0, 0, 500, 500))
    assert part.render(18) == part.render_pixels().resize((100, 75), resample=3)
    assert decoded == [SIZE, SIZE]


@pytest.mark.usefixtures("_all_are_huge")
def test_the_identity_of_a_picture_is_that_of_all_its_pixels(tmp_path, monkeypatch):
    photograph().save(tmp_path / "a.png")
    huge = region_of(tmp_path / "a.png")
    monkeypatch.setattr(raster, "_CACHED_PIXELS", 40_000_000)
    (tmp_path / "b").mkdir()
    photograph().save(tmp_path / "b" / "a.png")
    assert huge.content_hash() == region_of(tmp_path / "b" / "a.png").content_hash()


MEASURE = """
import sys
from PIL import Image
from dsocr_integrations.engines.base import ReadRequest
from dsocr_integrations.engines.runtime_tiling import RuntimeTiling
from dsocr_integrations.engines.server.pictures import encoded_page
from dsocr_integrations.rendering import open_document
from dsocr_integrations.rendering.content_hash import renderer_version
from dsocr_integrations.sources import resolve_source

renderer_version()  # loads MuPDF

def peak():
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1e3

with open_document(resolve_source(sys.argv[1])) as document:
    region = document.region(1)
    before = peak()
    region.content_hash()
    encoded_page(ReadRequest(region, "x"), RuntimeTiling("deepseek-ocr"))
    print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is told by Linux")
def test_a_huge_picture_takes_the_memory_of_its_pixels_once(tmp_path):
    Image.new("L", (8000, 7500), 200).convert("RGB").save(tmp_path / "a.jpg")
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / "a.jpg")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    # Pillow keeps a pixel in four bytes.
    assert float(run.stdout) < 1.3 * 8000 * 7500 * 4 / 1e6

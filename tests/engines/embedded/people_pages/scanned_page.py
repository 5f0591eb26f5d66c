"""How a page comes from a scanner: as drawn, grainy, a little askew, or in worn type."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence

import pymupdf
from PIL import Image, ImageChops, ImageFilter

from tests.grain import grain

LOOKS = ("clean", "grainy", "askew")


def scanned(
    picture: Image.Image, chance: random.Random, dpi: int, looks: Sequence[str] = LOOKS
) -> bytes:
    """A grey picture as a PNG, in one of some looks."""
    look = chance.choice(looks)
    if look == "askew":
        picture = picture.rotate(chance.uniform(-0.6, 0.6), Image.Resampling.BICUBIC, fillcolor=255)
    if look == "grainy":
        picture = picture.filter(ImageFilter.GaussianBlur(0.8))
        picture = Image.blend(picture, grain(picture.size, 18, chance.getrandbits(32)), 0.12)
    if look == "worn":
        picture = _worn(picture, chance)
    stream = io.BytesIO()
    picture.save(stream, "PNG", dpi=(dpi, dpi))
    return stream.getvalue()


def _worn(picture: Image.Image, chance: random.Random) -> Image.Image:
    """Strokes with holes and swollen edges on a ground that is not white."""
    noise = grain(picture.size, 200, chance.getrandbits(32))
    limit = chance.uniform(165, 180)
    coarse = noise.filter(ImageFilter.GaussianBlur(1.5))
    inked = ImageChops.lighter(picture, coarse.point(lambda v: 255 if v > limit else 0))
    swollen = inked.filter(ImageFilter.GaussianBlur(chance.uniform(0.7, 1.1)))
    return ImageChops.multiply(swollen, noise.point(lambda v: 215 + min(v, 255) // 8))


def page_picture(page: pymupdf.Page, dpi: int) -> Image.Image:
    """A drawn page in grey."""
    pixels = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY)
    return Image.frombytes("L", (pixels.width, pixels.height), pixels.samples)

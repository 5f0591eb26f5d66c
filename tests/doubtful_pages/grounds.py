"""Scans with a paragraph on a ground of its own: dark, grey, dotted, chequered or a picture."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.doubtful_pages.faces import face
from tests.doubtful_pages.made_page import MadePage
from tests.doubtful_pages.prose import wrapped
from tests.grain import grain

Size = tuple[int, int]


def _plain(size: Size, chance: random.Random) -> Image.Image:
    return Image.new("L", size, chance.choice((0, 20, 60, 90)))


def _grey(size: Size, chance: random.Random) -> Image.Image:
    return Image.new("L", size, chance.randint(110, 230))


def _dots(size: Size, chance: random.Random) -> Image.Image:
    pitch, share = chance.randint(3, 6), chance.uniform(0.2, 0.6)
    rows, columns = np.indices((size[1], size[0]))
    dark = (rows % pitch < share * pitch) & (columns % pitch < share * pitch)
    return Image.fromarray(np.where(dark, 0, 255).astype(np.uint8))


def _chequers(size: Size, chance: random.Random) -> Image.Image:
    pitch = chance.choice((8, 16, 30))
    rows, columns = np.indices((size[1], size[0]))
    return Image.fromarray(
        np.where((rows // pitch + columns // pitch) % 2, 120, 240).astype(np.uint8)
    )


def _picture(size: Size, chance: random.Random) -> Image.Image:
    blurred = grain(size, 300, chance.getrandbits(32)).filter(ImageFilter.GaussianBlur(12))
    return blurred.point(lambda value: min(255, max(0, round(128 + 6 * (value - 128)))))


GROUNDS: dict[str, Callable[[Size, random.Random], Image.Image]] = {
    "dark": _plain,
    "grey": _grey,
    "dots": _dots,
    "chequers": _chequers,
    "picture": _picture,
}
"""What the paragraph stands on."""


def make(folder: Path, seed: int, ground: str = "") -> MadePage:
    """Draw prose at 150 dpi and below it a paragraph on a ground, in black or in white.

    Args:
        folder: Where the PNG is written.
        seed: All that is left to chance follows from it.
        ground: Key of `GROUNDS`; one of them at random when empty.
    """
    chance = random.Random(seed)
    ground = ground or chance.choice(list(GROUNDS))
    size = chance.choice((19, 22, 25))
    font = ImageFont.truetype(str(face("en", chance)), size)
    step = round(1.6 * size)
    before, on = wrapped("en", 3, 58, chance), wrapped("en", chance.randint(1, 3), 54, chance)
    picture = Image.new("L", (900, 200 + step * (len(before) + len(on))), 250)
    pen = ImageDraw.Draw(picture)
    for place, line in enumerate(before):
        pen.text((70, 50 + step * place), line, font=font, fill=20)
    top = 70 + step * len(before)
    area = (60, top, 860, top + step * len(on) + 40)
    picture.paste(GROUNDS[ground]((area[2] - area[0], area[3] - area[1]), chance), area[:2])
    ink = 255 if ground == "dark" else chance.choice((0, 0, 255))
    for place, line in enumerate(on):
        pen.text((85, top + 20 + step * place), line, font=font, fill=ink)
    path = folder / f"ground_{seed}.png"
    picture.save(path, dpi=(150, 150))
    return MadePage(path, (*before, *on), (), f"{ground}, {'white' if ink else 'black'}")

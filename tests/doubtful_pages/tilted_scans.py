"""Scans that lie askew, are seen from the side, or are mirrored."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from tests.doubtful_pages.faces import face
from tests.doubtful_pages.made_page import MadePage
from tests.doubtful_pages.prose import wrapped

HOW = ("askew", "askew", "side", "mirrored")
"""What is done to the page."""


def make(folder: Path, seed: int, how: str = "") -> MadePage:
    """Draw prose at 150 dpi and turn it by up to 40 degrees, or see it from the side.

    Args:
        folder: Where the PNG is written.
        seed: All that is left to chance follows from it.
        how: One of `HOW`; at random when empty.
    """
    chance = random.Random(seed)
    how = how or chance.choice(HOW)
    language = chance.choice(("en", "de", "fr", "es"))
    size = chance.choice((19, 22, 25))
    font = ImageFont.truetype(str(face(language, chance)), size)
    step = round(1.6 * size)
    lines = wrapped(language, 5, 58, chance)
    picture = Image.new("L", (900, 140 + step * len(lines)), 250)
    pen = ImageDraw.Draw(picture)
    for place, line in enumerate(lines):
        pen.text((70, 60 + step * place), line, font=font, fill=20)
    told = how
    if how == "askew":
        degrees = chance.choice((-1, 1)) * chance.uniform(1, 40)
        resample = Image.Resampling.BICUBIC
        picture = picture.rotate(degrees, resample=resample, expand=True, fillcolor=250)
        told = f"askew {degrees:.0f}"
    elif how == "side":
        picture = _from_the_side(picture, chance.uniform(0.05, 0.3), chance)
    else:
        picture = ImageOps.mirror(picture)
    path = folder / f"tilted_{seed}.png"
    picture.save(path, dpi=(150, 150))
    return MadePage(path, tuple(lines), (), f"{told}, {language}")


def _from_the_side(picture: Image.Image, depth: float, chance: random.Random) -> Image.Image:
    """The page with one edge shorter than the other, by twice this share of its length."""
    width, height = picture.size
    inset = depth * width / 2
    corners = [(0, 0), (0, height), (width, height), (width, 0)]
    if chance.random() < 0.5:
        corners[1], corners[2] = (-inset, height), (width + inset, height)
    else:
        corners[2], corners[3] = (width, height + inset / 2), (width, -inset / 2)
    quad = tuple(value for corner in corners for value in corner)
    resample = Image.Resampling.BICUBIC
    return picture.transform(picture.size, Image.Transform.QUAD, quad, resample, fillcolor=250)

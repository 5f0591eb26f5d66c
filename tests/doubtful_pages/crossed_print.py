"""Scans of prose with something over it: a stamp, pen strokes, a stain, or the other side's print."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

from tests.doubtful_pages.faces import face
from tests.doubtful_pages.made_page import MadePage
from tests.doubtful_pages.prose import wrapped

Over = Callable[[Image.Image, float, random.Random], Image.Image]


def _stamp(picture: Image.Image, strength: float, chance: random.Random) -> Image.Image:
    mask = Image.new("L", picture.size, 0)
    font = ImageFont.truetype(str(face("en", chance)), round(60 + 90 * strength))
    at = (chance.randint(50, 300), picture.height // 3)
    ImageDraw.Draw(mask).text(at, "RECEIVED", font=font, fill=255)
    mask = mask.rotate(chance.uniform(-25, 25), resample=Image.Resampling.BICUBIC)
    over = picture.copy()
    over.paste(round(120 - 100 * strength), (0, 0), mask)
    return ImageChops.darker(picture, over)


def _strokes(picture: Image.Image, strength: float, chance: random.Random) -> Image.Image:
    pen = ImageDraw.Draw(picture)
    for _ in range(round(3 + 25 * strength)):
        ends = [(chance.randint(40, 860), chance.randint(40, picture.height - 40)) for _ in "ab"]
        pen.line(ends, fill=chance.randint(0, 90), width=chance.randint(2, 5))
    return picture


def _stain(picture: Image.Image, strength: float, chance: random.Random) -> Image.Image:
    mask = Image.new("L", picture.size, 0)
    pen = ImageDraw.Draw(mask)
    for _ in range(4):
        x, y = chance.randint(60, 700), chance.randint(40, picture.height - 60)
        radius = round(60 + 260 * strength)
        pen.ellipse((x, y, x + radius, y + radius // 2), fill=round(100 + 155 * strength))
    dark = picture.copy()
    dark.paste(60, (0, 0), mask.filter(ImageFilter.GaussianBlur(6)))
    return ImageChops.darker(picture, dark)


def _other_side(picture: Image.Image, strength: float, chance: random.Random) -> Image.Image:
    back = ImageOps.mirror(picture).transform(
        picture.size, Image.Transform.AFFINE, (1, 0, 0, 0, 1, chance.randint(5, 30)), fillcolor=255
    )
    light = round(225 - 170 * strength)
    pale = back.filter(ImageFilter.GaussianBlur(1)).point(
        lambda value: round(light + (255 - light) * value / 255)
    )
    return ImageChops.darker(picture, pale)


OVER: dict[str, Over] = {
    "stamp": _stamp,
    "strokes": _strokes,
    "stain": _stain,
    "other side": _other_side,
}
"""What lies over the print, from hardly (0) to most of it (1)."""


def make(folder: Path, seed: int, over: str = "", strength: float | None = None) -> MadePage:
    """Draw a notice of a few lines at 150 dpi with something over it.

    Args:
        folder: Where the PNG is written.
        seed: All that is left to chance follows from it.
        over: Key of `OVER`; one of them at random when empty.
        strength: From 0 to 1; at random when `None`.
    """
    chance = random.Random(seed)
    over = over or chance.choice(list(OVER))
    strength = chance.random() if strength is None else strength
    size = chance.choice((19, 21, 25))
    font = ImageFont.truetype(str(face("en", chance)), size)
    lines = wrapped("en", 5, 58, chance)
    picture = Image.new("L", (900, 120 + round(1.6 * size * len(lines))), 255)
    pen = ImageDraw.Draw(picture)
    for place, line in enumerate(lines):
        pen.text((70, 60 + 1.6 * size * place), line, font=font, fill=20)
    path = folder / f"crossed_{seed}.png"
    OVER[over](picture, strength, chance).save(path, dpi=(150, 150))
    return MadePage(path, tuple(lines), (), f"{over} {strength:.2f}")

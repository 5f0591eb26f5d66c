"""Scans of prose from clean to illegible: coarse, blurred, faint, speckled and squeezed."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from tests.doubtful_pages.faces import face
from tests.doubtful_pages.made_page import MadePage
from tests.doubtful_pages.prose import amount, date, wrapped
from tests.grain import grain

Wear = Callable[[Image.Image, float, random.Random], Image.Image]


def _coarse(picture: Image.Image, strength: float, chance: random.Random) -> Image.Image:
    share = 1 - 0.72 * strength
    size = (round(picture.width * share), round(picture.height * share))
    return picture.resize(size, Image.Resampling.BOX).resize(picture.size)


def _blurred(picture: Image.Image, strength: float, chance: random.Random) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(0.6 + 4.4 * strength))


def _faint(picture: Image.Image, strength: float, chance: random.Random) -> Image.Image:
    ground = round(255 * (0.6 + 0.35 * strength))
    pale = picture.point(lambda value: round(ground + (255 - ground) * value / 255))
    noise = grain(picture.size, 10 + 30 * strength, chance.getrandbits(32))
    return ImageChops.add(pale, noise, scale=1, offset=-128)


def _speckled(picture: Image.Image, strength: float, chance: random.Random) -> Image.Image:
    noise = grain(picture.size, 40 + 200 * strength, chance.getrandbits(32))
    return ImageChops.add(picture, noise, scale=1, offset=-128)


def _worn(picture: Image.Image, strength: float, chance: random.Random) -> Image.Image:
    noise = grain(picture.size, 200, chance.getrandbits(32)).filter(ImageFilter.GaussianBlur(1.5))
    limit = 128 + 22 * (1 - 1.6 * strength)
    holes = noise.point(lambda value: 255 if value > limit else 0)
    return ImageChops.lighter(picture, holes)


def _squeezed(picture: Image.Image, strength: float, chance: random.Random) -> Image.Image:
    buffer = io.BytesIO()
    small = _coarse(picture, 0.5 + 0.2 * strength, chance)
    small.save(buffer, "JPEG", quality=round(24 - 22 * strength))
    return Image.open(buffer).convert("L")


WEARS: dict[str, Wear] = {
    "coarse": _coarse,
    "blurred": _blurred,
    "faint": _faint,
    "speckled": _speckled,
    "worn": _worn,
    "squeezed": _squeezed,
}
"""What is done to a scan, from hardly (0) to beyond reading (1)."""


def make(folder: Path, seed: int, wear: str = "", strength: float | None = None) -> MadePage:
    """Draw a notice of a few lines at 150 dpi and wear it.

    Args:
        folder: Where the PNG is written.
        seed: All that is left to chance follows from it.
        wear: Key of `WEARS`; one of them at random when empty.
        strength: From 0 to 1; at random when `None`.
    """
    chance = random.Random(seed)
    wear = wear or chance.choice(list(WEARS))
    strength = chance.random() if strength is None else strength
    language = chance.choice(("en", "en", "de", "fr", "es"))
    size = chance.choice((19, 21, 25))
    font = ImageFont.truetype(str(face(language, chance)), size)
    lines = [f"{date(chance)}   {amount(chance)}", *wrapped(language, 4, 60, chance)]
    picture = Image.new("L", (900, 130 + round(1.6 * size * len(lines))), 255)
    pen = ImageDraw.Draw(picture)
    for place, line in enumerate(lines):
        pen.text((70, 60 + 1.6 * size * place), line, font=font, fill=chance.randint(0, 40))
    path = folder / f"worn_{seed}.png"
    WEARS[wear](picture, strength, chance).save(path, dpi=(150, 150))
    return MadePage(path, tuple(lines), (), f"{wear} {strength:.2f}, {language}")

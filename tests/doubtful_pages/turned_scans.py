"""Scans of prose that lie straight, on their side or upside down."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.doubtful_pages.faces import face
from tests.doubtful_pages.made_page import MadePage
from tests.doubtful_pages.prose import amount, date, wrapped

DEGREES = (0, 90, 180, 270)


def make(folder: Path, seed: int, degrees: int | None = None) -> MadePage:
    """Draw a page, from a few lines to a full one, in small or large print.

    Args:
        folder: Where the PNG is written.
        seed: All that is left to chance follows from it.
        degrees: By which it is turned clockwise; one of `DEGREES` when `None`.
    """
    chance = random.Random(seed)
    degrees = chance.choice(DEGREES) if degrees is None else degrees
    dpi = chance.choice((150, 200))
    points = chance.choice((7, 8, 9, 10, 11, 12))
    size = round(points * dpi / 72)
    language = chance.choice(("en", "en", "de", "fr", "es", "pl"))
    font = ImageFont.truetype(str(face(language, chance)), size)
    wanted = chance.choice((3, 6, 15, 30))
    lines = [f"{date(chance)}   {amount(chance)}"]
    while len(lines) < wanted:
        lines += wrapped(language, 5, chance.choice((50, 80)), chance)
    lines = lines[:wanted]
    picture = Image.new("L", (round(8.27 * dpi), round(11.69 * dpi)), chance.randint(235, 255))
    pen = ImageDraw.Draw(picture)
    for place, line in enumerate(lines):
        y = 1.2 * dpi + 1.6 * size * place
        pen.text((0.8 * dpi, y), line, font=font, fill=chance.randint(0, 60))
    if chance.random() < 0.5:
        picture = picture.filter(ImageFilter.GaussianBlur(chance.choice((0.4, 0.7))))
    path = folder / f"turned_{seed}.png"
    picture.rotate(-degrees, expand=True).save(path, dpi=(dpi, dpi))
    return MadePage(path, tuple(lines), (), f"{degrees} degrees, {points} pt, {wanted} lines")

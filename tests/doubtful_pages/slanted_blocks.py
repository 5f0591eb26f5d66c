"""Scans of prose with a block that does not lie as the rest: a stamp, a label or a paragraph."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.doubtful_pages.faces import face
from tests.doubtful_pages.made_page import MadePage
from tests.doubtful_pages.prose import amount, date, wrapped

_STAMPS = ("RECEIVED", "PAID IN FULL", "COPY OF THE FILE", "NOT TO BE LENT", "ANSWERED")


def make(folder: Path, seed: int, degrees: int | None = None) -> MadePage:
    """Draw a notice at 150 dpi; its block stands apart from the lines, below them.

    Args:
        folder: Where the PNG is written.
        seed: All that is left to chance follows from it.
        degrees: By which the block is turned; at random, 5 to 40 either way, when `None`.
    """
    chance = random.Random(seed)
    degrees = chance.choice((-1, 1)) * chance.randint(5, 40) if degrees is None else degrees
    size = chance.choice((21, 25))
    font = ImageFont.truetype(str(face("en", chance)), size)
    lines = wrapped("en", 4, 60, chance)
    shape = chance.choice(("stamp", "label", "paragraph"))
    if shape == "stamp":
        block = [chance.choice(_STAMPS), date(chance)]
    elif shape == "label":
        block = [f"Number {amount(chance)}"]
    else:
        block = wrapped("en", 3, 36, chance)
    picture = Image.new("L", (1000, 1000), 250)
    pen = ImageDraw.Draw(picture)
    for place, line in enumerate(lines):
        pen.text((70, 60 + 1.6 * size * place), line, font=font, fill=20)
    cut = Image.new("L", (700, round(1.5 * size * len(block)) + 20), 0)
    inner = ImageDraw.Draw(cut)
    for place, line in enumerate(block):
        inner.text((10, 10 + 1.5 * size * place), line, font=font, fill=255)
    cut = cut.crop((0, 0, cut.getbbox()[2] + 20, cut.height))
    if shape == "stamp":
        ImageDraw.Draw(cut).rectangle((1, 1, cut.width - 2, cut.height - 2), outline=255, width=3)
    turned = cut.rotate(-degrees, expand=True, resample=Image.Resampling.BICUBIC)
    top = max(80 + round(1.6 * size * len(lines)), 960 - turned.height)
    picture.paste(chance.randint(0, 70), (chance.randint(60, 930 - turned.width), top), turned)
    path = folder / f"slanted_{seed}.png"
    picture.save(path, dpi=(150, 150))
    facts = (block[-1],) if shape != "paragraph" else ()
    return MadePage(path, (*lines, *block), facts, f"{shape}, {degrees} degrees")

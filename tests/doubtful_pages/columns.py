"""Scans of prose in two or three columns, with or without a heading over them."""

from __future__ import annotations

import random
import textwrap
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.doubtful_pages.faces import face
from tests.doubtful_pages.made_page import MadePage
from tests.doubtful_pages.prose import paragraph


def make(folder: Path, seed: int) -> MadePage:
    """Draw columns of paragraphs at 150 dpi.

    Args:
        folder: Where the PNG is written.
        seed: All that is left to chance follows from it.
    """
    chance = random.Random(seed)
    count = chance.choice((2, 2, 3))
    size = chance.choice((17, 19, 21))
    language = chance.choice(("en", "en", "de", "fr", "es"))
    font = ImageFont.truetype(str(face(language, chance)), size)
    gutter = round(size * chance.choice((1.5, 2, 3)))
    column = (1120 - (count - 1) * gutter) // count
    sample = paragraph(language, 4, chance)
    width = int(0.93 * column * len(sample) / font.getlength(sample))
    lines: list[str] = []
    picture = Image.new("L", (1240, 1000), 250)
    pen = ImageDraw.Draw(picture)
    top = 60
    if chance.random() < 0.5:
        heading = paragraph(language, 1, chance)
        pen.text((60, top), heading, font=font.font_variant(size=round(1.4 * size)), fill=20)
        lines.append(heading)
        top += 4 * size
    step = round(1.45 * size)
    bottom = top
    for place in range(count):
        y = top
        for _ in range(chance.randint(1, 2)):
            for line in textwrap.wrap(paragraph(language, 3, chance), width):
                pen.text((60 + place * (column + gutter), y), line, font=font, fill=20)
                lines.append(line)
                y += step
            y += step // 2 * chance.randint(0, 2)
        bottom = max(bottom, y)
    path = folder / f"columns_{seed}.png"
    picture.crop((0, 0, 1240, bottom + 60)).save(path, dpi=(150, 150))
    return MadePage(path, tuple(lines), (), f"{count} columns, gutter {gutter / size:.1f}")

"""Scans of which one paragraph alone is worn, amid sound ones."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.doubtful_pages.faces import face
from tests.doubtful_pages.made_page import MadePage
from tests.doubtful_pages.prose import wrapped
from tests.doubtful_pages.worn_scans import WEARS


def make(folder: Path, seed: int, wear: str = "", strength: float | None = None) -> MadePage:
    """Draw three paragraphs at 150 dpi and wear the one in the middle.

    Args:
        folder: Where the PNG is written.
        seed: All that is left to chance follows from it.
        wear: Key of `WEARS`; one of them at random when empty.
        strength: From 0 to 1; at random when `None`.
    """
    chance = random.Random(seed)
    wear = wear or chance.choice(list(WEARS))
    strength = chance.random() if strength is None else strength
    size = chance.choice((19, 21, 25))
    font = ImageFont.truetype(str(face("en", chance)), size)
    step = round(1.6 * size)
    picture = Image.new("L", (900, 1400), 255)
    pen = ImageDraw.Draw(picture)
    lines: list[str] = []
    y = 60
    edges = []
    for _ in range(3):
        edges.append(y - size // 2)
        for line in wrapped("en", chance.randint(2, 4), 60, chance):
            pen.text((70, y), line, font=font, fill=chance.randint(0, 40))
            lines.append(line)
            y += step
        y += step
    box = (0, edges[1], 900, edges[2])
    picture.paste(WEARS[wear](picture.crop(box), strength, chance), box)
    path = folder / f"part_worn_{seed}.png"
    picture.crop((0, 0, 900, y + 40)).save(path, dpi=(150, 150))
    return MadePage(path, tuple(lines), (), f"{wear} {strength:.2f}")

"""Worn scans that hold numbers alone: what is read cannot be told by its language."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.doubtful_pages.faces import face
from tests.doubtful_pages.made_page import MadePage
from tests.doubtful_pages.prose import amount
from tests.doubtful_pages.worn_scans import WEARS


def make(folder: Path, seed: int, wear: str = "", strength: float | None = None) -> MadePage:
    """Draw columns of sums at 150 dpi and wear them.

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
    columns, rows = chance.randint(2, 4), chance.randint(5, 10)
    apart = min(800 // columns, 11 * size)
    step = round(1.6 * size)
    picture = Image.new("L", (900, 120 + step * rows), 255)
    pen = ImageDraw.Draw(picture)
    lines = []
    for row in range(rows):
        entries = [amount(chance) for _ in range(columns)]
        for column, entry in enumerate(entries, start=1):
            x = 60 + column * apart
            pen.text(
                (x, 60 + step * row), entry, font=font, fill=chance.randint(0, 40), anchor="ra"
            )
        lines.append(" ".join(entries))
    path = folder / f"figure_list_{seed}.png"
    WEARS[wear](picture, strength, chance).save(path, dpi=(150, 150))
    return MadePage(path, tuple(lines), (), f"{wear} {strength:.2f}, {columns} columns")

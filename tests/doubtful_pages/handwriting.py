"""Scans of prose with a few lines of strokes that look like writing by hand, or with what does not."""

from __future__ import annotations

import math
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.doubtful_pages.faces import face
from tests.doubtful_pages.made_page import MadePage
from tests.doubtful_pages.prose import wrapped

BESIDE = ("strokes", "strokes", "nothing", "rules", "stain", "photograph", "logo")
"""What stands below the prose; only strokes are a text that is not read."""


def make(folder: Path, seed: int, beside: str = "") -> MadePage:
    """Draw a notice at 150 dpi.

    Args:
        folder: Where the PNG is written.
        seed: All that is left to chance follows from it.
        beside: One of `BESIDE`; at random when empty.
    """
    chance = random.Random(seed)
    beside = beside or chance.choice(BESIDE)
    size = chance.choice((21, 25))
    font = ImageFont.truetype(str(face("en", chance)), size)
    lines = wrapped("en", 4, 60, chance)
    picture = Image.new("L", (1000, 1000), chance.randint(238, 255))
    pen = ImageDraw.Draw(picture)
    for place, line in enumerate(lines):
        pen.text((70, 60 + 1.6 * size * place), line, font=font, fill=20)
    top = 110 + round(1.6 * size * len(lines))
    if beside == "strokes":
        for _ in range(chance.randint(2, 5)):
            _stroke_line(pen, top, chance)
            top += chance.randint(60, 85)
    elif beside == "rules":
        for place in range(5):
            pen.line((70, top + 60 * place, 930, top + 60 * place), fill=60, width=2)
    elif beside == "stain":
        _stain(picture, top, chance)
    elif beside == "photograph":
        _photograph(picture, top, chance)
    elif beside == "logo":
        for place in range(4):
            x = 120 + 90 * place
            pen.polygon(
                [(x, top + 80), (x + chance.randint(30, 80), top), (x + 80, top + 80)],
                fill=chance.randint(0, 120),
            )
    path = folder / f"handwriting_{seed}.png"
    picture.save(path, dpi=(150, 150))
    lost = ("what is written by hand",) if beside == "strokes" else ()
    return MadePage(path, tuple(lines), lost, beside)


def _stroke_line(pen: ImageDraw.ImageDraw, top: int, chance: random.Random) -> None:
    """Words of loops and waves, each in one stroke."""
    x, end = 80.0, chance.uniform(500, 900)
    while x < end:
        stop = x + chance.uniform(50, 150)
        points = []
        phase, height = chance.uniform(0, 6), chance.uniform(9, 14)
        while x < stop:
            phase += chance.uniform(0.3, 0.75)
            tall = 1.9 if chance.random() < 0.12 else 1.0
            y = top + 18 - tall * height * math.sin(phase) + chance.uniform(-1.5, 1.5)
            points.append((x + 3.5 * math.cos(phase * 1.3), y))
            x += chance.uniform(1.2, 2.8)
        pen.line(points, fill=chance.randint(30, 90), width=2, joint="curve")
        x += chance.uniform(14, 26)


def _stain(picture: Image.Image, top: int, chance: random.Random) -> None:
    mask = Image.new("L", picture.size, 0)
    pen = ImageDraw.Draw(mask)
    for _ in range(12):
        x, y = chance.randint(150, 700), chance.randint(top, 850)
        radius = chance.randint(20, 90)
        pen.ellipse((x, y, x + radius, y + radius), fill=chance.randint(60, 160))
    picture.paste(110, (0, 0), mask.filter(ImageFilter.GaussianBlur(9)))


def _photograph(picture: Image.Image, top: int, chance: random.Random) -> None:
    scene = Image.linear_gradient("L").resize((480, 320)).rotate(chance.choice((0, 90, 180)))
    scene = scene.resize((480, 320))
    pen = ImageDraw.Draw(scene)
    for _ in range(25):
        x, y = chance.randint(0, 440), chance.randint(0, 300)
        pen.ellipse(
            (x, y, x + chance.randint(10, 120), y + chance.randint(10, 90)),
            fill=chance.randint(0, 255),
        )
    picture.paste(scene.filter(ImageFilter.GaussianBlur(1)), (200, top))

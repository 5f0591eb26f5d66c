"""Scans with the words of an earlier recognition behind them, good or bad."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pymupdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.doubtful_pages.faces import face
from tests.doubtful_pages.made_page import MadePage
from tests.doubtful_pages.prose import amount, date, wrapped

_NEAR = {
    "a": "so", "b": "hl", "c": "eo", "d": "ct", "e": "co", "f": "t", "g": "q9", "h": "bk",
    "i": "l1", "k": "lh", "l": "1i", "m": "n", "n": "ru", "o": "0c", "p": "j", "r": "n",
    "s": "a5", "t": "fl", "u": "n", "v": "y", "w": "v", "y": "v",
}  # fmt: skip
RATES = (0.0, 0.01, 0.15, 0.3, 0.5)
"""Shares of letters that the earlier recognition has wrong."""

SCALE = 200 / 72


def make(
    folder: Path, seed: int, rate: float | None = None, language: str = "", share: float = 1.0
) -> MadePage:
    """Draw a scan of prose and write a recognition of it over it, without ink.

    Args:
        folder: Where the PDF is written.
        seed: All that is left to chance follows from it.
        rate: Share of letters that the recognition has wrong; one of `RATES` when `None`.
        language: Of the prose; one in Latin letters, at random, when empty.
        share: Of the lines, from the top, that the recognition has words for.
    """
    chance = random.Random(seed)
    rate = chance.choice(RATES) if rate is None else rate
    language = language or chance.choice(("en", "en", "de", "fr", "es"))
    size = chance.choice((10, 11, 12))
    file = str(face(language, chance))
    font = ImageFont.truetype(file, round(size * SCALE))
    facts = (date(chance), amount(chance))
    lines = [f"Given on {facts[0]}", f"The sum of {facts[1]} is due."]
    for _ in range(chance.randint(1, 3)):
        lines += wrapped(language, 4, 72, chance)
    picture = Image.new("L", (round(595 * SCALE), round(842 * SCALE)), chance.randint(225, 255))
    pen = ImageDraw.Draw(picture)
    places = [80 + 1.7 * size * place for place in range(len(lines))]
    for y, line in zip(places, lines, strict=True):
        pen.text((60 * SCALE, y * SCALE), line, font=font, fill=chance.randint(0, 60), anchor="ls")
    if chance.random() < 0.5:
        picture = picture.filter(ImageFilter.GaussianBlur(chance.choice((0.5, 0.8, 1.1))))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    path = folder / f"recognition_{seed}.pdf"
    with pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        page.insert_image(page.rect, stream=buffer.getvalue())
        known = round(share * len(lines))
        for y, line in zip(places[:known], lines[:known], strict=True):
            said = _misread(line, rate, chance)
            width = font.getlength(line) / SCALE
            natural = pymupdf.Font(fontfile=file).text_length(said, fontsize=1)
            page.insert_font(fontname="Layer", fontfile=file)
            page.insert_text(
                (60, y), said, fontname="Layer", fontsize=width / natural, render_mode=3
            )
        document.save(path, garbage=3, deflate=True)
    return MadePage(path, tuple(lines), (), f"{rate:.0%} of the letters wrong")


def _misread(line: str, rate: float, chance: random.Random) -> str:
    return "".join(
        chance.choice(_NEAR.get(letter.lower(), "*\u00bb~" if letter.isascii() else line))
        if letter.isalnum() and chance.random() < rate
        else letter
        for letter in line
    )

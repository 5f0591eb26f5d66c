"""Scans of English prose with a paragraph in another script, or without one."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.doubtful_pages.faces import face
from tests.doubtful_pages.made_page import MadePage
from tests.doubtful_pages.prose import wrapped

LANGUAGES = ("en", "de", "zh", "ja", "ko", "ru", "el", "hi", "th", "ar")
READ_WITHOUT_TESSERACT = frozenset({"en", "de", "zh", "ja"})


def make(folder: Path, seed: int, language: str = "") -> MadePage:
    """Draw a notice at 150 dpi.

    Args:
        folder: Where the PNG is written.
        seed: All that is left to chance follows from it.
        language: Key of `LANGUAGES` for the paragraph in the middle; at random when empty.
    """
    chance = random.Random(seed)
    language = language or chance.choice(LANGUAGES)
    size = chance.choice((22, 25, 28))
    english = ImageFont.truetype(str(face("en", chance)), size)
    other = ImageFont.truetype(str(face(language, chance)), size)
    picture = Image.new("L", (1240, 1100), chance.randint(235, 255))
    pen = ImageDraw.Draw(picture)
    before = wrapped("en", chance.randint(1, 3), 70, chance)
    middle = wrapped(language, chance.randint(2, 4), 64, chance)
    after = wrapped("en", chance.randint(1, 3), 70, chance)
    y = 80
    for lines, font in ((before, english), (middle, other), (after, english)):
        for line in lines:
            pen.text((90, y), line, font=font, fill=chance.randint(0, 50))
            y += round(1.75 * size)
        y += 2 * size
    path = folder / f"other_script_{seed}.png"
    picture.save(path, dpi=(150, 150))
    return MadePage(path, (*before, *middle, *after), (), language)

"""Scans of stories whose first letter is as high as several lines."""

from __future__ import annotations

import random
import re

import pymupdf

from tests.engines.embedded.people_pages.scanned_page import page_picture, scanned
from tests.engines.embedded.people_pages.seeded import THINGS, DrawnProse, sentence

_OPENINGS = (
    "The", "When", "Many", "Once", "Nobody", "Some", "For", "In", "Long", "Before", "Under",
    "A", "Paper", "Jars", "Each", "Kites", "Rain", "Glass", "What", "Down", "Quiet", "Late",
)  # fmt: skip
_CAPITAL_HEIGHT = 0.7
"""Of the size of the letters, about."""


def draw_initials(seed: int) -> DrawnProse:
    """Stories in one or two columns, each opened by a letter of two to four lines."""
    chance = random.Random(f"initials {seed}")
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    plain, bold = chance.choice((("tiro", "tibo"), ("helv", "hebo")))
    columns = chance.choice((1, 2))
    size = chance.choice((9.5, 10.5, 11.5))
    width = (504 - 20 * (columns - 1)) / columns
    must, paragraphs = [], []
    for column in range(columns):
        x, y = 54 + column * (width + 20), 80.0
        for _ in range(2):
            title = f"{chance.choice(THINGS)} and {chance.choice(THINGS)}".capitalize()
            page.insert_text((x, y), title, fontname=bold, fontsize=1.5 * size)
            y += 2.4 * size
            opening = chance.choice(_OPENINGS)
            words = " ".join(sentence(chance, 11) for _ in range(chance.randint(6, 10))).split()
            high = chance.choice((2, 2, 3, 4))
            face = chance.choice((plain, bold))
            beside = opening[1:].upper() if chance.random() < 0.4 else opening[1:]
            story = ([beside] if beside else []) + words
            y = _story(page, (x, y), story, opening[0], face, plain, size, width, high)
            read = opening.replace("i", "[il]")
            must.append(rf"(?<!\S)(?i:{read}) {re.escape(words[0])}")
            paragraphs.append(" ".join(words))
            y += 2 * size
    dpi = chance.choice((150, 200))
    return DrawnProse(
        scanned(page_picture(page, dpi), chance, dpi, ("clean", "grainy", "worn")),
        tuple(must), (), ".png", tuple(paragraphs),
    )  # fmt: skip


def _story(page, corner, words, initial, face, plain, size, width, high) -> float:
    """Set words beside and under an initial, and return the baseline below them."""
    x, y = corner
    step = 1.25 * size
    large = ((high - 1) * step + _CAPITAL_HEIGHT * size) / _CAPITAL_HEIGHT
    page.insert_text((x, y + (high - 1) * step), initial, fontname=face, fontsize=large)
    space = 0.5 if words[0][0].isupper() and initial == "A" else 0.2
    indent = pymupdf.get_text_length(initial, face, large) + space * size
    line: list[str] = []
    row = 0
    for word in [*words, None]:
        left = indent if row < high else 0.0
        longer = " ".join([*line, word or ""])
        if word and pymupdf.get_text_length(longer, plain, size) <= width - left:
            line.append(word)
            continue
        page.insert_text((x + left, y), " ".join(line), fontname=plain, fontsize=size)
        line, row, y = [word or ""], row + 1, y + step
    return float(y)

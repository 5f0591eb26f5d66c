"""Scans of prose with short notes in the margin beside it."""

from __future__ import annotations

import random

import pymupdf

from tests.engines.embedded.people_pages.scanned_page import LOOKS, page_picture, scanned
from tests.engines.embedded.people_pages.seeded import THINGS, DrawnProse, sentence, wrapped


def draw_marginal_notes(seed: int) -> DrawnProse:
    """Paragraphs of one column; each note of one to four short lines stays apart from them."""
    chance = random.Random(f"marginal notes {seed}")
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    plain, slanted = chance.choice((("tiro", "tiit"), ("helv", "heit"), ("tiro", "helv")))
    size = chance.choice((10, 11, 12))
    small = size * chance.choice((0.7, 0.8, 0.9, 1.0))
    at_left = chance.random() < 0.5
    left, width = (172, 370) if at_left else (72, 370)
    beside, narrow = (60, 100 - chance.choice((8, 16))) if at_left else (left + 386, 96)
    y, free, must, texts = 80.0, 0.0, [], []
    if chance.random() < 0.5:
        title = f"On the {chance.choice(THINGS)} and the {chance.choice(THINGS)}"
        page.insert_text((left, y), title, fontname="tibo", fontsize=1.5 * size)
        must.append(f"#+ {title}")
        y += 2.6 * size
    for _ in range(chance.randint(3, 5)):
        said = " ".join(sentence(chance, 11) for _ in range(chance.randint(3, 7)))
        lines = wrapped(said, width, plain, size)
        texts.append(" ".join(lines))
        if chance.random() < 0.75:
            words = " ".join(chance.choice(THINGS) for _ in range(chance.choice((1, 2, 4, 6, 8))))
            notes = wrapped(words.capitalize(), narrow, slanted, small)
            at = max(y + chance.choice((0, 0, 1, 2)) * 1.3 * size, free)
            for n, note in enumerate(notes):
                place = (beside, at + n * 1.2 * small)
                page.insert_text(place, note, fontname=slanted, fontsize=small)
            free = at + (len(notes) + 1) * 1.2 * small
            texts.append(" ".join(notes))
        for line in lines:
            page.insert_text((left, y), line, fontname=plain, fontsize=size)
            y += 1.3 * size
        y += chance.choice((0.0, 0.8 * size))
        if y > 640:
            break
    dpi = chance.choice((150, 200))
    return DrawnProse(
        scanned(page_picture(page, dpi), chance, dpi, (*LOOKS, "worn")),
        tuple(must), (), ".png", tuple(texts),
    )  # fmt: skip

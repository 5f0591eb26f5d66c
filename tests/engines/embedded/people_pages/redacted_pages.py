"""Letters with names under thick lines and under marks for redaction that were never applied."""

from __future__ import annotations

import random

import pymupdf

from tests.engines.embedded.people_pages.covered_pages import cover
from tests.engines.embedded.people_pages.seeded import NAMES, THINGS, Drawn, sentence


def draw_redacted(seed: int) -> Drawn:
    chance = random.Random(f"redacted {seed}")
    size = chance.choice((9, 10, 11, 12))
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    must, must_not = [], []
    y = 90.0
    for n in range(chance.randint(4, 8)):
        secret = f"SECRET{n}{chance.choice(NAMES).split()[1].upper()}"
        before = f"Entry {n} of the {chance.choice(THINGS)} names "
        after = f" and the {chance.choice(THINGS)} of {chance.randint(10, 99)}."
        x = 72 + pymupdf.get_text_length(before, "helv", size)
        width = pymupdf.get_text_length(secret, "helv", size)
        page.insert_text((72, y), before + secret + after, fontname="helv", fontsize=size)
        box = pymupdf.Rect(x - 1, y - 0.85 * size, x + width + 1, y + 0.25 * size)
        cover(page, chance.choice(("stroke", "redaction")), box)
        must.append(rf"Entry {n} of the \w+ names\W+{after.strip()}")
        must_not.append(secret)
        y += 1.6 * size
        if chance.random() < 0.5:
            said = sentence(chance, 9)
            page.insert_text((72, y), said, fontname="helv", fontsize=size)
            page.add_highlight_annot(page.search_for(said))
            must.append(said)
            y += 1.6 * size
    return Drawn(document.tobytes(), tuple(must), tuple(must_not))

"""Scans of pages in two or three columns, with headings, words parted at line ends, worn type."""

from __future__ import annotations

import random
import re

import pymupdf

from tests.engines.embedded.people_pages.scanned_page import LOOKS, page_picture, scanned
from tests.engines.embedded.people_pages.seeded import NAMES, THINGS, DrawnProse, sentence, wrapped


def draw_column_scan(seed: int) -> DrawnProse:
    """Articles that run down one column and on in the next, under a title over all of them."""
    chance = random.Random(f"column scan {seed}")
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    plain, bold = chance.choice((("tiro", "tibo"), ("helv", "hebo"), ("tiro", "hebo")))
    columns = chance.choice((2, 2, 3))
    size = chance.choice((8.5, 9.5, 10.5))
    gutter = chance.choice((14, 18, 24))
    larger = chance.choice((1.0, 1.15, 1.4))
    width = (504 - gutter * (columns - 1)) / columns
    must, paragraphs = [], []
    page.insert_text(
        (54, 40), f"{chance.choice(THINGS)} quarterly".upper(), fontname=plain, fontsize=8
    )
    page.insert_text((540, 40), str(chance.randint(2, 300)), fontname=plain, fontsize=8)
    title = f"A {chance.choice(THINGS)} for every {chance.choice(THINGS)}"
    page.insert_text((54, 92), title, fontname=bold, fontsize=20)
    must.append(f"#+ {title}")
    top = 118.0
    if chance.random() < 0.5:
        author = f"By {chance.choice(NAMES)}"
        page.insert_text((54, top), author, fontname=plain, fontsize=size)
        must.append(author)
        top += 2 * size
    if chance.random() < 0.4:
        for n in range(1, columns):
            x = 54 + n * (width + gutter) - gutter / 2
            page.draw_line((x, top), (x, 712), width=0.5)
    x, y, said = 54.0, top + size, ""
    end = 54 + (columns - 1) * (width + gutter) + 1
    while x <= end:
        if said and y < 640 and chance.random() < 0.3:
            heading = f"{chance.choice(THINGS)} and {chance.choice(THINGS)}".capitalize()
            y += 1.2 * size
            page.insert_text((x, y), heading, fontname=bold, fontsize=larger * size)
            must.append(f"#+ {heading}")
            y += 1.7 * size
        said = " ".join(sentence(chance, 11) for _ in range(chance.randint(3, 6)))
        lines = _parted(wrapped(said, width - size, plain, size), chance, plain, size, width)
        for line in lines:
            page.insert_text((x, y), line, fontname=plain, fontsize=size)
            y += 1.25 * size
            if y > 712:
                x, y = x + width + gutter, top + size
                if x > end:
                    break
        else:
            paragraphs.append(re.sub(r"(\w)- ", r"\1", " ".join(lines)))
        y += chance.choice((0.0, 0.6 * size))
    dpi = chance.choice((150, 200))
    return DrawnProse(
        scanned(page_picture(page, dpi), chance, dpi, (*LOOKS, "worn", "worn")),
        tuple(must), (), ".png", tuple(paragraphs),
    )  # fmt: skip


def _parted(lines, chance, font, size, width) -> list[str]:
    """Lines some of whose last words end in the next line."""
    lines = list(lines)
    for n in range(len(lines) - 1):
        first, _, rest = lines[n + 1].partition(" ")
        place = len(first) // 2
        longer = f"{lines[n]} {first[:place]}-"
        fits = pymupdf.get_text_length(longer, font, size) <= width
        if first.isalpha() and place >= 3 and fits and rest and chance.random() < 0.7:
            lines[n], lines[n + 1] = longer, f"{first[place:]} {rest}"
    return lines

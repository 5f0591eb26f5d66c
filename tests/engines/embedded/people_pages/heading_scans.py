"""Pictures of pages with headings, for which no font tells what is a heading."""

from __future__ import annotations

import random

import pymupdf

from tests.engines.embedded.people_pages.seeded import NAMES, THINGS, Drawn, sentence


def draw_heading_scan(seed: int) -> Drawn:
    chance = random.Random(f"heading scan {seed}")
    document = pymupdf.open()
    page = document.new_page()
    serif = chance.random() < 0.5
    plain, bold = ("tiro", "tibo") if serif else ("helv", "hebo")
    size = chance.choice((9.5, 10.5, 11.5))
    larger = chance.choice((1.15, 1.3, 1.5))
    y, must, must_not = 70.0, [], []
    if chance.random() < 0.5:
        title = " ".join(chance.sample(THINGS, 3)).title()
        page.insert_text((72, y), title, fontname=bold, fontsize=22)
        must.append(f"(?<!#)#+ {title}")
        y += 40
    for number in range(1, 1 + chance.choice((3, 4))):
        heading = " ".join(chance.sample(THINGS, chance.choice((1, 2, 3)))).capitalize()
        heading = f"{number}. {heading}" if serif else heading
        page.insert_text((72, y), heading, fontname=bold, fontsize=size * larger)
        must.append("#+ " + heading.replace(".", r"\.?"))
        y += size * 2
        y = _text(page, chance, y, plain, size)
        kind = chance.choice(("formula", "list", "label", "short", "text"))
        if kind == "formula":
            made = chance.choice(("E = mc + b", "f(x) = 2x + 3y", "A = (p + q) / 2k"))
            page.insert_text((230, y + 6), made, fontname="tiit", fontsize=size * 1.3)
            page.insert_text((500, y + 6), f"({number})", fontname="tiro", fontsize=size)
            must_not.append(r"#+ \W*[EfA]\W*[=(]")
            y += 3 * size
        elif kind == "list":
            for item in range(3):
                words = " ".join(chance.sample(THINGS, 4))
                page.insert_text((84, y), f"({'abc'[item]}) {words}", fontname=plain, fontsize=size)
                must_not.append(rf"#+ \({'abc'[item]}\)")
                y += 1.4 * size
            y += size
        elif kind == "label":
            name = chance.choice(NAMES)
            page.insert_text((72, y), f"Signed by {name}, who kept the books", fontname=plain,
                             fontsize=size)  # fmt: skip
            must_not.append("#+ Signed")
            y += 2 * size
        elif kind == "short":
            page.insert_text((72, y), "This was so until the end of the year.", fontname=plain,
                             fontsize=size)  # fmt: skip
            must_not.append("#+ This was")
            y += 2 * size
        y = _text(page, chance, y, plain, size) + 10
    picture = page.get_pixmap(dpi=chance.choice((130, 150, 200)), colorspace=pymupdf.csGRAY)
    must_not.append("#+ (?:The|a|no|every) ")
    return Drawn(picture.tobytes("png"), tuple(must), tuple(must_not), ".png")


def _text(page: pymupdf.Page, chance: random.Random, y: float, font: str, size: float) -> float:
    for _ in range(chance.randint(2, 5)):
        page.insert_text((72, y), sentence(chance, 13), fontname=font, fontsize=size)
        y += 1.35 * size
    return y + 0.7 * size

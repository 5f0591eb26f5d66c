"""Text with words struck out, and lines that strike nothing out."""

from __future__ import annotations

import random
import re

import pymupdf

from tests.engines.embedded.people_pages.seeded import THINGS, Drawn, sentence


def draw_struck(seed: int) -> Drawn:
    """Sentences with struck, underlined and overlined words, and a ruled table."""
    chance = random.Random(f"struck {seed}")
    font = chance.choice(("helv", "tiro", "cour"))
    size = chance.choice((9, 10, 11, 12))
    way = chance.choice(("line", "thin", "annotation", "twice"))
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    page.insert_text(
        (72, 80),
        f"Section {seed}. Rules for the {chance.choice(THINGS)}",
        fontname="hebo",
        fontsize=14,
    )
    must, must_not = [], []
    y = 112.0
    for _ in range(chance.randint(4, 7)):
        old = f"{chance.choice(THINGS)} {chance.randint(10, 99)}"
        new = f"{chance.choice(THINGS)} {chance.randint(100, 999)}"
        kind = chance.choice(("struck", "struck", "under", "over", "plain"))
        x = 72.0
        for said, marked in (
            ("The rule of the ", False),
            (old, True),
            (f" {new}", False),
            (" holds.", False),
        ):
            width = pymupdf.get_text_length(said, font, size)
            page.insert_text((x, y), said, fontname=font, fontsize=size)
            if marked:
                _line(page, x, y, width, size, kind, way)
            x += width
        if kind == "struck":
            must.append(f"~~{re.escape(old)} ?~~ ?{new}")
        else:
            must.append(f"[^~]{re.escape(old)} {new}")
        y += 2.2 * size
    lines = [sentence(chance, 9) for _ in range(2)]
    for said in lines:
        width = pymupdf.get_text_length(said, font, size)
        page.insert_text((72, y), said, fontname=font, fontsize=size)
        _line(page, 72, y, width, size, "struck", way)
        y += 1.5 * size
    must.append(r"~~" + re.escape(lines[0]))
    y += 30
    for n in range(4):
        page.draw_line((72, y + n * 1.8 * size), (400, y + n * 1.8 * size), width=0.5)
        if n < 3:
            for x in (78, 200, 320):
                page.insert_text(
                    (x, y + n * 1.8 * size + 1.25 * size),
                    f"{chance.choice(THINGS)} {n}",
                    fontname=font,
                    fontsize=size,
                )
    must_not.append(r"~~\w+ [012]~~")
    return Drawn(document.tobytes(), tuple(must), tuple(must_not))


def _line(page, x: float, base: float, width: float, size: float, kind: str, way: str) -> None:
    if kind == "plain":
        return
    y = base + {"struck": -0.28, "under": 0.14, "over": -0.95}[kind] * size
    if kind == "struck" and way == "annotation":
        page.add_strikeout_annot(pymupdf.Rect(x, base - 0.9 * size, x + width, base + 0.22 * size))
    elif way == "thin":
        page.draw_rect((x, y - 0.3, x + width, y + 0.3), color=None, fill=(0, 0, 0))
    elif way == "twice":
        page.draw_line((x, y - 0.8), (x + width, y - 0.8), width=0.4)
        page.draw_line((x, y + 0.8), (x + width, y + 0.8), width=0.4)
    else:
        page.draw_line((x, y), (x + width, y), width=0.7, color=(0.8, 0, 0))

"""Scans of lines with signs: bullets, arrows, check marks, sections, degrees, fractions."""

from __future__ import annotations

import random
from pathlib import Path

import pymupdf
import reportlab

from tests.engines.embedded.people_pages.scanned_page import LOOKS, page_picture, scanned
from tests.engines.embedded.people_pages.seeded import THINGS, Drawn

_FACE = str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")
_INSIDE = (
    ("see § {n}", "§ ?{n}"),
    ("at {n} °C", "{n} ?(?:°|℃)"),
    ("{n} ± 2 mm", "{n} ?± ?2"),
    ("costs € {n}", "€ ?{n}"),
    ("costs £{n}", "£ ?{n}"),
    ("© {n} the society", "© ?{n}"),
    ("{n} × 12 cm", "{n} ?(?:×|x) ?12"),
    ("about {n} % of it", "{n} ?%"),
    ("less than – {n}", "[-–−—] ?{n}"),
    ("{n} µm thick", "{n} ?[µμ]m"),
)
_BULLETS = "•·"


def draw_signs(seed: int) -> Drawn:
    """Lines of a list, each with a sign in it."""
    chance = random.Random(f"signs {seed}")
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    page.insert_font("face", _FACE)
    size = chance.choice((10, 11, 12))
    y, must = 90.0, []
    bullet = chance.choice(("", "", "•", "•"))
    for _ in range(chance.randint(8, 14)):
        number = chance.randint(11, 980)
        said, pattern = chance.choice(_INSIDE)
        before, behind = chance.sample(THINGS, 2)
        text = f"The {before} {said.format(n=number)} and a {behind}"
        page.insert_text((78, y), f"{bullet} {text}".strip(), fontname="face", fontsize=size)
        begin = r"(?:•|-|\*) ?" if bullet else ""
        must.append(
            f"{begin}The {before}.{{0,12}}{pattern.format(n=number)}.{{0,14}} and a {behind}"
        )
        y += 1.6 * size
    dpi = chance.choice((150, 200))
    return Drawn(scanned(page_picture(page, dpi), chance, dpi, LOOKS), tuple(must), (), ".png")

"""Tables printed sideways on upright pages, and other turned words that are none."""

from __future__ import annotations

import random
import re

import pymupdf

from tests.engines.embedded.people_pages.seeded import CITIES, NAMES, THINGS, Drawn, sentence


def draw_sideways(seed: int) -> Drawn:
    """A ruled or open table that reads upwards or downwards, with an upright running head."""
    chance = random.Random(f"sideways {seed}")
    up = chance.random() < 0.6
    ruled = chance.choice(("all", "level", "few"))
    rows, columns = chance.randint(5, 11), chance.randint(4, 6)
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    page.insert_text(
        (72, 40), f"Annual survey of {chance.choice(THINGS)}s", fontname="helv", fontsize=9
    )
    lie = pymupdf.open()
    sheet = lie.new_page(width=680, height=480)
    size = chance.choice((9, 10, 11))
    title = f"Table {chance.randint(1, 9)}: The {chance.choice(THINGS)} by place and year"
    sheet.insert_text((20, 30), title, fontname="hebo", fontsize=size + 1)
    width, step = 620 / (columns + 0.6), 2.1 * size
    names = chance.sample((*CITIES, *(name.split()[1] for name in NAMES)), rows)
    head = ["Place", *(str(1990 + 7 * n) for n in range(columns - 1))]
    grid = [head, *([n, *(f"{chance.randint(100, 99999):,}" for _ in head[1:])] for n in names)]
    top = 44.0
    for n, row in enumerate(grid):
        base = top + n * step + 1.4 * size
        if ruled in {"all", "level"} or n in {0, 1}:
            sheet.draw_line((20, top + n * step), (640, top + n * step), width=0.6)
        for m, text in enumerate(row):
            x = 26 + (m * width + (0.6 * width if m else 0))
            font = "hebo" if n == 0 else "helv"
            sheet.insert_text((x, base), text, fontname=font, fontsize=size)
    bottom = top + len(grid) * step
    sheet.draw_line((20, bottom), (640, bottom), width=0.6)
    if ruled == "all":
        for m in range(columns + 1):
            x = 20 + (m * width + (0.6 * width if m else 0))
            sheet.draw_line((min(x, 640), top), (min(x, 640), bottom), width=0.6)
    note = sentence(chance, 8)
    sheet.insert_text((20, bottom + 1.6 * size), note, fontname="helv", fontsize=size)
    page.show_pdf_page(pymupdf.Rect(66, 56, 546, 736), lie, 0, rotate=90 if up else -90)
    must = [re.escape(title), re.escape(note), "Annual survey of"]
    must += [r" ?\| ?".join(re.escape(text) for text in row) for row in grid]
    return Drawn(document.tobytes(), tuple(must))


def draw_turned_headings(seed: int) -> Drawn:
    """An upright table whose column headings are turned, with a turned line in the margin."""
    chance = random.Random(f"headings {seed}")
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    names = chance.sample(THINGS, 8)
    must = []
    for n in range(5):
        page.insert_text((72, 80 + 14 * n), sentence(chance, 11), fontname="helv", fontsize=10)
    for n, name in enumerate(names):
        page.insert_text(
            (200 + 40 * n, 290), f"Number of {name}s kept", fontname="helv", fontsize=9, rotate=90
        )
    for row in range(9):
        y = 310 + 18 * row
        page.draw_line((72, y - 13), (520, y - 13), width=0.5)
        values = [str(chance.randint(10, 999)) for _ in names]
        label = f"{chance.choice(CITIES)} {row}"
        page.insert_text((76, y), label, fontname="helv", fontsize=9)
        for n, value in enumerate(values):
            page.insert_text((192 + 40 * n, y), value, fontname="helv", fontsize=9)
        must.append(re.escape(label) + r" ?\| ?" + r" ?\| ?".join(values))
    page.insert_text(
        (30, 600),
        "Printed in Bergen, all rights reserved by the trust",
        fontname="helv",
        fontsize=8,
        rotate=90,
    )
    return Drawn(document.tobytes(), tuple(must))

"""Scans of tables of contents: titles at the left, the numbers of their pages at the right."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

import pymupdf
from rapidfuzz import fuzz

from tests.engines.embedded.people_pages.scanned_page import LOOKS, page_picture, scanned
from tests.engines.embedded.people_pages.seeded import ALIKE, THINGS, Drawn, flattened, wrapped
from tests.engines.embedded.people_pages.table_sheet import ADJECTIVES

_ROMAN = ("iii", "v", "vii", "ix", "xi")


@dataclass(frozen=True)
class DrawnContents(Drawn):
    """A page of contents; each of its entries has a row or a line of its own.

    Attributes:
        entries: Title and number of a page.
    """

    entries: tuple[tuple[str, str], ...] = ()

    def faults(self, markdown: str) -> list[str]:
        lines = [flattened(line) for line in re.split(r"\n|</tr>", markdown)]
        said = [[n for n, line in enumerate(lines) if _is_entry(line, *e)] for e in self.entries]
        lost = [f"missing {e}" for e, found in zip(self.entries, said, strict=True) if not found]
        places = [found[0] for found in said if found]
        order = [] if places == sorted(places) else ["out of order"]
        return super().faults(markdown) + lost + order


def _is_entry(line: str, title: str, number: str) -> bool:
    said = re.fullmatch(rf"[ |#*-]*(.*?)[ .·…|]*\b{number}[ |]*", line)
    return said is not None and fuzz.ratio(said[1].replace(" | ", " "), title) >= ALIKE


def draw_contents_scan(seed: int) -> Drawn:
    """Numbered or plain entries, one or two levels, led to their pages by dots or by white."""
    chance = random.Random(f"contents scan {seed}")
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    plain, bold = chance.choice((("helv", "hebo"), ("tiro", "tibo")))
    size = chance.choice((9.5, 10.5, 11.5))
    step = size * chance.choice((1.35, 1.5, 1.8))
    left, right = chance.choice(((72.0, 540.0), (90.0, 520.0), (72.0, 450.0)))
    title = chance.choice(("Contents", "Table of Contents", "CONTENTS"))
    page.insert_text((left, 86), title, fontname=bold, fontsize=1.6 * size)
    dots = chance.choice((".", ". ", " .", "", ""))
    form = chance.choice(("{}.{}", "{}.{}", "", ""))
    indent = chance.choice((0.0, 18.0, 24.0))
    entries: list[tuple[str, str]] = []
    y, number = 86 + 3.2 * size, chance.randint(1, 9)
    if chance.random() < 0.4:
        for roman, name in zip(
            _ROMAN, chance.sample(("Preface", "Foreword", "Thanks"), 2), strict=False
        ):
            _entry(page, (left, right, y), name, roman, plain, size, dots)
            entries.append((name, roman))
            y += step
    for chapter in range(1, chance.randint(4, 6)):
        head = f"The {chance.choice(ADJECTIVES)} {chance.choice(THINGS)}".title()
        head = f"{chapter}. {head}" if form else head
        face = chance.choice((plain, bold))
        y = _entry(page, (left, right, y), head, str(number), face, size, dots) + step
        entries.append((head, str(number)))
        for part in range(1, chance.randint(1, 6)):
            number += chance.randint(1, 9)
            words = chance.choice((2, 3, 4, 4, 13))
            name = " ".join(chance.choice(THINGS) for _ in range(words)).capitalize()
            name = f"{form.format(chapter, part)} {name}" if form else name
            y = _entry(page, (left + indent, right, y), name, str(number), plain, size, dots) + step
            entries.append((name, str(number)))
        number += chance.randint(1, 12)
    dpi = chance.choice((150, 200))
    return DrawnContents(
        scanned(page_picture(page, dpi), chance, dpi, (*LOOKS, "worn")),
        (title,), (r"[.…·] ?[.…·] ?[.…·]",), ".png", tuple(entries),
    )  # fmt: skip


def _entry(page, place, title, number, font, size, dots) -> float:
    """Set an entry, and return the height of its last line."""
    left, right, y = place
    lines = wrapped(title, right - left - 60, font, size)
    for n, line in enumerate(lines):
        y += 1.15 * size if n else 0
        page.insert_text((left, y), line, fontname=font, fontsize=size)
    begin = right - pymupdf.get_text_length(number, font, size)
    page.insert_text((begin, y), number, fontname=font, fontsize=size)
    at = left + pymupdf.get_text_length(lines[-1], font, size)
    if dots:
        count = int((begin - at - 8) / pymupdf.get_text_length(dots, font, size))
        start = begin - 4 - count * pymupdf.get_text_length(dots, font, size)
        page.insert_text((start, y), dots * count, fontname=font, fontsize=size)
    return y

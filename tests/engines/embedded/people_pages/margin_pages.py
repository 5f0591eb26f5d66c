"""Pages whose lines are numbered in the margin: pleadings, manuscripts, laws, poems."""

from __future__ import annotations

import itertools
import random
import re

import pymupdf

from tests.engines.embedded.people_pages.seeded import NAMES, Drawn, sentence


def draw_margin_numbers(seed: int) -> Drawn:
    chance = random.Random(f"margin numbers {seed}")
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    return chance.choice((_pleading, _manuscript, _manuscript))(page, chance)


def _words(chance: random.Random, count: int, per_line: int) -> list[str]:
    words: list[str] = []
    while len(words) < count:
        words += sentence(chance, chance.choice((9, 11, 13))).split()
    return [" ".join(words[n : n + per_line]) for n in range(0, count, per_line)]


def _drawn(page: pymupdf.Page, lines: list[str], numbers: list[int]) -> Drawn:
    # The text runs on from line to line, with no number between.
    pairs = [
        rf"{re.escape(a.split()[-1])} {re.escape(b.split()[0])}"
        for a, b in itertools.pairwise(lines)
    ]
    text = r"\s".join(re.escape(line) for line in lines[:3]).replace(r"\ ", r"\s")
    row = " ".join(str(n) for n in numbers[:3])
    return Drawn(page.parent.tobytes(), (text, *pairs), (rf"\b{row}\b",))


def _pleading(page: pymupdf.Page, chance: random.Random) -> Drawn:
    """28 numbered lines beside a rule, text at double spacing."""
    step, top = 24.0, 74.0
    numbers = list(range(1, 29))
    for n in numbers:
        x = 52 - pymupdf.get_text_length(str(n), "tiro", 12)
        page.insert_text((x, top + step * (n - 1)), str(n), fontname="tiro", fontsize=12)
    for x in (60, 63)[: chance.choice((0, 1, 2))]:
        page.draw_line((x, 20), (x, 772), width=0.7)
    start = chance.randint(4, 7)
    page.insert_text(
        (230, top + step * (start - 2)),
        "SUPERIOR COURT OF THE HARBOUR",
        fontname="tibo",
        fontsize=12,
    )
    shift = chance.choice((0.0, 0.0, 3.0))
    lines = _words(chance, 11 * chance.randint(14, 19), 11)
    for n, line in enumerate(lines):
        y = top + shift + step * (start - 1 + n)
        page.insert_text((72, y), line, fontname="tiro", fontsize=11)
    if chance.random() < 0.5:
        page.insert_text(
            (72, 764), f"Complaint of {chance.choice(NAMES)}", fontname="tiro", fontsize=9
        )
    return _drawn(page, lines, numbers)


def _manuscript(page: pymupdf.Page, chance: random.Random) -> Drawn:
    """Each line or every fifth one is numbered, on the left or on the right."""
    every, first = chance.choice(((1, 1), (5, 5), (1, 31), (5, 45)))
    size, step = chance.choice(((11.0, 20.0), (10.0, 14.0), (12.0, 26.0)))
    at_right = chance.random() < 0.3
    lines = _words(chance, 11 * chance.randint(18, 25), 11)
    numbers = []
    for n, line in enumerate(lines):
        y = 90 + n * step
        page.insert_text((80, y), line, fontname="tiro", fontsize=size)
        if (first + n) % every == 0:
            number = str(first + n)
            x = 560 if at_right else 56 - pymupdf.get_text_length(number, "helv", 7)
            page.insert_text((x, y), number, fontname="helv", fontsize=7)
            numbers.append(first + n)
    return _drawn(page, lines, numbers)

"""Blocks of short lines side by side, and pairs that must stay in rows."""

from __future__ import annotations

import random
import re

import pymupdf

from tests.engines.embedded.people_pages.seeded import (
    CITIES,
    FIRMS,
    NAMES,
    STREETS,
    THINGS,
    Drawn,
    prose,
    sentence,
)

_ROLES = ("Director", "Head of Department", "Professor of Tides", "Manager", "Secretary", "Pilot")


def draw_blocks(seed: int) -> Drawn:
    """Addresses, signatures or cards side by side, between paragraphs."""
    chance = random.Random(f"blocks {seed}")
    size = chance.choice((9, 10, 11))
    font = chance.choice(("helv", "tiro"))
    kind = chance.choice(("addresses", "signatures", "cards"))
    columns = 3 if kind == "cards" and chance.random() < 0.5 else 2
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    must: list[str] = []
    y = 80.0
    if kind != "addresses" or chance.random() < 0.5:
        y = prose(page, chance, y, chance.randint(1, 4)) + 24
    for _ in range(chance.randint(1, 2)):
        y = _row(page, chance, kind, (columns, y, size, font), must) + 2.5 * size
    prose(page, chance, y + 10, 3)
    return Drawn(document.tobytes(), tuple(must))


def _row(page, chance, kind: str, look, must: list[str]) -> float:
    columns, y, size, font = look
    step = chance.choice((1.2, 1.35)) * size
    width = 468 / columns
    lowest = y
    for column in range(columns):
        x = 72 + column * width
        lines = _lines(chance, kind)
        base = y
        if kind == "signatures" and chance.random() < 0.6:
            page.draw_line((x, y - 1.2 * size), (x + 0.7 * width, y - 1.2 * size), width=0.6)
        for line in lines:
            page.insert_text((x, base), line, fontname=font, fontsize=size)
            base += step
        if kind == "cards" and page.number == 0 and width > 200:
            page.draw_rect((x - 8, y - 1.5 * size, x + width - 16, base), width=0.5)
        must.append(r"[ |>-]*".join(re.escape(line) for line in lines))
        lowest = max(lowest, base)
    return lowest


def _lines(chance, kind: str) -> list[str]:
    town = f"{chance.randint(1000, 9999)} {chance.choice(CITIES)}"
    street = f"{chance.choice(STREETS)} {chance.randint(1, 99)}"
    if kind == "addresses":
        lines = [chance.choice((*NAMES, *FIRMS)), street, town]
        return [*lines, "Norway"] if chance.random() < 0.4 else lines
    if kind == "signatures":
        lines = [chance.choice(NAMES), chance.choice(_ROLES), chance.choice(FIRMS)]
        return [*lines, f"{chance.choice(CITIES)}, {chance.randint(1, 28)} May 2031"]
    lines = [chance.choice(FIRMS), street, town]
    return [*lines, f"Telephone {chance.randint(100, 999)} {chance.randint(1000, 9999)}"]


def draw_pairs(seed: int) -> Drawn:
    """Names and values, roles and people, dishes and prices: what stands in a row belongs together."""
    chance = random.Random(f"pairs {seed}")
    size = chance.choice((9, 10, 11))
    kind = chance.choice(("colon", "roles", "prices", "terms", "hours"))
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    y = prose(page, chance, 80, chance.randint(1, 3)) + 20
    x = chance.choice((200, 260, 320))
    must = []
    for left, right in _pairs(chance, kind):
        page.insert_text((72, y), left, fontname="helv", fontsize=size)
        page.insert_text((x, y), right, fontname="helv", fontsize=size)
        must.append(re.escape(left) + r"[ |>-]*" + re.escape(right))
        y += 1.4 * size
    prose(page, chance, y + 20, 3)
    return Drawn(document.tobytes(), tuple(must))


def _pairs(chance, kind: str) -> list[tuple[str, str]]:
    count = chance.randint(3, 7)
    things = chance.sample(THINGS, count)
    if kind == "colon":
        return [(f"{thing.capitalize()}:", sentence(chance, 4)) for thing in things]
    if kind == "roles":
        return [(f"{thing.capitalize()} officer", chance.choice(NAMES)) for thing in things]
    if kind == "prices":
        return [(f"One {thing}", f"{chance.randint(1, 90)}.50 EUR") for thing in things]
    if kind == "hours":
        days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
        return [
            (day, f"{chance.randint(7, 10)} to {chance.randint(16, 20)}") for day in days[:count]
        ]
    return [(thing.upper(), sentence(chance, 7)) for thing in things]

"""Grids of cards: people, products, events and answers, framed, shaded or set apart by white."""

from __future__ import annotations

import random

import pymupdf

from tests.engines.embedded.people_pages.seeded import (
    CITIES,
    FIRMS,
    NAMES,
    THINGS,
    Drawn,
    joined,
    prose,
    sentence,
    wrapped,
)

_BOLD = {"helv": "hebo", "tiro": "tibo"}


def draw_cards(seed: int) -> Drawn:
    """Cards in two to four columns; each stays whole, whichever way the grid is read."""
    chance = random.Random(f"cards {seed}")
    kind = chance.choice(("people", "products", "events", "answers", "offices"))
    look = chance.choice(("framed", "shaded", "plain", "plain", "ruled"))
    columns = chance.choice((2, 3, 3, 4)) if kind != "answers" else 2
    font, size = chance.choice(("helv", "tiro")), chance.choice((8, 9, 10))
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    y = 76.0
    if chance.random() < 0.7:
        page.insert_text((54, y), f"Our {chance.choice(THINGS)}s", fontname="hebo", fontsize=16)
        y += 26
    if chance.random() < 0.5:
        y = prose(page, chance, y, 2, 54) + 12
    gap = chance.choice((14, 20, 28))
    width = (504 - gap * (columns - 1)) / columns
    inset = 0 if look == "plain" else 8
    bold = chance.random() < 0.7
    must = []
    for _ in range(chance.randint(2, 4)):
        cards = [
            _card(chance, kind, width - 2 * inset, font, size, bold=bold) for _ in range(columns)
        ]
        step = 1.25 * size
        height = max(len(card) for card in cards) * step + 2 * inset
        for column, card in enumerate(cards):
            x = 54 + column * (width + gap)
            box = (x, y, x + width, y + height)
            if look == "framed":
                page.draw_rect(box, width=0.6)
            elif look == "shaded":
                page.draw_rect(box, color=None, fill=(0.92, 0.94, 0.97))
            elif look == "ruled":
                page.draw_line((x, y), (x + width, y), width=1.2, color=(0.6, 0.1, 0.1))
            for n, (line, face) in enumerate(card):
                at = (x + inset, y + inset + size + n * step)
                page.insert_text(at, line, fontname=face, fontsize=size)
            must.append(joined(line for line, _ in card))
        y += height + chance.choice((16, 22))
    return Drawn(document.tobytes(), tuple(must))


def _card(chance, kind, width, font, size, *, bold: bool) -> list[tuple[str, str]]:
    head, lines = _content(chance, kind)
    first = _BOLD[font] if bold else font
    shown = [(line, first) for line in wrapped(head, width, first, size)]
    return shown + [(part, font) for line in lines for part in wrapped(line, width, font, size)]


def _content(chance, kind: str) -> tuple[str, list[str]]:
    thing = chance.choice(THINGS)
    if kind == "people":
        role = chance.choice(("Pilot", "Engineer", "Head of tariffs", "Harbour master"))
        lines = [role, sentence(chance, chance.choice((5, 9)))]
        return chance.choice(NAMES), [*lines[: chance.randint(1, 2)], _telephone(chance)]
    if kind == "products":
        return f"{thing.capitalize()} {chance.randint(100, 999)}", [
            sentence(chance, chance.choice((5, 7, 9))),
            f"{chance.randint(2, 90)}.{chance.randint(10, 99)} EUR",
        ]
    if kind == "events":
        day = f"{chance.randint(1, 28)} {chance.choice(('May', 'June', 'October'))} 2031"
        return day, [f"The {thing} in {chance.choice(CITIES)}", sentence(chance, 5)]
    if kind == "answers":
        return f"Who pays for the {thing}?", [sentence(chance, 11), sentence(chance, 9)]
    return chance.choice(FIRMS), [
        f"{chance.randint(1000, 9999)} {chance.choice(CITIES)}",
        f"Open {chance.randint(7, 10)} to {chance.randint(16, 20)}",
        _telephone(chance),
    ]


def _telephone(chance) -> str:
    return f"Tel. {chance.randint(100, 999)} {chance.randint(1000, 9999)}"

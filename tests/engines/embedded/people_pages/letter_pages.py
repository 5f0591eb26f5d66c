"""Letterheads, invoices and contracts: blocks that stand side by side, and details in pairs."""

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
    joined,
    prose,
)


def draw_letter(seed: int) -> Drawn:
    """A letterhead with an address and details, bill-to and ship-to, or parties and signatures."""
    chance = random.Random(f"letter {seed}")
    font, size = chance.choice(("helv", "tiro")), chance.choice((9, 10, 11))
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    must: list[str] = []
    kind = chance.choice(("letterhead", "invoice", "invoice", "contract"))
    draw = {"letterhead": _letterhead, "invoice": _invoice, "contract": _contract}[kind]
    draw(page, chance, font, size, must)
    return Drawn(document.tobytes(), tuple(must))


def _address(chance) -> list[str]:
    lines = [chance.choice((*NAMES, *FIRMS)), f"{chance.choice(STREETS)} {chance.randint(1, 99)}"]
    lines.append(f"{chance.randint(1000, 9999)} {chance.choice(CITIES)}")
    if chance.random() < 0.4:
        lines.insert(1, f"Attn: {chance.choice(NAMES)}")
    return [*lines, "Norway"] if chance.random() < 0.4 else lines


def _block(page, x, y, lines, font, size, *, right: bool = False) -> float:
    for line in lines:
        left = x - pymupdf.get_text_length(line, font, size) if right else x
        page.insert_text((left, y), line, fontname=font, fontsize=size)
        y += 1.25 * size
    return y


def _details(page, chance, x, y, font, size, must) -> float:
    pairs = [
        ("Invoice number", str(chance.randint(1000, 9999))),
        ("Date", f"{chance.randint(1, 28)} May 2031"),
        ("Due", f"{chance.randint(1, 28)} June 2031"),
        ("Our reference", f"{chance.choice(THINGS)}-{chance.randint(10, 99)}"),
    ]
    colon = chance.choice(("", ":"))
    for label, value in chance.sample(pairs, chance.randint(2, 4)):
        page.insert_text((x, y), label + colon, fontname=font, fontsize=size)
        page.insert_text((x + 8 * size, y), value, fontname=font, fontsize=size)
        must.append(joined([label + colon, value]))
        y += 1.3 * size
    return y


def _letterhead(page, chance, font, size, must) -> None:
    firm = chance.choice(FIRMS)
    page.insert_text((72, 76), firm, fontname="hebo", fontsize=chance.choice((14, 18)))
    sender = [
        f"{chance.choice(STREETS)} {chance.randint(1, 99)}",
        f"{chance.randint(1000, 9999)} {chance.choice(CITIES)}",
        f"Telephone {chance.randint(100, 999)} {chance.randint(1000, 9999)}",
        f"post@{firm.split()[0].lower()}.example",
    ]
    right = chance.random() < 0.5
    low = _block(page, 540 if right else 400, 70, sender, font, size - 1, right=right)
    must.append(joined(sender))
    to, top = _address(chance), low + 20
    must.append(joined(to))
    low = _block(page, 72, top, to, font, size)
    if chance.random() < 0.6:
        low = max(low, _details(page, chance, 360, top, font, size, must))
    page.insert_text((72, low + 24), f"Dear {to[0]},", fontname=font, fontsize=size)
    must.append(re.escape(f"Dear {to[0]},"))
    prose(page, chance, low + 48, 5)


def _invoice(page, chance, font, size, must) -> None:
    page.insert_text((72, 80), "INVOICE", fontname="hebo", fontsize=18)
    y = 108.0
    at_side = chance.random() < 0.5
    if not at_side:
        y = _details(page, chance, 72, y, font, size, must) + size
    heads = chance.choice((("Bill to", "Ship to"), ("BILL TO:", "SHIP TO:"), ("From", "To")))
    columns = [72.0, chance.choice((240.0, 320.0))]
    bold = chance.choice((font, "hebo"))
    low = y
    for x, head in zip(columns, heads, strict=True):
        page.insert_text((x, y), head, fontname=bold, fontsize=size)
        lines = _address(chance)
        low = max(low, _block(page, x, y + 1.3 * size, lines, font, size))
        must.append(joined([head, *lines]))
    if at_side and columns[1] < 300:
        low = max(low, _details(page, chance, 410, y, font, size, must))
    y = low + 2 * size
    for row in range(5):
        cells = (
            ("Item", "Quantity", "Price")
            if row == 0
            else (chance.choice(THINGS), str(chance.randint(1, 9)), f"{chance.randint(2, 90)}.00")
        )
        for x, text in zip((76, 320, 440), cells, strict=True):
            page.insert_text((x, y), text, fontname="hebo" if row == 0 else font, fontsize=size)
        page.draw_line((72, y + 4), (540, y + 4), width=0.5)
        must.append(r" ?\| ?".join(re.escape(cell) for cell in cells))
        y += 1.7 * size
    prose(page, chance, y + 20, 2)


def _contract(page, chance, font, size, must) -> None:
    y = prose(page, chance, 84, chance.randint(3, 6)) + 24
    parties = chance.choice((("THE SELLER", "THE BUYER"), ("Landlord:", "Tenant:"), ("", "")))
    columns = (72, 330)
    ruled = chance.random() < 0.5 or parties == ("", "")
    for x, head in zip(columns, parties, strict=True):
        low = y
        name = chance.choice(NAMES)
        lines = [head] if head else []
        if lines:
            _block(page, x, low, lines, "hebo", size)
            low += 1.3 * size
        if ruled:
            page.draw_line((x, low + 2.2 * size), (x + 160, low + 2.2 * size), width=0.6)
            low += 3.4 * size
        rest = [name, chance.choice(("Director", "Secretary", "Pilot")), chance.choice(FIRMS)]
        rest.append(f"Date: {chance.randint(1, 28)} May 2031")
        _block(page, x, low, rest, font, size)
        must.append(joined([*lines, *rest]))
    prose(page, chance, y + 12 * size, 2)

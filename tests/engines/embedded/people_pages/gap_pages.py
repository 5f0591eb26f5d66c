"""Text whose words are parted by narrow white and by no space, as some typesetters write it."""

from __future__ import annotations

import random
import re

import pymupdf

from tests.engines.embedded.people_pages.seeded import Drawn, sentence


def draw_gaps(seed: int) -> Drawn:
    """A caption or all of a page with white of a tenth to a fifth of the type's size for spaces."""
    chance = random.Random(f"gaps {seed}")
    document = pymupdf.open()
    page = document.new_page()
    font = chance.choice(("helv", "tiro", "hebo", "tiit"))
    gap = chance.choice((0.1, 0.12, 0.14, 0.17, 0.2))
    size = chance.choice((8, 9, 10, 12))
    tracking = chance.choice((0.0, 0.0, 0.0, 0.03, -0.02))
    whole = chance.random() < 0.4
    y, parts, must = 760.0, [], []
    for paragraph in range(4):
        is_tight = whole or paragraph == 1
        for _ in range(2 if paragraph == 1 else 4):
            words = sentence(chance, chance.choice((9, 11))).split()
            parts.append(_shown(words, font, size, y, gap if is_tight else None, tracking))
            must.append(" ".join(re.escape(word) for word in words))
            y -= 1.35 * size
        y -= 1.6 * size
    page.insert_text((72, 40), " ", fontname=font)
    xref = page.get_contents()[0]
    document.update_stream(xref, "\n".join(parts).encode())
    return Drawn(document.tobytes(), tuple(must))


def _shown(
    words: list[str], font: str, size: float, y: float, gap: float | None, tracking: float
) -> str:
    spacing = f"{tracking * size:.3f} Tc"
    if gap is None:
        return f"BT /{font} {size} Tf 0 Tc 72 {y:.2f} Td ({' '.join(words)}) Tj ET"
    shown = f" {-1000 * gap:.0f} ".join(f"({word})" for word in words)
    return f"BT /{font} {size} Tf {spacing} 72 {y:.2f} Td [{shown}] TJ ET"

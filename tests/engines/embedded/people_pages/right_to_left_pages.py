"""Pages in Hebrew and Arabic with numbers and Latin names, stored as read or as seen."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pymupdf

from tests.engines.embedded.people_pages.seeded import Drawn

FONTS = Path("/usr/share/fonts/truetype/noto")
_HEBREW = (
    "סירה",
    "נמל",
    "חבל",
    "עוגן",
    "גשר",
    "שנה",
    "רישיון",
    "כרטיס",
    "מטען",
    "חורף",
    "דוח",
    "שוק",
)
_ARABIC = (
    "قارب",
    "ميناء",
    "حبل",
    "مرساة",
    "جسر",
    "سنة",
    "رخصة",
    "تذكرة",
    "شحنة",
    "شتاء",
    "تقرير",
    "سوق",
)
_LATIN = ("Harbour Ltd", "Delta Ferry", "Anchor Bank", "Weir")


def font_files() -> tuple[Path, Path]:
    return FONTS / "NotoSansHebrew-Regular.ttf", FONTS / "NotoNaskhArabic-Regular.ttf"


def draw_right_to_left(seed: int) -> Drawn:
    chance = random.Random(f"right to left {seed}")
    kind = chance.choice(("hebrew as seen", "hebrew", "arabic", "table"))
    words = _ARABIC if kind == "arabic" else _HEBREW
    document = pymupdf.open()
    page = document.new_page()
    if kind == "table":
        return _table(page, chance)
    lines = [_sentence(chance, words) for _ in range(chance.randint(4, 7))]
    if kind == "hebrew as seen":
        for row, line in enumerate(lines):
            _show(page, 520, 90 + 30 * row, line)
    else:
        css = "".join(
            f"@font-face {{font-family: own; src: url({path.name});}}"
            for path in (font_files()[kind == "arabic"],)
        )
        body = "".join(f'<p dir="rtl">{line}</p>' for line in lines)
        page.insert_htmlbox(
            (72, 72, 520, 700),
            f'<div dir="rtl">{body}</div>',
            css=css + "* {font-family: own; font-size: 13px;}",
            archive=pymupdf.Archive(str(FONTS)),
        )
    return Drawn(document.tobytes(), tuple(re.escape(line) for line in lines))


def _sentence(chance: random.Random, words: tuple[str, ...]) -> str:
    said = list(chance.sample(words, 8))
    said[2] = f"{chance.randint(1, 9)},{chance.randint(100, 999)}"
    said[4] = str(chance.randint(1990, 2024))
    if chance.random() < 0.5:
        said[6] = chance.choice(_LATIN)
    return " ".join(said) + "."


def _show(page: pymupdf.Page, right: float, y: float, text: str) -> None:
    """Write a Hebrew line glyph by glyph as it is seen from the left."""
    parts = re.findall(r"[A-Za-z]+(?: [A-Za-z]+)*|\d+(?:[.,]\d+)*|.", text)
    seen = "".join(reversed(parts))
    font = pymupdf.Font(fontfile=str(font_files()[0]))
    writer = pymupdf.TextWriter(page.rect)
    x = right - sum(font.text_length(c, 12) for c in seen)
    for character in seen:
        writer.append((x, y), character, font=font, fontsize=12)
        x += font.text_length(character, 12)
    writer.write_text(page)


def _table(page: pymupdf.Page, chance: random.Random) -> Drawn:
    """A ruled table whose first column is the rightmost one."""
    rows = [tuple(chance.sample(_HEBREW, 3))]
    rows += [
        (chance.choice(_HEBREW), str(chance.randint(2, 99)), f"{chance.randint(10, 999)}.50")
        for _ in range(chance.randint(3, 6))
    ]
    _show(page, 500, 80, " ".join(chance.sample(_HEBREW, 7)) + ".")
    rights, y = (500, 350, 230), 120.0
    for row in rows:
        for right, text in zip(rights, row, strict=True):
            _show(page, right - 6, y, text)
        page.draw_line((110, y + 8), (500, y + 8))
        y += 24
    page.draw_line((110, 104), (500, 104))
    for x in (110, 230, 350, 500):
        page.draw_line((x, 104), (x, y - 16))
    return Drawn(page.parent.tobytes(), tuple(" \\| ".join(map(re.escape, row)) for row in rows))

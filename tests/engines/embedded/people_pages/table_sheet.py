"""A sheet that tables are set on, and what to set."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

import pymupdf
import reportlab

from tests.engines.embedded.people_pages.seeded import THINGS, Drawn, prose

_VERA = Path(reportlab.__file__).parent / "fonts"
_FACES = (("helv", "hebo"), ("tiro", "tibo"), ("Vera.ttf", "VeraBd.ttf"))
ADJECTIVES = ("Northern", "Inland", "Seasonal", "Leased", "Rented", "Used", "Public", "Minor")
_LINE = 0.5


def _font(name: str) -> pymupdf.Font:
    return pymupdf.Font(fontfile=str(_VERA / name)) if name.endswith(".ttf") else pymupdf.Font(name)


class Sheet:
    """A page on which cells are set in one face and size."""

    def __init__(self, chance: random.Random, sizes: Sequence[float] = (7.5, 8, 9, 10)) -> None:
        self.chance = chance
        self.document = pymupdf.open()
        self.page = self.document.new_page(width=612, height=792)
        face = chance.choice(_FACES)
        self._fonts = {
            strong: _font(name) for strong, name in zip((False, True), face, strict=True)
        }
        for strong, font in self._fonts.items():
            self.page.insert_font(f"face{strong:d}", fontbuffer=font.buffer)
        self.size = chance.choice(sizes)
        self.step = self.size * chance.uniform(1.45, 1.9)

    def width(self, said: str, *, bold: bool = False) -> float:
        return self._fonts[bold].text_length(said, self.size)

    def text(
        self, x: float, y: float, said: str, align: str = "left", *, bold: bool = False
    ) -> tuple[float, float]:
        """Set a text that begins at, ends at or stands around `x`; where it begins and ends."""
        width = self.width(said, bold=bold)
        left = x - {"left": 0.0, "right": width, "middle": width / 2}[align]
        self.page.insert_text((left, y), said, fontname=f"face{bold:d}", fontsize=self.size)
        return left, left + width

    def rule(self, x0: float, x1: float, y: float, width: float = _LINE) -> None:
        self.page.draw_line((x0, y), (x1, y), width=width)

    def shade(self, x0: float, x1: float, y: float) -> None:
        """Shade the row whose text stands on `y`."""
        box = (x0, y - 1.05 * self.size, x1, y - 1.05 * self.size + self.step)
        self.page.draw_rect(box, color=None, fill=(0.9, 0.95, 0.9), overlay=False)

    def opening(self, y: float = 72) -> float:
        """Some prose above the table."""
        return prose(self.page, self.chance, y, self.chance.randint(2, 5)) + 14

    def closing(self, y: float) -> None:
        prose(self.page, self.chance, y + 26, self.chance.randint(2, 5))

    def drawn(self, must: Sequence[str], must_not: Sequence[str] = ()) -> Drawn:
        return Drawn(self.document.tobytes(), tuple(must), tuple(must_not))


def row_pattern(*cells: str) -> str:
    """A pattern of cells that stand side by side."""
    return r" ?\| ?".join(_cell(cell) for cell in cells)


def _cell(text: str) -> str:
    """A pattern of a text in which white before and behind signs does not count."""
    words = re.escape(text).replace(r"\ ", " ?")
    return re.sub(r"(\\\$|£|€|\\\(|\\\)|%)", r" ?\1 ?", words).replace(
        r"\-", "[-\u2010-\u2015\u2212]"
    )


def row_labels(chance: random.Random, count: int) -> list[str]:
    picked = chance.sample(THINGS, count)
    shapes = ("{a} {t}s", "{t}s and {u}s", "{t} costs", "Total {t}s", "{a} {t} fees, net")
    return [
        chance.choice(shapes)
        .format(a=chance.choice(ADJECTIVES), t=thing, u=chance.choice(THINGS))
        .capitalize()
        for thing in picked
    ]


def random_amount(chance: random.Random, top: int = 99999) -> str:
    return f"{chance.randint(100, top):,}"

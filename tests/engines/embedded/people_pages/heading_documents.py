"""Documents whose headings have levels that no single page tells."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

import pymupdf

from tests.engines.embedded.people_pages.seeded import THINGS, Drawn, sentence

LEFT, TOP, BOTTOM, STEP = 72, 80, 740, 14
_ROMANS = ("I", "II", "III", "IV", "V", "VI")
_TITLES = ("Harbour Accounts", "Ferry Tariffs Reviewed", "Works on the Weir", "Pilotage Rules")


@dataclass(frozen=True)
class _Style:
    """How the headings of one level are set."""

    font: str
    size: float
    number: str = ""
    capitals: bool = False


def _styles(chance: random.Random) -> tuple[_Style, ...]:
    """From the highest level to the lowest; in `number` R, N, D, L stand for kinds of numbers."""
    size = chance.choice((10.0, 11.0))
    return chance.choice(
        (
            (
                _Style("hebo", size, "PART R", capitals=True),
                _Style("hebo", size, "Item N."),
                _Style("hebo", size),
                _Style("hebi", size),
            ),
            (
                _Style("tibo", size + 4, "Chapter N"),
                _Style("tibo", size + 2, "D2"),
                _Style("tibo", size + 1, "D3"),
            ),
            (
                _Style("hebo", size + 2, "D1"),
                _Style("hebo", size + 2, "D2"),
                _Style("hebo", 10, "D3"),
            ),
            (_Style("helv", size + 7), _Style("helv", size + 4), _Style("hebo", size)),
            (_Style("tibo", size, "R.", capitals=True), _Style("tibi", size, "L.")),
            (_Style("hebo", size + 3, "D1"), _Style("hebo", size + 1, "D2"), _Style("hebo", size)),
            (_Style("hebo", size, capitals=True), _Style("hebo", size), _Style("hebi", size)),
        )
    )


@dataclass
class _Writer:
    """Writes a document line by line, with new pages as they are needed."""

    chance: random.Random
    document: pymupdf.Document
    y: float = BOTTOM

    def line(self, text: str, font: str, size: float, above: float = 0.0) -> None:
        self.y += above + max(STEP, 1.3 * size)
        if self.y > BOTTOM:
            self.document.new_page()
            self.y = TOP
        self.document[-1].insert_text((LEFT, self.y), text, fontname=font, fontsize=size)

    def heading(self, text: str, style: _Style) -> None:
        if self.y > BOTTOM - 70:
            self.y = BOTTOM
        self.line(text, style.font, style.size, above=12)

    def prose(self) -> None:
        self.y += 3
        for _ in range(self.chance.randint(5, 11)):
            self.line(sentence(self.chance, 13), "helv", 9)


def draw_headings(seed: int) -> Drawn:
    chance = random.Random(f"headings {seed}")
    styles = _styles(chance)
    counts = [0] * len(styles)
    writer = _Writer(chance, pymupdf.open())
    must = []
    if chance.random() < 0.7:
        title = chance.choice(_TITLES)
        writer.line(title, "hebo", 24)
        writer.prose()
        must.append(f"(?<!#)# {title}")
    levels = [0, *(chance.randint(0, len(styles) - 1) for _ in range(16))]
    for before, drawn in zip([0, *levels], levels, strict=False):
        level = min(drawn, before + 1)
        counts[level] += 1
        counts[level + 1 :] = [0] * (len(counts) - level - 1)
        words = " ".join(chance.sample(THINGS, chance.choice((1, 2, 2, 3)))).capitalize()
        number = _number(styles[level].number, counts, level)
        text = f"{number} {words}".strip()
        text = text.upper() if styles[level].capitals else text
        writer.heading(text, styles[level])
        writer.prose()
        must.append(f"(?<!#){'#' * (level + 2)} {re.escape(text)}")
    return Drawn(writer.document.tobytes(), tuple(must))


def _number(pattern: str, counts: list[int], level: int) -> str:
    count = max(1, counts[level])
    if pattern.startswith("D"):
        depth = int(pattern[1])
        above = [max(1, n) for n in counts[max(0, level - depth + 1) : level + 1]]
        return ".".join(str(n) for n in [1] * (depth - len(above)) + above)
    letters = {"R": _ROMANS[(count - 1) % 6], "N": str(count), "L": chr(64 + count)}
    return re.sub(r"\b[RNL](?=\.|$)", lambda kind: letters[kind.group()], pattern)

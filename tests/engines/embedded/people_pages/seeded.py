"""A drawn page with what a right reading of it holds, and words to draw with."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass

import pymupdf
from rapidfuzz import fuzz

NAMES = (
    "Aino Laakso", "Bram Okafor", "Carla Menezes", "Dag Hollund", "Ewa Brzoza", "Farid Nasser",
    "Greta Lindqvist", "Hugo Amaral", "Ines Calder", "Jorun Vik", "Kofi Badu", "Lena Hartwig",
)  # fmt: skip
STREETS = ("Quay Street", "Mill Lane", "Strandgaten", "Rue du Port", "Kirkeveien", "Hill Road")
CITIES = ("Bristol", "Bergen", "Nantes", "Turku", "Aarhus", "Porto", "Galway", "Lübeck")
FIRMS = (
    "Harbour Insurance Ltd", "Northern Rope Works", "Institute of Tides", "Delta Ferry Company",
    "Lock and Weir Office", "Saltmarsh Trust", "Brightwater Energy", "Anchor Savings Bank",
)  # fmt: skip
THINGS = (
    "boat", "ladder", "rope", "permit", "harbour", "pilot", "bridge", "cargo", "ferry", "lamp",
    "engine", "ticket", "garden", "meadow", "winter", "summer", "report", "licence", "tariff",
    "tenant", "deposit", "notice", "repair", "channel", "signal", "anchor", "market", "school",
)  # fmt: skip
VERBS = ("checks", "keeps", "moves", "pays for", "inspects", "returns", "measures", "leaves")
ALIKE = 94
"""Percent; a word of another text amid a paragraph costs more than a letter read wrong."""


@dataclass(frozen=True)
class Drawn:
    """A page and what is expected of its reading.

    Attributes:
        pdf: Bytes of the file.
        must: Patterns that the flattened text holds.
        must_not: Patterns that it does not hold.
        suffix: Of the file.
    """

    pdf: bytes
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    suffix: str = ".pdf"

    def faults(self, markdown: str) -> list[str]:
        """What a reading gets wrong; nothing for a right one."""
        text = flattened(markdown)
        missing = [f"missing {p}" for p in self.must if not re.search(p, text)]
        return missing + [f"has {p}" for p in self.must_not if re.search(p, text)]


@dataclass(frozen=True)
class DrawnProse(Drawn):
    """A page whose letters are worn, so that some of them are read wrong.

    Attributes:
        paragraphs: Texts that the reading holds in one piece.
    """

    paragraphs: tuple[str, ...] = ()

    def faults(self, markdown: str) -> list[str]:
        text = flattened(markdown)
        torn = [p for p in self.paragraphs if fuzz.partial_ratio(p, text) < ALIKE]
        return super().faults(markdown) + [f"torn {p}" for p in torn]


def flattened(markdown: str) -> str:
    """A page's text on one line, cells parted by bars."""
    text = re.sub(r"</t[dh]>\s*<t[dh][^>]*>", " | ", markdown)
    text = re.sub(r"<(?!!--)/?[a-z]+[^>]*>", " ", text)
    text = html.unescape(text).replace("**", "").replace("\\", "")
    return re.sub(r"\s+", " ", text)


def sentence(chance: random.Random, words: int = 9) -> str:
    said = ["The", chance.choice(THINGS), chance.choice(VERBS)]
    while len(said) < words:
        said += [chance.choice(("the", "a", "every", "no")), chance.choice(THINGS)]
    return " ".join(said) + "."


def prose(page: pymupdf.Page, chance: random.Random, y: float, lines: int, x: float = 72) -> float:
    """Write some lines of text, and return the height below them."""
    for _ in range(lines):
        page.insert_text((x, y), sentence(chance, 11), fontname="helv", fontsize=10)
        y += 14
    return y


def wrapped(text: str, width: float, font: str, size: float) -> list[str]:
    """A text in lines that fit a width in points."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and pymupdf.get_text_length(longer, font, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def joined(lines: Iterable[str]) -> str:
    """A pattern of lines that follow each other with nothing but markup between them."""
    return r"[ |>#*-]*".join(re.escape(line) for line in lines)

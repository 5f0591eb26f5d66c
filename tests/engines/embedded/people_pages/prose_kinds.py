"""Pages of prose with what stands in most real prose: references, running heads, slanted headings."""

from __future__ import annotations

import random
from collections.abc import Callable

import pymupdf

from tests.engines.embedded.people_pages.seeded import NAMES, THINGS, sentence

_LEFT, _RIGHT, _SIZE, _STEP = 72.0, 540.0, 10.0, 12.0


def _paragraphs(page: pymupdf.Page, chance: random.Random, y: float, count: int) -> float:
    """Paragraphs of full lines that end in a shorter one, parted by white."""
    for _ in range(count):
        lines = [_full(chance) for _ in range(chance.randint(3, 5))]
        lines.append(sentence(chance, 8))
        for said in lines:
            page.insert_text((_LEFT, y), said, fontname="tiro", fontsize=_SIZE)
            y += _STEP
        y += 8
    return y


def _full(chance: random.Random, left: float = _LEFT) -> str:
    said = ""
    while pymupdf.get_text_length(said, "tiro", _SIZE) < _RIGHT - left - 30:
        said = f"{said} {sentence(chance, 2)[:-1].lower()}".strip()
    return said


def _references(page: pymupdf.Page, chance: random.Random, y: float) -> float:
    page.insert_text((_LEFT, y + 12), "References", fontname="tibo", fontsize=_SIZE + 2)
    y += 32
    for number in range(1, chance.randint(6, 9)):
        said = f"[{number}] {chance.choice(NAMES)}. {_full(chance, 130)[:70]}"
        page.insert_text((_LEFT, y), said, fontname="tiro", fontsize=_SIZE)
        y += _STEP
        if chance.random() < 0.7:
            page.insert_text((_LEFT + 18, y), sentence(chance, 5), fontname="tiro", fontsize=_SIZE)
            y += _STEP
        y += 4
    return y + 12


def _numbered_head(page: pymupdf.Page, chance: random.Random, y: float) -> float:
    page.insert_text((_LEFT, 56), str(chance.randint(2, 200)), fontname="tiro", fontsize=9)
    said = f"{chance.choice(NAMES)}: the {chance.choice(THINGS)}"
    page.insert_text((380, 56), said, fontname="tiro", fontsize=9)
    return y


def _slanted_heading(page: pymupdf.Page, chance: random.Random, y: float) -> float:
    said = f"{chance.randint(2, 6)}.{chance.randint(1, 5)} The {chance.choice(THINGS)}"
    page.insert_text((_LEFT, y + 8), said, fontname="tiit", fontsize=_SIZE)
    return y + 26


def _bold_sentence(page: pymupdf.Page, chance: random.Random, y: float) -> float:
    said = f"The {chance.choice(THINGS)} may fail, and the {chance.choice(THINGS)} be lost with it."
    page.insert_text((_LEFT, y + 8), said, fontname="tibo", fontsize=_SIZE)
    return y + 26


def _signs(page: pymupdf.Page, chance: random.Random, y: float) -> float:
    for said in (_full(chance)[:70] + " 3 × 4 metres or", _full(chance), sentence(chance, 8)):
        page.insert_text((_LEFT, y), said, fontname="tiro", fontsize=_SIZE)
        y += _STEP
    return y + 8


def _crop_marks(page: pymupdf.Page, chance: random.Random, y: float) -> float:
    page.draw_rect(pymupdf.Rect(-20, -20, 632, 812), color=(0, 0, 0))
    page.draw_line((chance.randint(-18, -8), 40), (-4, 400), color=(0, 0, 0))
    return y


_KINDS: dict[str, Callable[[pymupdf.Page, random.Random, float], float]] = {
    "references": _references,
    "numbered head": _numbered_head,
    "slanted heading": _slanted_heading,
    "bold sentence": _bold_sentence,
    "signs": _signs,
    "crop marks": _crop_marks,
}
KINDS = tuple(_KINDS)
"""What a page of prose may hold and be plain prose all the same."""


def draw_kind(kind: str, seed: int) -> bytes:
    """A page of prose with something between its paragraphs; references come last."""
    chance = random.Random(f"{kind} {seed}")
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    y = _paragraphs(page, chance, 96.0, 3)
    y = _KINDS[kind](page, chance, y)
    if kind != "references":
        _paragraphs(page, chance, y, 3)
    return document.tobytes()

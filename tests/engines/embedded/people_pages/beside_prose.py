"""Pages of prose that hold one thing more, which only a look at the page can place."""

from __future__ import annotations

import random
from collections.abc import Callable

import pymupdf

from tests.engines.embedded.people_pages.prose_pages import draw_prose
from tests.engines.embedded.people_pages.seeded import FIRMS, NAMES, THINGS, sentence

_LEFT, _RIGHT, _SIZE = 72.0, 540.0, 10.0


def _lines(page: pymupdf.Page, chance: random.Random, y: float, count: int, right: float) -> float:
    """Paragraphs of lines as wide as a column, parted by white."""
    for number in range(count):
        said = ""
        while pymupdf.get_text_length(said, "helv", _SIZE) < right - _LEFT - 40:
            said = f"{said} {sentence(chance, 3)[:-1].lower()}".strip()
        last = number % 4 == 3
        page.insert_text((_LEFT, y), f"{said}." if last else said, fontname="helv", fontsize=_SIZE)
        y += 20 if last else 12
    return y


def _with_table(page: pymupdf.Page, chance: random.Random, y: float) -> float:
    for _ in range(6):
        page.insert_text((_LEFT, y), chance.choice(FIRMS), fontname="helv", fontsize=_SIZE)
        for x in (300, 380, 460):
            said = f"{chance.randint(100, 9999):,}"
            page.insert_text((x, y), said, fontname="helv", fontsize=_SIZE)
        y += 14
    return y


def _with_chart(page: pymupdf.Page, chance: random.Random, y: float) -> float:
    page.draw_line((100, y), (100, y + 120))
    page.draw_line((100, y + 120), (420, y + 120))
    points = [(100 + 32 * n, y + chance.randint(10, 110)) for n in range(10)]
    page.draw_polyline(points)
    for n, (x, _) in enumerate(points):
        page.insert_text((x - 3, y + 132), str(n), fontname="helv", fontsize=8)
    return y + 150


def _with_sidebar(page: pymupdf.Page, chance: random.Random, y: float) -> float:
    for number, name in enumerate(chance.sample(NAMES, 8)):
        page.insert_text((470, 90 + 14 * number), name, fontname="helv", fontsize=_SIZE)
    return y


def _with_field(page: pymupdf.Page, chance: random.Random, y: float) -> float:
    page.insert_text((_LEFT, y), f"Name of the {chance.choice(THINGS)}", fontsize=_SIZE)
    field = pymupdf.Widget()
    field.field_type, field.field_name = pymupdf.PDF_WIDGET_TYPE_TEXT, "name"
    field.field_value, field.rect = chance.choice(NAMES), pymupdf.Rect(220, y - 12, 400, y + 4)
    page.add_widget(field)
    return y + 24


def _with_formula(page: pymupdf.Page, chance: random.Random, y: float) -> float:
    said = f"a + {chance.randint(2, 9)}b = c"
    page.insert_text((260, y + 8), said, fontname="heit", fontsize=_SIZE)
    return y + 30


def _with_box(page: pymupdf.Page, chance: random.Random, y: float) -> float:
    page.draw_rect(pymupdf.Rect(_LEFT - 6, y - 12, _RIGHT, y + 46), color=(0.4, 0.4, 0.4))
    return _lines(page, chance, y, 4, _RIGHT) + 12


def _with_picture(page: pymupdf.Page, chance: random.Random, y: float) -> float:
    picture = pymupdf.Pixmap(pymupdf.csRGB, pymupdf.IRect(0, 0, 60, 40))
    picture.set_rect(picture.irect, (chance.randint(0, 200), 120, 90))
    page.insert_image(pymupdf.Rect(150, y, 390, y + 110), pixmap=picture)
    said = f"Figure 1. The {chance.choice(THINGS)} in its place"
    page.insert_text((_LEFT, y + 130), said, fontname="helv", fontsize=9)
    return y + 160


def _with_slanted_line(page: pymupdf.Page, chance: random.Random, y: float) -> float:
    """A motto or a name below a paragraph: a heading by its type, and none by its place."""
    said = f"The {chance.choice(THINGS)} of {chance.choice(NAMES).split()[1]}"
    page.insert_text((_LEFT, y - 2), said, fontname="heit", fontsize=_SIZE)
    return y + 20


_BESIDE: dict[str, Callable[[pymupdf.Page, random.Random, float], float]] = {
    "table": _with_table,
    "chart": _with_chart,
    "sidebar": _with_sidebar,
    "field": _with_field,
    "formula": _with_formula,
    "box": _with_box,
    "picture": _with_picture,
    "slanted line": _with_slanted_line,
}

BESIDE = tuple(_BESIDE)
"""What a page of prose may hold beside it."""


def draw_beside(kind: str, seed: int) -> bytes:
    """Two stretches of prose with something between or beside them."""
    chance = random.Random(f"{kind} {seed}")
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    right = 440.0 if kind == "sidebar" else _RIGHT
    y = _lines(page, chance, 90, 12, right)
    y = _BESIDE[kind](page, chance, y)
    _lines(page, chance, y + 12, 12, right)
    return document.tobytes()


def draw_turned(seed: int) -> bytes:
    """Prose with a line along its margin."""
    with pymupdf.open(stream=draw_prose(seed)) as document:
        document[0].insert_text((24, 500), f"Copy {seed} of the harbour", fontsize=9, rotate=90)
        return document.tobytes()

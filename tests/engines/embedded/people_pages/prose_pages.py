"""Pages of plain prose, set as word processors, browsers and printers set them."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pymupdf

from tests.engines.embedded.people_pages.seeded import NAMES, THINGS, sentence

_FACES = (("helv", "hebo", "heit"), ("tiro", "tibo", "tiit"))
_LINKS = ("therefore", "moreover", "in the harbour", "as before", "by and large", "at low tide")


@dataclass
class _Setting:
    """How a page is set, and where its next line goes.

    Attributes:
        chance: What decides.
        page: The page.
        lefts: Where its columns begin.
        width: Width of a column.
        top: Base line of the first line of a column.
        bottom: Lowest base line.
        size: Of the type.
        leading: From base line to base line.
        column: Number of the column that is being set.
        y: Base line of the next line.
    """

    chance: random.Random
    page: pymupdf.Page
    faces: tuple[str, str, str]
    lefts: tuple[float, ...]
    width: float
    top: float
    bottom: float
    size: float
    leading: float
    justified: bool
    hyphenated: bool
    column: int = 0
    y: float = 0.0

    @property
    def is_full(self) -> bool:
        return self.column >= len(self.lefts)

    def next_line(self) -> None:
        self.y += self.leading
        if self.y > self.bottom:
            self.column, self.y = self.column + 1, self.top


def draw_prose(seed: int) -> bytes:
    """A page of one or two columns with paragraphs, headings, lists and running lines."""
    chance = random.Random(f"prose {seed}")
    document = pymupdf.open()
    width, height = chance.choice(((612, 792), (595, 842)))
    page = document.new_page(width=width, height=height)
    size = chance.choice((9, 9.5, 10, 10.5, 11, 12))
    margin, columns = chance.choice((50, 62, 72, 85)), chance.choice((1, 1, 2))
    gutter = chance.choice((14, 18, 24, 30))
    across = (width - 2 * margin - gutter * (columns - 1)) / columns
    top = chance.choice((72, 85, 100))
    setting = _Setting(
        chance,
        page,
        chance.choice(_FACES),
        tuple(margin + n * (across + gutter) for n in range(columns)),
        across,
        top,
        height - chance.choice((72, 85, 100)),
        size,
        size * chance.choice((1.15, 1.2, 1.25, 1.35, 1.5)),
        chance.choice((True, False)),
        chance.choice((True, False)),
        y=top,
    )
    _running_lines(setting, width, height, margin)
    _body(setting)
    return document.tobytes()


def draw_browser_page(seed: int) -> bytes:
    """Prose that ends in the middle of a page, with the page's number right below it."""
    chance = random.Random(f"browser {seed}")
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    setting = _Setting(
        chance,
        page,
        _FACES[0],
        lefts=(72.0,),
        width=468.0,
        top=85.0,
        bottom=430.0,
        size=10.0,
        leading=12.5,
        justified=True,
        hyphenated=False,
        y=85.0,
    )
    _body(setting)
    page.insert_text((300, 455), str(chance.randint(2, 90)), fontname="helv", fontsize=9)
    return document.tobytes()


def _running_lines(setting: _Setting, width: float, height: float, margin: float) -> None:
    chance, page = setting.chance, setting.page
    number = str(chance.randint(2, 340))
    if chance.random() < 0.8:
        x = chance.choice((width / 2 - 5, width - margin - 15))
        page.insert_text((x, height - 40), number, fontname=setting.faces[0], fontsize=9)
    if chance.random() < 0.4:
        said = f"The {chance.choice(THINGS)} and the {chance.choice(THINGS)}"
        face = chance.choice(setting.faces)
        page.insert_text((margin, 42), said, fontname=face, fontsize=9)


def _body(setting: _Setting) -> None:
    chance = setting.chance
    spaced = chance.random() < 0.5
    gap = setting.leading * chance.choice((0.5, 0.6, 0.8, 1.0)) if spaced else 0.0
    indent = 0.0 if spaced else setting.size * chance.choice((1.0, 1.5, 2.0))
    heading_size = setting.size * chance.choice((1.0, 1.2, 1.35))
    numbered = chance.random() < 0.5
    lists = chance.random() < 0.3
    section = chance.randint(1, 5)
    while not setting.is_full:
        roll = chance.random()
        if roll < 0.16 and setting.y + 5 * setting.leading < setting.bottom:
            _heading(setting, heading_size, section if numbered else None)
            section += 1
            _paragraph(setting, 0.0 if chance.random() < 0.5 else indent)
        elif roll < 0.28 and lists and setting.y + 6 * setting.leading < setting.bottom:
            _list(setting, gap)
        else:
            _paragraph(setting, indent)
        setting.y += gap


def _heading(setting: _Setting, size: float, number: int | None) -> None:
    chance = setting.chance
    said = f"The {chance.choice(THINGS)} of {chance.choice(NAMES).split()[1]}"
    said = f"{number}. {said}" if number is not None else said
    if setting.y > setting.top:
        setting.y += 0.9 * setting.leading
    setting.page.insert_text(
        (setting.lefts[setting.column], setting.y), said, fontname=setting.faces[1], fontsize=size
    )
    setting.y += 0.4 * setting.leading
    setting.next_line()


def _list(setting: _Setting, gap: float) -> None:
    mark = setting.chance.choice(("\u2022", "1.", "\u2013"))
    setting.y += gap or 0.5 * setting.leading
    for n in range(setting.chance.randint(2, 4)):
        if setting.is_full:
            return
        x = setting.lefts[setting.column]
        said = f"{n + 1}." if mark == "1." else mark
        setting.page.insert_text(
            (x + 8, setting.y), said, fontname=setting.faces[0], fontsize=setting.size
        )
        words = sentence(setting.chance, setting.chance.randint(6, 24)).split()
        _set(setting, words, hang=24.0, first=24.0)
        setting.y += gap


def _paragraph(setting: _Setting, indent: float) -> None:
    words: list[str] = []
    for _ in range(setting.chance.randint(2, 7)):
        said = sentence(setting.chance, setting.chance.randint(7, 19))
        if setting.chance.random() < 0.4:
            said = f"{said[:-1]}, {setting.chance.choice(_LINKS)}."
        words += said.split()
    _set(setting, words, hang=0.0, first=indent)


def _set(setting: _Setting, words: list[str], hang: float, first: float) -> None:
    """Break words into lines, the first and the others standing in."""
    inset, words = first, list(words)
    while words and not setting.is_full:
        line, words = _broken(setting, words, setting.width - inset)
        _put(setting, line, setting.lefts[setting.column] + inset, setting.width - inset, words)
        inset = hang
        setting.next_line()


def _broken(setting: _Setting, words: list[str], width: float) -> tuple[list[str], list[str]]:
    line: list[str] = []
    for place, word in enumerate(words):
        if _length(setting, [*line, word]) <= width:
            line.append(word)
            continue
        cut = len(word) // 2
        head = f"{word[:cut]}-"
        fits = setting.hyphenated and cut > 2 and _length(setting, [*line, head]) <= width
        if fits and word.isalpha():
            return [*line, head], [word[cut:], *words[place + 1 :]]
        return line or [word], words[place:] if line else words[place + 1 :]
    return line, []


def _put(setting: _Setting, line: list[str], x: float, width: float, rest: list[str]) -> None:
    free = width - _length(setting, line)
    space = _length(setting, [" "])
    if setting.justified and rest and len(line) > 1:
        space += free / (len(line) - 1)
    for word in line:
        setting.page.insert_text(
            (x, setting.y), word, fontname=setting.faces[0], fontsize=setting.size
        )
        x += _length(setting, [word]) + space


def _length(setting: _Setting, words: list[str]) -> float:
    return pymupdf.get_text_length(" ".join(words), setting.faces[0], setting.size)

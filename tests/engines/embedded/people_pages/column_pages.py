"""Columns of numbered items, columns under numbered heads, and narrow columns with headings."""

from __future__ import annotations

import itertools
import random
import re

import pymupdf

from tests.engines.embedded.people_pages.seeded import (
    NAMES,
    THINGS,
    Drawn,
    joined,
    prose,
    sentence,
    wrapped,
)


def draw_numbered_columns(seed: int) -> Drawn:
    """Items that run down one column and on in the next, or columns under numbered heads."""
    chance = random.Random(f"numbered columns {seed}")
    columns = chance.choice((2, 2, 3))
    font, size = chance.choice(("helv", "tiro")), chance.choice((8, 9, 10))
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    y = 80.0
    if chance.random() < 0.6:
        title = f"Rules of the {chance.choice(THINGS)}"
        page.insert_text((54, y), title, fontname="hebo", fontsize=15)
        y += 28
    if chance.random() < 0.5:
        y = prose(page, chance, y, 2, 54) + 10
    width = (504 - 24 * (columns - 1)) / columns
    frame = (page, chance, y, columns, width, font, size)
    must = _heads(*frame) if chance.random() < 0.4 else _items(*frame)
    return Drawn(document.tobytes(), tuple(must))


def _items(page, chance, top, columns, width, font, size) -> list[str]:
    mark = chance.choice(("{}.", "({})", "[{}]", "{})"))
    kind = chance.choice(("long", "short", "mixed", "references"))
    hang = 2.4 * size
    count = chance.randint(4, 8) * columns
    space = chance.choice((0, 0.4 * size))
    texts, number = [], 0
    for column in range(columns):
        x, y = 54 + column * (width + 24), top
        for _ in range(count // columns):
            number += 1
            said = _item(chance, kind)
            lines = wrapped(said, width - hang, font, size)
            page.insert_text((x, y), mark.format(number), fontname=font, fontsize=size)
            for line in lines:
                page.insert_text((x + hang, y), line, fontname=font, fontsize=size)
                y += 1.22 * size
            y += space
            texts.append(f"{mark.format(number)} {said}")
    between = [rf"{_end(a)}[ |>#*-]*{_start(b)}" for a, b in itertools.pairwise(texts)]
    return [r"\s*".join(re.escape(word) for word in text.split()) for text in texts] + between


def _item(chance, kind: str) -> str:
    if kind == "references":
        return f"{chance.choice(NAMES)}. On the {chance.choice(THINGS)} and its {chance.choice(THINGS)}. Tide Press, {chance.randint(1990, 2030)}."
    words = {"long": 17, "short": 5, "mixed": chance.choice((3, 9, 19))}[kind]
    return sentence(chance, words)


def _start(text: str) -> str:
    return r"\s*".join(re.escape(word) for word in text.split()[:3])


def _end(text: str) -> str:
    return r"\s*".join(re.escape(word) for word in text.split()[-2:])


def _heads(page, chance, top, columns, width, font, size) -> list[str]:
    """Numbered heads side by side, each over a text of its own."""
    must = []
    form = chance.choice(("{}. {}", "Step {}: {}", "{}  {}", "Part {}. {}"))
    for row in range(chance.randint(1, 2)):
        lowest = top
        for column in range(columns):
            x, y = 54 + column * (width + 24), top
            head = form.format(row * columns + column + 1, f"The {chance.choice(THINGS)}")
            page.insert_text((x, y), head, fontname="hebo", fontsize=size + 1)
            y += 1.7 * size
            said = " ".join(sentence(chance, 11) for _ in range(chance.randint(2, 4)))
            lines = wrapped(said, width, font, size)
            for line in lines:
                page.insert_text((x, y), line, fontname=font, fontsize=size)
                y += 1.22 * size
            lowest = max(lowest, y)
            must.append(joined([*head.split(), *lines]))
        top = lowest + 1.6 * size
    return must


def draw_narrow_columns(seed: int) -> Drawn:
    """A newsletter of three to five narrow columns with headings over their articles."""
    chance = random.Random(f"narrow columns {seed}")
    columns = chance.choice((3, 3, 4, 5))
    size = chance.choice((7, 7.5, 8, 9))
    gap = chance.choice((10, 14, 18))
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    head = f"The {chance.choice(THINGS).capitalize()} Gazette"
    page.insert_text((40, 70), head, fontname="tibo", fontsize=26)
    page.draw_line((40, 80), (572, 80), width=1)
    width = (532 - gap * (columns - 1)) / columns
    if chance.random() < 0.4:
        for column in range(1, columns):
            x = 40 + column * (width + gap) - gap / 2
            page.draw_line((x, 96), (x, 700), width=0.4)
    must = []
    x, y, column = 40.0, 104.0, 0
    while column < columns:
        face, larger = chance.choice((("tibo", 1.5), ("hebo", 1.15), ("tibo", 1.0)))
        title = f"{chance.choice(THINGS)} {sentence(chance, 3)[4:-1]}".capitalize()
        story = " ".join(sentence(chance, 11) for _ in range(chance.randint(3, 7)))
        titles = wrapped(title, width, face, larger * size)
        lines = wrapped(story, width, "tiro", size)
        if y + len(titles) * 1.2 * larger * size + 3 * 1.2 * size > 690:
            x, y, column = x + width + gap, 104.0, column + 1
            continue
        for line in titles:
            page.insert_text((x, y), line, fontname=face, fontsize=larger * size)
            y += 1.2 * larger * size
        y += 0.3 * size
        whole = True
        for n, line in enumerate(lines):
            if y > 690:
                x, y, column = x + width + gap, 104.0, column + 1
            if column == columns:
                lines, whole = lines[:n], False
                break
            page.insert_text((x, y), line, fontname="tiro", fontsize=size)
            y += 1.2 * size
        y += 1.4 * size
        must.append(joined([*titles, *lines]).replace(r"\-", "-?"))
        if not whole:
            break
    return Drawn(document.tobytes(), tuple(must))

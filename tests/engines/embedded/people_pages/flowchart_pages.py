"""Flow charts and organisation charts: boxes with words, joined by arrows."""

from __future__ import annotations

import random

import pymupdf

from tests.engines.embedded.people_pages.seeded import (
    NAMES,
    THINGS,
    VERBS,
    Drawn,
    joined,
    prose,
    wrapped,
)


def draw_flowchart(seed: int) -> Drawn:
    """Boxes below and beside each other; the words of each stay together."""
    chance = random.Random(f"flowchart {seed}")
    kind = chance.choice(("chain", "branches", "tree", "lanes"))
    size = chance.choice((8, 9, 10))
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    y = prose(page, chance, 80, chance.randint(1, 3)) + 20
    columns = {"chain": 1, "branches": chance.choice((2, 3)), "tree": 3, "lanes": 3}[kind]
    rows = chance.randint(3, 4)
    width, height, gap = (150, 52, 30) if columns < 3 else (130, 54, 30)
    if kind == "lanes":
        for column in range(columns):
            said = f"{chance.choice(THINGS).capitalize()} desk"
            page.insert_text((82 + column * 160, y), said, fontname="hebo", fontsize=size)
        y += 12
    must = []
    look = chance.choice(("sharp", "round", "shaded"))
    for row in range(rows):
        count = 1 if kind == "tree" and row == 0 else columns
        left = 306 - (count * width + (count - 1) * gap) / 2
        for column in range(count):
            x = left + column * (width + gap)
            if kind == "lanes" and chance.random() < 0.3:
                continue
            diamond = kind == "branches" and row == 1 and column == 0
            box = (x, y, x + width, y + height)
            must.append(joined(_box(page, chance, box, size, look, diamond=diamond, kind=kind)))
            if row < rows - 1:
                _arrow(page, (x + width / 2, y + height), (x + width / 2, y + height + gap - 2))
            if column < count - 1 and chance.random() < 0.6 and kind != "tree":
                _arrow(page, (x + width, y + height / 2), (x + width + gap - 2, y + height / 2))
        y += height + gap
    prose(page, chance, y + 14, 2)
    return Drawn(document.tobytes(), tuple(must))


def _box(page, chance, box, size, look, *, diamond: bool, kind: str) -> list[str]:
    x0, y0, x1, y1 = box
    if diamond:
        middle = ((x0 + x1) / 2, (y0 + y1) / 2)
        corners = [(middle[0], y0 - 8), (x1 + 10, middle[1]), (middle[0], y1 + 8)]
        page.draw_polyline([*corners, (x0 - 10, middle[1]), corners[0]], width=0.8)
    else:
        fill = (0.9, 0.95, 0.9) if look == "shaded" else None
        page.draw_rect(box, width=0.8, fill=fill, radius=0.2 if look == "round" else None)
    text = _words(chance, kind)
    lines = wrapped(text, (x1 - x0) * (0.6 if diamond else 0.86), "helv", size)[:3]
    base = (y0 + y1) / 2 - (len(lines) - 1) * 0.6 * size + 0.35 * size
    for line in lines:
        x = (x0 + x1 - pymupdf.get_text_length(line, "helv", size)) / 2
        page.insert_text((x, base), line, fontname="helv", fontsize=size)
        base += 1.2 * size
    return lines


def _words(chance, kind: str) -> str:
    if kind == "tree":
        return f"{chance.choice(NAMES)} Head of the {chance.choice(THINGS)} and the {chance.choice(THINGS)}"
    who, what = chance.sample(THINGS, 2)
    long = f"The {who} office {chance.choice(VERBS)} the {what} of the {chance.choice(THINGS)}"
    return chance.choice((long, long, f"Return the {what}", f"Is the {who} {what} complete?"))


def _arrow(page, start, end) -> None:
    page.draw_line(start, end, width=0.8)
    x, y = end
    down = start[0] == end[0]
    wings = [(x - 3, y - 5), (x + 3, y - 5)] if down else [(x - 5, y - 3), (x - 5, y + 3)]
    page.draw_polyline([wings[0], end, wings[1], wings[0]], fill=(0, 0, 0), width=0.4)

"""Forms with drawn check boxes and radio buttons."""

from __future__ import annotations

import itertools
import random
import re

import pymupdf

from tests.engines.embedded.people_pages.seeded import NAMES, THINGS, Drawn, prose, sentence

BOXES = ("rectangle", "circle", "lines", "thin", "nested", "path", "dingbat")
MARKS = ("cross", "tick", "letter", "inner", "filled", "dingbat")


def draw_choices(seed: int) -> Drawn:
    """A form with choices in lists, in lines, behind their labels and in a table."""
    chance = random.Random(f"choices {seed}")
    style = chance.choice(BOXES)
    mark = {"dingbat": "dingbat", "path": "cross"}.get(style) or chance.choice(MARKS)
    if style == "circle":
        mark = chance.choice(("inner", "filled", "cross"))
    size = chance.choice((9, 10, 11, 12))
    side = round(size * chance.uniform(0.75, 1.05), 1)
    layout = chance.choice(("list", "line", "behind", "table"))
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    page.insert_text(
        (72, 72), f"Report on the {chance.choice(THINGS)}", fontname="hebo", fontsize=15
    )
    y = prose(page, chance, 104, chance.randint(1, 3)) + 16
    must: list[str] = []

    def box(x: float, base: float, on: bool) -> None:
        _draw_box(page, (x, base - 0.82 * side, x + side, base + 0.18 * side), style, mark, on)

    def text(x: float, base: float, said: str) -> float:
        page.insert_text((x, base), said, fontname="helv", fontsize=size)
        return x + pymupdf.get_text_length(said, "helv", size)

    gap = chance.uniform(0.25, 0.6) * size
    labels = chance.sample(THINGS, 8)
    states = [chance.random() < 0.4 for _ in labels]
    states[0], states[1] = True, False
    if layout == "list":
        for label, on in zip(labels, states, strict=True):
            said = f"{label.capitalize()} or {chance.choice(THINGS)}"
            box(72, y, on)
            text(72 + side + gap, y, said)
            must.append(f"{'☑' if on else '☐'} ?{said}")
            y += 1.6 * size
    elif layout in {"line", "behind"}:
        for n in range(0, 8, 2):
            x = text(72, y, f"{chance.choice(NAMES)}: ") + 10
            for label, on in zip(labels[n : n + 2], states[n : n + 2], strict=True):
                if layout == "line":
                    box(x, y, on)
                    x = text(x + side + gap, y, label) + 2.2 * size
                    must.append(f"{'☑' if on else '☐'} ?{label}")
                else:
                    x = text(x, y, label) + gap
                    box(x, y, on)
                    x += side + 2.2 * size
                    must.append(f"{label} ?{'☑' if on else '☐'}")
            y += 1.8 * size
    else:
        y = _table(page, chance, y, size, box, text, must)
    prose(page, chance, y + 24, 2)
    return Drawn(document.tobytes(), tuple(must))


def _table(page, chance, y, size, box, text, must) -> float:
    rows = chance.randint(3, 6)
    height = 2.0 * size
    columns = (72, 320, 400, 480)
    top = y
    for n in range(rows + 2):
        page.draw_line((72, top + n * height), (480, top + n * height), width=0.6)
    for x in columns:
        page.draw_line((x, top), (x, top + (rows + 1) * height), width=0.6)
    for x, said in zip(columns, ("Question", "Answer", "Other"), strict=False):
        text(x + 6, top + 1.4 * size, said)
    for n in range(1, rows + 1):
        base = top + n * height + 1.4 * size
        label, on = sentence(chance, 5), chance.random() < 0.5
        text(78, base, label)
        for x, said, state in ((326, "Yes", on), (406, "No", not on)):
            box(x, base, state)
            text(x + size + 5, base, said)
        yes, no = ("☑", "☐") if on else ("☐", "☑")
        must.append(f"{re.escape(label)} \\| {yes} ?Yes \\| {no} ?No")
    return top + (rows + 1) * height


def _draw_box(page, box, style: str, mark: str, on: bool) -> None:
    if style == "dingbat":
        _set_dingbat(page, box, on)
    elif style == "path":
        _draw_at_once(page, box, on)
    else:
        _draw_frame(page, box, style)
        if on:
            _draw_mark(page, box, mark, circle=style == "circle")


def _set_dingbat(page, box, on: bool) -> None:
    x0, _, x1, y1 = box
    side = x1 - x0
    page.insert_text((x0, y1), "n" if on and side <= 9 else "o", fontname="zadb", fontsize=side)
    if on and side > 9:
        page.insert_text((x0 + 1, y1 - 1), "4", fontname="zadb", fontsize=side)


def _draw_at_once(page, box, on: bool) -> None:
    x0, y0, x1, y1 = box
    shape = page.new_shape()
    shape.draw_rect(box)
    if on:
        shape.draw_line((x0, y0), (x1, y1))
        shape.draw_line((x0, y1), (x1, y0))
    shape.finish(width=0.7)
    shape.commit()


def _draw_frame(page, box, style: str) -> None:
    x0, y0, x1, y1 = box
    if style == "circle":
        page.draw_circle(((x0 + x1) / 2, (y0 + y1) / 2), (x1 - x0) / 2, width=0.7)
    elif style == "lines":
        corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
        for start, end in itertools.pairwise(corners):
            page.draw_line(start, end, width=0.6)
    elif style == "thin":
        edge = 0.6
        for side in (
            (x0, y0, x1, y0 + edge),
            (x0, y1 - edge, x1, y1),
            (x0, y0, x0 + edge, y1),
            (x1 - edge, y0, x1, y1),
        ):
            page.draw_rect(side, color=None, fill=(0, 0, 0))
    elif style == "nested":
        page.draw_rect(box, color=None, fill=(0.2, 0.2, 0.2))
        page.draw_rect((x0 + 0.8, y0 + 0.8, x1 - 0.8, y1 - 0.8), color=None, fill=(1, 1, 1))
    else:
        page.draw_rect(box, width=0.8)


def _draw_mark(page, box, mark: str, *, circle: bool) -> None:
    x0, y0, x1, y1 = box
    side, middle = x1 - x0, ((x0 + x1) / 2, (y0 + y1) / 2)
    if mark == "cross":
        inset = 0.15 * side
        page.draw_line((x0 + inset, y0 + inset), (x1 - inset, y1 - inset), width=0.9)
        page.draw_line((x0 + inset, y1 - inset), (x1 - inset, y0 + inset), width=0.9)
    elif mark == "tick":
        points = [
            (x0 + 0.15 * side, y0 + 0.5 * side),
            (x0 + 0.4 * side, y1 - 0.15 * side),
            (x1, y0),
        ]
        page.draw_polyline(points, width=1.1)
    elif mark == "letter":
        page.insert_text(
            (x0 + 0.2 * side, y1 - 0.12 * side), "X", fontname="helv", fontsize=0.85 * side
        )
    elif mark == "dingbat":
        page.insert_text(
            (x0 + 0.1 * side, y1 - 0.1 * side), "4", fontname="zadb", fontsize=0.9 * side
        )
    elif circle:
        page.draw_circle(middle, (0.5 if mark == "filled" else 0.28) * side, fill=(0, 0, 0))
    else:
        inset = 0.0 if mark == "filled" else 0.22 * side
        page.draw_rect((x0 + inset, y0 + inset, x1 - inset, y1 - inset), fill=(0, 0, 0))

"""Tables with a small table in some of their cells."""

from __future__ import annotations

import random
import re

from tests.engines.embedded.people_pages.seeded import CITIES, THINGS, Drawn, sentence
from tests.engines.embedded.people_pages.table_sheet import Sheet, random_amount, row_pattern

_LINE = 0.5


def draw_nested(seed: int) -> Drawn:
    """A ruled table of places, each with a ruled table of amounts, and sometimes a remark."""
    chance = random.Random(f"nested {seed}")
    sheet = Sheet(chance, (8, 9, 10))
    step = 1.7 * sheet.size
    remark = chance.random() < 0.5
    inset = chance.choice((0.0, 0.0, 4.0))
    left, right = 72.0, 540.0
    borders = [left, left + 100, right - (130 if remark else 0), *([right] if remark else [])]
    inner = chance.choice((2, 3))
    names = chance.sample(("Kind", "Paid", "Due", "Held", "2031", "2030"), inner)
    top = sheet.opening() - step
    head = ["Place", "What it pays", *(["Remark"] if remark else [])]
    for x, name in zip(borders, head, strict=False):
        sheet.text(x + 5, top + 0.7 * step, name, bold=True)
    # The title over the inner tables may span their columns or stand above the first of them.
    must = [r"[ |]+".join(map(re.escape, head))]
    levels = [top, top + step]
    for place in chance.sample(CITIES, chance.choice((2, 3, 4))):
        rows = [names, *_rows(chance, inner)]
        y = levels[-1] + inset
        sheet.text(left + 5, y + 0.7 * step, place)
        said = sentence(chance, 3) if remark else ""
        if remark:
            sheet.text(borders[2] + 5, y + 0.7 * step, said)
        _inner_table(sheet, (borders[1] + inset, borders[2] - inset), y, step, rows)
        must += [re.escape(place) + r"[^0-9]*" + row_pattern(*names)]
        must += [row_pattern(*row) for row in rows[1:]]
        must += [re.escape(said)] if remark else []
        levels.append(y + step * len(rows) + inset)
    for level in levels:
        sheet.rule(left, right, level)
    for x in borders:
        sheet.page.draw_line((x, top), (x, levels[-1]), width=_LINE)
    sheet.closing(levels[-1])
    return sheet.drawn(must)


def _rows(chance: random.Random, inner: int) -> list[list[str]]:
    """Rows of a thing and its amounts."""
    things = chance.sample(THINGS, chance.choice((2, 3)))
    return [
        [f"{thing.capitalize()}s", *(random_amount(chance, 9999) for _ in range(inner - 1))]
        for thing in things
    ]


def _inner_table(
    sheet: Sheet, reach: tuple[float, float], top: float, step: float, rows: list[list[str]]
) -> None:
    width = (reach[1] - reach[0]) / len(rows[0])
    for n, row in enumerate(rows):
        sheet.rule(*reach, top + n * step)
        for m, cell in enumerate(row):
            sheet.text(reach[0] + m * width + 5, top + (n + 0.7) * step, cell)
    bottom = top + len(rows) * step
    sheet.rule(*reach, bottom)
    for m in range(len(rows[0]) + 1):
        x = reach[0] + m * width
        sheet.page.draw_line((x, top), (x, bottom), width=_LINE)

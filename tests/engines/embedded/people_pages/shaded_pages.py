"""Statements as filings are made from web pages: each cell of every other row shaded by itself."""

from __future__ import annotations

import itertools
import random

from tests.engines.embedded.people_pages.seeded import Drawn
from tests.engines.embedded.people_pages.table_sheet import (
    Sheet,
    random_amount,
    row_labels,
    row_pattern,
)

_LEFT = 40.0
_TINT = (0.8, 0.93, 1.0)


def draw_shaded_cells(seed: int) -> Drawn:
    """A statement with shades of cells, narrow ones between its columns, rules and sums."""
    chance = random.Random(f"shaded {seed}")
    sheet = Sheet(chance, (8, 9, 10))
    size = sheet.size
    step = size * chance.uniform(1.3, 1.5)
    y = sheet.opening()
    count = chance.choice((2, 2, 3, 4))
    width = chance.uniform(62, 82)
    start = chance.choice((560 - width * count, 40 + 5 * size + 150))
    edges = [start + width * n for n in range(count)]
    space = chance.choice((2.2, 2.7, 5.0))
    borders = [_LEFT, *(x for edge in edges for x in (edge, edge + 14, edge + width - space))]
    borders.append(edges[-1] + width)
    ends = [edge + width - 8 for edge in edges]
    names = [str(2031 - n) for n in range(count)]
    day = chance.choice(("June 30,", "March 31,", ""))
    unit = chance.choice(("In millions", "In thousands, except counts", ""))
    bold = chance.random() < 0.5
    for n, line in enumerate(filter(None, (day, "name"))):
        for end, name in zip(ends, names, strict=True):
            sheet.text(end, y + n * step, name if line == "name" else day, "right", bold=bold)
    y += step if day else 0
    sheet.text(_LEFT + 2, y, unit, bold=bold)
    corner = [unit] if unit else []
    must = [row_pattern(*corner, *(f"{day} {name}".strip() for name in names))]
    rules = [y + 0.35 * step]
    shaded = chance.choice((0, 1))
    for n, label in enumerate(row_labels(chance, chance.randint(6, 12))):
        y += step
        total = label.startswith("Total")
        if n % 2 == shaded:
            _shade(sheet, borders, y - 0.65 * step, y + 0.35 * step)
        if total:
            rules += [y - 0.65 * step, y + 0.35 * step]
        sheet.text(_LEFT + 2 + (0 if total else 8), y, label, bold=bold and total)
        amounts = [random_amount(chance) for _ in ends]
        for end, amount in zip(ends, amounts, strict=True):
            sheet.text(end, y, amount, "right", bold=bold and total)
            if n == 0 or total:
                sheet.text(end - width + 10, y, "$")
        shown = [f"${amount}" if n == 0 or total else amount for amount in amounts]
        must.append(row_pattern(label, *shown))
    first = _LEFT if chance.random() < 0.6 else edges[0]
    for rule in rules:
        box = (first, rule - 0.3, borders[-2], rule + 0.3)
        sheet.page.draw_rect(box, color=None, fill=(0, 0, 0))
    sheet.closing(y)
    return sheet.drawn(must)


def _shade(sheet: Sheet, borders: list[float], top: float, bottom: float) -> None:
    for x0, x1 in itertools.pairwise(borders):
        box = (x0, top, x1, bottom)
        sheet.page.draw_rect(box, color=None, fill=_TINT, overlay=False)

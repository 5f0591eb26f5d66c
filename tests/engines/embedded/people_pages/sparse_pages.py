"""Born-digital tables with little in them: empty cells and labels, remarks, headings of three rows."""

from __future__ import annotations

import random

from tests.engines.embedded.people_pages.seeded import CITIES, NAMES, THINGS, Drawn
from tests.engines.embedded.people_pages.table_sheet import (
    Sheet,
    random_amount,
    row_labels,
    row_pattern,
)


def draw_sparse(seed: int) -> Drawn:
    """A table without borders in which many cells are empty."""
    chance = random.Random(f"sparse {seed}")
    sheet = Sheet(chance)
    y = sheet.opening()
    count = chance.choice((3, 4, 5))
    ends = [250 + 280 / count * (n + 1) for n in range(count)]
    ruled = chance.choice(("head", "none", "level"))
    names = [str(2031 - n) for n in range(count)]
    for end, name in zip(ends, names, strict=True):
        sheet.text(end, y, name, "right", bold=True)
    must = [row_pattern(*names)]
    y = _ruled(sheet, y, ruled != "none")
    for label in row_labels(chance, chance.randint(7, 12)):
        filled = sorted(chance.sample(range(count), chance.randint(1, count)))
        amounts = {place: random_amount(chance) for place in filled}
        sheet.text(72, y, label)
        for place, amount in amounts.items():
            sheet.text(ends[place], y, amount, "right")
        must.append(row_pattern(label, *(amounts.get(place, "") for place in range(count))))
        y = _ruled(sheet, y, ruled == "level")
    sheet.closing(y)
    return sheet.drawn(must)


def draw_groups_beside(seed: int) -> Drawn:
    """Groups named in a first column of their own, once for several rows."""
    chance = random.Random(f"beside {seed}")
    sheet = Sheet(chance)
    y = sheet.opening()
    ends = [380.0, 450.0, 520.0][: chance.choice((2, 3))]
    ruled = chance.choice(("groups", "none", "level"))
    head = ["Town", "Kind", *(str(2031 - n) for n in range(len(ends)))]
    for x, name in zip((72, 170), head[:2], strict=True):
        sheet.text(x, y, name, bold=True)
    for end, name in zip(ends, head[2:], strict=True):
        sheet.text(end, y, name, "right", bold=True)
    must = [row_pattern(*head)]
    y = _ruled(sheet, y, ruled != "none")
    for town in chance.sample(CITIES, chance.choice((2, 3, 4))):
        sheet.text(72, y, town)
        for label in row_labels(chance, chance.choice((2, 3))):
            amounts = [random_amount(chance) for _ in ends]
            sheet.text(170, y, label)
            for end, amount in zip(ends, amounts, strict=True):
                sheet.text(end, y, amount, "right")
            must.append(row_pattern(label, *amounts))
            y = _ruled(sheet, y, ruled == "level")
        if ruled == "groups":
            sheet.rule(72, 524, y - sheet.step + 0.4 * sheet.size)
    sheet.closing(y)
    return sheet.drawn(must)


def draw_three_storeys(seed: int) -> Drawn:
    """A heading over headings over headings."""
    chance = random.Random(f"storeys {seed}")
    sheet = Sheet(chance, (7.5, 8, 9))
    y = sheet.opening()
    ends = [270 + 38.0 * n for n in range(8)]
    ruled = chance.choice(("under", "none"))
    top = [
        f"{chance.choice(THINGS).capitalize()} trade",
        f"{chance.choice(THINGS).capitalize()} tax",
    ]
    halves = ["Spring", "Autumn"] * 2
    names = ["Paid", "Due"] * 4
    for row, titles in enumerate((top, halves)):
        width = 4 // (row + 1)
        for n, title in enumerate(titles):
            first, last = ends[n * width], ends[(n + 1) * width - 1]
            sheet.text((first - 26 + last) / 2, y, title, "middle", bold=True)
            if ruled == "under":
                sheet.rule(first - 26, last, y + 0.35 * sheet.size)
        y += sheet.step
    for end, name in zip(ends, names, strict=True):
        sheet.text(end, y, name, "right")
    must = [row_pattern(*top), row_pattern(*halves), row_pattern(*names)]
    y = _ruled(sheet, y, ruled == "under")
    for label in row_labels(chance, chance.randint(5, 9)):
        label = label[:28].strip()  # noqa: PLW2901
        amounts = [str(chance.randint(10, 999)) for _ in ends]
        sheet.text(72, y, label)
        for end, amount in zip(ends, amounts, strict=True):
            sheet.text(end, y, amount, "right")
        must.append(row_pattern(label, *amounts))
        y += sheet.step
    sheet.closing(y)
    return sheet.drawn(must)


def draw_people(seed: int) -> Drawn:
    """A list of people with texts in all columns, and footnotes below."""
    chance = random.Random(f"people {seed}")
    sheet = Sheet(chance, (8, 9, 10))
    y = sheet.opening()
    places = (72.0, 190.0, 300.0, 420.0)
    head = ("Name", "Town", "Duty", "Since")
    ruled = chance.choice(("head", "none", "level"))
    for x, name in zip(places, head, strict=True):
        sheet.text(x, y, name, bold=True)
    must = [row_pattern(*head)]
    y = _ruled(sheet, y, ruled != "none")
    for name in chance.sample(NAMES, chance.randint(5, 9)):
        row = [name, chance.choice(CITIES), f"{chance.choice(THINGS).capitalize()} keeper"]
        row.append(f"{chance.choice(('March', 'June', 'May'))} {chance.randint(1990, 2029)}")
        for x, said in zip(places, row, strict=True):
            sheet.text(x, y, said)
        must.append(row_pattern(*row))
        y = _ruled(sheet, y, ruled == "level")
    note = f"(1) Paid by the {chance.choice(THINGS)} fund."
    sheet.text(72, y, note)
    sheet.closing(y)
    return sheet.drawn([*must, r"\(1\) Paid by the"])


def _ruled(sheet: Sheet, y: float, has_rule: bool) -> float:
    if has_rule:
        sheet.rule(72, 540, y + 0.4 * sheet.size)
    return y + sheet.step

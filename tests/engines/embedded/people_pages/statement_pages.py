"""Born-digital statements and price lists, as annual reports print them."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tests.engines.embedded.people_pages.seeded import THINGS, Drawn
from tests.engines.embedded.people_pages.table_sheet import (
    ADJECTIVES,
    Sheet,
    random_amount,
    row_labels,
    row_pattern,
)

_LEFT, _RIGHT = 72.0, 540.0
_UNITS = ("thousands of euros", "millions of pounds", "tonnes", "visitors a day")


def draw_spanned_heads(seed: int) -> Drawn:
    """A statement with a heading over its years, currency signs and brackets set apart."""
    chance = random.Random(f"spanned {seed}")
    sheet = Sheet(chance)
    y = sheet.opening()
    titles = _titles(chance)
    years = chance.choice((2, 3, 3, 4)) if len(titles) == 1 else 2
    first = chance.randint(2003, 2031)
    names = [str(first - n) for n in range(years)] * len(titles)
    pitch = min(90.0, 312 / len(names)) * chance.uniform(0.87, 1.0)
    ends = [532 - pitch * (len(names) - 1 - n) for n in range(len(names))]
    look = chance.choice(("under", "none", "boxed", "full"))
    y = _spanned_head(sheet, y, titles, names, ends, look)
    must = [row_pattern(*titles), row_pattern(*names)]
    signs = _Signs(chance.choice("$£€"), chance.choice(("none", "first", "all")), pitch)
    shaded = chance.random() < 0.25
    gap = chance.uniform(0.0, 2.0)
    for n, label in enumerate(row_labels(chance, chance.randint(5, 11))):
        total = label.startswith("Total")
        if shaded and n % 2:
            sheet.shade(_LEFT, _RIGHT, y)
        if total and look != "none":
            for end in ends:
                sheet.rule(end - 0.75 * pitch, end + 3, y - 1.05 * sheet.size)
        sheet.text(_LEFT, y, label, bold=total)
        shown = [_set_amount(sheet, end, y, gap) for end in ends]
        if signs.stand_in(n, total=total):
            for end in ends:
                sheet.text(end - 0.72 * pitch, y, signs.sign)
            shown = [f"{signs.sign}{amount}" for amount in shown]
        must.append(row_pattern(label, *shown))
        y += sheet.step
    if look == "boxed":
        sheet.rule(_LEFT, _RIGHT, y - 0.9 * sheet.size)
    sheet.closing(y)
    torn = [
        r"(?:December|June|March|September) \| ?\d",
        r"\| ?[)] ?\|",
        rf"\| ?{re.escape(signs.sign)} ?\|",
    ]
    return sheet.drawn(must, torn)


@dataclass(frozen=True)
class _Signs:
    """Currency signs at the left of the columns: in no row, the first one and sums, or all."""

    sign: str
    where: str
    pitch: float

    def stand_in(self, row: int, *, total: bool) -> bool:
        return self.where == "all" or (self.where == "first" and (row == 0 or total))


def _titles(chance: random.Random) -> list[str]:
    if chance.random() < 0.25:
        pairs = (
            ["Three Months Ended", "Six Months Ended"],
            ["Group", "Parent Company"],
            ["The Group", "The Company"],
        )
        return chance.choice(pairs)
    day = chance.choice(("December 31,", "June 30,", "March 31,", "September 30,"))
    spoken = ("Year Ended", "Years Ended", "Fiscal Year Ended", "As of", "For the Years Ended")
    return [f"{chance.choice(spoken)} {day}"]


def _spanned_head(
    sheet: Sheet, y: float, titles: Sequence[str], names: Sequence[str], ends: Sequence[float], look
) -> float:
    """Set titles over names; the height of the first row below them."""
    pitch, low = ends[1] - ends[0], 0.35 * sheet.size
    bold = sheet.chance.random() < 0.6
    for n, title in enumerate(titles):
        own = ends[n * len(ends) // len(titles) : (n + 1) * len(ends) // len(titles)]
        sheet.text((own[0] - 0.62 * pitch + own[-1]) / 2, y, title, "middle", bold=bold)
        if look in {"under", "full"}:
            sheet.rule(own[0] - 0.75 * pitch, own[-1] + 3, y + low)
    y += sheet.step
    corner = sheet.chance.choice(("", "", f"(In {sheet.chance.choice(_UNITS)})"))
    if sheet.width(corner) < ends[0] - pitch - _LEFT:
        sheet.text(_LEFT, y, corner)
    for end, name in zip(ends, names, strict=True):
        if look == "none":
            sheet.text(end, y, name, "right", bold=bold)
        else:
            sheet.text(end - 0.31 * pitch, y, name, "middle", bold=bold)
        if look == "under":
            sheet.rule(end - 0.75 * pitch, end + 3, y + low)
    if look in {"full", "boxed"}:
        sheet.rule(_LEFT, _RIGHT, y + 1.1 * low)
    return y + sheet.step


def _set_amount(sheet: Sheet, end: float, y: float, gap: float) -> str:
    """An amount, its closing bracket outside the column."""
    amount, kind = random_amount(sheet.chance), sheet.chance.random()
    if kind < 0.06:
        amount = "—"
    begin, _ = sheet.text(end, y, amount, "right")
    if not 0.06 <= kind < 0.3:
        return amount
    sheet.text(begin, y, "(", "right")
    sheet.text(end + gap, y, ")")
    return f"({amount})"


def draw_leaders(seed: int) -> Drawn:
    """A price list or a statement whose labels lead to their numbers by dots."""
    chance = random.Random(f"leaders {seed}")
    sheet = Sheet(chance)
    y = sheet.opening()
    left = 72.0
    columns = chance.choice((1, 2, 2, 3))
    right = chance.choice((400.0, 480.0, 540.0))
    pitch = chance.uniform(58, 80)
    ends = [right - pitch * (columns - 1 - n) for n in range(columns)]
    dots = chance.choice((".", ". ", " .", "…", "·"))
    between = columns > 1 and chance.random() < 0.4
    must = []
    if chance.random() < 0.8 and columns > 1:
        head = [str(2030 - n) for n in range(columns)]
        for end, name in zip(ends, head, strict=True):
            sheet.text(end, y, name, "right", bold=True)
        if chance.random() < 0.6:
            sheet.rule(left, right, y + 0.4 * sheet.size)
        must.append(row_pattern(*head))
        y += 1.2 * sheet.step
    sign = chance.choice(("", "", "$", "€"))
    for label in row_labels(chance, chance.randint(6, 12)):
        amounts = [f"{sign}{random_amount(chance)}" for _ in ends]
        begins = [
            sheet.text(end, y, amount, "right")[0]
            for end, amount in zip(ends, amounts, strict=True)
        ]
        _, at = sheet.text(left, y, label)
        stops = zip([at, *ends[:-1]], begins, strict=True) if between else [(at, begins[0])]
        for start, stop in stops:
            count = int((stop - start - 6) / (sheet.width(dots * 10) / 10))
            sheet.text(stop - 3, y, dots * count, "right")
        must.append(row_pattern(label, *amounts))
        y += sheet.step
    sheet.closing(y)
    return sheet.drawn(must, [r"[.…·] ?[.…·] ?[.…·]"])


def draw_far_values(seed: int) -> Drawn:
    """Labels at the left margin, their values far away at the right one, and groups of labels."""
    chance = random.Random(f"far {seed}")
    sheet = Sheet(chance)
    y = sheet.opening()
    count = chance.choice((1, 2, 3))
    right = chance.choice((480.0, 540.0))
    ends = [right - 62 * (count - 1 - n) for n in range(count)]
    ruled = chance.choice(("none", "head", "sums"))
    must = []
    if count > 1 or chance.random() < 0.5:
        y = _set_row(sheet, y, "", [str(2029 - n) for n in range(count)], ends, must, bold=True)
        if ruled != "none":
            sheet.rule(72, right, y - sheet.step + 0.4 * sheet.size)
    for _ in range(chance.choice((1, 2, 3))):
        indent = 0.0
        if chance.random() < 0.6:
            group = f"{chance.choice(ADJECTIVES)} {chance.choice(THINGS)}s"
            sheet.text(72, y, group, bold=chance.random() < 0.5)
            must.append(re.escape(group) + r"(?: ?\|)* ")
            indent = chance.choice((8.0, 12.0))
            y += sheet.step
        for label in row_labels(chance, chance.randint(3, 6)):
            amounts = [random_amount(chance) for _ in ends]
            y = _set_row(sheet, y, label, amounts, ends, must, indent=indent)
        for end in ends if ruled == "sums" else ():
            sheet.rule(end - 45, end, y - 1.05 * sheet.size)
        amounts = [random_amount(chance, 999999) for _ in ends]
        label = f"Total {chance.choice(THINGS)}s"
        y = _set_row(sheet, y, label, amounts, ends, must, bold=True) + 0.3 * sheet.step
    sheet.closing(y)
    return sheet.drawn(must)


def _set_row(sheet, y, label, amounts, ends, must, *, indent=0.0, bold=False) -> float:
    sheet.text(72 + indent, y, label, bold=bold)
    for end, amount in zip(ends, amounts, strict=True):
        sheet.text(end, y, amount, "right", bold=bold)
    must.append(row_pattern(*([label] if label else []), *amounts))
    return y + sheet.step

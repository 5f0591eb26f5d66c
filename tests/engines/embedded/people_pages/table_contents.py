"""What tables that people have hold, drawn by chance."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.engines.embedded.people_pages.pictured_cells import HeadCell, TableCells
from tests.engines.embedded.people_pages.seeded import CITIES, NAMES, THINGS, sentence
from tests.engines.embedded.people_pages.table_sheet import random_amount, row_labels


@dataclass(frozen=True)
class Content:
    """A table and what its setting follows from.

    Attributes:
        head: Its names.
        body: Rows of texts.
        sums: Rows of the body above whose numbers a rule may be drawn.
        low_names: Whether names beside two storeys stand at the lower one.
    """

    head: Sequence[HeadCell]
    body: Sequence[Sequence[str]]
    sums: Sequence[int] = ()
    low_names: bool = False

    @property
    def cells(self) -> TableCells:
        return TableCells(tuple(self.head), tuple(map(tuple, self.body)))


_GROUPS = ("Year ended December 31,", "Men", "Women", "First quarter", "Second quarter", "Coast")
_NAMES = ("Price", "Rate", "Share", "Units", "Mean", "Count", "Weight", "Depth", "Cost", "Age")
_LONG_NAMES = (
    "Number\nof visits", "Mean depth\n(m)", "Share of\nall boats", "Cost per\nday", "Weight\n(kg)",
    "Days at\nsea", "Units\nsold", "Rate\n(%)",
)  # fmt: skip


def plain_content(chance: random.Random) -> Content:
    """Names, and numbers of one kind a column."""
    columns = chance.randint(2, 6)
    names = chance.sample(_NAMES, columns)
    makers = [chance.choice((random_amount, _decimal, _whole, _percent)) for _ in names]
    body = [
        [label, *(make(chance) for make in makers)]
        for label in row_labels(chance, chance.randint(4, 12))
    ]
    return Content(_single([chance.choice(("Item", "Place", "")), *names]), body)


def spread_content(chance: random.Random) -> Content:
    """Titles over several columns."""
    groups = chance.sample(_GROUPS, chance.choice((2, 2, 3)))
    width = chance.choice((2, 2, 3)) if len(groups) == 2 else 2
    below = chance.choice((_NAMES, ("2031", "2030", "2029"), ("n", "%", "SD")))[:width]
    is_low = chance.random() < 0.5
    label = chance.choice(("Kind", "Region", "Variable"))
    head = [HeadCell(label, 0, 0, 0, 2)]
    for n, group in enumerate(groups):
        head.append(HeadCell(group, 0, 1 + n * width, (n + 1) * width))
        head += [
            HeadCell(name, 1, 1 + n * width + k, 1 + n * width + k) for k, name in enumerate(below)
        ]
    makers = [chance.choice((random_amount, _decimal, _whole)) for _ in below] * len(groups)
    if chance.random() < 0.3:
        head.append(HeadCell("Total", 0, len(makers) + 1, len(makers) + 1, 2))
        makers.append(random_amount)
    body = [
        [name, *(make(chance) for make in makers)]
        for name in row_labels(chance, chance.randint(4, 10))
    ]
    return Content(head, body, low_names=is_low)


def wrapped_content(chance: random.Random) -> Content:
    """Names and texts on several lines."""
    remark = chance.random() < 0.4
    names = chance.sample(_LONG_NAMES, 2 if remark else chance.randint(2, 4))
    head = [chance.choice(("Kind of work", "Place", "Measure")), *names]
    head += ["Remark"] if remark else []
    body = []
    for label in row_labels(chance, chance.randint(4, 8)):
        goes_on = f"\nwith {chance.choice(THINGS)}s and {chance.choice(THINGS)}s"
        row = [label + goes_on * (chance.random() < 0.4), *(_decimal(chance) for _ in names)]
        if remark:
            words = sentence(chance, 7).split()
            row.append(" ".join(words[:4]) + "\n" + " ".join(words[4:]))
        body.append(row)
    return Content(_single(head), body)


def statement_content(chance: random.Random) -> Content:
    """Sums under rules, signs and brackets, currency before the first and last amounts."""
    years = [str(2031 - n) for n in range(chance.choice((2, 2, 3)))]
    sign = chance.choice(("({})", "\u2212{}", "-{}", "({})"))
    currency = chance.choice(("", "", "$", "€"))
    body: list[list[str]] = []
    sums: list[int] = []
    for _ in range(chance.randint(1, 3)):
        if chance.random() < 0.5:
            body.append([f"{chance.choice(THINGS).capitalize()}s:", *("" for _ in years)])
        body += [
            [label, *(_signed(chance, sign) for _ in years)]
            for label in row_labels(chance, chance.randint(2, 4))
        ]
        sums.append(len(body))
        body.append(
            [f"Total {chance.choice(THINGS)}s", *(currency + random_amount(chance) for _ in years)]
        )
    return Content(_single(["", *years]), body, sums=sums)


def groups_content(chance: random.Random) -> Content:
    """Labels of two levels, in one column or in two, and places that are empty."""
    two = chance.random() < 0.5
    names = chance.sample(_NAMES, chance.randint(2, 4))
    body: list[list[str]] = []
    for group in chance.sample(CITIES, chance.randint(2, 3)):
        members = chance.sample(
            ("Boats", "Ferries", "Pilots", "Berths", "Cranes"), chance.choice((2, 3))
        )
        if not two:
            body.append([group, *("" for _ in names)])
        for n, member in enumerate(members):
            label = [group if not n else "", member] if two else [f"  {member}"]
            body.append([*label, *(_maybe(chance) for _ in names)])
    head = ["Port", "Kind"] if two else ["Port"]
    return Content(_single([*head, *names]), body)


def measures_content(chance: random.Random) -> Content:
    """Means with their spread, ranges, p values and marks of notes."""
    shapes = ("{a} ± {b}", "{a} ({b})", "{b}-{a}", "{a} [{b}, {a}]")
    columns = [chance.choice(shapes) for _ in range(chance.randint(1, 3))]
    head = ["Measure", *chance.sample(NAMES, len(columns)), "p"]
    body = []
    for label in row_labels(chance, chance.randint(4, 9)):
        row = [label]
        for shape in columns:
            a, b = sorted(chance.sample(range(10, 999), 2), reverse=True)
            row.append(
                shape.format(a=f"{a / 10}", b=f"{b / 10}") + chance.choice(("", "", "", "*"))
            )
        body.append([*row, chance.choice(("<0.001", f"0.{chance.randint(10, 999)}", "0.05"))])
    return Content(_single(head), body)


def _single(names: Sequence[str]) -> list[HeadCell]:
    return [HeadCell(name, 0, n, n) for n, name in enumerate(names)]


def _decimal(chance: random.Random) -> str:
    return f"{chance.randint(1, 9999) / 100:.2f}"


def _whole(chance: random.Random) -> str:
    return str(chance.randint(1, 999))


def _percent(chance: random.Random) -> str:
    return f"{chance.randint(1, 999) / 10}%"


def _signed(chance: random.Random, sign: str) -> str:
    amount = random_amount(chance)
    return sign.format(amount) if chance.random() < 0.3 else amount


def _maybe(chance: random.Random) -> str:
    makers: tuple[Callable[[random.Random], str], ...] = (_decimal, _whole)
    return "" if chance.random() < 0.2 else chance.choice(makers)(chance)

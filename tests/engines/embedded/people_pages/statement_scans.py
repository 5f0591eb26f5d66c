"""Scans of statements: sums under rules, amounts with signs before, behind and around them."""

from __future__ import annotations

import random
import re
from pathlib import Path

import reportlab
from PIL import Image, ImageDraw, ImageFont

from tests.engines.embedded.people_pages.scanned_page import scanned
from tests.engines.embedded.people_pages.seeded import THINGS, Drawn, sentence

_FONTS = Path(reportlab.__file__).parent / "fonts"
_DPI = 150


class _Sheet:
    """A page picture that is drawn on in points."""

    def __init__(self, size: float) -> None:
        self.scale = _DPI / 72
        self.picture = Image.new("L", (round(612 * self.scale), round(792 * self.scale)), 255)
        self.pen = ImageDraw.Draw(self.picture)
        pixels = round(size * self.scale)
        self.plain = ImageFont.truetype(str(_FONTS / "Vera.ttf"), pixels)
        self.bold = ImageFont.truetype(str(_FONTS / "VeraBd.ttf"), pixels)

    def text(
        self, x: float, y: float, said: str, *, bold: bool = False, right: bool = False
    ) -> None:
        font = self.bold if bold else self.plain
        left = x * self.scale - (self.pen.textlength(said, font=font) if right else 0)
        self.pen.text((left, y * self.scale), said, font=font, fill=0)

    def rule(self, x0: float, x1: float, y: float) -> None:
        self.pen.line([(v * self.scale, y * self.scale) for v in (x0, x1)], fill=0, width=2)

    def scanned(self, chance: random.Random) -> bytes:
        """The sheet as it comes from a scanner."""
        return scanned(self.picture, chance, _DPI)


def draw_statement(seed: int) -> Drawn:
    """An income statement whose sums stand under rules that span the numbers only."""
    chance = random.Random(f"statement {seed}")
    size = chance.choice((8, 9, 10))
    sheet = _Sheet(size)
    columns = chance.choice((2, 3))
    ends = (460, 545) if columns == 2 else (380, 460, 545)
    sheet.text(180, 60, f"Statement of {chance.choice(THINGS)}s", bold=True)
    sheet.text(200, 78, "(in thousands of euros)")
    y = 108.0
    ruled_head = chance.random() < 0.6
    apart = chance.random() < 0.35
    if ruled_head:
        sheet.rule(60, 552, y - 4)
    for n, end in enumerate(ends):
        sheet.text(end, y, str(2024 - n), bold=True, right=True)
    if ruled_head:
        sheet.rule(60, 552, y + 1.6 * size)
    y += 2.6 * size
    sign = chance.choice(("brackets", "behind", "before"))
    must, must_not = [], []
    for _ in range(chance.randint(2, 4)):
        if chance.random() < 0.4:
            sheet.text(60, y, f"{chance.choice(THINGS).capitalize()}:", bold=True)
            y += 1.9 * size
        for _ in range(chance.randint(2, 4)):
            label = f"{chance.choice(THINGS).capitalize()} and {chance.choice(THINGS)}"
            y = _entry(
                sheet, y, label, [_amount(chance, sign) for _ in ends], ends, must, size=size
            )
        for x0, x1 in ((end - 50, end + 5) for end in ends) if apart else ((ends[0] - 55, 552),):
            sheet.rule(x0, x1, y)
        y += 0.35 * size
        label = f"Total {chance.choice(THINGS)}s"
        y = _entry(
            sheet, y, label, [_amount(chance, sign) for _ in ends], ends, must, size=size, bold=True
        )
    sheet.rule(ends[0] - 55, 552, y)
    sheet.rule(ends[0] - 55, 552, y + 2)
    for n in range(2):
        sheet.text(60, y + 30 + n * 1.4 * size, sentence(chance, 12))
    return Drawn(sheet.scanned(chance), tuple(must), tuple(must_not), ".png")


def _entry(sheet, y, label, amounts, ends, must, *, size, bold=False) -> float:
    sheet.text(72, y, label, bold=bold)
    for end, amount in zip(ends, amounts, strict=True):
        sheet.text(end, y, amount, bold=bold, right=True)
    must.append(re.escape(label) + "".join(r" ?\| ?" + _pattern(amount) for amount in amounts))
    return y + 1.85 * size


def _amount(chance: random.Random, sign: str) -> str:
    amount = f"{chance.randint(100, 99999):,}"
    if chance.random() < 0.7:
        return amount
    return {"brackets": f"({amount})", "behind": f"{amount}-", "before": f"-{amount}"}[sign]


def _pattern(amount: str) -> str:
    """The amount, whatever dash stands for its minus."""
    return re.escape(amount).replace(r"\-", " ?[-\u2010-\u2015\u2212] ?")


def draw_account(seed: int) -> Drawn:
    """A bank account: dates, texts, amounts with the minus behind them, balances."""
    chance = random.Random(f"account {seed}")
    size = chance.choice((8, 9, 10))
    sheet = _Sheet(size)
    sheet.text(60, 50, f"Account of the {chance.choice(THINGS)} society", bold=True)
    y = 90.0
    ruled = chance.random() < 0.5
    for x, said, right in (
        (60, "Date", False),
        (130, "Text", False),
        (430, "Amount", True),
        (545, "Balance", True),
    ):
        sheet.text(x, y, said, bold=True, right=right)
    if ruled:
        sheet.rule(55, 552, y + 1.6 * size)
    y += 2.2 * size
    must: list[str] = []
    balance = chance.randint(1000, 9000)
    for day in range(chance.randint(8, 14)):
        sum_ = chance.randint(5, 2500)
        minus = chance.random() < 0.6
        balance += -sum_ if minus else sum_
        date = f"{day + 1:02}.03.2031"
        text = f"{chance.choice(THINGS).capitalize()} {chance.choice(THINGS)}"
        amount, left = (
            f"{sum_:,}.50" + ("-" if minus else "+"),
            f"{abs(balance):,}.25" + ("-" if balance < 0 else "+"),
        )
        sheet.text(60, y, date)
        sheet.text(130, y, text)
        sheet.text(430, y, amount, right=True)
        sheet.text(545, y, left, right=True)
        must.append(
            r" ?\| ?".join([re.escape(date), re.escape(text), _pattern(amount), _pattern(left)])
        )
        y += 1.8 * size
    sheet.rule(375, 552, y)
    return Drawn(sheet.scanned(chance), tuple(must), (), ".png")

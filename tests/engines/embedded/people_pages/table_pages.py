"""Born-digital tables of many layouts: wrapped texts, bullets, narrow columns, signs."""

from __future__ import annotations

import random
import re

from tests.engines.embedded.people_pages.seeded import CITIES, THINGS, Drawn, sentence
from tests.engines.embedded.people_pages.table_sheet import (
    ADJECTIVES,
    Sheet,
    random_amount,
    row_labels,
    row_pattern,
)

_LINE = 0.5


def draw_wrapped(seed: int) -> Drawn:
    """A table with labels, and sometimes texts, of two or three lines, and numbers beside one."""
    chance = random.Random(f"wrapped {seed}")
    sheet = Sheet(chance, (8, 9, 10))
    size = sheet.size
    y = sheet.opening()
    label_width = chance.uniform(130, 190)
    remark = chance.random() < 0.4
    ends = [72 + label_width + 64 * (n + 1) for n in range(2 if remark else chance.choice((2, 3)))]
    ruled = chance.choice(("all", "level", "head", "none", "shaded"))
    on = chance.choice((0.0, 0.0, 1.0, 0.5))
    indent = chance.choice((0.0, 0.0, 8.0))
    names = chance.sample(("Price", "Rate", "2031", "2030", "Share", "Units"), len(ends))
    head = [chance.choice(("Item", "Service", "Kind of work", "Place")), *names]
    sheet.text(74, y, head[0], bold=True)
    for end, name in zip(ends, names, strict=True):
        sheet.text(end, y, name, "right", bold=True)
    if remark:
        head.append("Remark")
        sheet.text(ends[-1] + 18, y, "Remark", bold=True)
    must = [row_pattern(*head)]
    levels = [y - 1.2 * size, y + 0.5 * size]
    gap = chance.uniform(0.35, 0.9) * size
    for n in range(chance.randint(4, 8)):
        label = _wrapped(sheet, _long_label(chance), label_width, indent)
        said = sentence(chance, chance.choice((4, 8))) if remark else ""
        note = _wrapped(sheet, said, 540 - ends[-1] - 18, 0)
        height = 1.15 * size * max(len(label), len(note)) + gap
        if ruled == "shaded" and n % 2:
            box = (72, levels[-1], 540, levels[-1] + height)
            sheet.page.draw_rect(box, color=None, fill=(0.92, 0.92, 0.97), overlay=False)
        base = levels[-1] + gap / 2 + 0.9 * size
        _set_lines(sheet, 74, base, label, indent)
        _set_lines(sheet, ends[-1] + 18, base, note)
        amounts = [random_amount(chance) for _ in ends]
        for end, amount in zip(ends, amounts, strict=True):
            sheet.text(end, base + on * (len(label) - 1) * 1.15 * size, amount, "right")
        levels.append(levels[-1] + height)
        must.append(row_pattern(" ".join(label), *amounts, *([said] if remark else [])))
    borders = [72, *(end - 56 for end in ends), *([ends[-1] + 8] if remark else []), 540]
    _set_rules(sheet, ruled, levels, borders)
    sheet.closing(levels[-1])
    return sheet.drawn(must)


def _set_lines(sheet: Sheet, x: float, y: float, lines: list[str], indent: float = 0) -> None:
    for n, line in enumerate(lines):
        sheet.text(x + (indent if n else 0), y + n * 1.15 * sheet.size, line)


def _set_rules(sheet: Sheet, ruled: str, levels: list[float], borders: list[float]) -> None:
    drawn = {"none": [], "all": levels, "level": levels[1:]}.get(ruled, [levels[1], levels[-1]])
    for y in drawn:
        sheet.rule(borders[0], borders[-1], y)
    for x in borders if ruled == "all" else ():
        sheet.page.draw_line((x, levels[0]), (x, levels[-1]), width=_LINE)


def _long_label(chance: random.Random) -> str:
    forms = ("including {} and {} charges", "for the {} of every {}", "with {}, {} and repairs")
    said = [f"{chance.choice(ADJECTIVES)} {chance.choice(THINGS)}s"]
    said += [
        chance.choice(forms).format(chance.choice(THINGS), chance.choice(THINGS))
        for _ in range(chance.choice((0, 1, 1, 2)))
    ]
    return " ".join(said)


def _wrapped(sheet: Sheet, said: str, width: float, indent: float) -> list[str]:
    lines = [""]
    for word in said.split():
        longer = f"{lines[-1]} {word}".strip()
        if sheet.width(longer) > width - 6 - (indent if len(lines) > 1 else 0) and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def draw_bulleted(seed: int) -> Drawn:
    """A table whose cells list things behind bullets, or whose labels stand behind bullets."""
    chance = random.Random(f"bulleted {seed}")
    sheet = Sheet(chance, (8, 9, 10))
    size = sheet.size
    y = sheet.opening()
    left, right = 72.0, 540.0
    bullet = chance.choice(("•", "•", "-", "·"))
    space = chance.uniform(1.0, 1.8) * size
    ends = [right - 10 - 70 * n for n in range(chance.choice((2, 3)))][::-1]
    ruled = chance.choice(("level", "head", "none"))
    head = ["Kind of charge", *(str(2028 + n) for n in range(len(ends)))]
    sheet.text(left, y, head[0], bold=True)
    for end, name in zip(ends, head[1:], strict=True):
        sheet.text(end, y, name, "right", bold=True)
    must = [row_pattern(*head)]
    sheet.rule(left, right, y + 0.4 * size)
    y += 1.1 * sheet.step
    for label in row_labels(chance, chance.randint(5, 9)):
        sheet.text(left, y, bullet)
        sheet.text(left + space, y, label)
        amounts = [random_amount(chance) for _ in ends]
        for end, amount in zip(ends, amounts, strict=True):
            sheet.text(end, y, amount, "right")
        must.append(r"[•·–-]? ?" + row_pattern(label, *amounts))
        if ruled == "level":
            sheet.rule(left, right, y + 0.4 * size)
        y += sheet.step
    sheet.closing(y)
    return sheet.drawn(must, [r"\| ?[•·] ?\|", r"[•·] ?\| ?[A-Z]"])


def draw_close_columns(seed: int) -> Drawn:
    """Many narrow columns of numbers, close to each other and to their labels."""
    chance = random.Random(f"close {seed}")
    sheet = Sheet(chance, (7, 7.5, 8, 9))
    size = sheet.size
    y = sheet.opening()
    count = chance.randint(5, 10)
    tops = [chance.choice((9, 99, 999, 9999)) for _ in range(count)]
    head = (
        [str(2031 - n) for n in range(count)]
        if chance.random() < 0.5
        else list("ABCDEFGHIJ"[:count])
    )
    white = chance.uniform(0.9, 2.2) * size
    labels = [
        f"{chance.choice(CITIES)} {chance.choice(THINGS)}s" for _ in range(chance.randint(7, 14))
    ]
    rows = [
        [f"{chance.randint(1, top):,}" if chance.random() < 0.95 else "–" for top in tops]
        for _ in labels
    ]
    align = chance.choice(("right", "right", "middle"))
    x = 72 + max(sheet.width(label) for label in labels) + white
    spots = []
    for n in range(count):
        width = max(sheet.width(cell) for cell in [head[n], *(row[n] for row in rows)])
        if x + width > 560:
            break
        spots.append(x + width if align == "right" else x + width / 2)
        x += width + white
    head, rows = head[: len(spots)], [row[: len(spots)] for row in rows]
    ruled = chance.choice(("head", "head", "none", "groups"))
    for spot, name in zip(spots, head, strict=True):
        sheet.text(spot, y, name, align, bold=False)
    if ruled != "none":
        sheet.rule(72, x - white + 2, y - 1.2 * size)
        sheet.rule(72, x - white + 2, y + 0.4 * size)
    must = [row_pattern(*head)]
    y += 1.1 * sheet.step
    for label, row in zip(labels, rows, strict=True):
        sheet.text(72, y, label)
        for spot, cell in zip(spots, row, strict=True):
            sheet.text(spot, y, cell, align)
        must.append(row_pattern(label, *row))
        y += sheet.step
    if ruled != "none":
        sheet.rule(72, x - white + 2, y - 0.9 * size)
    sheet.closing(y)
    return sheet.drawn(must)


def draw_signed(seed: int) -> Drawn:
    """Figures with signs before, behind and around them: none of them may vanish or stand alone."""
    chance = random.Random(f"signed {seed}")
    sheet = Sheet(chance, (8, 9, 10))
    size = sheet.size
    y = sheet.opening()
    count = chance.choice((2, 3, 4))
    pitch = chance.uniform(70, 90)
    ends = [250 + pitch * n for n in range(count)]
    right = ends[-1] + 10
    hyphen = chance.choice(("-", "–", "−"))
    forms = (
        "{}", "{h}{}", "{}{h}", "({})", "±{}", "{}%", "{h}{}%", "({}%)", "+{}", "{} ± {s}",
        "{}–{l}", "< {}", "> {}", "{}*", "$ {}", "({h}{} to {l})",
        "≤ {}", "≥ {}", "≤{}", "≥{}%",
    )  # fmt: skip
    apart = chance.random() < 0.5
    ruled = chance.choice(("all", "level", "head", "none"))
    head = ["Measure", *chance.sample(("Before", "After", "Change", "Limit", "Spring"), count)]
    top = y - 1.3 * size
    sheet.text(72, y, head[0], bold=True)
    for end, name in zip(ends, head[1:], strict=True):
        sheet.text(end, y, name, "right", bold=True)
    must = [row_pattern(*head)]
    if ruled != "none":
        sheet.rule(68, right, top)
        sheet.rule(68, right, y + 0.45 * size)
    y += sheet.step
    for label in row_labels(chance, chance.randint(5, 10)):
        sheet.text(72, y, label)
        shown = []
        for end in ends:
            form = chance.choice(forms)
            low = chance.randint(1, 50)
            said = form.format(
                f"{low}.{chance.randint(0, 9)}", h=hyphen, s=f"0.{chance.randint(1, 9)}", l=low + 20
            )
            tail = re.search(r"[^\d.]+$", said)
            if apart and tail and tail.group() in {"%", ")", "%)", hyphen, "*"}:
                sheet.text(end, y, said[: tail.start()], "right")
                sheet.text(end + 0.8, y, tail.group())
            else:
                sheet.text(end, y, said, "right")
            shown.append(said)
        must.append(row_pattern(label, *shown))
        if ruled in {"all", "level"}:
            sheet.rule(68, right, y + 0.45 * size)
        y += sheet.step
    bottom = y - sheet.step + 0.45 * size
    if ruled != "none":
        sheet.rule(68, right, bottom)
    if ruled == "all":
        for x in (68, *(end - pitch + 12 for end in ends), right):
            sheet.page.draw_line((x, top), (x, bottom), width=_LINE)
    sheet.closing(y)
    return sheet.drawn(must)


def draw_wrapped_heads(seed: int) -> Drawn:
    """Headings of two or three lines, set level with their last lines, without borders."""
    chance = random.Random(f"heads {seed}")
    sheet = Sheet(chance, (7.5, 8, 9, 10))
    size = sheet.size
    y = sheet.opening()
    count = chance.choice((3, 4, 5))
    pitch = {3: 95, 4: 80, 5: 66}[count] * chance.uniform(0.9, 1.05)
    ends = [540 - pitch * (count - 1 - n) for n in range(count)]
    shapes = (
        ("Number", "of {t}s"), ("Average", "{t}", "price"), ("Total", "{t}s"), ("{t}s", "held at", "year end"),
        ("Rate"), ("Weighted", "average"), ("Share of", "{t}s (%)"), ("Net of", "{t}", "costs"), ("Paid",),
    )  # fmt: skip
    heads = []
    for shape in chance.sample(shapes, count):
        lines = (shape,) if isinstance(shape, str) else shape
        heads.append([line.format(t=chance.choice(THINGS)) for line in lines])
        heads[-1][0] = heads[-1][0].capitalize()
    deep = max(len(head) for head in heads)
    leading = 1.15 * size
    align = chance.choice(("right", "middle"))
    ruled = chance.choice(("head", "head", "none", "level"))
    bold = chance.random() < 0.7
    level = chance.choice(("foot", "foot", "top"))
    if ruled != "none":
        sheet.rule(72, 545, y - 1.2 * size)
    corner = chance.choice(("Kind", "Station", "Fund"))
    sheet.text(72, y + (leading * (deep - 1) if level == "foot" else 0), corner, bold=bold)
    for end, head in zip(ends, heads, strict=True):
        for n, line in enumerate(head):
            at = y + leading * (n + (deep - len(head) if level == "foot" else 0))
            sheet.text(end if align == "right" else end - 0.35 * pitch, at, line, align, bold=bold)
    y += leading * (deep - 1)
    if ruled != "none":
        sheet.rule(72, 545, y + 0.4 * size)
    must = [row_pattern(corner, *(" ".join(head) for head in heads))]
    y += sheet.step
    for label in row_labels(chance, chance.randint(5, 10)):
        sheet.text(72, y, label)
        shown = [random_amount(chance, 9999) for _ in ends]
        for end, amount in zip(ends, shown, strict=True):
            spot = end if align == "right" else end - 0.35 * pitch
            sheet.text(spot, y, amount, align)
        must.append(row_pattern(label, *shown))
        if ruled == "level":
            sheet.rule(72, 545, y + 0.4 * size)
        y += sheet.step
    if ruled == "head":
        sheet.rule(72, 545, y - 0.9 * size)
    sheet.closing(y)
    return sheet.drawn(must)


def draw_typed(seed: int) -> Drawn:
    """A table of a typewriter face, every row one string with its columns filled up by spaces."""
    chance = random.Random(f"typed {seed}")
    sheet = Sheet(chance, (8, 9))
    size = sheet.size
    y = sheet.opening()
    count = chance.randint(3, 6)
    head = ["Place", *(str(2031 - n) for n in range(count))]
    wide = chance.choice((7, 8, 9))
    first = chance.choice((22, 26))
    rows = [
        [
            f"{chance.choice(CITIES)} {chance.choice(THINGS)}s"[: first - 2],
            *(random_amount(chance, 9999) for _ in range(count)),
        ]
        for _ in range(chance.randint(6, 12))
    ]
    lined = chance.choice(("dashes", "none"))
    must = []
    for n, row in enumerate([head, *rows]):
        said = row[0].ljust(first) + "".join(cell.rjust(wide) for cell in row[1:])
        sheet.page.insert_text((72, y), said, fontname="cour", fontsize=size)
        y += 1.2 * size
        if n == 0 and lined == "dashes":
            sheet.page.insert_text((72, y), "-" * len(said), fontname="cour", fontsize=size)
            y += 1.2 * size
        must.append(row_pattern(*row))
    sheet.closing(y)
    return sheet.drawn(must)

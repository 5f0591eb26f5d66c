"""Japanese written from top to bottom, in one tier or two."""

from __future__ import annotations

import random
import re

import pymupdf

from tests.engines.embedded.people_pages.seeded import Drawn

_WHO = ("船長", "係員", "乗客", "漁師", "市長", "先生", "学生", "大工")
_WHAT = ("切符", "荷物", "橋", "灯台", "地図", "手紙", "網", "旗", "時計", "帳簿")
_DOES = ("調べる", "運ぶ", "直す", "売る", "数える", "見せる", "預かる", "返す")
_WHEN = ("毎朝七時に", "雨の日は", "二〇三一年五月から", "夏のあいだ", "月に一度だけ", "")


def draw_vertical(seed: int) -> Drawn:
    chance = random.Random(f"vertical {seed}")
    width, height = chance.choice(((420, 595), (595, 842), (842, 595)))
    document = pymupdf.open()
    page = document.new_page(width=width, height=height)
    size = chance.choice((10, 11, 12, 14))
    pitch = chance.choice((1.5, 1.7, 2.0)) * size
    tiers = chance.choice((1, 1, 2))
    x = width - 60.0
    must = []
    if chance.random() < 0.7:
        title = f"{chance.choice(_WHAT)}と{chance.choice(_WHO)}について"
        _column(page, x, 60, title, 1.5 * size)
        must.append(title)
        x -= 2.2 * size + chance.choice((0, 10))
    if chance.random() < 0.4:
        page.insert_text((width / 2, height - 24), str(chance.randint(2, 99)), fontsize=9)
    tall = (height - 130 - 30 * (tiers - 1)) / tiers
    letters = int(tall // size)
    count = min(int((x - 40) // pitch), chance.randint(6, 14))
    for tier in range(tiers):
        top = 60 + tier * (tall + 30)
        lines, texts = _lines(chance, letters, count)
        for n, line in enumerate(lines):
            _column(page, x - n * pitch, top, line, size)
        must += [r"\s*".join(map(re.escape, text)) for text in texts]
    return Drawn(document.tobytes(), tuple(must))


def _column(page: pymupdf.Page, x: float, top: float, text: str, size: float) -> None:
    for n, letter in enumerate(text):
        if letter != "　":
            page.insert_text((x, top + (n + 1) * size), letter, fontname="japan", fontsize=size)


def _lines(chance: random.Random, letters: int, count: int) -> tuple[list[str], list[str]]:
    """Paragraphs cut into columns, and what must be read of each in one piece."""
    lines: list[str] = []
    texts: list[str] = []
    while len(lines) < count:
        said = "".join(_sentence(chance) for _ in range(chance.randint(1, 4)))
        shown = "　" + said
        cut = [shown[n : n + letters] for n in range(0, len(shown), letters)]
        if len(lines) + len(cut) > count:
            cut = cut[: count - len(lines)]
        lines += cut
        texts.append("".join(cut)[1:])
    return lines, texts


def _sentence(chance: random.Random) -> str:
    what, other = chance.sample(_WHAT, 2)
    return f"{chance.choice(_WHEN)}{chance.choice(_WHO)}が{what}と{other}を{chance.choice(_DOES)}。"

"""Scans of Chinese pages whose headings are numbered as `一、`, `（二）` and `3.`."""

from __future__ import annotations

import random
import re

import pymupdf

from tests.engines.embedded.people_pages.scanned_page import LOOKS, page_picture, scanned
from tests.engines.embedded.people_pages.seeded import Drawn

_NUMBERS = "一二三四五六七八九"
_NOUNS = ("港口", "船舶", "绳索", "灯塔", "桥梁", "货物", "渡轮", "引擎", "花园", "草地", "冬季",
          "报告", "许可", "租户", "押金", "通知", "修理", "航道", "信号", "市场", "学校")  # fmt: skip
_VERBS = ("检查", "保管", "移动", "测量", "归还", "管理", "讨论", "改进")


def _sentence(chance: random.Random, parts: int) -> str:
    said = [
        f"{chance.choice(_NOUNS)}{chance.choice(_VERBS)}{chance.choice(_NOUNS)}"
        for _ in range(parts)
    ]
    return "，".join(said) + "。"


def draw_chinese_headings(seed: int) -> Drawn:
    """Headings of one or two levels, hardly larger than the text, and lists that are none."""
    chance = random.Random(f"chinese headings {seed}")
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    size = chance.choice((10, 11, 12))
    larger = chance.choice((1.0, 1.1, 1.25))
    columns = int(451 / size)
    y, must, must_not = 80.0, [], []
    if chance.random() < 0.5:
        title = f"{chance.choice(_NOUNS)}与{chance.choice(_NOUNS)}的{chance.choice(_VERBS)}"
        page.insert_text((230, y), title, fontname="china-s", fontsize=1.8 * size)
        must.append(f"#+ {title}")
        y += 3.5 * size
    first = chance.choice(("{}、", "第{}章 "))
    second = chance.choice(("（{}）", "({})"))

    def head(text: str, shape: float) -> None:
        nonlocal y
        page.insert_text((72, y), text, fontname="china-s", fontsize=shape * size)
        must.append(
            "#+ "
            + r"\s*".join(map(re.escape, re.sub(r"[（）()\s]", "", text))).replace("、", "[、,，]?")
        )
        y += 1.9 * size

    def text(said: str) -> None:
        nonlocal y
        said = "　　" + said
        for n in range(0, len(said), columns):
            page.insert_text((72, y), said[n : n + columns], fontname="china-s", fontsize=size)
            y += 1.6 * size
        y += 0.4 * size

    for n in range(chance.randint(2, 3)):
        head(
            first.format(_NUMBERS[n]) + f"{chance.choice(_NOUNS)}的{chance.choice(_VERBS)}", larger
        )
        for m in range(chance.choice((0, 2))):
            y += 0.2 * size
            head(
                second.format(_NUMBERS[m]) + f"{chance.choice(_VERBS)}{chance.choice(_NOUNS)}", 1.0
            )
            text(_sentence(chance, chance.randint(4, 9)))
        for m in range(chance.choice((0, 3))):
            text(f"{m + 1}.{_sentence(chance, 3)}")
        text(_sentence(chance, chance.randint(5, 12)))
        y += 0.6 * size
    dpi = chance.choice((150, 200))
    return _ChineseHeadings(
        scanned(page_picture(page, dpi), chance, dpi, LOOKS), tuple(must), tuple(must_not), ".png"
    )


class _ChineseHeadings(Drawn):
    """A page whose numbers may stand in brackets of either width, and whose text is no heading."""

    def faults(self, markdown: str) -> list[str]:
        lines = re.findall(r"^#.*。$", markdown, re.MULTILINE)
        return super().faults(re.sub(r"[（）()]", "", markdown)) + [f"has {x}" for x in lines]

"""Draws the dozen pages, with the font that comes with matplotlib.

The PNG files are kept, since another FreeType draws other pixels and the checkpoint knows these.

    python -m tests.models.memorised.draw
"""

from __future__ import annotations

import math
import re

from matplotlib import get_data_path
from PIL import Image, ImageDraw, ImageFont

from tests.models.memorised.page_blocks import PAGE_SIZE, PAGES, KnownBlock, KnownPage

INK, PALE = 20, 150
_SIZES = {"title": 30, "sub_title": 24, "equation": 26}
_TEXT_SIZE = 17

Corners = tuple[float, float, float, float]


def draw(page: KnownPage) -> Image.Image:
    """One page as a grey picture."""
    picture = Image.new("L", PAGE_SIZE, 255)
    pen = ImageDraw.Draw(picture)
    for block in page.blocks:
        x0, y0, x1, y1 = block.box
        width, height = PAGE_SIZE
        corners = (x0 * width / 999, y0 * height / 999, x1 * width / 999, y1 * height / 999)
        if block.label == "image":
            _DRAWINGS[block.printed](pen, corners)
        elif block.label == "table":
            _table(pen, corners, block.said)
        else:
            _text(pen, corners, block)
    return picture


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(get_data_path() + "/fonts/ttf/DejaVuSans.ttf", size)


def _text(pen: ImageDraw.ImageDraw, corners: Corners, block: KnownBlock) -> None:
    font = _font(_SIZES.get(block.label, _TEXT_SIZE))
    x0, y0, x1, _ = corners
    lines: list[str] = []
    for line in (block.printed or block.said).lstrip("# ").split("\n"):
        words = line.split(" ")
        grown = words[0]
        for word in words[1:]:
            if pen.textlength(f"{grown} {word}", font) > x1 - x0:
                lines.append(grown)
                grown = word
            else:
                grown = f"{grown} {word}"
        lines.append(grown)
    pen.multiline_text((x0, y0), "\n".join(lines), INK, font, spacing=8)


def _table(pen: ImageDraw.ImageDraw, corners: Corners, html: str) -> None:
    rows = [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", html)]
    x0, y0, x1, y1 = corners
    wide, high = (x1 - x0) / len(rows[0]), (y1 - y0) / len(rows)
    for down, row in enumerate(rows):
        for along, cell in enumerate(row):
            left, top = x0 + along * wide, y0 + down * high
            pen.rectangle((left, top, left + wide, top + high), outline=INK)
            pen.text((left + 8, top + high / 2 - 12), cell, INK, _font(_TEXT_SIZE))


def _bars(pen: ImageDraw.ImageDraw, corners: Corners) -> None:
    x0, y0, x1, y1 = corners
    floor = y1 - 40
    pen.line((x0 + 40, y0, x0 + 40, floor, x1, floor), INK, 2)
    step = (x1 - x0 - 40) / 4
    for place, value in enumerate((120, 180, 240, 90)):
        left = x0 + 40 + place * step + 20
        top = floor - value * (floor - y0) / 260
        pen.rectangle((left, top, left + step - 40, floor), fill=PALE, outline=INK)
        pen.text((left + 10, floor + 8), f"Q{place + 1}", INK, _font(_TEXT_SIZE))


def _benzoic_acid(pen: ImageDraw.ImageDraw, corners: Corners) -> None:
    x0, y0, x1, y1 = corners
    centre_x, centre_y, side = x0 + (x1 - x0) * 0.35, (y0 + y1) / 2, (y1 - y0) * 0.25
    turns = [math.radians(60 * place + 30) for place in range(6)]
    ring = [(centre_x + side * math.cos(turn), centre_y + side * math.sin(turn)) for turn in turns]
    pen.polygon(ring, outline=INK, width=3)
    inner = side * 0.6
    pen.circle((centre_x, centre_y), inner, outline=INK, width=3)
    start = ring[5]
    carbon = (start[0] + side * 0.87, start[1] - side * 0.5)
    pen.line((start, carbon), INK, 3)
    for name, x, y in (("O", 0.0, -1.0), ("OH", 0.87, 0.5)):
        end = (carbon[0] + side * x, carbon[1] + side * y)
        pen.line((carbon, end), INK, 3)
        pen.text(end, name, INK, _font(24), anchor="mm")


def _triangle(pen: ImageDraw.ImageDraw, corners: Corners) -> None:
    x0, y0, x1, y1 = corners
    points = [
        (x0 + (x1 - x0) * (0.1 + 0.8 * x / 6), y1 - (y1 - y0) * (0.1 + 0.8 * y / 5))
        for x, y in ((0, 0), (6, 0), (2, 5))
    ]
    pen.polygon(points, outline=INK, width=4)
    for name, point in zip("ABC", points, strict=True):
        pen.text((point[0] - 20, point[1] - 20), name, INK, _font(26))


_DRAWINGS = {"bars": _bars, "benzoic acid": _benzoic_acid, "triangle": _triangle}


def main() -> None:
    for page in PAGES:
        page.path.parent.mkdir(exist_ok=True)
        draw(page).quantize(16).save(page.path, optimize=True)


if __name__ == "__main__":
    main()

"""Pictures of tables: cut out of a page, or on the scan of one."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageFilter

from tests.engines.embedded.people_pages import table_contents
from tests.engines.embedded.people_pages.pictured_cells import DrawnTable
from tests.engines.embedded.people_pages.scanned_page import page_picture, scanned
from tests.engines.embedded.people_pages.seeded import sentence
from tests.engines.embedded.people_pages.table_contents import Content
from tests.engines.embedded.people_pages.table_grid import TableGrid
from tests.engines.embedded.people_pages.table_sheet import Sheet


def draw_picture_plain(seed: int) -> DrawnTable:
    """Names, and numbers of one kind a column."""
    chance = random.Random(f"picture plain {seed}")
    return _pictured(chance, table_contents.plain_content(chance))


def draw_picture_spread(seed: int) -> DrawnTable:
    """Titles over several columns."""
    chance = random.Random(f"picture spread {seed}")
    return _pictured(chance, table_contents.spread_content(chance))


def draw_picture_wrapped(seed: int) -> DrawnTable:
    """Names and texts on several lines."""
    chance = random.Random(f"picture wrapped {seed}")
    return _pictured(chance, table_contents.wrapped_content(chance))


def draw_picture_statement(seed: int) -> DrawnTable:
    """Sums under rules, signs and brackets, currency before the first and last amounts."""
    chance = random.Random(f"picture statement {seed}")
    return _pictured(chance, table_contents.statement_content(chance))


def draw_picture_groups(seed: int) -> DrawnTable:
    """Labels of two levels, in one column or in two, and places that are empty."""
    chance = random.Random(f"picture groups {seed}")
    return _pictured(chance, table_contents.groups_content(chance))


def draw_picture_measures(seed: int) -> DrawnTable:
    """Means with their spread, ranges, p values and marks of notes."""
    chance = random.Random(f"picture measures {seed}")
    return _pictured(chance, table_contents.measures_content(chance))


def _pictured(chance: random.Random, content: Content) -> DrawnTable:
    sheet = Sheet(chance, (7, 8, 9, 10))
    dpi = chance.choice((100, 130, 150, 200))
    grid = TableGrid(sheet, content)
    is_page = chance.random() < 0.4
    if is_page:
        y = sheet.opening()
        sheet.text(72, y, f"Table {chance.randint(1, 9)}. {sentence(chance, 7)}", bold=True)
        bottom = grid.draw(72, y + 1.2 * sheet.size, 540 - 72)
        sheet.closing(bottom)
        picture = page_picture(sheet.page, dpi)
        looks = ("clean", "grainy", "askew", "jpeg")
    else:
        bottom = grid.draw(72, 60, chance.uniform(260, 470))
        picture = page_picture(sheet.page, dpi)
        margin = chance.uniform(2, 12)
        box = (72 - margin, 60 - margin, grid.right + margin, bottom + margin)
        picture = picture.crop(tuple(round(v * dpi / 72) for v in box))
        looks = ("clean", "clean", "jpeg")
    look = chance.choice(looks)
    if look == "jpeg":
        picture, look = _compressed(picture, chance), "clean"
    return DrawnTable(scanned(picture, chance, dpi, (look,)), suffix=".png", cells=content.cells)


def _compressed(picture: Image.Image, chance: random.Random) -> Image.Image:
    """A little soft, and with the traces of JPEG."""
    stream = io.BytesIO()
    soft = picture.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 0.7)))
    soft.save(stream, "JPEG", quality=chance.randint(55, 85))
    return Image.open(stream).convert("L")

"""Tables set on pages with a text layer, with the cells of those in pictures."""

from __future__ import annotations

import random

from tests.engines.embedded.people_pages import table_contents
from tests.engines.embedded.people_pages.pictured_cells import DrawnTable
from tests.engines.embedded.people_pages.seeded import sentence
from tests.engines.embedded.people_pages.table_contents import Content
from tests.engines.embedded.people_pages.table_grid import TableGrid
from tests.engines.embedded.people_pages.table_sheet import Sheet


def draw_set_plain(seed: int) -> DrawnTable:
    """Names, and numbers of one kind a column."""
    chance = random.Random(f"set plain {seed}")
    return _set(chance, table_contents.plain_content(chance))


def draw_set_spread(seed: int) -> DrawnTable:
    """Titles over several columns."""
    chance = random.Random(f"set spread {seed}")
    return _set(chance, table_contents.spread_content(chance))


def draw_set_wrapped(seed: int) -> DrawnTable:
    """Names and texts on several lines."""
    chance = random.Random(f"set wrapped {seed}")
    return _set(chance, table_contents.wrapped_content(chance))


def draw_set_statement(seed: int) -> DrawnTable:
    """Sums under rules, signs and brackets, currency before the first and last amounts."""
    chance = random.Random(f"set statement {seed}")
    return _set(chance, table_contents.statement_content(chance))


def draw_set_groups(seed: int) -> DrawnTable:
    """Labels of two levels, in one column or in two, and places that are empty."""
    chance = random.Random(f"set groups {seed}")
    return _set(chance, table_contents.groups_content(chance))


def draw_set_measures(seed: int) -> DrawnTable:
    """Means with their spread, ranges, p values and marks of notes."""
    chance = random.Random(f"set measures {seed}")
    return _set(chance, table_contents.measures_content(chance))


def _set(chance: random.Random, content: Content) -> DrawnTable:
    sheet = Sheet(chance, (7, 8, 9, 10))
    y = sheet.opening()
    sheet.text(72, y, f"Table {chance.randint(1, 9)}. {sentence(chance, 7)}", bold=True)
    sheet.closing(TableGrid(sheet, content).draw(72, y + 1.2 * sheet.size, 540 - 72))
    return DrawnTable(sheet.document.tobytes(), cells=content.cells)

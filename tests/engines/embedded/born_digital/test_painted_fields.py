"""Fields of colour are no tables; shaded tables are."""

from __future__ import annotations

import pytest

from dsocr_integrations.engines.embedded.born_digital.painted_fields import find_painted
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord

TABLE = (0.0, 0.0, 100.0, 80.0)


def cells(shades):
    """Cells of 10 points in rows of eight, right of a column of names."""
    return [
        {"rect": (20 + x, y, 30 + x, y + 10), "fill": shade}
        for y in range(0, 80, 10)
        for x, shade in zip(range(0, 80, 10), shades, strict=True)
    ]


HOT = [(0.1 * place, 0.2, 0.9 - 0.1 * place) for place in range(8)]
ZEBRA = [(0.9, 0.9, 0.9), (0.8, 0.8, 1.0)] * 4


def word(text, box):
    return StyledWord(text, box, 0, 0, 8.0)


NAME = word("Ouse", (2, 2, 18, 8))


def test_a_heat_map_with_names_at_its_rim_is_painted():
    assert find_painted(cells(HOT), [], [NAME], [TABLE]) == [TABLE]


@pytest.mark.parametrize("shades", [ZEBRA, HOT])
def test_a_table_with_values_in_its_cells_is_printed(shades):
    values = [
        word("7", (22 + x, y + 2, 28 + x, y + 8))
        for x in range(0, 80, 10)
        for y in range(0, 80, 10)
    ]
    assert find_painted(cells(shades), [], [NAME, *values], [TABLE]) == []


def test_empty_cells_in_two_shades_are_a_form():
    assert find_painted(cells(ZEBRA), [], [NAME], [TABLE]) == []


def test_a_picture_that_covers_most_of_a_table_is_all_there_is():
    assert find_painted([], [(20, 0, 100, 80)], [NAME], [TABLE]) == [TABLE]
    assert find_painted([], [(20, 0, 60, 40)], [NAME], [TABLE]) == []

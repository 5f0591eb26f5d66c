from __future__ import annotations

import pymupdf
import pytest

from dsocr_integrations.engines.embedded.born_digital.drawn_choices import find_drawn_choices
from dsocr_integrations.engines.embedded.born_digital.styled_words import extract


def choices_on(draw) -> list[bool]:
    with pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        draw(page)
        text = extract(page)
        return [one.chosen for one in find_drawn_choices(text.words, text.paths)]


def browser_box(page: pymupdf.Page, y: float, *, on: bool) -> None:
    """As browsers print them: a rounded outline, or a blue area with a white tick."""
    box = pymupdf.Rect(72, y - 9, 82, y + 1)
    if on:
        page.draw_rect(box, color=None, fill=(0, 0.46, 1), radius=0.15)
        page.draw_polyline([(74, y - 4), (77, y - 2), (80, y - 7)], color=(1, 1, 1), width=1.5)
    else:
        page.draw_rect(box, color=(0.46, 0.46, 0.46), radius=0.15)
    page.insert_text((88, y), "I accept the terms", fontsize=11)


def test_boxes_as_browsers_print_them():
    def draw(page):
        for n, on in enumerate((True, False, True)):
            browser_box(page, 100 + 20 * n, on=on)

    assert choices_on(draw) == [True, False, True]


@pytest.mark.parametrize("filled", [True, False])
def test_places_for_letters_and_cells_are_no_choices(filled):
    def draw(page):
        for n in range(6):
            page.draw_rect((72 + 12 * n, 100, 84 + 12 * n, 112))
            if filled:
                page.insert_text((75 + 12 * n, 110), "ABCDEF"[n], fontsize=9)
        page.insert_text((150, 110), "Number of the member", fontsize=11)
        for n in range(3):
            page.draw_rect((72, 200 + 14 * n, 86, 214 + 14 * n))
            page.draw_rect((86, 200 + 14 * n, 300, 214 + 14 * n))
            page.insert_text((90, 211 + 14 * n), "A row of a table", fontsize=11)

    assert choices_on(draw) == []


def test_filled_squares_alone_are_bullets():
    def draw(page):
        for n in range(4):
            page.draw_rect((72, 100 + 20 * n, 78, 106 + 20 * n), fill=(0, 0, 0))
            page.insert_text((84, 107 + 20 * n), "An entry of a list", fontsize=11)

    assert choices_on(draw) == []


@pytest.mark.parametrize("ticked", [True, False])
def test_boxes_in_the_columns_of_a_table_are_choices_where_one_is_ticked(ticked):
    def draw(page):
        for n, point in enumerate(("Windows are sealed", "The boiler was serviced")):
            y = 100 + 20 * n
            page.insert_text((72, y), point, fontsize=11)
            for column in (300, 360):
                page.draw_rect((column, y - 8, column + 9, y + 1))
            page.draw_line((72, y + 6), (420, y + 6))
        if ticked:
            page.draw_line((300, 92), (309, 101))
            page.draw_line((300, 101), (309, 92))

    assert choices_on(draw) == ([True, False, False, False] if ticked else [])

from __future__ import annotations

import itertools
import math

import pymupdf
import pytest

from dsocr_integrations.engines.embedded.born_digital import pages as born_digital
from dsocr_integrations.engines.embedded.born_digital.drawn_marks import Mark, marks_of
from dsocr_integrations.engines.embedded.born_digital.drawn_pictures import (
    find_drawings,
    whole_pictures,
)
from dsocr_integrations.engines.embedded.born_digital.styled_words import extract
from dsocr_integrations.engines.embedded.page_layout import LayoutRegion
from tests.engines.embedded.pdf_pages import DATA, drawn, region_of

PROSE = "Herons wade in shallow water and wait for fish that come too near. " * 4


def drawings_on(draw) -> list[tuple[float, float, float, float]]:
    with pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        draw(page)
        text = extract(page)
        marks = marks_of(text.paths, tuple(page.rect))
        return find_drawings(marks, text.words, (595, 842))


def ring(page: pymupdf.Page, x: float, y: float, side: float = 30) -> None:
    """Six bonds, two of them doubled, and an atom label a little away from a bond's end."""
    corners = [
        pymupdf.Point(
            x + side * math.cos(turn * math.pi / 3), y + side * math.sin(turn * math.pi / 3)
        )
        for turn in range(7)
    ]
    for start, end in itertools.pairwise(corners):
        page.draw_line(start, end)
    for start, end in ((corners[0], corners[1]), (corners[3], corners[4])):
        page.draw_line(
            start * 0.9 + pymupdf.Point(x, y) * 0.1, end * 0.9 + pymupdf.Point(x, y) * 0.1
        )
    page.draw_line(corners[0], corners[0] + (25, -12))
    page.insert_text(corners[0] + (28, -10), "OH", fontsize=9)


def test_a_molecule_is_one_drawing_with_its_labels():
    (box,) = drawings_on(lambda page: ring(page, 200, 300))

    assert box[0] == pytest.approx(170, abs=1)
    assert box[2] > 200 + 30 + 28 + 9  # behind the H of OH


def test_drawings_apart_are_apart():
    def draw(page: pymupdf.Page) -> None:
        for x in (150, 300, 450):
            ring(page, x, 300)

    assert len(drawings_on(draw)) == 3


def rules(page: pymupdf.Page) -> None:
    for row in range(8):
        page.draw_line((60, 100 + 20 * row), (500, 100 + 20 * row))
        for column in range(4):
            page.insert_text((65 + 110 * column, 115 + 20 * row), f"{row}.{column}", fontsize=9)
    for column in range(5):
        page.draw_line((60 + 110 * column, 100), (60 + 110 * column, 240))


def underlines(page: pymupdf.Page) -> None:
    for row in range(20):
        page.insert_text((60, 100 + 14 * row), PROSE[:60], fontsize=10)
        page.draw_line((60, 102 + 14 * row), (300, 102 + 14 * row))


def rounded_box_round_text(page: pymupdf.Page) -> None:
    for offset in (3, 0):
        box = pymupdf.Rect(60 + offset, 100 + offset, 400 + offset, 200 + offset)
        page.draw_rect(box, fill=(0.9, 0.9, 1), radius=0.1)
    page.insert_textbox(pymupdf.Rect(70, 110, 390, 190), PROSE, fontsize=10)


def page_border(page: pymupdf.Page) -> None:
    page.draw_rect(pymupdf.Rect(20, 20, 575, 822))
    page.draw_rect(pymupdf.Rect(24, 24, 571, 818), radius=0.02)


def background(page: pymupdf.Page) -> None:
    for step in range(4):
        page.draw_circle((300, 420), 400 - 60 * step, fill=(1, 1, 0.9), color=None)
    page.insert_textbox(pymupdf.Rect(60, 200, 540, 700), PROSE * 4, fontsize=14)


def bullets(page: pymupdf.Page) -> None:
    for row in range(12):
        page.draw_circle((60, 97 + 14 * row), 2, fill=(0, 0, 0))
        page.insert_text((70, 100 + 14 * row), PROSE[:50], fontsize=10)


def logo_in_the_margin(page: pymupdf.Page) -> None:
    ring(page, 100, 40)


@pytest.mark.parametrize(
    "draw",
    [
        rules,
        underlines,
        rounded_box_round_text,
        page_border,
        background,
        bullets,
        logo_in_the_margin,
    ],
)
def test_furnishings_are_no_drawings(draw):
    assert drawings_on(draw) == []


def test_a_picture_is_widened_to_what_its_edge_cuts():
    picture = LayoutRegion("picture", (100, 100, 290, 200))
    bar, far, text = Mark((270, 120, 300, 200)), Mark((296, 120, 330, 200)), (100, 210, 300, 250)

    (wide, _) = whole_pictures([picture, LayoutRegion("text", text)], [bar, far])

    assert wide.box == (100, 100, 300, 200)


def test_a_picture_never_reaches_into_text():
    picture = LayoutRegion("picture", (100, 100, 290, 200))
    text = LayoutRegion("text", (292, 100, 400, 200))

    (same, _) = whole_pictures([picture, text], [Mark((250, 120, 310, 200))])

    assert same == picture


def test_a_drawing_in_prose_becomes_a_picture_that_keeps_its_labels(tmp_path):
    def draw(page: pymupdf.Page) -> None:
        page.insert_textbox(pymupdf.Rect(60, 60, 540, 200), PROSE, fontsize=11)
        ring(page, 200, 320, side=40)
        page.insert_textbox(pymupdf.Rect(60, 450, 540, 600), PROSE, fontsize=11)

    page = born_digital.read_page(drawn(tmp_path, draw))
    (picture,) = [block for block in page.blocks if block.label == "image"]

    assert picture.text == "OH"
    assert not any("OH" in block.text for block in page.blocks if block.label == "text")


def test_every_molecule_of_the_sample_is_a_picture_above_its_caption():
    page = born_digital.read_page(region_of(DATA / "molecules.pdf"))
    labels = [block.label for block in page.blocks]

    assert labels.count("image") == 4
    assert all(
        labels[place + 1] == "image_caption" for place, name in enumerate(labels) if name == "image"
    )


def test_the_box_of_a_chart_holds_its_last_bar():
    page = born_digital.read_page(region_of(DATA / "report.pdf", 1))
    (chart,) = [block.boxes[0] for block in page.blocks if block.label == "image"]

    assert chart[2] >= 537

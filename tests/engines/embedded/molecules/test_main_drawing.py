"""Numbers, titles and specks beside a drawing are left out; a second drawing is not."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageDraw

from dsocr_integrations.engines.embedded.figure_kind import may_be_molecule
from dsocr_integrations.engines.embedded.molecules.black_lines import as_black_lines
from dsocr_integrations.engines.embedded.molecules.main_drawing import main_drawing


def hexagon(pen: ImageDraw.ImageDraw, left: int, top: int) -> None:
    ring = [(50, 0), (100, 30), (100, 90), (50, 120), (0, 90), (0, 30)]
    pen.polygon([(left + x, top + y) for x, y in ring], outline="black", width=3)


def test_a_number_and_specks_beside_a_drawing_are_left_out():
    page = Image.new("L", (600, 260), "white")
    pen = ImageDraw.Draw(page)
    hexagon(pen, 60, 60)
    drawing = page.crop((40, 40, 180, 200))
    pen.text((400, 110), "(12)", fill="black")
    pen.point((300, 20), fill="black")
    found = main_drawing(page)
    assert max(found.size) < 200
    inked = ImageChops.invert(found).getbbox(), ImageChops.invert(drawing).getbbox()
    assert found.crop(inked[0]).tobytes() == drawing.crop(inked[1]).tobytes()


def test_the_second_line_within_a_large_ring_is_kept():
    page = Image.new("L", (400, 400), "white")
    pen = ImageDraw.Draw(page)
    pen.polygon(
        [(200, 40), (340, 120), (340, 280), (200, 360), (60, 280), (60, 120)],
        outline="black",
        width=3,
    )
    pen.line((300, 145, 300, 255), fill="black", width=3)
    drawn = page.histogram()[0]
    pen.text((360, 360), "7", fill="black", font_size=20)
    assert main_drawing(page).histogram()[0] == drawn


def test_labels_apart_from_their_bonds_are_kept():
    page = Image.new("L", (400, 260), "white")
    pen = ImageDraw.Draw(page)
    hexagon(pen, 60, 60)
    pen.line((160, 90, 200, 70), fill="black", width=3)
    pen.text((208, 60), "OH", fill="black", font_size=20)
    assert main_drawing(page) is page


def test_a_picture_of_two_drawings_stays_whole():
    page = Image.new("L", (600, 260), "white")
    pen = ImageDraw.Draw(page)
    hexagon(pen, 60, 60)
    hexagon(pen, 400, 60)
    assert main_drawing(page) is page


def test_a_blank_picture_stays_as_it_is():
    page = Image.new("RGB", (60, 60), "white")
    assert main_drawing(page) is page


def test_the_line_under_a_title_is_no_frame():
    page = Image.new("L", (300, 300), "white")
    pen = ImageDraw.Draw(page)
    pen.text((60, 20), "25", fill="black")
    pen.line((40, 36, 200, 36), fill="black", width=2)
    hexagon(pen, 100, 140)
    assert may_be_molecule(page)
    pen.rectangle((20, 60, 280, 290), outline="black", width=2)
    assert not may_be_molecule(page)


@pytest.mark.parametrize("color", [(204, 204, 0), (51, 204, 204), (160, 160, 160)])
def test_lines_in_light_colours_are_made_black(color):
    page = Image.new("RGB", (120, 120), "white")
    ImageDraw.Draw(page).line((20, 20, 100, 90), fill=color, width=3)
    black = as_black_lines(page)
    assert black.getextrema()[0] < 60
    assert black.getpixel((5, 5)) == 255

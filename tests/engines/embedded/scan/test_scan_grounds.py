import numpy as np
from PIL import Image, ImageDraw

from dsocr_integrations.engines.embedded.scan.halftone import without_dots
from dsocr_integrations.engines.embedded.scan.neighbour_ink import (
    has_neighbours,
    without_neighbours,
)


def test_a_ground_of_dots_becomes_grey_and_print_on_paper_stays():
    picture = Image.new("L", (1800, 500), 255)
    pen = ImageDraw.Draw(picture)
    for y in range(60, 140, 4):
        for x in range(50 + y // 4 % 2 * 2, 850, 4):
            pen.rectangle((x, y, x + 1, y + 1), fill=0)
    pen.text((100, 80), "Harbour and lamp", fill=0, font_size=32)
    for n in range(8):
        pen.text((60, 200 + 30 * n), "The pilot keeps every rope " * 3, fill=0, font_size=20)
    page = np.asarray(picture.convert("RGB"))
    even = without_dots(page)
    assert (even[180:] == page[180:]).all()
    ground = even[70:130, 500:800]
    assert ground.std() < 0.2 * page[70:130, 500:800].std()
    assert even[80:130, 100:360].min() < 60
    assert (without_dots(page[180:]) == page[180:]).all()


def test_a_foot_of_the_line_above_is_no_accent():
    picture = Image.new("L", (300, 120), 255)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((100, 10, 104, 56), fill=0)
    pen.rectangle((90, 64, 130, 92), fill=0)
    pen.rectangle((200, 64, 230, 92), fill=0)
    pen.rectangle((210, 54, 218, 58), fill=0)
    page = np.asarray(picture.convert("RGB"))
    box = (80.0, 50.0, 260.0, 96.0)
    assert has_neighbours(box, [(80.0, 8.0, 260.0, 48.0)])
    assert not has_neighbours(box, [box, (80.0, 0.0, 260.0, 20.0), (400.0, 8.0, 500.0, 48.0)])
    cleaned = without_neighbours(page, box)
    assert cleaned.shape == (46, 180, 3)
    assert cleaned[:9, 20:25].min() > 200
    assert cleaned[4:9, 130:138].max() == 0
    assert cleaned[14:42, 10:50].max() == 0

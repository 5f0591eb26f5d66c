import math
import random
from difflib import SequenceMatcher
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from dsocr_integrations.engines.embedded.scan.pages import ScanReader

pytestmark = pytest.mark.skipif(
    find_spec("rapidocr") is None,
    reason="needs rapidocr: pip install 'dsocr-integrations[embedded]'",
)
SAMPLES = Path(__file__).parents[3] / "data"
LEFT = ["The harbour was built", "of granite in the last", "years of the old king."]
RIGHT = ["Ships from nine ports", "unload their timber on", "the eastern wharf now."]


@pytest.fixture(scope="module")
def reader():
    return ScanReader()


@pytest.fixture(scope="module")
def two_columns():
    page = Image.new("RGB", (760, 420), "white")
    draw = ImageDraw.Draw(page)
    draw.text((40, 30), "Notes on a harbour", fill="black", font=ImageFont.load_default(44))
    for x, lines in ((40, LEFT), (410, RIGHT)):
        for n, line in enumerate(lines):
            draw.text((x, 130 + 36 * n), line, fill="black", font=ImageFont.load_default(26))
    noise = random.Random(7)
    for _ in range(600):
        page.putpixel((noise.randrange(760), noise.randrange(420)), (90, 90, 90))
    return page


def texts(page):
    return [block.text for block in page.blocks]


def test_reads_columns_one_after_the_other_below_the_heading(reader, two_columns):
    page = reader.read_picture(two_columns, (380.0, 210.0))
    assert texts(page) == ["# Notes on a harbour", " ".join(LEFT), " ".join(RIGHT)]
    assert [block.label for block in page.blocks] == ["title", "text", "text"]
    x0, y0, x1, y1 = page.blocks[1].boxes[0]
    assert 15 < x0 < 25
    assert x1 < 190
    assert 60 < y0 < 70
    assert y1 < 130
    assert all(block.confidence > 0.9 for block in page.blocks)


@pytest.mark.parametrize("angle", [90, 180, 270, -4])
def test_reads_turned_and_skewed_pages_with_boxes_of_the_page_as_it_lies(
    reader, two_columns, angle
):
    turned = two_columns.rotate(angle, expand=True, fillcolor="white")
    page = reader.read_picture(turned, turned.size)
    wanted = ["# Notes on a harbour", " ".join(LEFT), " ".join(RIGHT)]
    # A speck over a letter may become an accent when it is resampled.
    alike = [SequenceMatcher(None, a, b).ratio() for a, b in zip(texts(page), wanted, strict=True)]
    assert min(alike) > 0.96
    ink = np.asarray(turned.convert("L")) < 80
    for block in page.blocks:
        x0, y0, x1, y1 = (round(value) for value in block.boxes[0])
        assert 0 <= x0 < x1 <= turned.width + 2
        assert 0 <= y0 < y1 <= turned.height + 2
        assert ink[max(0, y0) : y1, max(0, x0) : x1].sum() > 500


@pytest.mark.parametrize("angle", [0, 90, -6])
def test_words_stand_on_their_ink_on_the_page_as_it_lies(reader, two_columns, angle):
    turned = two_columns.rotate(angle, expand=True, fillcolor="white")
    words = reader.read_picture(turned, (999.0, 999.0)).evidence().words
    printed = " ".join(["Notes on a harbour", *LEFT, *RIGHT]).split()
    assert [word.text for word in words] == printed
    # "granite" and "eastern" as they were printed.
    font = ImageFont.load_default(26)
    for text, before, (x, y) in (("granite", "of ", (40, 166)), ("eastern", "the ", (410, 202))):
        x0, y0, x1, y1 = font.getbbox(text, anchor="la")
        middle = (x + font.getlength(before) + (x0 + x1) / 2, y + (y0 + y1) / 2)
        along, across = middle[0] - two_columns.width / 2, middle[1] - two_columns.height / 2
        turn = math.radians(angle)
        wanted = (
            turned.width / 2 + along * math.cos(turn) + across * math.sin(turn),
            turned.height / 2 - along * math.sin(turn) + across * math.cos(turn),
        )
        left, top, right, bottom = words[printed.index(text)].box
        found = (left + right) / 1998 * turned.width, (top + bottom) / 1998 * turned.height
        assert math.dist(found, wanted) < 5


def test_tesseract_takes_no_part_where_all_lines_could_be_read(reader, two_columns):
    page = reader.read_picture(two_columns, (380.0, 210.0))
    assert "tesseract" not in page.parts
    assert not page.doubts


def test_answers_lines_and_plain_text_from_the_same_reading(reader, two_columns):
    page = reader.read_picture(two_columns, (380.0, 210.0))
    assert [line.text for line in page.lines] == ["Notes on a harbour", *LEFT, *RIGHT]
    assert page.to_plain().splitlines()[-1] == " ".join(RIGHT)
    assert page.to_lines().count("<|ref|>") == 7


def test_a_blank_page_and_a_dot_give_no_blocks(reader):
    for size in ((600, 800), (3, 3)):
        assert reader.read_picture(Image.new("L", size, 255), (72.0, 72.0)).blocks == ()


def test_a_picture_stays_a_picture_and_keeps_its_labels_out_of_the_prose(reader):
    page = Image.new("RGB", (700, 520), "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(24)
    for n, line in enumerate(("The valley is narrow and", "steep on its northern side.")):
        draw.text((60, 20 + 34 * n), line, fill="black", font=font)
    noise = random.Random(3)
    for _ in range(90):
        x, y = noise.randrange(120, 520), noise.randrange(150, 430)
        shade = noise.randrange(40, 190)
        draw.ellipse((x, y, x + 60, y + 50), fill=(shade, shade // 2, 90))
    page_read = reader.read_picture(page, (700.0, 520.0))
    images = [block for block in page_read.blocks if block.label == "image"]
    assert len(images) == 1
    x0, y0, x1, y1 = images[0].boxes[0]
    assert x0 < 180
    assert x1 > 500
    assert y0 < 200
    assert y1 > 420
    assert texts(page_read)[0] == "The valley is narrow and steep on its northern side."


def test_a_picture_of_changing_light_without_text_stays_a_picture(reader):
    across = np.linspace(40, 220, 400)
    light = (across[None, :] + across[:200, None] / 4).clip(0, 255).astype(np.uint8)
    page = reader.read_picture(Image.fromarray(light), (400.0, 200.0))
    assert {block.label for block in page.blocks} == {"image"}
    assert page.blocks[0].boxes[0][2] > 200


def test_a_frame_around_text_is_no_picture(reader):
    page = Image.new("RGB", (640, 300), "white")
    draw = ImageDraw.Draw(page)
    draw.rounded_rectangle((30, 60, 600, 230), 20, outline="black", width=6)
    for n, line in enumerate(("APPROVED", "Card ending in 4711", "Total 23.90")):
        draw.text((180, 80 + 44 * n), line, fill="black", font=ImageFont.load_default(30))
    blocks = reader.read_picture(page, (640.0, 300.0)).blocks
    assert {block.label for block in blocks}.isdisjoint({"image", "table"})
    assert "Card ending in 4711" in " ".join(block.text for block in blocks)


@pytest.mark.parametrize(
    ("name", "said", "row"),
    [
        (
            "scan_en.png",
            "The fence on the north side is broken over a length of eleven metres.",
            "<tr><td>2</td><td>51</td><td>5.1</td><td>19,845</td></tr>",
        ),
        (
            "scan_zh.png",
            "厂区北侧围栏有十一米破损，门卫室已经登记。",
            "<tr><td>二号</td><td>51</td><td>5.1</td><td>19845</td></tr>",
        ),
    ],
)
def test_reads_prose_headings_and_tables_of_a_skewed_scan(reader, name, said, row):
    with Image.open(SAMPLES / name) as picture:
        page = reader.read_picture(picture, (595.0, 842.0))
    assert said in " ".join(texts(page))
    tables = [block.text for block in page.blocks if block.label == "table"]
    assert len(tables) == 1
    assert row in tables[0]
    assert page.blocks[0].label == "title"

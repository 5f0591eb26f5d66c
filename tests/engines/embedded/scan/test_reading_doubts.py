"""Print that was not found, or not surely read, makes a page of pixels doubtful."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dsocr_integrations import Runner
from dsocr_integrations.engines.embedded.scan.reading_doubts import (
    UNSURE_ORDER,
    UNSURE_READING,
    unsure_order,
    unsure_reading,
)
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine
from dsocr_integrations.engines.embedded.scan.unread_rows import count_unread_rows
from dsocr_integrations.grounding.writer import GroundedBlock
from dsocr_integrations.sources import resolve_source
from tests.doubtful_pages import figure_lists, grounds, handwriting, worn_scans
from tests.doubtful_pages.faces import FacesMissingError


def pixels(generator, folder, seed, *what):
    try:
        page = generator.make(folder, seed, *what)
    except FacesMissingError as error:
        pytest.skip(str(error))
    with Image.open(page.path) as picture:
        return np.asarray(picture.convert("RGB"))


@pytest.mark.parametrize(
    ("wear", "strength"),
    [("blurred", 0.1), ("blurred", 0.8), ("faint", 0.2), ("faint", 0.4), ("coarse", 0.9)],
)
def test_rows_of_print_without_a_line_are_counted(wear, strength, tmp_path):
    image = pixels(worn_scans, tmp_path, 8, wear, strength)
    assert count_unread_rows(image, []) >= 4
    assert not count_unread_rows(image, [(0, 0, image.shape[1], image.shape[0])])


@pytest.mark.parametrize("strength", [0.5, 0.9])
def test_blurred_columns_of_numbers_are_counted(strength, tmp_path):
    image = pixels(figure_lists, tmp_path, 2, "blurred", strength)
    assert count_unread_rows(image, []) >= 3


@pytest.mark.parametrize("beside", ["nothing", "rules", "stain", "photograph", "logo"])
def test_what_is_no_print_is_no_row(beside, tmp_path):
    image = pixels(handwriting, tmp_path, 4, beside)
    assert count_unread_rows(image[340:], []) == 0


def test_a_rule_from_edge_to_edge_is_no_row():
    image = np.full((64, 425, 3), 255, np.uint8)
    image[30:34] = 0
    assert count_unread_rows(image, []) == 0


READ_IN_FULL = [(66, 140, 403, 161), (82, 210, 447, 231), (82, 239, 238, 263)]
SCRAPS = [
    *((65, 155, 500, 182), (121, 238, 152, 252), (362, 239, 385, 251), (539, 238, 564, 252)),
    *((87, 269, 122, 288), (148, 270, 174, 290), (206, 269, 245, 289), (262, 270, 301, 290)),
]


@pytest.mark.parametrize(
    ("seed", "read", "told"), [(5060, READ_IN_FULL, False), (5068, SCRAPS, True)]
)
def test_rows_of_squares_are_no_print_where_the_lines_on_them_were_read(seed, read, told, tmp_path):
    image = pixels(grounds, tmp_path, seed, "chequers")
    above = [(60, 45, 600, read[0][1])]
    assert bool(count_unread_rows(image, [*above, *read])) is told


def test_bars_of_a_chart_are_no_rows():
    picture = Image.new("RGB", (800, 600), "white")
    pen = ImageDraw.Draw(picture)
    for place in range(8):
        pen.rectangle((100, 60 + 60 * place, 200 + 60 * place, 90 + 60 * place), fill="navy")
    assert count_unread_rows(np.asarray(picture), []) == 0


def line(text: str, score: float) -> TextLine:
    return TextLine(text, (0, 0, 500, 20), score)


@pytest.mark.parametrize(
    ("lines", "unsure"),
    [
        ([line("a" * 60, 0.99)] * 5, False),
        ([line("a" * 60, 0.99)] * 4 + [line("a" * 20, 0.6)], False),
        ([line("a" * 60, 0.99)] * 4 + [line("a" * 60, 0.73)], True),
        ([line("a" * 60, 0.93)] * 5, True),
        ([line("a" * 60, 0.93)], False),
        ([line("a" * 60, 0.7)], True),
        ([line("a" * 10, 0.6)], False),
        ([line("36:.7", 0.7)] * 7, True),
        ([line("36:.7", 0.9)] * 7, False),
        ([line("48,170.50", 0.95)] * 12, True),
        ([line("48,170.50", 0.97)] * 12, False),
        ([line("48,170.50", 0.98)] * 12 + [line("4B,17O.50", 0.97)], False),
        ([line("48,170.50", 0.98)] * 12 + [line("4B,170.50", 0.97), line("48.,/70", 0.97)], True),
    ],
)
def test_a_page_is_unsure_where_its_characters_are_guesses(lines, unsure):
    assert [doubt.kind for doubt in unsure_reading(lines)] == [UNSURE_READING] * unsure


@pytest.mark.parametrize(
    ("boxes", "unsure"),
    [
        ([(0, 0, 100, 90), (0, 100, 100, 200), (120, 0, 220, 200)], False),
        ([(0, 0, 220, 40), (120, 50, 220, 200), (0, 50, 100, 200)], False),
        ([(120, 0, 220, 90), (0, 100, 220, 200), (0, 0, 60, 90)], True),
    ],
)
def test_the_order_is_unsure_where_a_text_follows_one_below_it(boxes, unsure):
    blocks = [GroundedBlock("text", (box,), "read") for box in boxes]
    assert [doubt.kind for doubt in unsure_order(blocks, np.eye(3))] == [UNSURE_ORDER] * unsure
    half_turn = np.diag([-1.0, -1.0, 1.0])
    assert bool(unsure_order(blocks[::-1], half_turn)) is bool(unsure)
    assert not unsure_order([GroundedBlock("image", (box,), "") for box in boxes], np.eye(3))


def test_a_scan_too_blurred_to_be_read_is_not_trusted(tmp_path):
    pixels(worn_scans, tmp_path, 8, "blurred", 0.8)
    with Runner("embedded", cache=False) as runner:
        page = runner.read(resolve_source(str(tmp_path / "worn_8.png"))).pages[0]
    assert "unread_text" in page.reading.quality.reasons

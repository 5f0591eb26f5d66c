"""Pages are turned where their words say so and read as language then, and only there."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from dsocr_integrations.engines.embedded.scan.detected_line import DetectedLine
from dsocr_integrations.engines.embedded.scan.orientation import (
    quarter_turns,
    skew,
    turn_upright,
)
from dsocr_integrations.engines.embedded.scan.text_recognition import TextRecogniser
from tests.doubtful_pages import turned_scans
from tests.doubtful_pages.faces import FacesMissingError


@pytest.fixture(scope="module")
def recogniser() -> TextRecogniser:
    return TextRecogniser()


def picture(folder, seed, degrees):
    try:
        page = turned_scans.make(folder, seed, degrees)
    except FacesMissingError as error:
        pytest.skip(str(error))
    return np.asarray(Image.open(page.path).convert("RGB"))


@pytest.mark.parametrize(
    ("seed", "degrees", "turns"),
    [(4, 0, 0), (4, 180, 2), (14, 180, 2), (18, 180, 2), (18, 0, 0), (34, 90, 1), (34, 270, 3)],
)
def test_small_print_is_turned_as_it_lies(seed, degrees, turns, recogniser, tmp_path):
    image = picture(tmp_path, seed, degrees)
    assert quarter_turns(image, recogniser.detect(image), recogniser) == turns


def test_what_the_network_suspects_is_turned_only_if_it_is_language_then(recogniser, tmp_path):
    class Suspicious:
        detect = recogniser.detect
        read_all = recogniser.read_all

        def share_upside_down(self, image, lines):
            return 1.0

    upright = picture(tmp_path, 6, 0)
    assert turn_upright(upright, Suspicious()).image is upright


@pytest.mark.parametrize("degrees", [-38.0, -12.0, 2.0, 33.0])
def test_lines_that_all_fall_alike_are_straightened(degrees):
    radians = np.deg2rad(degrees)
    along, down = (
        np.array([np.cos(radians), np.sin(radians)]),
        np.array([-np.sin(radians), np.cos(radians)]),
    )
    starts = [np.array([300.0, 300.0]) + 30 * place * down for place in range(6)]
    quads = [(a, a + 500 * along, a + 500 * along + 20 * down, a + 20 * down) for a in starts]
    lines = [DetectedLine(tuple((float(x), float(y)) for x, y in quad), 1.0) for quad in quads]
    assert skew(lines) == pytest.approx(degrees)


def test_short_lines_off_by_a_pixel_are_level():
    rows = [((8.0, y), (52.0, y + 0.8), (52.0, y + 14.8), (8.0, y + 14.0)) for y in (10, 40, 70)]
    assert skew([DetectedLine(row, 1.0) for row in rows]) == 0


def test_long_lines_tell_the_skew_of_a_page_of_short_ones():
    widths = (194, 225, 352, 824, 231, 231)
    rises = (4.4, 2.2, 5.5, 3.3, 4.4, 5.5)
    lines = [
        DetectedLine(((200, y), (200 + w, y + rise), (200 + w, y + rise + 36), (200, y + 36)), 1.0)
        for y, w, rise in zip(range(200, 500, 50), widths, rises, strict=True)
    ]
    assert skew(lines) == 0


@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270])
def test_upright_lines_are_read_whether_they_go_up_or_down(turn, recogniser):
    title = Image.new("RGB", (240, 34), "white")
    ImageDraw.Draw(title).text((10, 2), "Rainfall (mm)", "black", ImageFont.load_default(24))
    tall = title.transpose(turn)
    corners = ((0.0, 0.0), (34.0, 0.0), (34.0, 240.0), (0.0, 240.0))
    read = recogniser.read_all(np.asarray(tall), [DetectedLine(corners, 1.0)])
    assert [line.text for line in read] == ["Rainfall (mm)"]

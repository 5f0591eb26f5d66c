"""Boxes to tick on scanned forms are told by their four strokes and the ink between them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from dsocr_integrations.engines.embedded.scan.check_boxes import with_check_boxes
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, WordBox

HEIGHT = 36
CROSS = ((3, 3, 21, 21), (3, 21, 21, 3))
TICK = ((4, 12, 10, 20), (10, 20, 28, -6))


class Sheet:
    """A scan and what was recognised on it."""

    def __init__(self) -> None:
        self.picture = Image.new("RGB", (600, 400), (244, 244, 240))
        self.draw = ImageDraw.Draw(self.picture)
        self.lines: list[TextLine] = []

    def box(self, x: int, y: int, *strokes: tuple[int, int, int, int]) -> None:
        self.draw.rectangle((x, y, x + 24, y + 24), outline=(20, 20, 20), width=2)
        for x0, y0, x1, y1 in strokes:
            self.draw.line((x + x0, y + y0, x + x1, y + y1), fill=(20, 20, 20), width=3)

    def line(self, y: int, *words: tuple[str, int, int]) -> None:
        made = tuple(
            WordBox(t, (float(a), float(y), float(b), float(y + HEIGHT))) for t, a, b in words
        )
        box = (made[0].box[0], float(y), made[-1].box[2], float(y + HEIGHT))
        self.lines.append(TextLine(" ".join(t for t, _, _ in words), box, 0.99, made))

    def read(self) -> list[str]:
        found = with_check_boxes(np.asarray(self.picture), self.lines)
        return [line.text for line in sorted(found, key=lambda line: (line.box[1], line.box[0]))]


@pytest.mark.parametrize("strokes", [CROSS, TICK])
def test_boxes_amid_a_line(strokes):
    """The recogniser passes over them, and says nothing of what was chosen."""
    sheet = Sheet()
    sheet.box(106, 46)
    sheet.box(226, 46, *strokes)
    sheet.line(40, ("Berth:", 20, 100), ("day", 106, 190), ("season", 226, 340))
    assert sheet.read() == ["Berth: ☐ day ☑ season"]


def test_a_box_read_as_another_sign():
    sheet = Sheet()
    sheet.box(22, 46)
    sheet.box(22, 106, *CROSS)
    sheet.line(40, ("□", 20, 48), ("Hull", 60, 120), ("sound", 130, 200))
    sheet.line(100, ("区Mast", 20, 130), ("worn", 140, 200))
    assert sheet.read() == ["☐ Hull sound", "☑ Mast worn"]


def test_boxes_before_lines_and_in_cells_of_their_own():
    sheet = Sheet()
    sheet.box(22, 46, *TICK)
    sheet.box(22, 106)
    sheet.box(400, 46)
    sheet.line(40, ("Oil", 64, 110))
    sheet.line(100, ("Water", 64, 140))
    sheet.line(40, ("冈", 396, 430))
    assert sheet.read() == ["☑ Oil", "☐", "☐ Water"]


def test_a_framed_number_and_letters_are_no_boxes():
    sheet = Sheet()
    sheet.box(22, 46)
    sheet.line(40, ("7", 28, 42), ("Quay", 60, 120))
    sheet.draw.text((22, 100), "D O B H E n u 0 8", "black", ImageFont.load_default(40))
    sheet.line(100, *((c, 22 + 36 * n, 46 + 36 * n) for n, c in enumerate("DOBHEnu08")))
    assert sheet.read() == ["7 Quay", "D O B H E n u 0 8"]


def test_squares_of_chinese_texts_stay():
    sheet = Sheet()
    sheet.box(60, 46)
    sheet.box(22, 146)
    sheet.line(40, ("港口大门", 20, 160))
    sheet.line(140, ("口头通知", 20, 160))
    assert sheet.read() == ["港口大门", "口头通知"]


def test_a_page_without_boxes_is_left_as_it_is():
    sheet = Sheet()
    sheet.line(40, ("Quay", 20, 100))
    assert with_check_boxes(np.asarray(sheet.picture), sheet.lines) == sheet.lines


def test_a_square_letter_at_the_end_of_a_word_is_no_box():
    """Such as a bold `n` whose serifs meet."""
    sheet = Sheet()
    sheet.box(76, 46)
    sheet.draw.rectangle((60, 46, 68, 70), fill=(20, 20, 20))
    sheet.line(40, ("Open", 20, 103), ("quay", 120, 190))
    assert sheet.read() == ["Open quay"]

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from dsocr_integrations.engines.embedded import page_reader
from dsocr_integrations.engines.embedded.picture_glance import may_hold_text
from dsocr_integrations.engines.embedded.scan import pages as scan
from dsocr_integrations.grounding.writer import GroundedPage

from .pdf_pages import drawn

SIZE = (900, 1200)


def ruled_paper():
    paper = Image.new("RGB", SIZE, (252, 244, 205))
    for y in range(60, 1200, 60):
        ImageDraw.Draw(paper).line((30, y, 870, y), fill=(205, 198, 165), width=2)
    return paper


def tint():
    across = np.linspace(20, 235, SIZE[0], dtype=np.uint8)
    return Image.fromarray(np.tile(across, (SIZE[1], 1)))


def faint_digit():
    paper = ruled_paper()
    font = ImageFont.load_default(size=16)
    ImageDraw.Draw(paper).text((400, 300), "4", font=font, fill=(190, 182, 150))
    return paper


def page_with(picture, folder):
    stream = io.BytesIO()
    picture.save(stream, "PNG")

    def draw(page):
        page.insert_text((60, 40), "Field notes of the day", fontsize=14)
        page.insert_image((60, 60, 510, 660), stream=stream.getvalue())

    return drawn(folder, draw)


@pytest.mark.parametrize("picture", [ruled_paper, tint])
def test_a_picture_without_letters_is_not_read(picture, tmp_path, monkeypatch):
    monkeypatch.setattr(scan, "read_page", lambda *_: pytest.fail("read without need"))
    read = page_reader.read(page_with(picture(), tmp_path), "auto")
    assert [line.text for line in read.lines] == ["Field notes of the day"]


def test_one_faint_digit_is_enough_for_a_picture_to_be_read(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(scan, "read_page", lambda part, _: seen.append(part) or GroundedPage(1, 1))
    region = page_with(faint_digit(), tmp_path)
    page_reader.read(region, "auto")
    (part,) = seen
    assert may_hold_text(part)
    assert part.width == pytest.approx(450, abs=1)

"""Pages that are written from top to bottom."""

from __future__ import annotations

import io
from importlib.util import find_spec

import pytest
from PIL import Image

from dsocr_integrations import Runner

pymupdf = pytest.importorskip("pymupdf")
pytestmark = pytest.mark.skipif(
    find_spec("pymupdf.layout") is None,
    reason="needs the embedded engine: pip install 'dsocr-integrations[embedded]'",
)

COLUMNS = ("船長は毎朝七時に地図を調べる", "係員は雨の日も荷物を運ぶ", "漁師は夏のあいだ網を直す")


def test_a_picture_and_a_drawing_beside_the_columns_are_kept(tmp_path):
    held = io.BytesIO()
    Image.linear_gradient("L").resize((120, 160)).save(held, "PNG")
    with pymupdf.open() as document:
        page = document.new_page(width=420, height=595)
        for place, column in enumerate(COLUMNS):
            for step, letter in enumerate(column):
                at = (340 - 24 * place, 80 + 14 * step)
                page.insert_text(at, letter, fontname="japan", fontsize=12)
        page.insert_image(pymupdf.Rect(60, 300, 180, 460), stream=held.getvalue())
        page.draw_polyline([(220 + 10 * n, 440 - 90 * (n % 2)) for n in range(9)])
        document.save(tmp_path / "page.pdf")
    with Runner("embedded", cache=False) as runner:
        (read,) = runner.read(tmp_path / "page.pdf").pages
    assert [block.label for block in read.blocks] == ["text", "image", "image"]
    assert read.blocks[0].text == "".join(COLUMNS)
    x0, y0, x1, y1 = read.blocks[1].boxes[0]
    assert (x0, y0, x1, y1) == pytest.approx((143, 504, 429, 773), abs=2)
    assert read.blocks[2].boxes[0] == pytest.approx((523, 587, 713, 738), abs=3)
    assert (read.reading.layout, read.reading.quality.trusted) == ("text", True)

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from dsocr_integrations.engines.embedded.scan import tesseract_lines
from dsocr_integrations.engines.embedded.scan.tesseract_lines import (
    languages,
    parse_tsv,
    read_lines,
)

HEAD = "level\tpage\tblock\tpar\tline\tword\tleft\ttop\twidth\theight\tconf\ttext"


def test_words_of_one_line_are_joined_and_noise_is_left_out():
    rows = [
        HEAD,
        "4\t1\t1\t1\t1\t0\t5\t5\t90\t20\t-1\t",
        "5\t1\t1\t1\t1\t1\t10\t20\t60\t18\t96.0\tСтанция",
        "5\t1\t1\t1\t1\t2\t80\t21\t40\t18\t88.0\tбыла",
        "5\t1\t1\t1\t1\t3\t130\t21\t9\t9\t12.0\t|",
        "5\t1\t1\t1\t2\t1\t10\t50\t70\t18\t91.0\tосмотрена",
        "a broken row",
    ]
    first, second = parse_tsv("\n".join(rows))
    assert (first.text, first.box) == ("Станция была", (10.0, 20.0, 120.0, 39.0))
    assert first.score == pytest.approx(0.92)
    assert second.text == "осмотрена"


def test_without_tesseract_there_are_no_lines(monkeypatch):
    monkeypatch.setattr(tesseract_lines.shutil, "which", lambda _name: None)
    assert read_lines(np.zeros((10, 10, 3), np.uint8)) == []


@pytest.mark.skipif(
    "eng" not in languages(), reason="needs tesseract: apt-get install tesseract-ocr"
)
def test_reads_a_line():
    page = Image.new("RGB", (520, 90), "white")
    font = ImageFont.load_default(32)
    ImageDraw.Draw(page).text((20, 20), "The alarm rang twice", fill="black", font=font)
    (line,) = read_lines(np.asarray(page))
    assert line.text == "The alarm rang twice"
    assert len(line.words) == 4

"""Long screenshots are read in slices: no line is lost or doubled, boxes are those of the page."""

from __future__ import annotations

import random
import re

import pymupdf
import pytest

from dsocr_integrations.runner import Runner
from tests.barcode_pages import HIGH, WIDE, BarcodeModel, draw_page


def read(engine, path):
    with Runner(engine, cache=False) as runner:
        (page,) = runner.pages(path)
    return page


def numbers(page):
    return [int(number) for number in re.findall(r"line (\d+) of it", page.markdown)]


DRAW = random.Random(11)
TALL = [(1000, 15444)] + [
    (wide, int(wide * DRAW.uniform(5, 18))) for wide in (DRAW.randint(400, 1500) for _ in range(27))
]
WIDEST = [
    (int(high * DRAW.uniform(5, 15)), high) for high in (DRAW.randint(400, 900) for _ in range(12))
]


@pytest.mark.parametrize(("wide", "high"), TALL + WIDEST)
def test_no_line_is_lost_or_doubled(tmp_path, wide, high):
    columns = max(1, wide // 700) if wide > high else 1
    picture, places = draw_page(wide, high, pitch=DRAW.randint(22, 40), columns=columns, seed=wide)
    picture.save(tmp_path / "long.png")
    engine = BarcodeModel()
    page = read(engine, tmp_path / "long.png")
    assert numbers(page) == list(range(len(places)))
    assert page.reading.quality.trusted
    assert len(engine.asked) < 40
    for block, (x, y) in zip(page.blocks, places, strict=True):
        true = (x / wide, y / high, (x + WIDE) / wide, (y + HIGH) / high)
        assert block.boxes[0] == pytest.approx([999 * side for side in true], abs=3)


@pytest.mark.parametrize("model", [{}, {"one_block": True}, {"tagged": False}])
@pytest.mark.parametrize("shape", [(1000, 15444), (700, 6000), (900, 9100)])
def test_where_something_is_printed_throughout_slices_overlap(tmp_path, model, shape):
    picture, places = draw_page(*shape, noise=120, seed=3)
    picture.save(tmp_path / "photograph.png")
    engine = BarcodeModel(**model)
    page = read(engine, tmp_path / "photograph.png")
    assert sum(high for _, high in engine.asked) > shape[1]
    assert numbers(page) == list(range(len(places)))
    assert "garbled" not in page.markdown


@pytest.mark.parametrize("pitch", [20, 24, 31])
def test_lines_in_even_steps_are_no_loop_at_the_end_of_a_slice(tmp_path, pitch):
    picture, places = draw_page(1000, 15444, pitch=pitch, jitter=0)
    picture.save(tmp_path / "log.png")
    page = read(BarcodeModel(), tmp_path / "log.png")
    assert numbers(page) == list(range(len(places)))
    assert page.reading.quality.trusted
    assert page.warnings == ()


def test_the_page_tells_how_it_was_read(tmp_path):
    picture, _ = draw_page(1000, 15444)
    picture.save(tmp_path / "long.png")
    page = read(BarcodeModel(), tmp_path / "long.png")
    slices = len({block.boxes for block in page.blocks}) and page.reading.vision_tokens // 100
    assert page.reading.mode_note == f"The page was read in {slices} slices."
    assert page.reading.attempts == 1
    assert page.reading.tried == ()
    assert (page.reading.output_tokens, slices) == (10 * slices, 11)


def test_a_long_page_of_a_document_is_cut_between_its_words(tmp_path):
    with pymupdf.open() as document:
        sheet = document.new_page(width=400, height=4000)
        for number in range(150):
            sheet.insert_text((30, 30 + 26 * number), f"line {number} of it", fontsize=14)
        document.save(tmp_path / "long.pdf")

    class Layer(BarcodeModel):
        def _said(self, request):
            self.asked.append(request.region.box)
            words = request.region.words()
            return "text[[10, 10, 990, 990]]\n" + " ".join(word.text for word in words)

    engine = Layer()
    page = read(engine, tmp_path / "long.pdf")
    assert numbers(page) == list(range(150))
    assert page.reading.quality.text_layer_agreement == 1
    assert len(engine.asked) > 4


@pytest.mark.parametrize("shape", [(1190, 1684), (1000, 3500), (300, 1200), (1920, 600)])
def test_pages_of_a_usual_shape_are_shown_whole(tmp_path, shape):
    draw_page(*shape)[0].save(tmp_path / "page.png")
    engine = BarcodeModel()
    read(engine, tmp_path / "page.png")
    assert engine.asked[0] == shape


def test_a_slice_that_cannot_be_read_leaves_the_others_and_a_doubt(tmp_path):
    draw_page(1000, 8000)[0].save(tmp_path / "long.png")

    class Stumbling(BarcodeModel):
        def _said(self, request):
            return super()._said(request) if request.region.box[1] else "again and again " * 300

    page = read(Stumbling(), tmp_path / "long.png")
    assert page.reading.quality.reasons == ("loop",)
    assert len(page.reading.tried) == page.reading.attempts > 1
    assert numbers(page)

"""A text layer is not believed where it shows a sign of being wrong and the pixels refute it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dsocr_integrations import Runner
from dsocr_integrations.engines.embedded import page_reader
from dsocr_integrations.engines.embedded.born_digital import layer_check
from dsocr_integrations.engines.embedded.born_digital.glyph_shapes import misnamed_characters
from dsocr_integrations.engines.embedded.born_digital.layer_gaps import leaves_print_out
from dsocr_integrations.engines.embedded.born_digital.styled_words import extract
from dsocr_integrations.engines.embedded.scan import tesseract_lines
from dsocr_integrations.modes import AUTO_MODE
from dsocr_integrations.sources import resolve_source
from tests.doubtful_pages import broken_fonts, recognition_layers
from tests.doubtful_pages.faces import FacesMissingError
from tests.engines.embedded.pdf_pages import DATA, drawn, region_of


def made(generator, folder, seed, *what):
    try:
        return generator.make(folder, seed, *what)
    except FacesMissingError as error:
        pytest.skip(str(error))


def plain(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("kind", "seed"),
    [
        ("figures", 4),
        ("private use", 22),
        ("permuted", 14),
        ("other figures", 2),
        ("two figures", 4),
    ],
)
def test_a_font_with_a_wrong_map_is_read_from_the_pixels(kind, seed, tmp_path):
    page = made(broken_fonts, tmp_path, seed, kind)
    with Runner("embedded", cache=False) as runner:
        read = runner.read(resolve_source(str(page.path))).pages[0]
    for fact in page.facts:
        assert plain(fact) in plain(read.markdown)
    assert plain(page.lines[-1][:30]) in plain(read.markdown)
    assert read.reading.quality.trusted
    assert read.reading.quality.text_layer_agreement is None


@pytest.mark.parametrize("rate", [0.0, 0.3])
def test_an_earlier_recognition_is_kept_only_if_the_pixels_say_the_same(rate, tmp_path):
    page = made(recognition_layers, tmp_path, 2, rate)
    region = region_of(page.path)
    with region.page() as opened:
        checked = layer_check.check(region, extract(opened))
    assert checked.useless is checked.refuted is (rate > 0)
    assert not checked.doubts
    read = page_reader.read(region, AUTO_MODE).to_plain()
    assert plain(page.lines[1]) in plain(read)


@pytest.mark.parametrize(("share", "gaps"), [(0.1, True), (0.5, True), (1.0, False)])
def test_an_earlier_recognition_that_left_print_out_is_told(share, gaps, tmp_path):
    region = region_of(made(recognition_layers, tmp_path, 2, 0.0, "en", share).path)
    with region.page() as opened:
        text = extract(opened)
    assert leaves_print_out(region, text) is gaps


@pytest.mark.parametrize("rate", [0.0, 0.3])
def test_an_earlier_recognition_in_another_script_is_looked_up_with_its_pack(rate, tmp_path):
    if "rus" not in tesseract_lines.languages():
        pytest.skip("Tesseract's pack for Russian is not installed")
    region = region_of(made(recognition_layers, tmp_path, 2, rate, "ru").path)
    with region.page() as opened:
        text = extract(opened)
    checked = layer_check.check(region, text)
    assert checked.useless is checked.refuted is (rate > 0)
    assert not checked.doubts


def test_without_its_pack_it_is_doubted_and_the_pack_named(tmp_path):
    region = region_of(made(recognition_layers, tmp_path, 2, 0.0, "ru").path)
    with region.page() as opened:
        text = extract(opened)
    checked = layer_check.check(region, text, languages=("kor",))
    assert checked.text == text
    (doubt,) = checked.doubts
    assert "tesseract-ocr-rus" in doubt.message


def test_what_the_pixels_can_neither_confirm_nor_refute_is_doubted(tmp_path):
    page = made(broken_fonts, tmp_path, 22, "private use")
    region = region_of(page.path)
    with region.page() as opened:
        text = extract(opened)
    checked = layer_check.check(drawn(tmp_path, lambda _: None), text)
    (doubt,) = checked.doubts
    assert doubt.kind == layer_check.UNSOUND_LAYER
    assert "model engine" in doubt.message


@pytest.mark.parametrize("path", sorted(DATA.glob("*.pdf")), ids=lambda path: path.stem)
def test_sound_pages_show_no_sign(path):
    region = region_of(path)
    with region.page() as page:
        text, misnamed = extract(page), misnamed_characters(page)
    assert layer_check.doubtful_words(text, misnamed) == []


def test_a_single_line_that_an_earlier_recognition_left_out_is_told(tmp_path):
    region = region_of(made(recognition_layers, tmp_path, 2, 0.0, "en").path)
    with region.page() as opened:
        text = extract(opened)
    lines = sorted({round(word.box[3]) for word in text.words})
    kept = tuple(word for word in text.words if round(word.box[3]) != lines[3])
    assert leaves_print_out(region, replace(text, words=kept))


@pytest.mark.parametrize(("misread", "refuted"), [("14", True), ("", False)])
def test_figures_that_an_earlier_recognition_has_wrong_refute_it(misread, refuted, tmp_path):
    region = region_of(made(recognition_layers, tmp_path, 2, 0.0, "en").path)
    letters = str.maketrans("0123456789", "OlZEASbTBg") if misread else {}
    with region.page() as opened:
        text = extract(opened)
    words = tuple(replace(word, text=word.text.translate(letters)) for word in text.words)
    assert layer_check.check(region, replace(text, words=words)).refuted is refuted

from __future__ import annotations

import pymupdf
import pytest

from dsocr_integrations.engines.embedded.born_digital.styled_words import (
    PageText,
    StyledWord,
    extract,
)
from dsocr_integrations.engines.embedded.born_digital.text_blocks import page_content
from dsocr_integrations.engines.embedded.born_digital.text_layer import TextLayer, judge
from tests.engines.embedded.pdf_pages import DATA, drawn

PAGE = (0.0, 0.0, 600.0, 800.0)
PROSE = (
    "The works treated more water than in the year before and every sample of the finished "
    "water met the limits that the district had set for nitrate and chlorine "
) * 3


def text(content: str, *, visible: bool = True, images: tuple = ()) -> PageText:
    words = tuple(
        StyledWord(word, (50 + i % 10 * 50, 50 + i // 10 * 12, 90 + i % 10 * 50, 60 + i // 10 * 12),
                   i // 10, 0, 10.0, visible=visible)
        for i, word in enumerate(content.split())
    )  # fmt: skip
    return PageText(words, images)


def shifted(content: str) -> str:
    """Glyph numbers instead of characters, as a font without a character map gives them."""
    return "".join(chr(ord(c) - 29) if c.isalpha() else c for c in content)


@pytest.mark.parametrize(
    ("page", "verdict"),
    [
        (text(""), TextLayer.MISSING),
        (text("• —"), TextLayer.MISSING),
        (text(PROSE), TextLayer.SOUND),
        (text("\ufffd\ufffdst \ufffd\ufffd\ufffd wat\ufffdr"), TextLayer.GARBAGE),
        (text("\ue001\ue002\ue003 \ue004\ue005"), TextLayer.GARBAGE),
        (text("\uf0b7 first \uf0b7 second"), TextLayer.SOUND),
        (text(PROSE, visible=False, images=(PAGE,)), TextLayer.SOUND),
        (text("t^e w0r|<s tr~at3d rn0re w@t&r" * 5, visible=False), TextLayer.GARBAGE),
        (text("Appendix B", images=((0, 100, 600, 800),)), TextLayer.PARTIAL),
        (text("Appendix B", images=((0, 100, 60, 180),)), TextLayer.SOUND),
        (text(PROSE, images=((0, 200, 600, 800),)), TextLayer.SOUND),
    ],
)
def test_verdicts(page, verdict):
    assert judge(page, PAGE).layer is verdict


def test_letters_that_no_language_has_are_garbage():
    rotated = PROSE.translate(str.maketrans("etaoinsrhdlu", "zqxjkvbpwmgf"))
    assert judge(text(rotated), PAGE).layer is TextLayer.GARBAGE


def test_other_scripts_are_not_judged_by_latin_letters():
    assert judge(text("Вода очищена и проверена лабораторией района " * 8), PAGE).layer is (
        TextLayer.SOUND
    )


def test_words_that_nobody_sees_are_left_out(tmp_path):
    def draw(page):
        page.insert_text((60, 90), "Herons wade in shallow water.")
        page.insert_text((60, 120), "white secret", color=(1, 1, 1))
        page.insert_text((60, 150), "inkless secret", render_mode=3)
        page.insert_text((60, 180), "clear secret", fill_opacity=0, stroke_opacity=0)
        page.insert_text((60, 190), "tiny secret", fontsize=0.4)
        page.draw_rect((50, 200, 300, 240), fill=(0, 0, 0.5))
        page.insert_text((60, 225), "White on blue.", color=(1, 1, 1))

    with drawn(tmp_path, draw).page() as page:
        words = " ".join(word.text for word in extract(page).words)
    assert words == "Herons wade in shallow water. White on blue."


@pytest.mark.parametrize(
    "unseen", [{"render_mode": 3}, {"fill_opacity": 0}], ids=["no ink", "transparent"]
)
def test_an_earlier_recognition_of_a_scan_is_seen_through_its_picture(tmp_path, unseen):
    picture = (DATA / "scan_en.png").read_bytes()

    def draw(page):
        page.insert_image(page.rect, stream=picture)
        page.insert_text((60, 90), "recognised before", **unseen)

    with drawn(tmp_path, draw).page() as page:
        words = extract(page).words
    assert [(word.text, word.visible) for word in words] == [
        ("recognised", False), ("before", False)
    ]  # fmt: skip


def test_ticks_of_forms_are_signs_and_no_letters(tmp_path):
    def draw(page):
        page.insert_text((60, 90), "48l", fontname="zadb")
        page.insert_text((60, 120), "48l")

    with drawn(tmp_path, draw).page() as page:
        assert [word.text for word in extract(page).words] == ["\u2714\u2718\u25cf", "48l"]


def test_text_printed_twice_to_look_bold_is_read_once(tmp_path):
    def draw(page):
        for shift in (0, 0.4):
            page.insert_text((60 + shift, 90), "Herons wade", fontsize=12)
        page.insert_text((60, 120), "in shallow water.", fontsize=12)

    with drawn(tmp_path, draw).page() as page:
        words = extract(page).words
    assert [(word.text, word.bold) for word in words] == [
        ("Herons", True), ("wade", True), ("in", False), ("shallow", False), ("water.", False)
    ]  # fmt: skip


def test_single_letters_and_marks_printed_again_to_look_bold_are_read_once(tmp_path):
    """They stood beside their words once more: `Anholt, A`."""

    def draw(page):
        page.insert_text((60, 90), "Anholt, 1.9 miles")
        page.insert_text((60.3, 90), "A")
        page.insert_text((60.2 + pymupdf.get_text_length("Anholt, 1", "helv", 11), 90), ".")

    with drawn(tmp_path, draw).page() as page:
        words = " ".join(word.text for word in extract(page).words)
    assert words == "Anholt, 1.9 miles"


def test_what_is_printed_anew_over_paint_is_no_second_print(tmp_path):
    def draw(page):
        page.insert_text((60, 120), "A quay that was painted over")
        page.draw_rect((50, 105, 300, 124), color=None, fill=(1, 1, 1))
        page.insert_text((60, 120), "A quay")

    with drawn(tmp_path, draw).page() as page:
        words = " ".join(word.text for word in extract(page).words)
    assert words == "A quay"


def test_pictures_give_their_boxes_and_no_pixels(tmp_path):
    def draw(page):
        page.insert_text((60, 90), "Herons wade.")
        page.insert_image((100, 200, 300, 400), stream=(DATA / "scan_en.png").read_bytes())
        page.insert_text((60, 500), "Egrets too.")

    with drawn(tmp_path, draw).page() as page:
        content = page_content(page)
    (picture,) = content.images
    assert [block["type"] for block in content.blocks] == [0, 0]
    assert picture[1::2] == pytest.approx((200, 400), abs=0.01)

from __future__ import annotations

import re
from collections import Counter

import pymupdf
import pytest

from dsocr_integrations.engines.embedded import page_reader
from dsocr_integrations.engines.embedded.born_digital import pages as born_digital
from dsocr_integrations.engines.embedded.born_digital.styled_words import (
    PageText,
    StyledWord,
    extract,
)
from dsocr_integrations.engines.embedded.born_digital.zones import make_zones
from dsocr_integrations.engines.embedded.page_layout import LayoutRegion
from dsocr_integrations.tables import parse_table
from tests.engines.embedded.pdf_pages import DATA, drawn, region_of


@pytest.fixture(scope="module")
def report():
    path = DATA / "report.pdf"
    return [born_digital.read_page(region_of(path, number)) for number in (1, 2, 3)]


def texts(page, label):
    return [block.text for block in page.blocks if block.label == label]


def words(text: str) -> Counter[str]:
    plain = re.sub(r"</?(?:table|tr|td|sup)[^>]*>", " ", text).replace("&lt;", "<")
    return Counter(re.findall(r"\w", plain.replace("&amp;", "&")))


def test_title_and_section_levels(report):
    assert texts(report[0], "title") == ["# Marisol Creek Water Works: Operating Report 2025"]
    assert texts(report[0], "sub_title")[:3] == [
        "## 1 Summary",
        "## 2 Treatment",
        "### 2.1 Intake and coagulation",
    ]


def test_columns_are_read_one_after_the_other(report):
    text = report[0].to_plain()
    assert text.index("2.2 Filtration") < text.index("2.3 Demand")


def test_furniture_and_captions_have_their_labels(report):
    page = report[1]
    assert texts(page, "header") == ["Marisol Creek Water Works"]
    assert texts(page, "page_number") == ["2"]
    assert texts(page, "table_caption") == [
        "Table 1. Finished water, monthly means of the year 2025."
    ]
    assert len(texts(page, "image_caption")) == 2
    assert texts(page, "equation")[0].startswith("\\[ ")


def test_list_items_and_footnotes(report):
    assert any(text.startswith("- relining of the trunk") for text in texts(report[2], "text"))
    assert texts(report[0], "footnote")


def test_a_table_keeps_every_cell(report):
    table, warnings = parse_table(texts(report[1], "table")[0])
    assert not warnings
    assert table is not None
    rows = [*table.header, *table.rows]
    assert rows[0][0] == "Month"
    assert rows[5] == ("May", "0.14", "0.55", "7.6", "13.1", "124")


@pytest.mark.parametrize(("name", "pages"), [("report.pdf", 3), ("molecules.pdf", 1)])
def test_every_character_of_the_text_layer_is_in_some_block(name, pages):
    for number in range(1, pages + 1):
        region = region_of(DATA / name, number)
        page = born_digital.read_page(region)
        said = words(" ".join(block.text for block in page.blocks))
        lines = words(" ".join(line.text for line in page.lines))
        expected = words(" ".join(word.text for word in region.words()))
        assert not expected - lines
        assert not expected - said


def test_words_far_from_everything_are_kept(tmp_path):
    def draw(page: pymupdf.Page) -> None:
        page.insert_text((500, 820), "lonely", fontsize=4)
        page.insert_text((30, 400), "sideways", fontsize=9, rotate=90)

    page = page_reader.read(drawn(tmp_path, draw), "auto")
    assert {"lonely", "sideways"} <= set(page.to_plain().split())


def test_a_clip_gives_only_what_lies_in_it():
    clip = (300.0, 0.0, 595.0, 400.0)
    page = page_reader.read(region_of(DATA / "report.pdf", 1, clip), "auto")
    text = page.to_plain()
    assert "Demand followed the weather" in text
    assert "2.1 Intake" not in text
    assert (page.width, page.height) == (295.0, 400.0)
    assert all(0 <= box[0] <= box[2] <= 295 for block in page.blocks for box in block.boxes)


def test_a_small_page_is_read_like_a_large_one(tmp_path):
    def draw(page: pymupdf.Page) -> None:
        page.insert_text((20, 30), "A heading", fontsize=7, fontname="hebo")
        box = pymupdf.Rect(20, 40, 160, 120)
        page.insert_textbox(box, "small print of a pocket book " * 8, fontsize=4)

    page = page_reader.read(drawn(tmp_path, draw, (180, 300)), "auto")
    assert any("pocket book small print" in text for text in texts(page, "text"))
    assert all(box[3] <= 300 for block in page.blocks for box in block.boxes)


@pytest.mark.parametrize(("render_mode", "is_code"), [(0, True), (3, False)])
def test_only_visible_typewriter_text_is_code(tmp_path, render_mode, is_code):
    def draw(page: pymupdf.Page) -> None:
        page.insert_text(
            (60, 100),
            ["for heron in herons:", "    heron.wade(water)", "    heron.wait(fish)"],
            fontname="cour",
            render_mode=render_mode,
        )

    page = born_digital.read_page(drawn(tmp_path, draw))

    assert ("```" in page.to_text()) == is_code


@pytest.mark.parametrize(
    ("lines", "is_code"),
    [
        (
            [
                "The population standard deviation is often used as a",
                "measure of dispersion (say, when P < .75). It is marked",
                "with an asterisk for small samples.",
            ],
            False,
        ),
        (
            [
                "if the sample is None or the mean < 0: return [None] * n",
                "mean_of_all = sum(values) / len(values); print(mean_of_all)",
            ],
            True,
        ),
    ],
)
def test_sentences_in_a_typewriter_face_are_prose(tmp_path, lines, is_code):
    def draw(page: pymupdf.Page) -> None:
        page.insert_text((60, 100), lines, fontname="cour")

    shown = born_digital.read_page(drawn(tmp_path, draw)).to_text()
    assert ("```" in shown) == is_code


def test_accents_printed_over_a_letter_become_part_of_it(tmp_path):
    def draw(page):
        writer = pymupdf.TextWriter(page.rect)
        font = pymupdf.Font("helv")
        x = 72.0
        for character in "J´an Min´aˇc says 5´ of TEX´s":
            writer.append((x, 100), character, font=font, fontsize=11)
            over_next = character in "´ˇ" and x < 150
            x += 1.0 if over_next else font.text_length(character, 11)
        writer.write_text(page)

    with drawn(tmp_path, draw).page() as page:
        assert [word.text for word in extract(page).words] == (
            ["Ján", "Mináč", "says", "5´", "of", "TEX´s"]
        )


@pytest.mark.parametrize("rule", [". " * 60, "_" * 50, "- " * 40])
def test_a_rule_of_characters_is_no_text(tmp_path, rule):
    def draw(page):
        page.insert_text((72, 100), "Received 13 November. Accepted 15 July.", fontsize=11)
        page.insert_text((72, 200), rule, fontsize=8)
        page.insert_text((72, 300), "Contents ............................... 7", fontsize=11)

    shown = " ".join(block.text for block in born_digital.read_page(drawn(tmp_path, draw)).blocks)
    assert "Accepted 15 July." in shown
    assert rule[:6] not in shown
    assert "7" in shown


@pytest.mark.parametrize("caption", ["Figure 3: Herons counted at each weir", ""])
def test_a_picture_with_a_caption_is_a_figure_and_no_page_of_text(tmp_path, caption):
    picture = (DATA / "scan_en.png").read_bytes()

    def draw(page):
        page.insert_text((72, 60), "Herons of the district", fontsize=10)
        page.insert_image((72, 90, 523, 700), stream=picture)
        page.insert_text((200, 720), caption, fontsize=9)
        page.insert_text((290, 800), "14", fontsize=9)

    blocks = page_reader.read(drawn(tmp_path, draw), "auto").blocks
    inside = [block for block in blocks if block.label != "image" and 90 < block.boxes[0][1] < 690]
    assert [block.label for block in blocks].count("image") == 1
    assert bool(inside) is not bool(caption)


@pytest.mark.parametrize(
    ("printed", "kinds"),
    [
        ((246.0, 82.0, 353.0, 92.0), ["picture", "text"]),
        ((100.0, 82.0, 500.0, 700.0), ["text"]),
    ],
    ids=["a title over a map", "text on a coloured ground"],
)
def test_a_picture_with_a_title_printed_over_it_stays_a_picture(printed, kinds):
    x0, y0, x1, y1 = printed
    word = StyledWord("MAP", (x0 + 1, y0 + 1, x1 - 1, y1 - 1), 0, 0, 8.0)
    text = PageText((word,), ((87.0, 73.0, 508.0, 754.0),))
    zones = make_zones([LayoutRegion("text", printed, (printed,))], [], text, (595.0, 842.0))
    assert sorted(zone.kind for zone in zones) == kinds

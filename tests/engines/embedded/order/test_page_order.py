from __future__ import annotations

import pytest

from dsocr_integrations.engines.embedded.born_digital import pages as born_digital
from dsocr_integrations.engines.embedded.born_digital.furniture import settle_furniture
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.born_digital.zones import Zone
from dsocr_integrations.engines.embedded.order.caption_places import beside_captions
from tests.engines.embedded.pdf_pages import DATA, drawn, region_of

PAGE = (600.0, 800.0)


def zone(
    kind: str,
    box: tuple[float, float, float, float],
    text: str = "herons",
    size: float = 10.0,
    **look,
) -> Zone:
    return Zone(kind, box, words=[StyledWord(text, box, 0, 0, size, **look)])


def test_a_page_of_one_line_is_text(tmp_path):
    page = born_digital.read_page(
        drawn(tmp_path, lambda page: page.insert_text((72, 100), "Herons wade in shallow water."))
    )

    assert [block.label for block in page.blocks] == ["text"]


@pytest.mark.parametrize(
    ("kind", "box", "settled"),
    [
        ("page-header", (50, 20, 300, 32), "page-header"),
        ("page-header", (50, 400, 300, 412), "text"),
        ("page-footer", (50, 770, 300, 782), "page-footer"),
        ("page-footer", (50, 90, 300, 102), "text"),
    ],
)
def test_furniture_lies_at_its_edge_of_the_page(kind, box, settled):
    zones = [zone(kind, box), zone("text", (50, 200, 500, 390))]
    settle_furniture(zones, PAGE)

    assert [found.kind for found in zones] == [settled, "text"]


@pytest.mark.parametrize(
    ("text", "size", "kind"),
    [
        ("Herons", 18.0, "section-header"),
        ("Herons", 15.0, "section-header"),
        ("Herons", 13.0, "section-header"),
        ("Herons", 12.0, "page-header"),
        ("17", 18.0, "page-header"),
    ],
)
def test_a_title_at_the_head_of_a_page_is_a_heading(text, size, kind):
    zones = [
        zone("page-header", (50, 20, 300, 38), text, size),
        zone("text", (50, 200, 500, 390)),
    ]
    settle_furniture(zones, PAGE)

    assert zones[0].kind == kind


def test_large_running_headers_stay_furniture():
    head = zone("page-header", (50, 20, 300, 38), "Herons", 13.0)
    title = zone("section-header", (50, 100, 300, 120), "Wading", 16.0)
    settle_furniture([head, title, zone("text", (50, 200, 500, 390))], PAGE)
    assert head.kind == "page-header"

    corner = zone("page-header", (400, 20, 550, 38), "Appendix", 18.0)
    both = zone("page-header", (50, 20, 550, 38), "Executive", 18.0)
    both.words = [
        *zone("text", (50, 20, 150, 38), "Executive", 18.0).words,
        *zone("text", (400, 20, 550, 38), "Appendix", 18.0).words,
    ]
    for header in (corner, both):
        settle_furniture([header, zone("text", (50, 200, 500, 390))], PAGE)

        assert header.kind == "page-header"


def test_a_title_in_18_points_is_read_as_a_heading(tmp_path):
    words = "The harbour master keeps the list of berths and sends the bills. " * 3

    def draw(page):
        page.insert_text((56, 40), "Harbour dues and berths 2025", fontsize=18, fontname="hebo")
        for top in (66, 146, 226, 306):
            page.insert_textbox((56, top, 540, top + 80), words, fontsize=10)

    (title, *_) = born_digital.read_page(drawn(tmp_path, draw)).blocks

    assert title.text == "## Harbour dues and berths 2025"


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["Nordvik Shipping AS", "Kaigata 14", "6002 Vollen"], "text"),
        (["Invoice 20417", "Date: 17 April 2031", "Customer 8813"], "text"),
        (["The grey clause stays in force until the end of May."], "text"),
        (["The yearbook of the sailing club, part 3"], "page-header"),
        (["Yearbook", "Part 3"], "page-header"),
        (["Herons wade."], "page-header"),
    ],
)
def test_a_letter_head_and_a_sentence_are_no_running_header(lines, kind):
    head = Zone("page-header", (50, 20, 400, 20 + 14 * len(lines)))
    for n, line in enumerate(lines):
        for m, text in enumerate(line.split()):
            box = (50.0 + 40 * m, 20.0 + 14 * n, 86.0 + 40 * m, 31.0 + 14 * n)
            head.words.append(StyledWord(text, box, n, 0, 10.0))
    settle_furniture([head, zone("text", (50, 200, 500, 390))], PAGE)

    assert head.kind == kind


def test_a_stamp_along_the_side_stays_furniture():
    zones = [
        zone("page-header", (10, 250, 30, 500), horizontal=False),
        zone("text", (50, 200, 500, 390)),
    ]
    settle_furniture(zones, PAGE)

    assert zones[0].kind == "page-header"


def test_a_page_number_may_follow_a_short_text():
    zones = [zone("text", (50, 50, 500, 300)), zone("page-footer", (290, 330, 300, 340), "7")]
    settle_furniture(zones, PAGE)

    assert zones[1].kind == "page-footer"


def test_the_only_text_of_a_page_is_no_furniture():
    zones = [zone("page-header", (50, 20, 300, 32)), Zone("picture", (50, 100, 500, 600))]
    settle_furniture(zones, PAGE)

    assert zones[0].kind == "text"


def test_a_caption_read_with_its_column_goes_to_the_wide_table():
    caption, table = zone("caption", (50, 600, 250, 610)), zone("table", (50, 620, 550, 700))
    left, right = zone("text", (50, 100, 290, 590)), zone("text", (310, 100, 550, 610))

    assert beside_captions([left, caption, right, table], 10) == [left, right, caption, table]


def test_a_caption_below_goes_behind_its_picture():
    picture, caption = zone("picture", (50, 100, 290, 300)), zone("caption", (60, 305, 280, 315))
    other = zone("text", (310, 100, 550, 610))

    assert beside_captions([picture, other, caption], 10) == [picture, caption, other]


def test_a_caption_far_from_everything_stays():
    caption, picture = zone("caption", (50, 100, 290, 110)), zone("picture", (50, 400, 290, 500))
    text = zone("text", (50, 120, 290, 390))

    assert beside_captions([caption, text, picture], 10) == [caption, text, picture]


def test_the_caption_of_the_report_s_wide_table_stands_at_it():
    page = born_digital.read_page(region_of(DATA / "report.pdf", 2))
    labels = [block.label for block in page.blocks]

    assert labels[labels.index("table") - 1] == "table_caption"

"""Reading order of pages drawn for the test, through the whole reader."""

from __future__ import annotations

import io
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pymupdf
import pytest
from fontTools.ttLib import TTFont

from dsocr_integrations.engines.embedded.born_digital import pages as born_digital
from dsocr_integrations.engines.embedded.born_digital.styled_words import extract
from dsocr_integrations.engines.embedded.order.order_pieces import Piece
from dsocr_integrations.engines.embedded.order.reading_order import reading_order
from tests.engines.embedded.pdf_pages import DATA, drawn, region_of

LEFT, RIGHT, WIDE = (54, 288), (307, 541), (54, 541)
PROSE = (
    "wade in shallow water and wait for small fish, which they take with a sudden thrust of the "
    "bill; in hard winters many of them move to the coast, where the water stays open. "
)


class Sheet:
    """A page on which things are set by their top and their left and right edge."""

    def __init__(self, page: pymupdf.Page) -> None:
        self.page = page

    def prose(self, word: str, sides: tuple[float, float], top: float, bottom: float) -> None:
        """Text that opens with a word and fills its box."""
        per_line = (sides[1] - sides[0]) / 4.6
        text = (word + " " + PROSE * 40)[: int(per_line * ((bottom - top) // 13.5))]
        box = (sides[0], top, sides[1], bottom + 8)
        self.page.insert_textbox(box, text, fontsize=10, fontname="tiro", align=3)

    def heading(self, word: str, left: float, top: float, size: float = 14) -> None:
        self.page.insert_text((left, top + size), word, fontsize=size, fontname="hebo")

    def line(self, text: str, left: float, top: float) -> None:
        self.page.insert_text((left, top + 8), text, fontsize=8.5, fontname="helv")

    def figure(self, sides: tuple[float, float], top: float, bottom: float) -> None:
        """A picture of hills, so that it is no text."""
        x, y = np.meshgrid(np.linspace(0, 6, 120), np.linspace(0, 1, 80))
        hills = (np.sin(x * 1.7) + np.sin(x * 3.1 + 1)) / 6 + 0.5 < y
        shade = np.stack([90 + 60 * hills, 150 - 40 * hills + 60 * y, 230 - 160 * hills], axis=-1)
        pixels = shade.clip(0, 255).astype(np.uint8)
        picture = pymupdf.Pixmap(pymupdf.csRGB, 120, 80, pixels.tobytes(), 0)
        box = (sides[0], top, sides[1], bottom)
        self.page.insert_image(box, pixmap=picture, keep_proportion=False)

    def pictured(self, name: str, sides: tuple[float, float], top: float, bottom: float) -> None:
        """A picture with its caption below."""
        self.figure(sides, top, bottom)
        self.line(f"Figure {name}. A bay of the lake", sides[0], bottom + 6)


def order(tmp_path, draw) -> list[str]:
    """First words of the blocks as read; pictures have none."""
    page = born_digital.read_page(drawn(tmp_path, lambda page: draw(Sheet(page))))
    words = []
    for block in page.blocks:
        said = block.text.strip("#* ").split()
        words.append("picture" if block.label == "image" else " ".join(said[:2]).strip("*."))
    return [word.split()[0] if not word.startswith("Figure") else word for word in words]


def article(sheet: Sheet) -> None:
    sheet.prose("One", LEFT, 60, 220)
    sheet.heading("Two", 54, 236)
    sheet.prose("Three", LEFT, 262, 480)
    sheet.prose("Four", LEFT, 500, 760)
    sheet.prose("Five", RIGHT, 60, 330)
    sheet.heading("Six", 307, 348)
    sheet.prose("Seven", RIGHT, 374, 760)


def figures_in_columns(sheet: Sheet) -> None:
    sheet.prose("One", LEFT, 60, 250)
    sheet.pictured("1", LEFT, 270, 400)
    sheet.prose("Two", LEFT, 440, 760)
    sheet.pictured("2", RIGHT, 60, 200)
    sheet.heading("Three", 307, 236)
    sheet.prose("Four", RIGHT, 262, 500)
    sheet.pictured("3", RIGHT, 520, 650)
    sheet.prose("Five", RIGHT, 690, 760)


def grid_between_headings(sheet: Sheet) -> None:
    sheet.heading("One", 54, 60)
    for n, name in enumerate("1234"):
        top = 100 + 220 * (n // 2)
        # The second picture is low: its caption is nearer to the picture below.
        height = 90 if n == 1 else 150
        sheet.figure((LEFT, RIGHT)[n % 2], top, top + height)
        sheet.line(f"Figure {name}. A bay of the lake", (54, 307)[n % 2], top + 170)
    sheet.heading("Two", 54, 545)
    sheet.prose("Three", WIDE, 575, 700)


def one_row_under_narrow_text(sheet: Sheet) -> None:
    sheet.heading("One", 54, 60)
    sheet.pictured("1", LEFT, 90, 260)
    sheet.pictured("2", RIGHT, 90, 260)
    sheet.heading("Two", 54, 300)
    sheet.prose("Three", (54, 280), 330, 500)


def heading_below_columns(sheet: Sheet) -> None:
    sheet.prose("One", LEFT, 60, 330)
    sheet.prose("Two", RIGHT, 60, 330)
    sheet.heading("Three", 54, 360)
    sheet.prose("Four", WIDE, 390, 700)


def short_heading_over_both_columns(sheet: Sheet) -> None:
    sheet.prose("One", LEFT, 60, 330)
    sheet.prose("Two", RIGHT, 60, 330)
    sheet.heading("Three", 54, 360, 18)
    sheet.prose("Four", LEFT, 400, 700)
    sheet.prose("Five", RIGHT, 400, 700)


def wide_heading_amid_columns(sheet: Sheet) -> None:
    short_heading_over_both_columns(sheet)
    sheet.heading("of the herons in the bay of the lake", 130, 360, 18)


def article_of_other_columns_below(sheet: Sheet) -> None:
    sheet.prose("One", LEFT, 60, 150)
    sheet.prose("Two", LEFT, 160, 240)
    sheet.prose("Three", RIGHT, 60, 110)
    sheet.heading("Four", 307, 122)
    sheet.prose("Five", RIGHT, 150, 240)
    sheet.heading("Six", 54, 290, 18)
    sheet.line("Lake Notes, the fourth of spring", 300, 330)
    sheet.prose("Seven", (54, 340), 350, 470)
    sheet.prose("Eight", (150, 340), 490, 740)
    sheet.prose("Nine", (356, 541), 350, 740)


def figure_over_both_columns(sheet: Sheet) -> None:
    sheet.prose("One", LEFT, 60, 250)
    sheet.prose("Two", RIGHT, 60, 250)
    sheet.figure(WIDE, 270, 430)
    sheet.line("Figure 1. The lake from the north, with its three bays in spring", 54, 438)
    sheet.prose("Three", LEFT, 470, 700)
    sheet.prose("Four", RIGHT, 470, 700)


def sidebar(sheet: Sheet) -> None:
    sheet.heading("One", 54, 50, 18)
    sheet.prose("Two", (54, 370), 90, 330)
    sheet.prose("Three", (54, 370), 350, 700)
    sheet.heading("Four", 400, 90, 11)
    sheet.prose("Five", (400, 541), 112, 420)


def boxes_to_tick(sheet: Sheet) -> None:
    for n, word in enumerate(("One", "Two", "Three")):
        sheet.line("(yes)", 54, 100 + 150 * n)
        sheet.prose(word, (120, 541), 98 + 150 * n, 200 + 150 * n)


def title_over_the_second_column(sheet: Sheet) -> None:
    sheet.heading("One", 400, 60, 16)
    sheet.line("Two letters of the lake society", 330, 84)
    sheet.prose("Three", (54, 200), 130, 300)
    sheet.prose("Four", (230, 541), 130, 420)


ARTICLE = ["One", "Two", "Three", "Four", "Five", "Six", "Seven"]
FIGURES = ["One", "picture", "Figure 1", "Two", "picture", "Figure 2", "Three", "Four"]
GRID = [word for n in "1234" for word in ("picture", f"Figure {n}")]


@pytest.mark.parametrize(
    ("draw", "expected"),
    [
        (article, ARTICLE),
        (figures_in_columns, [*FIGURES, "picture", "Figure 3", "Five"]),
        (grid_between_headings, ["One", *GRID, "Two", "Three"]),
        (one_row_under_narrow_text, ["One", *GRID[:4], "Two", "Three"]),
        (heading_below_columns, ["One", "Two", "Three", "Four"]),
        (
            article_of_other_columns_below,
            ["One", "Two", "Three", "Four", "Five", "Six", "Lake", "Seven", "Eight", "Nine"],
        ),
        (short_heading_over_both_columns, ["One", "Two", "Three", "Four", "Five"]),
        (wide_heading_amid_columns, ["One", "Two", "Three", "Four", "Five"]),
        (figure_over_both_columns, ["One", "Two", "picture", "Figure 1", "Three", "Four"]),
        (sidebar, ["One", "Two", "Three", "Four", "Five"]),
        (title_over_the_second_column, ["One", "Two", "Three", "Four"]),
        (boxes_to_tick, ["(yes)", "One", "(yes)", "Two", "(yes)", "Three"]),
    ],
)
def test_pages_are_read_in_order(tmp_path, draw, expected):
    assert order(tmp_path, draw) == expected


def test_the_sample_s_molecules_are_read_row_by_row_before_the_heading_below_them():
    page = born_digital.read_page(region_of(DATA / "molecules.pdf"))
    said = [(block.label, block.text.replace("*", "")) for block in page.blocks]
    grid = said[next(n for n, (label, _) in enumerate(said) if label == "image") :]

    assert [label for label, _ in grid[:9]] == ["image", "image_caption"] * 4 + ["sub_title"]
    assert [text[:11] for label, text in grid[1:8:2]] == [f"Compound {n}." for n in (1, 2, 3, 4)]
    assert grid[8][1] == "## Assessment"


def test_bullets_of_a_font_that_declares_tall_boxes_stand_in_their_entries(tmp_path):
    font = TTFont(Path(mpl.get_data_path(), "fonts/ttf/DejaVuSans.ttf"))
    font["hhea"].ascent, font["hhea"].descent = 3600, -1500
    buffer = io.BytesIO()
    font.save(buffer)

    def draw(page: pymupdf.Page) -> None:
        page.insert_font(fontname="tall", fontbuffer=buffer.getvalue())
        sheet = Sheet(page)
        sheet.prose("One", WIDE, 60, 170)
        for n, word in enumerate(("Two", "Three", "Four")):
            page.insert_text((72, 200.5 + 40 * n), "\u2022", fontname="tall", fontsize=10)
            sheet.prose(word, (90, 541), 190 + 40 * n, 217 + 40 * n)

    region = drawn(tmp_path, draw)
    with region.page() as page:
        marks = [word.box for word in extract(page).words if word.text == "\u2022"]
    said = [" ".join(block.text.split()[:2]) for block in born_digital.read_page(region).blocks]

    assert all(bottom - top < 12 for _, top, _, bottom in marks)
    assert said == ["One wade", "- Two", "- Three", "- Four"]


def text_block(left: float, top: float) -> Piece:
    """Five lines of a column."""
    lines = [(left, top + 28 * n, left + 470, top + 28 * n + 20) for n in range(5)]
    return Piece((left, top, left + 470, top + 132), tuple(lines))


def test_a_column_that_goes_on_beside_none_is_no_row_of_cards():
    columns = [text_block(60, 140), text_block(60, 308), text_block(648, 140)]
    assert reading_order(columns, 20) == [0, 1, 2]


def test_a_last_row_may_lack_cards_after_two_full_ones():
    cards = [text_block(left, top) for top in (140, 308) for left in (60, 648)]
    assert reading_order([*cards, text_block(60, 476)], 20) == [0, 1, 2, 3, 4]

"""Addresses and signatures side by side stay whole; struck signs and short sideways tables are found."""

from __future__ import annotations

import itertools
from importlib.util import find_spec

import pytest

from dsocr_integrations import Runner
from dsocr_integrations.engines.embedded.born_digital.framed_text import text_frames
from dsocr_integrations.engines.embedded.born_digital.sideways import sideways_part
from dsocr_integrations.engines.embedded.born_digital.struck_words import with_strikes
from dsocr_integrations.engines.embedded.born_digital.styled_words import PageText, StyledWord

pymupdf = pytest.importorskip("pymupdf")
needs_layout = pytest.mark.skipif(
    find_spec("pymupdf.layout") is None,
    reason="needs the layout network: pip install 'dsocr-integrations[embedded]'",
)


def read(path, *texts: tuple[float, float, str]) -> str:
    with pymupdf.open() as document:
        page = document.new_page(width=612, height=792)
        for x, y, text in texts:
            page.insert_text((x, y), text, fontsize=10)
        document.save(path)
    with Runner("embedded", cache=False) as runner:
        return runner.read(path).markdown


@needs_layout
def test_addresses_above_the_items_of_an_invoice(tmp_path):
    blocks = (
        (60, ("Bill to:", "Orchard Foods Ltd", "18 Hill Street", "Leeds LS1 2AB")),
        (320, ("Ship to:", "Orchard Foods Store 3", "Unit 5, Dock Road", "Hull HU1 1UU")),
    )
    items = (
        ("Item", "Qty", "Price", "Sum"),
        ("Apple juice, 1 l", "120", "1.10", "132.00"),
        ("Pear juice, 1 l", "80", "1.25", "100.00"),
        ("Total", "", "", "232.00"),
    )
    text = read(
        tmp_path / "invoice.pdf",
        (60, 60, "INVOICE 30417"),
        *((x, 95 + 13 * n, line) for x, lines in blocks for n, line in enumerate(lines)),
        *(
            (x, 175 + 18 * n, cell)
            for n, row in enumerate(items)
            for x, cell in zip((60, 300, 380, 470), row, strict=True)
        ),
    )
    plain = text.replace("*", "")
    assert "Bill to: Orchard Foods Ltd 18 Hill Street Leeds LS1 2AB" in plain
    assert "Ship to: Orchard Foods Store 3 Unit 5, Dock Road Hull HU1 1UU" in plain
    assert "| Apple juice, 1 l | 120 | 1.10 | 132.00 |" in plain


@needs_layout
def test_signatures_side_by_side(tmp_path):
    pairs = (
        ("Agneta Holm", "Pieter Jansen"),
        ("Managing director", "Head of purchase"),
        ("Holm Shipping AB", "Jansen en Zonen"),
    )
    text = read(
        tmp_path / "contract.pdf",
        (72, 80, "This contract is made in two copies, of which each party keeps one."),
        (72, 95, "Changes are made in writing and hold when both parties have signed them."),
        *(
            (x, 205 + 14 * n, line)
            for n, pair in enumerate(pairs)
            for x, line in zip((72, 330), pair, strict=True)
        ),
    )
    assert "Agneta Holm Managing director Holm Shipping AB" in text


@needs_layout
def test_three_signatures_in_another_language(tmp_path):
    signers = (
        ("Rosa Vidal", "Jefa de obra"),
        ("Ramon Gil", "Tesorero"),
        ("Blanca Soler", "Presidente", "Puertos del Norte"),
    )
    text = read(
        tmp_path / "acta.pdf",
        (
            72,
            80,
            "El acta se firma en tres copias, y cada parte guarda una de ellas en su archivo.",
        ),
        *(
            (72 + 170 * place, 200 + 14 * n, line)
            for place, lines in enumerate(signers)
            for n, line in enumerate(lines)
        ),
    )
    assert all(" ".join(lines) in text for lines in signers)


def test_a_sign_within_struck_words_is_struck():
    words = [
        StyledWord(text, (x, 100, x + 20, 112), 0, 0, 10.0)
        for text, x in (("of", 72), ("4", 95), ("%", 118), ("new", 141))
    ]
    line = {
        "rect": (72, 107, 138, 107),
        "color": (0, 0, 0),
        "width": 0.7,
        "items": [("l", (72, 107), (138, 107))],
    }
    assert [word.struck for word in with_strikes(words, [line])] == [True, True, True, False]
    dash = [StyledWord("-", (72, 100, 138, 112), 0, 0, 10.0)]
    assert not with_strikes(dash, [line])[0].struck


@pytest.mark.parametrize(("columns", "found"), [(4, True), (1, False)])
def test_a_small_table_printed_sideways_is_found_by_its_columns(columns, found):
    words = tuple(
        StyledWord(
            "5738",
            (100 + 20 * n, 600 - 80 * m, 110 + 20 * n, 630 - 80 * m),
            n,
            0,
            10.0,
            horizontal=False,
            turn=1,
        )
        for n in range(16 // columns)
        for m in range(columns)
    )
    level = StyledWord("Total", (60, 700, 90, 712), 99, 0, 10.0)
    part = sideways_part(PageText((*words, level), (), ()), (612, 792))
    assert (part is not None) is found


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_page_all_of_whose_words_are_turned_is_a_turned_part(turn):
    words = tuple(
        StyledWord(
            text, (100, 100 + 20 * n, 180, 112 + 20 * n), n, 0, 10.0, horizontal=False, turn=turn
        )
        for n, text in enumerate(("Read", "this", "first"))
    )
    part = sideways_part(PageText(words, (), ()), (612, 792))
    assert part is not None
    for word in words:
        assert part.turned_back(part.turned(word.box)) == word.box


@needs_layout
def test_a_page_that_is_printed_upside_down(tmp_path):
    with pymupdf.open() as document:
        page = document.new_page(width=612, height=792)
        for n, line in enumerate(("The harbour board met on", "Monday to discuss the dues.")):
            page.insert_text((540, 700 - 14 * n), line, rotate=180)
        document.save(tmp_path / "turned.pdf")
    with Runner("embedded", cache=False) as runner:
        read = runner.read(tmp_path / "turned.pdf").pages[0]
    assert read.markdown.strip() == "The harbour board met on Monday to discuss the dues."
    assert read.blocks[0].boxes[0][1] > 800


@needs_layout
def test_cards_with_rounded_corners_are_read_one_after_the_other(tmp_path):
    """They came as a table whose rows ran across the cards."""
    cards = (
        ("Kari Lunde", "Head of sales", "kari@fjell.example"),
        ("Tor Vik", "Purchasing", "tor@fjell.example"),
        ("Ana Sousa", "Export", "ana@fjell.example"),
    )
    path = tmp_path / "cards.pdf"
    with pymupdf.open() as document:
        page = document.new_page(width=595, height=842)
        page.insert_text((34, 55), "Whom to ask", fontname="tibo", fontsize=16)
        for n, lines in enumerate(cards):
            left = 34 + 160 * n
            page.draw_rect((left, 70, left + 143, 130), radius=0.08, color=(0.6, 0.6, 0.6))
            for m, line in enumerate(lines):
                font = "tiro" if m else "tibo"
                page.insert_text((left + 8, 88 + 15 * m), line, fontname=font, fontsize=11)
        page.insert_text((34, 160), "The office answers on weekdays before noon.", fontsize=11)
        document.save(path)
    with Runner("embedded", cache=False) as runner:
        text = " ".join(runner.read(path).markdown.replace("*", "").split())
    for lines in cards:
        assert " ".join(lines) in text


def rounded(x0: float, y0: float, x1: float, y1: float, bend: float) -> dict:
    """The outline of a box as a browser draws it, each corner of several curves."""
    corners = ((x1 - bend, y0, x1, y0 + bend), (x1, y1 - bend, x1 - bend, y1),
               (x0 + bend, y1, x0, y1 - bend), (x0, y0 + bend, x0 + bend, y0))  # fmt: skip
    items: list[tuple] = []
    at = (x0 + bend, y0)
    for a, b, c, d in corners:
        items.append(("l", at, (a, b)))
        points = [(a + (c - a) * n / 8, b + (d - b) * n / 8) for n in range(9)]
        items += [("c", p, p, q, q) for p, q in itertools.pairwise(points)]
        at = (c, d)
    return {"items": items, "rect": (x0, y0, x1, y1), "closePath": False}


@pytest.mark.parametrize(("bend", "frames"), [(4, 2), (25, 0)])
def test_boxes_with_rounded_corners_are_frames_and_circles_are_none(bend, frames):
    paths = [rounded(x, 70, x + 60, 122, bend) for x in (34, 120)]
    words = [StyledWord("Kari", (x + 8, 80, x + 40, 92), 0, 0, 11.0) for x in (34, 120)]
    assert len(text_frames(paths, words, (595, 842))) == frames


@needs_layout
def test_addresses_of_three_lines_in_a_table_without_lines(tmp_path):
    blocks = (
        (57, ("Bergen Rederi ASA", "Torget 5", "5014 Bergen")),
        (306, ("Havila Verft", "Leikanger", "6060 Hareid")),
    )
    text = read(
        tmp_path / "agreement.pdf",
        (57, 70, "This agreement is made between"),
        *((x, 95 + 14 * n, line) for x, lines in blocks for n, line in enumerate(lines)),
        (57, 160, "The yard builds a crane for the quay and delivers it before the ice comes."),
    )
    plain = " ".join(text.replace("*", "").split())
    assert "Bergen Rederi ASA Torget 5 5014 Bergen" in plain
    assert "Havila Verft Leikanger 6060 Hareid" in plain

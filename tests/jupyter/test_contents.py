"""Finding one's way: small pictures of pages, headings, the order of reading, moving the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsocr_integrations.jupyter import OcrExplorer
from dsocr_integrations.jupyter.answers import answer
from dsocr_integrations.preview.html import write_html
from dsocr_integrations.preview.page_sources import PageSources
from dsocr_integrations.records.documents import Document, OutlineEntry, PlacedWord
from dsocr_integrations.runner import Runner
from tests.builders import make_document, make_page
from tests.jupyter.live_host import LiveHost
from tests.jupyter.viewer_pages import odd_document, striped

REPORT = Path(__file__).parent.parent / "data" / "report.pdf"
SCAN = REPORT.with_name("scan_en.png")
WIDE = {"width": 1050, "height": 640}
PHONE = {"width": 390, "height": 844}
SCROLLED = "() => { const pane = document.querySelector('.dsocr-page'); return [pane.scrollLeft, pane.scrollTop]; }"


def asked(document, **question: object) -> dict:
    given = answer({"id": "q", **question}, document, PageSources.of_images(striped))
    return given.content


def test_words_of_a_page_without_a_text_layer_are_those_that_were_read():
    word = PlacedWord("Sales", (500, 310, 560, 330))
    document = make_document().model_copy(update={"pages": (make_page(words=(word,)),)})
    assert asked(document, kind="words", page=1) == {"id": "q", "words": [word.box]}
    chosen = asked(document, kind="cell", selected="p1-b2-r0-c1")
    assert chosen == {"id": "q", "box": word.box}
    assert Document.model_validate_json(document.model_dump_json()) == document


def test_headings_lead_to_their_blocks_and_bookmarks_stand_in_for_them():
    document = make_document()
    entries = asked(document, kind="outline")["outline"]
    assert entries[1] == {"level": 1, "text": "Heading of page 2", "page": 2, "id": "p2-b0"}
    marks = (OutlineEntry(level=2, title="Annex", page=3), OutlineEntry(level=1, title="Lost"))
    bare = document.model_copy(update={"pages": (make_page(1, blocks=()),), "outline": marks})
    entries = asked(bare, kind="outline")["outline"]
    assert entries == [{"level": 2, "text": "Annex", "page": 3, "id": ""}]


def test_small_pictures_are_bounded_and_only_of_pages_there_are():
    answered = asked(make_document(), kind="thumbnails", pages=[1, True, "2", 99, 3])
    assert [picture["name"] for picture in answered["pictures"]] == ["1", "3"]
    many = asked(make_document(40), kind="thumbnails", pages=list(range(1, 41)))
    assert len(many["pictures"]) == 20
    assert asked(make_document(), kind="thumbnails", pages="1")["pictures"] == []
    assert asked(make_document(), kind="outline", of="another")["error"]


@pytest.mark.system
def test_pages_are_found_by_their_pictures(browser):
    page = browser.new_page(viewport=WIDE)
    explorer = OcrExplorer(odd_document(), images=striped)
    LiveHost(page, explorer)
    page.focus("[aria-label=Contents]")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('.dsocr-thumb img').length === 3")
    names = page.locator(".dsocr-rail button").evaluate_all("all => all.map(b => b.ariaLabel)")
    assert names == ["Page 1, table", "Page 2", "Page 3, doubtful, table, chart"]
    page.focus(".dsocr-rail [tabindex='0']")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.wait_for_selector(".dsocr-rail [aria-current=page][data-page='3']")
    assert explorer.page == 3
    page.close()


@pytest.mark.system
def test_a_phone_has_headings_and_no_small_pictures(browser):
    page = browser.new_page(viewport=PHONE)
    explorer = OcrExplorer(odd_document(), images=striped)
    LiveHost(page, explorer)
    page.get_by_role("button", name="Contents").click()
    page.get_by_role("button", name="Birds of the River Delta").click()
    page.wait_for_selector(".dsocr-chosen[data-id='p1-b0']")
    assert explorer.selected == "p1-b0"
    assert page.get_by_role("tab", name="Pages").count() == 0
    page.get_by_role("button", name="Close", exact=True).click()
    assert page.evaluate("document.activeElement.ariaLabel") == "Contents"
    page.close()


@pytest.mark.system
def test_a_saved_page_has_pictures_and_headings_of_its_own(browser, tmp_path: Path):
    page = browser.new_page(viewport=WIDE)
    page.goto(write_html(make_document(), tmp_path / "view.html", images=striped).as_uri())
    page.get_by_role("button", name="Contents").click()
    page.wait_for_function("document.querySelectorAll('.dsocr-thumb img').length === 3")
    page.get_by_role("tab", name="Outline").click()
    page.get_by_role("button", name="Heading of page 2").click()
    page.wait_for_selector(".dsocr-chosen[data-id='p2-b0']")
    assert page.url.endswith("#1/2/p2-b0")
    page.close()


@pytest.mark.system
def test_the_page_is_dragged_and_boxes_stay_unchosen(browser):
    page = browser.new_page(viewport=WIDE)
    explorer = OcrExplorer(odd_document(), images=striped)
    LiveHost(page, explorer)
    page.wait_for_selector(".dsocr-shape")
    for _ in range(4):
        page.get_by_role("button", name="Larger page").click()
    before = page.evaluate(SCROLLED)
    page.mouse.move(300, 500)
    page.mouse.down()
    page.mouse.move(200, 350, steps=4)
    page.mouse.up()
    assert page.evaluate(SCROLLED) == [before[0] + 100, before[1] + 150]
    assert explorer.selected == ""
    page.keyboard.press("Shift+ArrowDown")
    page.wait_for_function(f"({SCROLLED})()[1] === {before[1] + 230}")
    page.focus(".dsocr")
    page.keyboard.down(" ")
    assert page.locator(".dsocr-grab").count() == 1
    page.keyboard.up(" ")
    assert page.locator(".dsocr-grab").count() == 0
    page.mouse.click(250, 300)
    page.close()


@pytest.mark.system
def test_reading_order_and_words_are_drawn_when_asked_for(browser):
    page = browser.new_page(viewport=WIDE)
    with Runner(engine="embedded") as runner:
        document = runner.read(REPORT)
    explorer = OcrExplorer(document.model_copy(update={"source": str(REPORT)}))
    host = LiveHost(page, explorer)
    page.get_by_role("button", name="reading order").click()
    points = page.locator(".dsocr-order polyline").get_attribute("points").split()
    numbers = page.locator(".dsocr-order span").all_inner_texts()
    assert len(points) == len(numbers) == len(document.pages[0].blocks)
    page.get_by_role("button", name="words", exact=True).click()
    page.wait_for_selector(".dsocr-words rect", state="attached")
    assert page.locator(".dsocr-words rect").count() > 200
    page.get_by_role("button", name="reading order").click()
    assert page.locator(".dsocr-order").count() == 0
    # A chosen cell is shown where its words stand.
    place = next(at for at, block in enumerate(document.pages[1].blocks) if block.table)
    explorer.select(f"p2-b{place}-r3-c1")
    host.tell()
    mark = page.locator(".dsocr-cell-box")
    mark.wait_for(state="attached")
    table, cell = (
        page.locator(name).bounding_box()
        for name in (f".dsocr-shape[data-id='p2-b{place}']", ".dsocr-cell-box")
    )
    assert table["x"] < cell["x"] < table["x"] + table["width"] / 2
    assert table["y"] < cell["y"] < table["y"] + table["height"]
    page.close()


@pytest.mark.system
def test_words_and_cells_of_a_scan_are_drawn(browser):
    page = browser.new_page(viewport=WIDE)
    with Runner(engine="embedded", figures=False) as runner:
        document = runner.read(SCAN)
    explorer = OcrExplorer(document.model_copy(update={"source": str(SCAN)}))
    host = LiveHost(page, explorer)
    page.get_by_role("button", name="words", exact=True).click()
    page.wait_for_selector(".dsocr-words rect", state="attached")
    assert page.locator(".dsocr-words rect").count() == len(document.pages[0].words) > 50
    place = next(at for at, block in enumerate(document.pages[0].blocks) if block.table)
    explorer.select(f"p1-b{place}-r1-c1")
    host.tell()
    page.locator(".dsocr-cell-box").wait_for(state="attached")
    table, cell = (
        page.locator(name).bounding_box()
        for name in (f".dsocr-shape[data-id='p1-b{place}']", ".dsocr-cell-box")
    )
    assert table["x"] + table["width"] / 5 < cell["x"] < table["x"] + table["width"]
    assert table["y"] < cell["y"] < table["y"] + table["height"] / 2
    page.close()

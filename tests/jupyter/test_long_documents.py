"""What a long document costs: state that travels, and the processor's time in the browser.

Time is the processor's in the page's own thread, for script, style and layout together, which
other work on the machine does not lengthen; a slower processor may take twice what is wanted.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dsocr_integrations.preview.html import write_html
from dsocr_integrations.preview.page_view import document_view
from dsocr_integrations.records.documents import Block, Document
from tests.builders import make_document, make_page
from tests.jupyter.viewer_pages import striped

SLOWER = 2
LINE = Block(label="text", boxes=((10, 10, 900, 60),), text="words of a line that goes on " * 10)
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
COME = """async (number) => {
    while (!document.querySelector(`[data-id='p${number}-b0']`)) await new Promise(requestAnimationFrame);
}"""
LEAF = """async ([from, to]) => {
    for (let number = from + 1; number <= to; number += 1) {
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "PageDown", bubbles: true }));
        while (!document.querySelector(`[data-id='p${number}-b0']`)) await new Promise((done) => setTimeout(done));
    }
}"""


def turn(page, first: int, last: int) -> None:
    for number in range(first, last + 1):
        page.keyboard.press("PageDown")
        page.evaluate(COME, number)


def of_pages(*counts: int) -> Document:
    pages = tuple(make_page(at, blocks=(LINE,) * count) for at, count in enumerate(counts, 1))
    return make_document(1).model_copy(update={"pages": pages, "page_count": len(pages)})


def test_the_state_of_a_thousand_pages_is_small():
    assert len(json.dumps(document_view(of_pages(*(15,) * 1_000)))) < 300_000


@pytest.fixture
def timed(browser) -> Callable:
    """Opens a file; gives the page and what tells the seconds that its thread took so far."""
    opened = []

    def open_file(path: Path):
        page = browser.new_page(viewport={"width": 1050, "height": 640})
        opened.append(page)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})

        def told(name: str = "TaskDuration") -> float:
            metrics = session.send("Performance.getMetrics")["metrics"]
            return next(one["value"] for one in metrics if one["name"] == name)

        page.goto(path.as_uri())
        page.wait_for_selector(".dsocr-shape")
        page.evaluate(PAINTED)
        return page, told, session

    yield open_file
    for page in opened:
        page.close()


@pytest.mark.system
def test_a_thousand_pages_open_and_turn_quickly(timed: Callable, tmp_path: Path):
    path = write_html(of_pages(*(15,) * 1_000), tmp_path / "long.html")
    page, told, session = timed(path)
    assert 1_000 * told() < SLOWER * 300
    before = told()
    turn(page, 2, 21)
    assert 1_000 * (told() - before) / 20 < 60

    def heap() -> float:
        session.send("HeapProfiler.collectGarbage")
        return told("JSHeapUsedSize")

    full = heap()
    page.evaluate(LEAF, [21, 521])
    assert heap() < full + 1_000_000
    # The small pictures are those that can be seen, of all pages that are listed.
    page.get_by_role("button", name="Contents").click()
    page.wait_for_selector(".dsocr-rail button >> nth=999", state="attached")
    assert page.locator(".dsocr-rail button").count() == 1_000


@pytest.mark.system
def test_a_page_of_many_blocks_is_drawn_quickly(timed: Callable, tmp_path: Path):
    path = write_html(of_pages(3, 1_500), tmp_path / "many.html", images=striped)
    page, told, _ = timed(path)
    before = told()
    turn(page, 2, 2)
    page.evaluate(PAINTED)
    assert 1_000 * (told() - before) < SLOWER * 200

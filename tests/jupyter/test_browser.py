"""The saved page in Chromium: what can be clicked, typed and not be broken into."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from dsocr_integrations.preview.html import write_html
from dsocr_integrations.records.documents import Block
from tests.builders import HOSTILE, make_document, make_page

pytestmark = pytest.mark.system


def white(_document, _page):
    return Image.new("RGB", (595, 842), "white")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    hostile = make_document().model_copy(update={"title": HOSTILE})
    return write_html(hostile, tmp_path_factory.mktemp("saved") / "view.html", images=white)


@pytest.fixture
def page(browser, saved: Path):
    opened = browser.new_page(viewport={"width": 1200, "height": 800})
    opened.trouble = []
    opened.on("console", lambda message: opened.trouble.append(message.text))
    opened.on("pageerror", lambda error: opened.trouble.append(str(error)))
    opened.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("file:", "data:", "blob:"))
            else opened.trouble.append(request.url)
        ),
    )
    opened.goto(saved.as_uri())
    opened.wait_for_selector(".dsocr-shape")
    yield opened
    opened.close()


def chosen(page) -> list[str]:
    return page.eval_on_selector_all(".dsocr-chosen", "all => all.map(one => one.dataset.id)")


def pressed(page) -> list[str]:
    return page.eval_on_selector_all(
        ".dsocr-shape[aria-pressed=true]", "all => all.map(one => one.dataset.id)"
    )


def test_hostile_text_stays_text_and_nothing_is_loaded(page):
    assert page.title() == HOSTILE
    assert HOSTILE in page.inner_text(".dsocr-text")
    assert HOSTILE in page.inner_text(".dsocr-title")
    assert page.locator("img:not([src^='data:'])").count() == 0
    assert page.locator(".dsocr a").count() == 0
    assert "not DeepSeek-OCR" in page.inner_text(".dsocr-head")
    assert page.trouble == []


def test_the_policy_stops_what_a_fault_of_ours_would_let_in(page):
    blocked = page.evaluate(
        """() => {
            const script = document.createElement("script");
            try { script.text = "document.title = 'pwned'"; document.body.append(script); }
            catch (error) { return error.name; }
            return "ran";
        }"""
    )
    assert blocked == "TypeError"
    markup = page.evaluate(
        "() => { try { document.body.innerHTML = '<b>'; } catch (e) { return e.name } }"
    )
    assert markup == "TypeError"
    reached = page.evaluate("() => fetch('https://example.org/').then(() => 1, () => 0)")
    assert reached == 0
    assert page.title() == HOSTILE


def test_box_and_text_are_linked_both_ways(page):
    page.click(".dsocr-shape[data-id='p1-b0']")
    assert chosen(page) == pressed(page) == ["p1-b0"]
    page.click(".dsocr-block[data-id='p1-b3'] p")
    assert chosen(page) == pressed(page) == ["p1-b3"]
    page.click(".dsocr-block[data-id='p1-b3'] .dsocr-label")
    assert chosen(page) == pressed(page) == []


def test_keyboard_alone_is_enough(page):
    page.focus(".dsocr-shape[tabindex='0']")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert pressed(page) == ["p1-b1"]
    page.keyboard.press("End")
    page.keyboard.press("Home")
    page.keyboard.press(" ")
    assert pressed(page) == ["p1-b0"]
    assert page.locator(".dsocr-shape[tabindex='0']").count() == 1
    page.keyboard.press("Escape")
    assert pressed(page) == []
    page.keyboard.press("PageDown")
    page.wait_for_selector(".dsocr-shape[data-id='p2-b0']")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"


def test_search_marks_and_turns(page):
    page.fill("input[type=search]", "words of")
    page.get_by_text("3 matches, 1 on this page").wait_for()
    page.press("input[type=search]", "Enter")
    page.press("input[type=search]", "Enter")
    page.wait_for_selector(".dsocr-chosen[data-id='p2-b1']")
    assert page.locator("mark").first.inner_text() == "Words of"
    page.fill("input[type=search]", "<img src=x")
    page.get_by_text("3 matches").wait_for()
    page.fill("input[type=search]", "(((")
    page.get_by_text("0 matches").wait_for()
    assert page.trouble == []


def test_tables_figures_and_errors_are_shown(page):
    assert page.inner_text(".dsocr-table th >> nth=0") == "Year"
    assert page.locator(".dsocr-table td.dsocr-number").count() >= 4
    assert "CC(=O)Oc1ccccc1C(=O)O" in page.inner_text(".dsocr-smiles")
    assert page.locator(".dsocr-crop").count() == 2
    assert page.locator(".dsocr-molecule img").evaluate("one => one.naturalWidth") > 0
    page.click(".dsocr-errors summary")
    assert "Page 4: The page is damaged." in page.inner_text(".dsocr-errors")


def test_filters_hide_boxes_and_text(page):
    page.get_by_role("button", name="tables 1").click()
    assert not page.is_visible(".dsocr-shape[data-id='p1-b2']")
    assert not page.is_visible(".dsocr-block[data-id='p1-b2']")


def test_everything_that_can_be_pressed_has_a_name(page):
    nameless = page.eval_on_selector_all(
        "button, input, select, [role=button], [role=img], img",
        "all => all.filter(one => !(one.getAttribute('aria-label') || one.textContent.trim()"
        " || one.alt)).map(one => one.outerHTML.slice(0, 80))",
    )
    assert nameless == []
    described = page.eval_on_selector_all(
        "[aria-describedby]",
        "all => all.every(one => document.getElementById(one.getAttribute('aria-describedby')))",
    )
    assert described


@pytest.mark.parametrize(("scheme", "light"), [("light", True), ("dark", False)])
def test_follows_the_theme(browser, saved: Path, scheme: str, light: bool):
    opened = browser.new_page(color_scheme=scheme)
    opened.goto(saved.as_uri())
    colour = opened.eval_on_selector(".dsocr", "one => getComputedStyle(one).backgroundColor")
    red = int(colour.removeprefix("rgb(").split(",")[0])
    assert (red > 128) is light
    opened.close()


def test_a_long_document_opens_and_turns_at_once(browser, tmp_path: Path):
    block = Block(label="text", boxes=((10, 10, 900, 60),), text="words " * 50)
    pages = tuple(make_page(number, blocks=(block,) * 15) for number in range(1, 501))
    document = make_document().model_copy(update={"pages": pages, "page_count": 500})
    path = write_html(document, tmp_path / "long.html")
    opened = browser.new_page()
    opened.goto(path.as_uri())
    opened.wait_for_selector(".dsocr-shape")
    opened.fill("input[aria-label=Page]", "499")
    opened.press("input[aria-label=Page]", "Enter")
    opened.wait_for_selector(".dsocr-shape[data-id='p499-b0']")
    made = opened.evaluate(
        """async () => {
            let made = 0;
            const watch = new MutationObserver((changes) => {
                for (const change of changes) for (const node of change.addedNodes)
                    made += 1 + (node.querySelectorAll?.("*").length ?? 0);
            });
            watch.observe(document, { childList: true, subtree: true });
            document.querySelector('[aria-label="Next page"]').click();
            while (!document.querySelector("[data-id='p500-b0']")) await new Promise(requestAnimationFrame);
            return made;
        }"""
    )
    # One page's worth, not five hundred: counted, for a busy machine takes its time.
    assert 15 < made < 500
    assert opened.evaluate("document.querySelectorAll('*').length") < 1_000
    opened.close()

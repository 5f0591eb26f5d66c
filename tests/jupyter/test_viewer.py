"""What a reader does in the viewer, in a wide window and on a phone, by mouse and by keyboard."""

from __future__ import annotations

import io
from pathlib import Path

import pymupdf
import pytest
from PIL import Image

from dsocr_integrations.output import OutputFolder
from dsocr_integrations.preview.assets import viewer_module
from dsocr_integrations.preview.find import find, searched_blocks
from dsocr_integrations.preview.folder import write_folder_html
from dsocr_integrations.preview.html import write_html
from dsocr_integrations.preview.page_view import document_view, page_view
from dsocr_integrations.preview.start_page import write_start_page
from dsocr_integrations.records.documents import Block
from dsocr_integrations.records.identity import document_id
from tests.builders import make_document, make_page, write_document
from tests.jupyter.viewer_pages import HOST, host_arguments, odd_document, striped

pytestmark = pytest.mark.system

SIZES = {"wide": {"width": 1050, "height": 640}, "phone": {"width": 390, "height": 844}}
IN_VIEW = """async (names) => {
    for (let tries = 0; tries < 300; tries += 1) {
        const [a, b] = names.map((name) => document.querySelector(name)?.getBoundingClientRect());
        if (a?.height && a.top >= b.top - 1 && (a.bottom <= b.bottom + 1 || a.height > b.height)
            && a.left < b.right && a.right > b.left) return true;
        await new Promise(requestAnimationFrame);
    }
    return false;
}"""
FOCUS = """() => {
    const one = document.activeElement;
    return one.dataset?.id ?? one.getAttribute("aria-label") ?? one.textContent.slice(0, 20);
}"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("viewer")
    write_html(odd_document(), folder / "one.html", images=striped)
    other = make_document(2).model_copy(update={"doc_id": "0" * 32})
    write_html([odd_document(), other], folder / "two.html", images=striped)
    again = Block(label="text", boxes=((10, 10, 900, 900),), text="again and again")
    last = Block(label="text", boxes=((10, 10, 900, 900),), text="the very last")
    full = make_page(1, blocks=(*(again,) * 1_999, last))
    write_html(
        make_document(1).model_copy(update={"pages": (full,)}), folder / "full.html", images=striped
    )
    return folder


@pytest.fixture(params=SIZES)
def window(browser, request: pytest.FixtureRequest):
    context = browser.new_context(viewport=SIZES[request.param])
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.trouble = []
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    page.on("console", lambda said: page.trouble.append(said.text))
    yield page
    assert page.trouble == []
    context.close()


@pytest.fixture
def page(window, saved: Path):
    return opened(window, saved / "one.html")


def opened(window, path: Path, address: str = ""):
    window.goto(path.as_uri() + address)
    window.wait_for_selector(".dsocr-shape")
    return window


def search(page, words: str, *keys: str) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.press("Control+A")
    page.keyboard.type(words)
    for key in keys or ("Enter",):
        page.keyboard.press(key)


def turn_to(page, number: int) -> None:
    page.fill("input[aria-label=Page]", str(number))
    page.press("input[aria-label=Page]", "Enter")
    page.wait_for_selector(f".dsocr-shape[data-id='p{number}-b0']")


def in_view(page, selector: str, pane: str) -> None:
    page.wait_for_selector(selector)
    assert page.evaluate(IN_VIEW, [selector, pane])


def marked(page) -> set[str]:
    return set(
        page.eval_on_selector_all(
            "mark", "all => all.map((one) => one.closest('[data-id]').dataset.id)"
        )
    )


def test_a_copied_table_keeps_every_cell_in_its_column(page):
    page.click(".dsocr-block[data-id='p1-b2'] >> text=Copy as CSV")
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").splitlines() == [
        "Name,Year,Value",
        '"Heron, grey",2023,1',
        ",2024,2",
        "Stork,2024,'=3+4",
    ]


def test_a_hit_on_another_page_is_brought_into_view(page):
    search(page, "needle")
    in_view(page, ".dsocr-chosen mark", ".dsocr-text")
    in_view(page, ".dsocr-shape[aria-pressed=true]", ".dsocr-page")
    page.evaluate("document.querySelector('.dsocr-text').scrollTop = 0")
    page.keyboard.press("Enter")
    in_view(page, ".dsocr-chosen mark", ".dsocr-text")


def test_a_block_with_a_hit_is_shown_whole_where_there_is_room(window, tmp_path: Path):
    text = "A stork stands here. " + "Some more is said of it. " * 20
    blocks = tuple(
        Block(label="text", boxes=((10, 10 * n, 900, 10 * n + 9),), text=text) for n in range(12)
    )
    birds = make_document(1).model_copy(update={"pages": (make_page(1, blocks=blocks),)})
    page = opened(window, write_html(birds, tmp_path / "birds.html"))
    search(page, "stork", "Enter")
    for number in range(1, 7):
        page.keyboard.press("Enter")
        in_view(page, f".dsocr-chosen[data-id='p1-b{number}']", ".dsocr-text")


def test_the_search_stays_in_its_document_unless_all_are_asked_for(window, saved: Path):
    page = opened(window, saved / "two.html")
    search(page, "heading of page")
    page.get_by_text("0 matches").wait_for()
    assert page.locator(".dsocr-title").inner_text() == "Birds of the River Delta"
    page.select_option("[aria-label='Where to search']", "all")
    page.get_by_text("2 matches, 0 on this page").wait_for()
    assert page.locator("input[aria-label='Search all documents']").count() == 1
    page.get_by_role("button", name="Next match").click()
    page.wait_for_selector(".dsocr-chosen[data-id='p1-b0'] mark")
    assert page.inner_text(".dsocr-title") == "A report"


def test_every_match_is_counted_and_every_block_can_be_reached(window, saved: Path):
    page = opened(window, saved / "full.html")
    first = page.inner_text(".dsocr-text > :first-child")
    assert "Blocks 1 to 1,500 of 2,000 are shown." in first
    search(page, "again")
    page.get_by_text("1,999 matches, 1999 on this page; the arrows go to the first 500").wait_for()
    search(page, "very last")
    in_view(page, ".dsocr-chosen[data-id='p1-b1999'] mark", ".dsocr-text")
    page.click("text=Earlier blocks")
    page.wait_for_selector(".dsocr-block[data-id='p1-b0']")


def test_what_matches_is_what_is_marked(page):
    blocks = searched_blocks(page_view(odd_document().pages[0]))
    for words in (
        "river delta",
        "THE RIVER",
        "full width",
        "fine lig",
        "heron",
        "2023 1 2024",
        "no",
    ):
        wanted = {match["id"] for match in find(blocks, words).matches}
        search(page, words)
        assert marked(page) == wanted


def test_matches_are_listed_with_what_stands_around_them(page):
    search(page, "needle", "ArrowLeft")
    listing = page.get_by_role("button", name="List")
    listing.click()
    hit = page.locator(".dsocr-hits button")
    assert hit.inner_text().startswith("page 2\n… ")
    assert hit.locator("mark").inner_text() == "needle"
    hit.focus()
    page.keyboard.press("Enter")
    in_view(page, ".dsocr-chosen[data-id='p2-b110'] mark", ".dsocr-text")
    listing.click()
    assert not page.is_visible(".dsocr-hits")


def test_doubtful_pages_are_one_press_apart(page):
    doubtful = page.get_by_role("button", name="Next doubtful page")
    assert doubtful.inner_text() == "⚑ 1"
    doubtful.click()
    page.get_by_text(
        "This page's reading is doubtful: it says the same again and again."
    ).wait_for()
    assert page.input_value("input[aria-label=Page]") == "3"


def test_page_and_python_search_alike(browser):
    texts = [
        "ΟΔΥΣΣΕΥΣ ς",
        "İstanbul ẞ ß",
        "e\u0301te\u0301 été",
        "ﬁﬀ½ ①",
        "가\u1100\u1161",
        "a\u00a0b\n c",
        "北京 ＡＢＣ",
        "x\u0308\u0323y",
    ]
    page_blocks = tuple(Block(label="text", text=f"{text} tail {text}") for text in texts)
    blocks = searched_blocks(page_view(make_page(blocks=page_blocks)))
    page = browser.new_page()
    module = viewer_module() + "\nexport { findIn, folded };"
    queries = [*texts, "É", "σ", "i", "½", "1⁄2", "가", "tail"]
    said = page.evaluate(
        """async ([module, texts, queries]) => {
            const url = URL.createObjectURL(new Blob([module], {type: "text/javascript"}));
            const {findIn, folded} = await import(url);
            const blocks = texts.map((plain, n) => ({document: 0, page: 1, id: `p1-b${n}`, plain, folded: folded(plain)}));
            return queries.map((query) => findIn(blocks, query).matches.map(({id, excerpt}) => ({page: 1, id, excerpt})));
        }""",
        [module, [block.plain for block in blocks], queries],
    )
    page.close()
    assert said == [find(blocks, query).matches for query in queries]


def test_formulas_are_drawn_and_found_by_their_latex(browser, tmp_path: Path):
    pytest.importorskip("latex2mathml", reason="pip install latex2mathml")
    block = Block(
        label="text",
        boxes=((10, 10, 900, 90),),
        text=r"Decay \(k^2\) and \(\href{javascript:1}{z}\).",
    )
    formula = Block(label="formula", boxes=((10, 100, 900, 190),), text=r"\[\frac{N}{N_0} = 1\]")
    document = make_document(1).model_copy(
        update={"pages": (make_page(1, blocks=(block, formula)),)}
    )
    page = browser.new_page(viewport=SIZES["wide"])
    opened(page, write_html(document, tmp_path / "f.html", images=striped))
    assert page.locator("math").count() == 3
    drawn = page.locator("math mfrac").bounding_box()
    assert drawn["height"] > 20
    assert page.locator(".dsocr a, [href*=javascript]").count() == 0
    assert not page.locator("pre.dsocr-math").evaluate("one => one.clientHeight > 2")
    search(page, "frac{N}")
    page.wait_for_selector("pre.dsocr-math mark")
    assert not page.is_visible("math mfrac")
    search(page, "decay k^2 and")
    assert page.locator(".dsocr-chosen mark").all_inner_texts() == ["Decay ", "k^2", " and"]
    page.close()


def test_what_is_pointed_at_is_shown_from_its_beginning(page):
    turn_to(page, 2)
    search(page, "needle", "ArrowLeft")
    page.locator(".dsocr-shape[data-id='p2-b110']").dispatch_event("click")
    in_view(page, ".dsocr-chosen[data-id='p2-b110'] .dsocr-label", ".dsocr-text")
    search(page, "needle")
    in_view(page, ".dsocr-chosen[data-id='p2-b110'] mark", ".dsocr-text")


def test_a_hit_in_a_hidden_kind_is_shown(page):
    if page.locator("button:has-text('Blocks') >> visible=true").count():
        page.click("button:has-text('Blocks')")
    page.click(".dsocr-chip[data-class=margin]")
    assert not page.is_visible(".dsocr-block[data-id='p1-b3']")
    search(page, "hidden heron")
    in_view(page, ".dsocr-chosen[data-id='p1-b3'] mark", ".dsocr-text")
    assert page.get_attribute(".dsocr-chip[data-class=margin]", "aria-pressed") == "true"


def test_a_tall_crop_shows_no_neighbours(page):
    turn_to(page, 3)
    page.locator(".dsocr-crop").scroll_into_view_if_needed()
    crop = Image.open(io.BytesIO(page.locator(".dsocr-crop").screenshot())).convert("RGB")
    assert 100 < crop.height <= 322
    pixels = zip(*[iter(crop.tobytes())] * 3, strict=True)
    reds = sum(1 for red, _, blue in pixels if red > 150 and blue < 100)
    assert reds < 0.02 * crop.width * crop.height


def test_the_focus_is_never_lost(page):
    last = page.get_by_role("button", name="Next page")
    last.focus()
    for number in (2, 3):
        page.keyboard.press("Enter")
        page.wait_for_selector(f".dsocr-shape[data-id='p{number}-b0']")
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUS) == "Next page"
    assert last.get_attribute("aria-disabled") == "true"
    page.focus(".dsocr-block[data-id='p3-b0'] .dsocr-label")
    page.keyboard.press("PageUp")
    page.wait_for_selector(".dsocr-shape[data-id='p2-b0']")
    assert page.evaluate(FOCUS) == "Text of the page"
    page.focus(".dsocr-shape[tabindex='0']")
    page.keyboard.press("PageUp")
    page.wait_for_selector(".dsocr-shape[data-id='p1-b0']")
    assert page.evaluate(FOCUS) == "p1-b0"


def test_the_page_is_one_stop_of_the_tab_key(page):
    page.get_by_role("button", name="Next page").focus()
    stops = []
    while (stop := page.evaluate(FOCUS)) != "Text of the page":
        stops.append(stop)
        assert len(stops) < 30
        page.keyboard.press("Tab")
    assert [stop for stop in stops if stop.startswith(("p1-", "Blocks of"))] == ["p1-b0"]


def test_zoom_keeps_what_is_chosen_in_view(page):
    page.click(".dsocr-shape[data-id='p1-b3']")
    for _ in range(5):
        page.get_by_role("button", name="Larger page").click()
    in_view(page, ".dsocr-shape[aria-pressed=true]", ".dsocr-page")


def test_each_page_names_who_read_it(page):
    assert "Page 1: read by the embedded CPU engine" in page.inner_text(".dsocr-engine")
    turn_to(page, 2)
    assert "Page 2: read by the engine “server”" in page.inner_text(".dsocr-engine")
    assert "256 vision tokens" in page.inner_text(".dsocr-facts")
    turn_to(page, 3)
    assert "vision tokens" not in page.inner_text(".dsocr-facts")


def test_tables_run_as_they_are_written(page):
    turn_to(page, 3)
    first, second = (page.locator("td").nth(n).bounding_box()["x"] for n in (0, 1))
    assert first > second
    turn_to(page, 1)
    first, second = (page.locator("th").nth(n).bounding_box()["x"] for n in (0, 1))
    assert first < second


def test_titles_and_paths_are_fit_to_be_shared(page, saved: Path):
    assert page.inner_text(".dsocr-title") == "Birds of the River Delta"
    assert "mallory" not in (saved / "one.html").read_text()


def test_page_and_text_point_at_each_other(page):
    page.hover(".dsocr-shape[data-id='p1-b1']")
    page.wait_for_selector(".dsocr-block.dsocr-near[data-id='p1-b1']")
    page.hover(".dsocr-block[data-id='p1-b0'] .dsocr-said")
    page.wait_for_selector(".dsocr-shape.dsocr-near[data-id='p1-b0']")


def test_labels_are_words_of_a_reader(page):
    assert page.locator(".dsocr-label").all_inner_texts() == [
        "heading",
        "text",
        "table",
        "page footer",
    ]
    turn_to(page, 3)
    assert page.locator(".dsocr-label").all_inner_texts() == ["table", "chart"]


def test_the_page_comes_first(page):
    top = page.locator(".dsocr-page").bounding_box()["y"]
    assert top <= (100 if page.viewport_size["width"] == 390 else 135)
    small = page.eval_on_selector_all(
        "button, input, select",
        "all => all.map((one) => [one.getBoundingClientRect(), one.outerHTML])"
        ".filter(([box]) => box.width && (box.width < 24 || box.height < 24)).map(([, html]) => html)",
    )
    assert small == []


def test_an_address_opens_at_its_block(window, saved: Path):
    page = opened(window, saved / "two.html", "#2/2/p2-b1")
    in_view(page, ".dsocr-chosen[data-id='p2-b1']", ".dsocr-text")
    assert page.inner_text(".dsocr-title") == "A report"
    page.keyboard.press("PageUp")
    page.wait_for_selector(".dsocr-shape[data-id='p1-b0']")
    assert page.url.endswith("#2/1")


def test_the_page_of_a_folder_searches_all_and_leads_to_the_block(window, tmp_path: Path):
    folder = OutputFolder(tmp_path / "out")
    for source in ("a.pdf", "b.pdf"):
        head = make_document(2, source=source, doc_id=document_id(source))
        with folder.writer(head, config="c") as writer:
            pages = tuple(writer.written(head.pages))
            writer.write_preview(
                lambda document, _, path, pages=pages: write_html(
                    document.model_copy(update={"pages": pages}), path, images=striped
                )
            )
            writer.write_chunks(())
            writer.commit()
    write_folder_html(folder, tmp_path / "out" / "index.html")
    window.goto((tmp_path / "out" / "index.html").as_uri())
    assert window.locator(".dsocr-library a").all_inner_texts() == ["A report", "A report"]
    assert "2 of 3 pages · 2 tables · 1 molecule · 1 chart" in window.inner_text(".dsocr-library")
    window.focus("input[type=search]")
    window.keyboard.type("words of page 2")
    window.get_by_text("2 matches in 2 documents").wait_for()
    assert window.locator(".dsocr-results mark").first.inner_text() == "Words of page 2"
    window.keyboard.press("Tab")
    window.keyboard.press("Tab")
    window.keyboard.press("Enter")
    in_view(window, ".dsocr-chosen[data-id='p2-b1'] mark", ".dsocr-text")
    assert window.input_value("input[type=search]") == "words of page 2"


def test_a_document_with_many_matches_leaves_room_for_the_next(window, tmp_path: Path):
    folder = OutputFolder(tmp_path / "out")
    line = Block(label="text", boxes=((10, 10, 900, 900),), text="herons and storks")
    for source, count in (("a.pdf", 600), ("b.pdf", 1)):
        page = make_page(1, blocks=(line,) * count)
        document = make_document(1, source=source, doc_id=document_id(source))
        document = document.model_copy(update={"pages": (page,)})
        write_document(document, (), tmp_path / "out")
    write_start_page(
        folder, list(folder.manifests()), tmp_path / "out", tmp_path / "out" / "i.html"
    )
    window.goto((tmp_path / "out" / "i.html").as_uri())
    window.fill("input[type=search]", "storks")
    window.get_by_text("601 matches in 2 documents").wait_for()
    assert window.locator(".dsocr-results li").count() == 2
    assert window.locator(".dsocr-results a").all_inner_texts() == [
        *["page 1"] * 5, "595 more in this document", "page 1",
    ]  # fmt: skip


def test_every_page_is_printed(browser, saved: Path):
    page = browser.new_page()
    opened(page, saved / "one.html")
    with pymupdf.open(stream=page.pdf(print_background=True)) as printed:
        texts = [sheet.get_text() for sheet in printed]
        assert printed[0].get_images()
    page.close()
    assert any("needle" in text for text in texts)
    assert sum("read by" in text for text in texts) >= 3
    assert "שנה" in "".join(texts[-3:]) or "הנש" in "".join(texts[-3:])


def host(browser, *, size: str = "wide", before: str = "", **options: object):
    page = browser.new_page(viewport=SIZES[size])
    page.set_content(f"<!doctype html>{before}<body></body>")
    document = odd_document()
    pages = {one.number: page_view(one) for one in document.pages}
    page.evaluate(HOST, host_arguments(document_view(document), pages, **options))
    page.wait_for_selector(".dsocr-shape")
    return page


def test_late_matches_leave_what_is_being_typed(browser):
    page = host(browser, shadow=True)
    page.locator("input[type=search]").press_sequentially("her")
    page.evaluate(
        "() => { model.set('query', 'he'); model.set('matches', []); model.save_changes(); }"
    )
    page.locator("input[type=search]").press_sequentially("on")
    assert page.locator("input[type=search]").input_value() == "heron"
    page.close()


@pytest.mark.parametrize("size", SIZES)
def test_a_dark_host_that_does_not_say_so_stays_readable(browser, size: str):
    dark = "<style>:root { --jp-layout-color1: #111; --jp-ui-font-color1: #eee; }</style>"
    page = host(browser, size=size, before=dark, query="heron")
    page.wait_for_selector("mark")
    assert page.eval_on_selector(".dsocr", "one => getComputedStyle(one).colorScheme") == "dark"
    contrasts = page.evaluate(
        """() => {
            const light = (colour) => {
                const [r, g, b] = colour.match(/[\\d.]+/g).map((v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                return .2126 * r + .7152 * g + .0722 * b;
            };
            return ["mark", ".dsocr-bar input", ".dsocr-bar button"].map((name) => {
                const style = getComputedStyle(document.querySelector(name));
                const [a, b] = [light(style.color), light(style.backgroundColor)].sort();
                return (b + .05) / (a + .05);
            });
        }"""
    )
    assert min(contrasts) >= 4.5
    page.close()


def test_a_page_that_is_slow_to_come_leaves_the_one_that_is_shown(browser):
    page = host(browser)
    page.evaluate("window.hold = true")
    turned = page.get_by_role("button", name="Next page")
    turned.click()
    turned.click()
    page.get_by_text("comes as soon as Python answers").wait_for()
    assert page.locator(".dsocr-shape[data-id='p2-b0']").count() == 1
    page.evaluate("() => { window.hold = false; held.forEach((answer) => answer()); }")
    page.wait_for_selector(".dsocr-shape[data-id='p3-b0']")
    assert not page.is_visible("text=Waiting for Python")
    page.close()


def test_the_height_can_change(browser):
    page = host(browser, height=500)
    page.evaluate("() => { model.set('height', 900); model.save_changes(); }")
    assert page.locator(".dsocr").bounding_box()["height"] == 900
    page.close()

"""What axe finds, how large targets are, and that no step loses the focus; light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsocr_integrations.index import open_index
from dsocr_integrations.jupyter import OcrExplorer
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.preview.html import write_html
from dsocr_integrations.preview.start_page import write_start_page
from tests.builders import make_chunks, make_document, write_document
from tests.jupyter.axe import assert_clean
from tests.jupyter.live_host import LiveHost
from tests.jupyter.viewer_pages import odd_document, striped

pytestmark = pytest.mark.system

SIZES = {"wide": {"width": 1050, "height": 640}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=SIZES)
def page(browser, scheme: str, request: pytest.FixtureRequest):
    # Only so that axe can be let into the page.
    context = browser.new_context(
        viewport=SIZES[request.param], color_scheme=scheme, bypass_csp=True
    )
    opened = context.new_page()
    yield opened
    context.close()


def walk(page, axe: str) -> None:
    """Look at the page, its matches, its contents and its third page."""
    page.wait_for_selector(".dsocr-shape")
    page.focus(".dsocr-shape[tabindex='0']")
    page.keyboard.press("Enter")
    assert_clean(page, axe)
    page.keyboard.press("/")
    page.keyboard.type("heron")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="List").press("Enter")
    page.wait_for_selector(".dsocr-hits mark")
    assert_clean(page, axe)
    page.get_by_role("button", name="Contents").press("Enter")
    page.wait_for_selector(".dsocr-rail button, .dsocr-outline button")
    page.keyboard.press("PageDown")
    page.wait_for_selector(".dsocr-shape[data-id='p2-b0']")
    page.keyboard.press("PageDown")
    page.wait_for_selector(".dsocr-shape[data-id='p3-b0']")
    assert_clean(page, axe)


def test_the_widget(page, axe: str):
    LiveHost(page, OcrExplorer(odd_document(), images=striped))
    walk(page, axe)


def test_the_saved_page(page, axe: str, tmp_path: Path):
    page.goto(write_html(odd_document(), tmp_path / "view.html", images=striped).as_uri())
    walk(page, axe)


def test_figures_molecules_and_failures(page, axe: str, tmp_path: Path):
    page.goto(write_html(make_document(), tmp_path / "view.html", images=striped).as_uri())
    page.locator(".dsocr-errors summary").press("Enter")
    page.wait_for_selector(".dsocr-errors li")
    assert_clean(page, axe)


def test_the_list_of_an_index_and_of_a_folder(page, axe: str, tmp_path: Path):
    with open_index(tmp_path / "index.db") as index:
        chunks = make_chunks(["Herons of the delta", "Storks of the delta"])
        index.upsert_document(
            chunks[0].doc_id, chunks, revision="r", engine="embedded", fingerprint="f"
        )
        LiveHost(page, OcrExplorer(index=index))
        page.focus("input[type=search]")
        page.keyboard.type("delta")
        page.keyboard.press("Enter")
        page.wait_for_selector(".dsocr-hits mark")
        assert_clean(page, axe)
    write_document(make_document(), (), tmp_path / "out")
    output = OutputFolder(tmp_path / "out")
    start = tmp_path / "out" / "index.html"
    write_start_page(output, list(output.manifests()), tmp_path / "out", start)
    page.goto(start.as_uri())
    page.focus("input[type=search]")
    assert_clean(page, axe)
    page.keyboard.type("words of page")
    page.wait_for_selector(".dsocr-results mark")
    assert_clean(page, axe)

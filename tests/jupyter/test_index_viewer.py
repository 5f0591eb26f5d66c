"""An index searched from the widget: one list, and hits that open at their boxes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index import Index, open_index
from dsocr_integrations.ingestion import ingest
from dsocr_integrations.jupyter import OcrExplorer, explore
from dsocr_integrations.preview.folder import write_source_html
from dsocr_integrations.records.documents import Table
from dsocr_integrations.runner import Runner
from tests.builders import make_chunk
from tests.jupyter.live_host import LiveHost

DATA = Path(__file__).parent.parent / "data"
SIZES = {"wide": {"width": 1050, "height": 640}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sources, output folder and index of two documents."""
    home = tmp_path_factory.mktemp("ingested")
    (home / "in").mkdir()
    for name in ("report.pdf", "molecules.pdf"):
        shutil.copy(DATA / name, home / "in" / name)
    with open_index(home / "index.db") as index, Runner(engine="embedded") as runner:
        ingest(
            str(home / "in"),
            home / "out",
            runner=runner,
            index=index,
            preview=write_source_html,
        )
    return home


@pytest.fixture
def index(ingested: Path) -> Iterator[Index]:
    with open_index(ingested / "index.db", create=False) as opened:
        yield opened


def test_an_output_folder_given_to_be_read_is_told_its_place(ingested: Path):
    with pytest.raises(ConfigurationError, match="folder="):
        explore(str(ingested / "out"))


def test_a_hit_opens_its_document_at_its_box(ingested: Path, index: Index):
    explorer = OcrExplorer(index=index, folder=ingested / "out")
    assert [entry["title"] for entry in explorer.matches] == [
        "Annex B: Micropollutants in Raw Water",
        "Marisol Creek Water Works: Operating Report 2025",
    ]
    assert explorer.matches[0]["runs"][0]["text"].startswith("molecules.pdf · 1 page · 4 figures")
    (first, *_) = explorer.search("turbidity of settled water")
    assert first["kind"] in {"text", "table", "chart"}
    assert any(run.get("style") == "mark" for run in first["runs"])
    hit = explorer.hits[0]
    explorer.show(hit)
    assert (explorer.opened, explorer.page) == (0, hit.span.page)
    assert hit.span.box in (explorer.selected_block or explorer.selected_figure).boxes
    assert len(explorer.document.pages) == 3
    assert explorer.notice == ""
    assert explorer.search("bromate", "document")[0]["page"]


def test_without_the_folder_a_hit_shows_what_the_index_holds(index: Index):
    listed = OcrExplorer(index=index).matches
    assert [entry["title"] for entry in listed] == ["molecules.pdf", "report.pdf"]
    explorer = explore(index.search("bromate")[0], index=index)
    assert "bromate" in explorer.selected_block.text.lower()
    assert explorer.notice == "Only what the index holds of this document is shown."
    assert explorer._sources.usual(explorer.document, explorer.document.pages[0]) is not None


def test_tables_and_structures_are_found_and_refusals_are_sentences(index: Index):
    explorer = explore(index=index)
    kinds = {one["kind"] for one in explorer.search("ozone", "tables")}
    assert kinds
    assert kinds <= {"table", "chart"}
    pytest.importorskip("rdkit")
    (best, *_) = explorer.search("CC(=O)Oc1ccccc1C(=O)O", "similarity")
    explorer.show(explorer.hits[0])
    assert best["kind"] == "molecule"
    assert explorer.selected_figure.smiles == explorer.hits[0].smiles
    assert explorer.search("C(C", "substructure") == []
    assert "C(C" in explorer.notice
    assert explorer.search("zyzzyva") == []
    explorer.search("zyzzyva", "text")
    assert "zyzzyva" in explorer.notice


def test_what_cannot_be_asked_is_refused(ingested: Path, index: Index):
    with pytest.raises(ConfigurationError, match="'pages' cannot be set beside an index"):
        explore(index=index, pages="1")
    with pytest.raises(ConfigurationError, match="nothing to show"):
        explore()
    with pytest.raises(ConfigurationError, match="no index"):
        OcrExplorer([]).search("x", "text")
    explorer = explore(index=ingested / "index.db")
    explorer.close()


def test_more_hits_than_are_listed_are_told(tmp_path: Path):
    caption = "Counts of herons"
    table = Table(columns=("Year", "Count"), rows=(("2023", "7"),), header_rows=1)
    written = "| Year | Count |\n| --- | --- |\n| 2023 | 7 |"
    chunks = [
        make_chunk("**Herons** stood in the delta.<sup>1</sup>", chunk_id=f"c{n}")
        for n in range(60)
    ]
    chunks.append(
        make_chunk(written, kind="table", table=table, caption=caption, chunk_id="counts")
    )
    with open_index(tmp_path / "index.db") as index:
        index.upsert_document(
            chunks[0].doc_id, chunks, revision="r", engine="embedded", fingerprint="f"
        )
        explorer = OcrExplorer(index=index)
        assert "read by the embedded CPU engine" in explorer.matches[0]["runs"][0]["text"]
        assert len(explorer.search("herons")) == explorer.match_count == len(explorer.hits) == 50
        assert explorer.notice == "Only the first 50 hits are listed; there are more."
        # What is listed is text, without the marks of its style.
        said = "".join(run["text"] for run in explorer.matches[0]["runs"])
        assert said == "Herons stood in the delta.1"
        (found,) = explorer.search("herons", "tables")
        assert {"text": "herons", "style": "mark"} in found["runs"]
        assert explorer.notice == ""


@pytest.mark.system
@pytest.mark.parametrize("size", SIZES)
def test_an_index_is_searched_by_keyboard_alone(browser, ingested: Path, index: Index, size: str):
    page = browser.new_page(viewport=SIZES[size])
    explorer = OcrExplorer(index=index, folder=ingested / "out")
    host = LiveHost(page, explorer)
    page.get_by_text("2 documents").wait_for()
    assert page.locator(".dsocr-hits button").count() == 2
    # What can be searched is not cut in its field.
    cut = """one => {
        const free = one.parentElement.appendChild(one.cloneNode(true));
        free.style.cssText = "width: max-content; max-width: none";
        const wide = free.offsetWidth;
        free.remove();
        return wide > one.offsetWidth;
    }"""
    assert not page.eval_on_selector(".dsocr-search select", cut)
    page.get_by_label("Where to search").select_option("substructure")
    page.get_by_label("SMILES of the part").wait_for()
    page.get_by_label("Where to search").select_option("text")
    page.focus(".dsocr-hits button >> nth=0")
    page.keyboard.press("/")
    page.keyboard.type("why was line B out of service")
    page.keyboard.press("Enter")
    page.wait_for_selector(".dsocr-hits mark")
    page.keyboard.press("Enter")
    page.wait_for_selector(".dsocr-chosen")
    page.wait_for_selector(".dsocr-hits [aria-current]")
    assert page.get_by_role("button", name="Next match").is_visible()
    assert explorer.opened == 0
    assert page.get_attribute(".dsocr-chosen", "data-id") == explorer.selected
    assert page.locator(".dsocr-chosen mark").count()
    page.keyboard.press("Enter")
    page.locator(".dsocr-hits li").nth(1).locator("[aria-current]").wait_for()
    assert explorer.opened == 1
    page.keyboard.press("Escape")
    page.get_by_role("button", name="List").click()
    assert not page.is_visible(".dsocr-hits")
    # A source that went is a sentence; its text is still shown.
    explorer.notice = "The source report.pdf has gone."
    host.tell()
    page.get_by_text("The source report.pdf has gone.").wait_for()
    page.close()


def test_a_source_that_went_is_a_sentence(ingested: Path, tmp_path: Path):
    home = tmp_path / "moved"
    shutil.copytree(ingested, home)
    with open_index(home / "index.db") as index:
        hit = index.search("bromate")[0]
        (ingested / "in").rename(ingested / "away")
        try:
            explorer = explore(hit, index=index)
            assert "has gone" in explorer.notice
            assert "bromate" in explorer.selected_block.text.lower()
            whole = explore(hit, index=index, folder=home / "out")
        finally:
            (ingested / "away").rename(ingested / "in")
    # The folder keeps pictures of its own.
    assert whole.notice == ""
    assert whole._sources.usual(whole.document, whole.document.pages[0]) is not None

"""From a source to a widget: at once, live, and with every setting heard; no browser."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.errors import (
    ConfigurationError,
    EngineUnavailableError,
    MissingDependencyError,
    PageReadError,
    PasswordError,
    SourceNotFoundError,
)
from dsocr_integrations.index import open_index
from dsocr_integrations.runner import Runner
from tests.jupyter.gated_engine import GatedEngine
from tests.jupyter.live_host import LiveHost
from tests.scripted_engine import ScriptedEngine
from tests.small_documents import make_pdf
from tests.test_imports import modules_after

REPORT = Path(__file__).parent.parent / "data" / "report.pdf"


def test_the_door_alone_needs_no_widget_library():
    assert "anywidget" not in modules_after("import dsocr_integrations.jupyter")


def test_without_the_library_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch):
    import dsocr_integrations.jupyter as door

    for name in ("widget", "viewer_state"):
        monkeypatch.delitem(sys.modules, f"dsocr_integrations.jupyter.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(MissingDependencyError, match=r"\[jupyter\]"):
        _ = door.OcrExplorer
    with pytest.raises(AttributeError):
        _ = door.Nothing


def test_shows_some_pages_of_an_encrypted_document(tmp_path):
    import pymupdf

    from dsocr_integrations.jupyter import explore

    with pymupdf.open(make_pdf(tmp_path / "open.pdf", 4)) as document:
        locked = tmp_path / "locked.pdf"
        document.save(locked, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="herons")
    with Runner(engine="embedded", cache=False) as runner:
        explorer = explore(locked, runner=runner, pages="2-3", password="herons").wait()
        assert (explorer.page, explorer.stats["pages"]) == (2, 2)
        with pytest.raises(PasswordError):
            explore(locked, runner=runner)


def test_reads_and_shows():
    from dsocr_integrations.jupyter import explore

    with Runner(engine="embedded", cache=False) as runner:
        explorer = explore(REPORT, runner=runner)
        assert explorer.search("turbidity")
        assert explorer.document == runner.read(REPORT)
    assert (explorer.stats["pages"], explorer.progress["words"]) == (3, "")
    sent = []
    explorer.send = lambda content, buffers=None: sent.append((content, buffers))
    explorer._answer(explorer, {"id": "q", "kind": "page", "page": 2}, [])
    explorer._answer(explorer, {"id": "r", "kind": "picture", "page": 2}, [])
    assert [picture["name"] for picture in sent[0][0]["pictures"]] == ["page"]
    # A picture for looking closely holds more.
    assert len(sent[1][1][0]) > 2 * len(sent[0][1][0])


def test_a_missing_source_is_an_error():
    from dsocr_integrations.jupyter import explore

    with pytest.raises(SourceNotFoundError):
        explore("no/such/file.pdf", engine="embedded")


def heard(explorer, wanted: int) -> None:
    """Wait, without a clock, until so many pages have come."""
    come = threading.Event()

    def look(_change=None) -> None:
        if explorer.progress["done"] >= wanted:
            come.set()

    explorer.observe(look, "progress")
    look()
    assert come.wait(60)


def test_pages_are_shown_as_they_are_read(tmp_path):
    from dsocr_integrations.jupyter import explore

    engine = GatedEngine()
    with Runner(engine=engine, cache=False) as runner:
        explorer = explore(make_pdf(tmp_path / "five.pdf", 5), runner=runner)
        assert explorer.document_view["pages"] == []
        assert explorer.progress["state"] == "reading"
        engine.let(1)
        heard(explorer, 1)
        assert explorer.progress["words"] == "1 of 5 pages are read."
        engine.let(1)
        heard(explorer, 2)
        assert explorer.page == 1
        assert [page["number"] for page in explorer.document_view["pages"]] == [1, 2]
        assert explorer.document_view["page_count"] == explorer.progress["total"] == 5
        assert explorer.progress["words"].startswith("2 of 5 pages are read, about ")
        engine.let(3)
        assert len(explorer.document.pages) == 5
        assert "Page 5" in explorer.to_html(tmp_path / "five.html").read_text()
        assert explorer.progress["state"] == "done"


def test_stopping_keeps_what_was_read(tmp_path):
    from dsocr_integrations.jupyter import explore

    engine = GatedEngine()
    with Runner(engine=engine, cache=False) as runner:
        explorer = explore(make_pdf(tmp_path / "five.pdf", 5), runner=runner)
        engine.let(2)
        heard(explorer, 2)
        explorer._answer(explorer, {"id": "q", "kind": "stop"}, [])
        # Told at once, not when the page that is being read has come.
        assert explorer.progress["state"] == "stopped"
        assert [page.number for page in explorer.document.pages] == [1, 2]
    assert explorer.progress["words"] == "Stopped: 2 of 5 pages were read."


def test_what_ends_a_reading_is_raised_where_it_is_waited_for(tmp_path):
    from dsocr_integrations.jupyter import explore

    broken = ScriptedEngine(failing_pages=(2,))
    with Runner(engine=broken, cache=False, on_error="raise") as runner:
        explorer = explore(make_pdf(tmp_path / "five.pdf", 5), runner=runner)
        with pytest.raises(PageReadError, match="Page 2"):
            _ = explorer.document
    assert explorer.progress["state"] == "failed"
    assert explorer.progress["words"].startswith("The reading ended after 1 of 5 pages: Page 2 of")


def test_a_server_that_is_gone_is_told_without_counting_pages(tmp_path):
    from dsocr_integrations.jupyter import explore

    explorer = explore(make_pdf(tmp_path / "five.pdf", 5), engine="http://127.0.0.1:9/v1")
    with pytest.raises(EngineUnavailableError):
        explorer.wait()
    assert explorer.progress["words"].startswith("Nothing was read: The server 127.0.0.1:9")


def test_a_runner_that_is_closed_too_early_is_no_silent_loss(tmp_path):
    from dsocr_integrations.jupyter import explore

    engine = GatedEngine()
    with Runner(engine=engine, cache=False) as runner:
        explorer = explore(make_pdf(tmp_path / "five.pdf", 5), runner=runner)
        engine.let(2)
        heard(explorer, 2)
    with pytest.raises(EngineUnavailableError, match="closed before all pages"):
        _ = explorer.document
    assert explorer.stats["pages"] == 2


def test_settings_are_heard_or_refused(tmp_path):
    from dsocr_integrations.jupyter import OcrExplorer, explore

    with (
        Runner(engine="embedded", cache=False) as runner,
        pytest.raises(ConfigurationError, match="'modle' cannot be set beside a runner"),
    ):
        explore(REPORT, runner=runner, modle="x")
    with pytest.raises(TypeError, match="'modle'"):
        explore(REPORT, modle="x")
    for wrong in ("file.pdf", Path("file.pdf"), [1]):
        with pytest.raises(ConfigurationError, match=r"explore\(source\)"):
            OcrExplorer(wrong)
    with pytest.raises(ConfigurationError, match="'hieght'"):
        OcrExplorer([], hieght=3)


def test_a_hit_opens_at_its_box(tmp_path):
    from dsocr_integrations.jupyter import explore

    with Runner(engine="embedded", cache=False) as runner, open_index(tmp_path / "index") as index:
        document = runner.read(REPORT)
        index.upsert_document(
            document.doc_id,
            list(Chunker().chunk(document)),
            revision=document.revision,
            engine=document.engine,
            fingerprint=document.fingerprint,
        )
        hit = index.search("settled water", k=1)[0]
        placed = replace(hit, roots=(str(REPORT.parent),))
        explorer = explore(placed, runner=runner).wait()
    assert explorer.page == hit.span.page
    assert hit.span.box in (explorer.selected_block or explorer.selected_figure).boxes


@pytest.mark.system
def test_what_is_being_said_is_shown_until_its_page_is_there(browser, tmp_path):
    from dsocr_integrations.jupyter import explore

    engine = GatedEngine()
    page = browser.new_page()
    with Runner(engine=engine, cache=False) as runner:
        explorer = explore(make_pdf(tmp_path / "two.pdf", 2), runner=runner)
        said = threading.Event()
        explorer.observe(lambda change: said.set() if change["new"] else None, "heard")
        assert explorer.heard or said.wait(60)
        assert explorer.heard["page"] == 1
        host = LiveHost(page, explorer)
        page.get_by_text("Page 1, as it is being read").wait_for()
        assert page.inner_text(".dsocr-heard pre").startswith("# Beginning of")
        engine.let(1)
        heard(explorer, 1)
        host.tell()
        page.wait_for_selector(".dsocr-shape")
        assert not page.is_visible(".dsocr-heard pre")
        engine.let(1)
        explorer.wait()
        host.tell()
        assert not page.is_visible(".dsocr-heard")
    assert explorer.heard == {}
    page.close()


def test_a_folder_goes_with_an_index_alone(tmp_path):
    from dsocr_integrations.jupyter import explore

    with pytest.raises(ConfigurationError, match=r"'folder' goes with an index.*index="):
        explore(REPORT, folder=tmp_path)
    with open_index(tmp_path) as index, pytest.raises(ConfigurationError, match="storage_options"):
        explore(index=index, storage_options={"anon": True})

"""From a source to a widget; the door opens only when it is used."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dsocr_integrations.errors import MissingDependencyError, SourceNotFoundError
from dsocr_integrations.runner import Runner
from tests.small_documents import make_pdf
from tests.test_imports import modules_after

REPORT = Path(__file__).parent.parent / "data" / "report.pdf"


def test_the_door_alone_needs_no_widget_library():
    assert "anywidget" not in modules_after("import dsocr_integrations.jupyter")


def test_without_the_library_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch):
    import dsocr_integrations.jupyter as door

    monkeypatch.delitem(sys.modules, "dsocr_integrations.jupyter.widget", raising=False)
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
        explorer = explore(locked, runner=runner, pages="2-3", password="herons")
    assert (explorer.page, explorer.stats["pages"]) == (2, 2)


def test_reads_and_shows():
    from dsocr_integrations.jupyter import explore

    with Runner(engine="embedded", cache=False) as runner:
        explorer = explore(REPORT, runner=runner)
    assert explorer.stats["pages"] == 3
    assert explorer.search("turbidity")
    sent = []
    explorer.send = lambda content, buffers=None: sent.append((content, buffers))
    explorer._answer(explorer, {"id": "q", "kind": "page", "page": 2}, [])
    assert [picture["name"] for picture in sent[0][0]["pictures"]] == ["page"]


def test_a_missing_source_is_an_error():
    from dsocr_integrations.jupyter import explore

    with pytest.raises(SourceNotFoundError):
        explore("no/such/file.pdf", engine="embedded")

"""Folders and indexes of a release without reading versions, as it wrote them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from dsocr_integrations.errors import IndexMismatchError
from dsocr_integrations.index import open_index
from dsocr_integrations.ingestion import ingest
from dsocr_integrations.ingestion.report import IngestReport
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.records.reading_versions import is_former
from dsocr_integrations.runner import Runner
from tests.scripted_engine import ScriptedEngine, write_pdf

FORMER = Path(__file__).parent / "data" / "former.zip"


@pytest.fixture
def former(tmp_path: Path) -> Path:
    with zipfile.ZipFile(FORMER) as written:
        written.extractall(tmp_path)
    return tmp_path


def run(root: Path, engine: object = "embedded", **settings: object) -> IngestReport:
    with Runner(engine, cache=False, **settings) as runner, open_index(root / "index") as index:
        report = ingest(root / "in", root / "out", runner=runner, index=index)
        assert index.verify() == ()
        return report


def contents(folder: Path) -> list[tuple[str, bytes]]:
    """The files of the documents, but for the manifests, wherever they lie."""
    ours = {"manifest.json", "index.html"}
    files = (path for path in folder.glob("**/*.*") if path.is_file())
    return sorted((one.name, one.read_bytes()) for one in files if one.name not in ours)


def fingerprints(root: Path) -> dict[str, str]:
    with open_index(root / "index") as index:
        return {one.source: one.fingerprint for one in index.documents()}


def test_they_are_taken_over_as_they_stand_and_that_is_said_once(former, caplog):
    before = contents(former / "out")

    report = run(former)

    assert (report.documents, report.unchanged, report.indexed) == (0, 2, 0)
    assert contents(former / "out") == before
    assert [record.getMessage().count("they stay as they are") for record in caplog.records] == [1]
    caplog.clear()

    assert run(former).unchanged == 2
    assert caplog.records == []


def test_a_new_document_stands_beside_them(former, caplog):
    write_pdf(former / "in" / "fans.pdf", ["The fan of hall one is loud."])

    report = run(former)

    assert (report.documents, report.unchanged) == (1, 2)
    assert [is_former(one) for one in fingerprints(former).values()].count(True) == 2
    said = [record.getMessage() for record in caplog.records]
    assert len([words for words in said if "count as the same engine's" in words]) == 1


def test_their_documents_go_into_a_new_index(former):
    (former / "index" / "index.sqlite").unlink()
    write_pdf(former / "in" / "fans.pdf", ["The fan of hall one is loud."])

    report = run(former)

    assert (report.documents, report.unchanged, report.indexed) == (1, 2, 3)


def test_what_is_changed_afterwards_is_noticed(former):
    run(former)
    assert run(former, page_furniture=True).documents == 2
    assert not any(map(is_former, fingerprints(former).values()))
    manifests = OutputFolder(former / "out").manifests()
    assert not any(one.is_former for one in manifests)


def test_a_choice_of_pages_or_another_engine_is_none_of_theirs(former):
    with Runner("embedded", cache=False) as runner:
        report = ingest(former / "in", former / "out", runner=runner, pages="1")
    assert (report.documents, report.unchanged) == (1, 1)
    with pytest.raises(IndexMismatchError, match="mixed engines"):
        run(former, ScriptedEngine())

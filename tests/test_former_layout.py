"""Folders of releases that called a document's folder by its id: every reader opens them still."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import fsspec
import pytest

from dsocr_integrations.export import passages_of_folder
from dsocr_integrations.index import open_index
from dsocr_integrations.ingestion import forget, ingest, retry_failed
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.preview.folder import write_folder_html, write_source_html
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.runner import Runner
from dsocr_integrations.storage import LocalTree, RemoteTree
from tests.former_layout import lay_out_as_formerly
from tests.scripted_engine import ScriptedEngine, write_pdf
from tests.test_going_over import FORMER

A, B = "a.pdf", "sub/b.pdf"


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
def root(tmp_path: Path, engine: ScriptedEngine) -> Path:
    """Two documents, of which the second lacks a page."""
    (tmp_path / "in/sub").mkdir(parents=True)
    write_pdf(tmp_path / "in" / A, ["Herons wade."])
    write_pdf(tmp_path / "in" / B, ["Pumps run.", "Valves leak."])
    engine.failing_pages = (2,)
    run(tmp_path, engine)
    engine.failing_pages = ()
    lay_out_as_formerly(tmp_path / "out")
    assert not (tmp_path / "out" / A).exists()
    return tmp_path


def run(root: Path, engine: ScriptedEngine, work=ingest, **options: object):
    given = [root / "in"] if work is ingest else []
    with Runner(engine, cache=False) as runner, open_index(root / "index") as index:
        return work(
            *given, root / "out", runner=runner, index=index, preview=write_source_html, **options
        )


def places(root: Path) -> list[str]:
    out = root / "out"
    return sorted(path.parent.relative_to(out).as_posix() for path in out.rglob("manifest.json"))


def former(source: str) -> str:
    doc_id = document_id(source)
    return f"{doc_id[:2]}/{doc_id}"


def test_they_are_read_where_they_lie(root: Path):
    folder = OutputFolder(root / "out")
    assert {one.source for one in folder.manifests()} == {A, B}
    assert [one.source for one in folder.failures()] == [B]
    for source in (A, B):
        doc_id = document_id(source)
        asked = OutputFolder(root / "out")
        assert asked.place(doc_id) == former(source)
        assert asked.document(doc_id).source == asked.manifest(doc_id, source).source == source
        assert b"<html" in asked.file(doc_id, "preview.html")
    assert {one.metadata["source"] for one in passages_of_folder(folder)} == {A, B}
    page = root / "out/index.html"
    assert write_folder_html(folder, page) == 2
    assert f'"href":"{former(A)}/preview.html"' in page.read_text()
    assert places(root) == sorted(map(former, (A, B)))


def test_the_oldest_that_there_is_is_read_where_it_lies(tmp_path: Path):
    with zipfile.ZipFile(FORMER) as written:
        written.extractall(tmp_path)
    folder = OutputFolder(tmp_path / "out")
    for manifest in folder.manifests():
        assert OutputFolder(tmp_path / "out").document(manifest.doc_id).source == manifest.source
        assert next(folder.chunks(manifest.doc_id)).source == manifest.source


def test_the_next_ingest_moves_them_and_reads_none_again(root: Path, engine: ScriptedEngine):
    engine.failing_pages = (2,)
    engine.asked.clear()
    assert run(root, engine).unchanged == 2
    assert set(engine.asked) == {2}  # that page alone
    assert places(root) == [A, B]
    assert not (root / "out" / former(A)).parent.exists()
    assert [one.source for one in OutputFolder(root / "out").failures()] == [B]


def test_a_retry_moves_what_it_reads(root: Path, engine: ScriptedEngine):
    assert run(root, engine, retry_failed).documents == 1
    assert places(root) == sorted([former(A), B])
    assert list(OutputFolder(root / "out").failures()) == []


def test_a_changed_document_stands_once(root: Path, engine: ScriptedEngine):
    write_pdf(root / "in" / A, ["Herons fly."])
    run(root, engine)
    assert places(root) == [A, B]
    assert [one.source for one in OutputFolder(root / "out").manifests()] == [A, B]


def test_one_that_cannot_be_opened_any_more_keeps_its_last_version(
    root: Path, engine: ScriptedEngine
):
    (root / "in" / A).write_bytes(b"broken")
    run(root, engine)
    folder = OutputFolder(root / "out")
    assert folder.document(document_id(A)).source == A
    assert [one.source for one in folder.failures()] == [A]


@pytest.mark.parametrize("work", [ingest, retry_failed])
def test_what_fails_as_it_did_is_moved_too(root: Path, engine: ScriptedEngine, work):
    (root / "in/bad.pdf").write_bytes(b"broken")
    run(root, engine)
    lay_out_as_formerly(root / "out")
    run(root, engine, work)
    assert (root / "out/bad.pdf/failure.json").exists()
    assert [one.source for one in OutputFolder(root / "out").failures()] == ["bad.pdf"]


def test_they_are_forgotten_and_pruned(root: Path, engine: ScriptedEngine):
    assert forget(A, root / "out").files > 3
    assert not (root / "out" / former(A)).parent.exists()
    (root / "in" / B).unlink()
    (root / "in" / A).write_bytes((root / "in" / A).read_bytes())
    assert run(root, engine, prune=True).pruned == (B,)
    assert places(root) == [A]


def test_a_move_that_was_broken_off_leaves_one_document(
    root: Path, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
):
    system = fsspec.filesystem("memory")
    system.put(f"{root}/out/", "/moved/out/", recursive=True)
    folder = OutputFolder("memory://moved/out")
    before = [one.doc_id for one in folder.manifests()]

    def broken(*_: object) -> None:
        raise InterruptedError

    for step in ("delete", "_copy"):
        with monkeypatch.context() as patched, Runner(engine, cache=False) as runner:
            patched.setattr(RemoteTree, step, broken)
            with pytest.raises(InterruptedError):
                ingest(root / "in", folder, runner=runner, preview=write_source_html)
        fresh = OutputFolder("memory://moved/out")
        assert sorted(one.doc_id for one in fresh.manifests()) == sorted(before)
        assert all(fresh.document(one).doc_id == one for one in before)
    with Runner(engine, cache=False) as runner:
        ingest(root / "in", fresh, runner=runner, preview=write_source_html)
    assert sorted(OutputFolder("memory://moved/out").place(one) for one in before) == [A, B]


def test_a_copy_that_somebody_made_is_no_second_document(root: Path, engine: ScriptedEngine):
    run(root, engine)
    shutil.copytree(root / "out" / A, root / "out/kept/old.pdf")
    assert [one.source for one in OutputFolder(root / "out").manifests()] == [A, B]


def test_a_record_that_leads_out_of_the_folder_is_not_followed(root: Path, engine: ScriptedEngine):
    run(root, engine)
    shutil.copytree(root / "out" / A, root / "elsewhere")
    record = root / "out/.folders" / document_id(A)
    for place in ("../elsewhere", str(root / "elsewhere"), "a/../../elsewhere", "./a.pdf"):
        record.write_text(place)
        assert OutputFolder(root / "out").file(document_id(A), "document.json") is None


def test_what_was_copied_without_hidden_files_is_whole(root: Path, engine: ScriptedEngine):
    run(root, engine)
    shutil.copytree(root / "out", root / "copy", ignore=shutil.ignore_patterns(".*"))
    folder = OutputFolder(root / "copy")
    assert [folder.document(one.doc_id).source for one in folder.manifests()] == [A, B]
    with Runner(engine, cache=False) as runner:
        report = ingest(root / "in", root / "copy", runner=runner, preview=write_source_html)
    assert report.unchanged == 2
    assert forget(A, root / "copy").files > 3


def test_an_ingest_of_unchanged_documents_asks_for_each_manifest_once(
    root: Path, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
):
    run(root, engine)
    asked: list[str] = []
    read = LocalTree.read

    def counting(tree: LocalTree, path: str) -> bytes | None:
        asked.append(path)
        return read(tree, path)

    monkeypatch.setattr(LocalTree, "read", counting)
    monkeypatch.setattr(LocalTree, "files", lambda *_: pytest.fail("Listed."))
    with Runner(engine, cache=False) as runner:
        ingest(root / "in", root / "out", runner=runner, preview=write_source_html)
    assert [path for path in asked if "manifest" in path] == [
        f"{A}/manifest.json",
        f"{B}/manifest.json",
    ]

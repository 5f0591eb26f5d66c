"""Two documents of one name: none is lost, and a folder that moved keeps its documents."""

from __future__ import annotations

import io
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import fsspec
import pytest

from dsocr_integrations.index import open_index
from dsocr_integrations.ingestion import forget, ingest, retry_failed
from dsocr_integrations.ingestion.origins import Origins
from dsocr_integrations.langchain import DeepSeekOCRLoader
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.runner import Runner
from dsocr_integrations.sources import SourceResolver, resolve_source, resolve_sources
from tests.scripted_engine import ScriptedEngine, write_pdf
from tests.test_output import tree

NAME = "report.pdf"


@pytest.fixture
def runner(tmp_path):
    with Runner(ScriptedEngine(), cache=tmp_path / "cache") as runner:
        yield runner


@pytest.fixture
def folders(tmp_path):
    """Two folders, each with a `report.pdf` of its own."""
    for name, text in (("a", "Herons wade."), ("b", "Pumps run.")):
        (tmp_path / name).mkdir()
        write_pdf(tmp_path / name / NAME, [text])
    return tmp_path / "a", tmp_path / "b"


@pytest.fixture
def output(tmp_path):
    return OutputFolder(tmp_path / "out")


def texts(output):
    """What the folder holds, by the documents' names."""
    return {
        manifest.source: output.file(manifest.doc_id, "document.md").decode().splitlines()[-1]
        for manifest in output.manifests()
    }


def said(output):
    return sorted(text.split()[0] for text in texts(output).values())


def test_a_second_folder_of_the_same_names_is_kept_apart(folders, output, runner, caplog):
    a, b = folders
    ingest(a, output, runner=runner)
    report = ingest(b, output, runner=runner)

    assert said(output) == ["Herons", "Pumps"]
    assert set(texts(output)) == {NAME, f"{b / NAME}"}
    assert (report.documents, report.failures) == (1, ())
    assert str(a / NAME) in caplog.text
    assert str(b / NAME) in caplog.text


def test_each_folder_goes_on_with_its_own_documents(folders, output, runner):
    a, b = folders
    for folder in (a, b, a, b):
        last = ingest(folder, output, runner=runner)
    assert (last.documents, last.unchanged) == (0, 1)

    write_pdf(b / NAME, ["Valves shut."])
    ingest(a, output, runner=runner)
    ingest(b, output, runner=runner)
    assert said(output) == ["Herons", "Valves"]

    write_pdf(a / NAME, ["Egrets wade."])
    ingest(a, output, runner=runner)
    assert texts(output)[NAME].startswith("Egrets")
    assert said(output) == ["Egrets", "Valves"]


def test_both_folders_in_one_run_and_a_list_of_two_files(folders, tmp_path, runner):
    a, b = folders
    for sources in ([a, b], [a / NAME, b / NAME]):
        output = OutputFolder(tmp_path / f"out{len(str(sources))}")
        ingest(sources, output, runner=runner)
        assert set(texts(output)) == {str(a / NAME), str(b / NAME)}


def test_a_folder_that_moved_keeps_its_documents(folders, output, runner, tmp_path):
    a, b = folders
    ingest(a, output, runner=runner)
    before = list(output.manifests())
    moved = a.rename(tmp_path / "moved")
    assert ingest(moved, output, runner=runner).unchanged == 1
    assert list(output.manifests()) == before

    # It is known where it is now, so the other one is still told apart.
    ingest(b, output, runner=runner)
    assert said(output) == ["Herons", "Pumps"]

    write_pdf(moved / NAME, ["Egrets wade."])
    ingest(moved.rename(tmp_path / "again"), output, runner=runner)
    assert texts(output)[NAME].startswith("Egrets")


def test_a_folder_made_anew_for_each_run_keeps_its_documents(output, runner, tmp_path):
    ids = set()
    for number, text in enumerate(("Herons wade.", "Egrets wade.")):
        folder = tmp_path / f"tmp{number}"
        folder.mkdir()
        write_pdf(folder / NAME, [text])
        ids.update(ingest(folder, output, runner=runner).doc_ids)
        shutil.rmtree(folder)
    assert ids == {document_id(NAME)}
    assert said(output) == ["Egrets"]


def test_another_way_to_the_same_file_is_the_same_file(folders, output, runner, tmp_path):
    a, _ = folders
    ingest(a, output, runner=runner)
    write_pdf(a / NAME, ["Egrets wade."])
    (tmp_path / "link").symlink_to(a)
    ingest(tmp_path / "link", output, runner=runner)
    assert texts(output) == {NAME: texts(output)[NAME]}
    assert said(output) == ["Egrets"]


def test_copies_are_one_document_until_they_differ(folders, output, runner):
    a, b = folders
    shutil.copy(a / NAME, b / NAME)
    ingest(a, output, runner=runner)
    assert ingest(b, output, runner=runner).unchanged == 1
    write_pdf(a / NAME, ["Egrets wade."])
    ingest(a, output, runner=runner)
    ingest(b, output, runner=runner)
    assert said(output) == ["Egrets", "Herons"]


def test_what_failed_keeps_its_name_too(folders, output, runner):
    a, b = folders
    (a / NAME).write_bytes(b"%PDF-1.7 broken")
    ingest(a, output, runner=runner)
    ingest(b, output, runner=runner)
    assert [failure.origin for failure in output.failures()] == [str(a / NAME)]
    assert said(output) == ["Pumps"]

    write_pdf(a / NAME, ["Herons wade."])
    retry_failed(output, runner=runner)
    assert said(output) == ["Herons", "Pumps"]
    assert not list(output.failures())


def test_a_failure_beside_a_document_of_its_name_is_one_of_its_own(folders, output, runner):
    a, b = folders
    (b / NAME).write_bytes(b"%PDF-1.7 broken")
    ingest(a, output, runner=runner)
    ingest(b, output, runner=runner)
    assert [failure.source for failure in output.failures()] == [str(b / NAME)]

    write_pdf(b / NAME, ["Pumps run."])
    retry_failed(output, runner=runner)
    assert said(output) == ["Herons", "Pumps"]


def test_a_file_that_is_missing_takes_no_name_that_another_has(folders, output, runner):
    a, b = folders
    (b / NAME).unlink()
    ingest(a, output, runner=runner)
    ingest(b / NAME, output, runner=runner, root=b)
    assert [failure.source for failure in output.failures()] == [str(b / NAME)]
    assert set(texts(output)) == {NAME}


def test_of_many_runs_at_once_one_gives_the_name(output, tmp_path):
    folders = [tmp_path / f"task{number}" for number in range(8)]
    sources = []
    for folder in folders:
        folder.mkdir()
        write_pdf(folder / NAME, [folder.name])
        sources.append(resolve_source(folder / NAME, root=folder))
    start = threading.Barrier(len(folders))

    def named(source):
        origins = Origins(output, None, SourceResolver())
        start.wait(20)
        return origins.kept_apart(source).uri

    with ThreadPoolExecutor(len(folders)) as pool:
        names = list(pool.map(named, sources))
    assert len(set(names)) == len(names)
    assert names.count(NAME) == 1


def test_folders_of_a_store_are_told_apart_too(runner, output):
    store = fsspec.filesystem("memory")
    for name, text in (("a", "Herons wade."), ("b", "Pumps run.")):
        with store.open(f"/origins/{name}/{NAME}", "wb") as file:
            file.write(_pdf(text))
    try:
        for name in "abab":
            last = ingest(f"memory://origins/{name}", output, runner=runner)
        assert said(output) == ["Herons", "Pumps"]
        assert set(texts(output)) == {NAME, f"memory://origins/b/{NAME}"}
        assert last.unchanged == 1

        store.mv(f"/origins/a/{NAME}", f"/origins/c/{NAME}")
        with store.open(f"/origins/c/{NAME}", "wb") as file:
            file.write(_pdf("Egrets wade."))
        ingest("memory://origins/c", output, runner=runner)
        assert said(output) == ["Egrets", "Pumps"]
    finally:
        store.rm("/origins", recursive=True)


def test_an_output_in_a_store_knows_the_places_too(folders, runner):
    output = OutputFolder("memory://origins-out")
    try:
        for folder in folders:
            ingest(folder, output, runner=runner)
        assert said(output) == ["Herons", "Pumps"]
    finally:
        fsspec.filesystem("memory").rm("/origins-out", recursive=True)


def test_pruning_one_folder_leaves_the_other_folders_documents(folders, output, runner):
    a, b = folders
    write_pdf(a / "only.pdf", ["Egrets wade."])
    write_pdf(b / "gone.pdf", ["Valves shut."])
    for folder in (a, b):
        ingest(folder, output, runner=runner)

    (b / NAME).unlink()
    (b / "gone.pdf").unlink()
    write_pdf(b / "new.pdf", ["Tanks fill."])
    report = ingest(b, output, runner=runner, prune=True)

    assert set(report.pruned) == {"gone.pdf", str(b / NAME)}
    assert said(output) == ["Egrets", "Herons", "Tanks"]


def test_pruning_leaves_what_another_output_folder_put_into_the_index(folders, runner, tmp_path):
    a, b = folders
    write_pdf(a / "only.pdf", ["Egrets wade."])
    write_pdf(b / "gone.pdf", ["Valves shut."])
    with open_index(tmp_path / "index.db") as index:
        for folder in folders:
            ingest(folder, tmp_path / f"out-of-{folder.name}", runner=runner, index=index)
        (b / "gone.pdf").unlink()
        report = ingest(b, tmp_path / "out-of-b", runner=runner, index=index, prune=True)
        assert report.pruned == ("gone.pdf",)
        assert index.search("Egrets")


def test_an_index_holds_both_whatever_folders_they_are_written_to(folders, runner, tmp_path):
    with open_index(tmp_path / "one.db") as index:
        for folder in (*folders, *folders):
            ingest(folder, tmp_path / "out", runner=runner, index=index)
        assert {hit.chunk.page for hit in index.search("Herons")} == {1}
        assert index.search("Pumps")
        assert index.stats().documents == 2
    with open_index(tmp_path / "two.db") as index:
        for folder in (*folders, *folders):
            ingest(folder, tmp_path / f"out-of-{folder.name}", runner=runner, index=index)
        assert index.search("Herons")
        assert index.search("Pumps")
        assert index.stats().documents == 2


def test_streams_of_one_name_in_one_run_are_kept_apart(folders, tmp_path, output, runner):
    streams = []
    for folder in folders:
        stream = io.BytesIO((folder / NAME).read_bytes())
        stream.name = NAME
        streams.append(stream)

    ingest(streams, output, runner=runner, root=tmp_path)

    assert said(output) == ["Herons", "Pumps"]


def test_a_loader_of_two_folders_gives_no_id_twice(folders, runner):
    documents = DeepSeekOCRLoader(list(folders), runner=runner).load()
    assert len({document.id for document in documents}) == len(documents) == 2
    assert len({document.metadata["source"] for document in documents}) == 2


def test_the_same_bytes_twice_are_not_kept_apart(folders):
    a, _ = folders
    first, second = resolve_sources([a / NAME, a / NAME])
    assert first == second


def test_the_documents_do_not_tell_where_they_came_from(folders, runner, tmp_path):
    a, _ = folders
    shutil.copytree(a, tmp_path / "copy")
    for folder, out in ((a, "one"), (tmp_path / "copy", "two")):
        ingest(folder, tmp_path / out, runner=runner)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_forgetting_a_document_forgets_where_it_came_from(folders, output, runner):
    ingest(folders[0], output, runner=runner)
    assert output.origin(document_id(NAME)) == str(folders[0] / NAME)
    forget(NAME, output)
    assert output.origin(document_id(NAME)) is None


def _pdf(text):
    import pymupdf

    with pymupdf.open() as document:
        document.new_page(width=300, height=400).insert_text((30, 60), text, fontsize=11)
        return document.tobytes(no_new_id=True)

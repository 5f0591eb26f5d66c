"""A corpus on S3: what its store is asked for, and keys that look like something else."""

from __future__ import annotations

import fsspec
import pytest

from dsocr_integrations.corpus import CorpusState, listed_objects
from dsocr_integrations.errors import SourceError
from dsocr_integrations.ingestion import ingest
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.runner import Runner
from tests.corpus.one_run import Corpus
from tests.object_store import running_store
from tests.scripted_engine import write_pdf


@pytest.fixture(scope="module")
def store():
    with running_store() as store:
        yield store


@pytest.fixture
def files(store, tmp_path):
    import s3fs

    files = s3fs.S3FileSystem(**store.options)
    bucket = tmp_path.name.replace("_", "-")[:60]
    files.mkdir(bucket)
    yield files, bucket
    files.rm(bucket, recursive=True)


@pytest.fixture
def corpus(store, files, tmp_path):
    _, bucket = files
    corpus = Corpus(f"s3://{bucket}/in", tmp_path, options=store.options)
    corpus.output = OutputFolder(f"s3://{bucket}/in/out", storage_options=store.options)
    corpus.state = CorpusState(f"s3://{bucket}/state", storage_options=store.options)
    return corpus


def put(files, key, tmp_path, *texts):
    system, bucket = files
    path = write_pdf(tmp_path / "put.pdf", list(texts))
    system.put_file(str(path), f"{bucket}/in/{key}")


def test_what_has_not_changed_is_not_asked_for(corpus, store, files, tmp_path):
    for number in range(5):
        put(files, f"{number}/report.pdf", tmp_path, f"Pump {number} runs.")
    first = corpus.run("1")
    put(files, "3/report.pdf", tmp_path, "Pump three leaks.")
    store.told()

    second = corpus.run("2")

    asked = [line for line in store.told() if line.endswith("/report.pdf")]
    assert first.indexed == 5
    assert (second.listing.unchanged, second.listing.changed, second.indexed) == (4, 1, 1)
    assert {line.rpartition("/in/")[2] for line in asked} == {"3/report.pdf"}
    assert corpus.found("leaks") == ["3/report.pdf"]

    store.told()
    corpus.run("3")
    assert [line for line in store.told() if "/in/" in line] == []


def test_a_large_folder_is_listed_a_thousand_objects_a_request(store, files):
    system, bucket = files
    system.pipe({f"{bucket}/in/{number // 10}/{number}.pdf": b"." for number in range(1_500)})
    store.told()

    found = list(listed_objects(f"s3://{bucket}/in", storage_options=store.options))

    asked = store.told()
    assert len(found) == 1_500
    assert all(one.etag and one.size == 1 and one.modified for one in found)
    assert len([line for line in asked if "list-type=2" in line]) == len(asked) == 2


def test_keys_that_look_like_patterns_or_addresses_are_documents(corpus, files, tmp_path):
    names = ["a #1.pdf", "a #2.pdf", "b[1].pdf", "c?x=1&token=2.pdf", "d%20e.pdf", "f*.pdf"]
    for number, name in enumerate(names):
        put(files, name, tmp_path, f"Pump {number} of many.")

    report = corpus.run("1")

    assert (report.quarantined, report.failed, report.documents) == (0, 0, 6)
    assert corpus.found("pump") == sorted(names)
    assert corpus.run("2").listing.unchanged == 6


def test_a_store_that_refuses_removes_nothing(corpus, store, files, tmp_path):
    put(files, "a.pdf", tmp_path, "A pump.")
    corpus.run("1")
    store.refuses = True
    try:
        with pytest.raises(SourceError):
            list(listed_objects(corpus.source, storage_options=store.options))
    finally:
        store.refuses = False
    missing = f"s3://{corpus.source.split('/')[2]}-missing/in"
    with pytest.raises(SourceError):
        list(listed_objects(missing, storage_options=store.options))


def test_other_stores_are_listed_folder_by_folder():
    memory = fsspec.filesystem("memory")
    memory.pipe({"/grown/a.pdf": b"12", "/grown/deep/b.png": b"1", "/grown/deep/notes.mp4": b"1"})
    try:
        found = sorted(listed_objects("memory://grown"))
    finally:
        memory.rm("/grown", recursive=True)

    assert [(one.key, one.size) for one in found] == [("a.pdf", 2), ("deep/b.png", 1)]
    assert all(one.modified for one in found)


def test_a_folder_that_cannot_be_listed_is_never_passed_over(monkeypatch):
    from fsspec.implementations.memory import MemoryFileSystem

    ls, walk = MemoryFileSystem.ls, MemoryFileSystem.walk

    def refusing(files, path, detail=True, **options):
        if path.endswith("/deep"):
            raise OSError("not now")
        return ls(files, path, detail=detail, **options)

    def passing_over(files, path, **options):
        # As a store walks that takes a folder which it cannot list for an empty one.
        return walk(files, path, **options | {"on_error": "omit"})

    monkeypatch.setattr(MemoryFileSystem, "ls", refusing)
    monkeypatch.setattr(MemoryFileSystem, "walk", passing_over)
    memory = fsspec.filesystem("memory")
    memory.pipe({"/shelf/a.pdf": b"12", "/shelf/deep/b.pdf": b"1"})
    try:
        with pytest.raises(SourceError, match="not now"):
            list(listed_objects("memory://shelf"))
    finally:
        memory.rm_file("/shelf/a.pdf")
        memory.rm_file("/shelf/deep/b.pdf")


def test_folders_of_documents_are_found_without_listing(store, files, corpus, tmp_path):
    def asked() -> list[str]:
        store.told()
        with Runner(corpus.engine, cache=False) as runner:
            options = {"storage_options": store.options}
            ingest(corpus.source, corpus.output, runner=runner, **options)
        told = (line.replace("%2F", "/") for line in store.told())
        return [line.partition("/in/out/")[2] for line in told if "/in/out/" in line]

    for number in range(3):
        put(files, f"q{number}/report.pdf", tmp_path, "one")
    asked()
    unchanged = asked()
    names = [f"q{number}/report.pdf" for number in range(3)]
    files_of = [f"{name}/{file}" for name in names for file in ("manifest.json", "failure.json")]
    origins = [f".origins/{document_id(name)}" for name in names]
    # Whether there is a page, the listing of the source has told.
    assert sorted(unchanged) == sorted([*files_of, *origins])

    put(files, "q9/report.pdf", tmp_path, "nine")
    asked()
    doc_id = document_id("q9/report.pdf")
    fresh = OutputFolder(corpus.output.root, storage_options=store.options)
    store.told()
    assert fresh.document(doc_id).source == "q9/report.pdf"
    assert [line.partition("/in/out/")[2] for line in store.told()] == [
        f".folders/{doc_id}",
        "q9/report.pdf/document.json",
    ]

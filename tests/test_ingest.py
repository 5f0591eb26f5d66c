"""The ingest job: skip, resume, isolate, retry, index; the same bytes whatever happened."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import sys
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.errors import EngineUnavailableError, IndexMismatchError
from dsocr_integrations.index import open_index
from dsocr_integrations.ingestion import ingest, retry_failed
from dsocr_integrations.ingestion.report import IngestReport
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.preview.folder import write_source_html
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.runner import Runner
from tests.builders import make_chunk
from tests.plumbing_engine import PlumbingEngine
from tests.small_documents import make_pdf
from tests.test_output import tree

DATA = Path(__file__).parent / "data"


@pytest.fixture
def engine(tmp_path):
    return PlumbingEngine(log=tmp_path / "log", figures=True)


@pytest.fixture
def sources(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    make_pdf(folder / "a.pdf", 3)
    make_pdf(folder / "b.pdf", 2)
    return folder


@pytest.fixture
def run(engine, sources, tmp_path):
    def run(output="out", *, sources=sources, engine=engine, cache="cache", job=None, **options):
        with Runner(engine, cache=tmp_path / cache if cache else False) as runner:
            if job is retry_failed:
                return retry_failed(tmp_path / output, runner=runner, **options)
            return ingest(sources, tmp_path / output, runner=runner, **options)

    return run


def test_what_the_index_would_refuse_is_told_before_anything_is_read(run, engine, tmp_path):
    with open_index(tmp_path / "index", embedder="none") as index:
        chunk = make_chunk("of another engine", source="elsewhere.pdf")
        index.upsert_document(
            chunk.doc_id, [chunk], revision="0", engine="other", fingerprint="other parser/1"
        )
        with pytest.raises(IndexMismatchError, match="allow mixed engines"):
            run(index=index)
    assert not (tmp_path / "log").exists()
    assert list(OutputFolder(tmp_path / "out").manifests()) == []


def test_sources_are_read_into_the_folder(run, tmp_path):
    report = run()
    assert (report.documents, report.pages, report.unchanged, report.failures) == (2, 5, 0, ())
    assert report.complete
    assert report.pages_per_second > 0
    folder = OutputFolder(tmp_path / "out")
    assert {manifest.source for manifest in folder.manifests()} == {"a.pdf", "b.pdf"}
    assert report.doc_ids == (document_id("a.pdf"), document_id("b.pdf"))
    pages = list(folder.pages(document_id("a.pdf")))
    assert [page.number for page in pages] == [1, 2, 3]
    assert pages[0].figures[0].crop == "figures/p001-f01.png"
    assert "](figures/p001-f01.png)" in pages[0].markdown
    assert folder.file(document_id("a.pdf"), "figures/p001-f01.png").startswith(b"\x89PNG")
    chart = next(chunk for chunk in folder.chunks(document_id("a.pdf")) if chunk.kind == "chart")
    assert chart.figure == "figures/p001-f01.png"


def test_a_report_sums_itself_up():
    report = IngestReport(
        documents=1, unchanged=2, pages=5, cached=1, failed_pages=0, chunks=1, indexed=0,
        failures=(), doc_ids=("a",), seconds=2.0, pruned=("b.pdf",),
    )  # fmt: skip
    assert report.summary == (
        "1 document read (5 pages, 1 from the cache), 2 unchanged, 1 chunk, 0 with failures,"
        " 1 removed."
    )
    assert (report.pages_per_second, report.complete) == (2.0, True)
    several = replace(report, documents=0, pages=1, chunks=0, pruned=(), seconds=0.0)
    assert several.summary.startswith("0 documents read (1 page, ")
    assert several.summary.endswith("0 chunks, 0 with failures.")
    assert several.pages_per_second == 0.0


def test_counts_tell_documents_pages_and_chunks_apart(run, engine, sources):
    rough = replace(engine, failing=frozenset({3}))
    (sources / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    report = run(engine=rough)
    assert (report.documents, report.pages, report.failed_pages) == (2, 4, 1)
    assert [len(failure.errors) for failure in report.failures] == [1, 1]
    assert (report.complete, report.cached, report.indexed, report.unchanged) == (False, 0, 0, 0)
    assert report.chunks == sum(
        len(list(OutputFolder(sources.parent / "out").chunks(doc_id))) for doc_id in report.doc_ids
    )
    again = run(engine=rough, existing="replace")
    assert (again.documents, again.pages, again.cached) == (2, 4, 4)


def test_files_of_other_kinds_are_counted(run, sources):
    (sources / "notes.py").write_text("pass\n")
    (sources / "more.PY").write_text("pass\n")
    (sources / ".hidden.py").write_text("pass\n")
    (sources / "table").write_bytes(b"\0\1\2")
    report = run()
    assert report.left_out == {"": 1, ".py": 2}
    assert report.summary.endswith("; left out: 2 .py, 1 without suffix.")
    assert report.complete


def test_results_among_the_sources_are_no_sources(engine, sources):
    with Runner(engine, cache=False) as runner:
        for kept in (0, 2):
            report = ingest(sources, sources / "out", runner=runner, preview=write_source_html)
            assert (report.documents, report.unchanged, report.left_out) == (2 - kept, kept, {})


def test_other_output_folders_among_the_sources_are_no_sources_unless_named(engine, sources):
    with Runner(engine, cache=False) as runner:
        ingest(sources, sources / "earlier", runner=runner, preview=write_source_html)
        report = ingest(sources, sources / "out", runner=runner)
        assert (report.documents, report.left_out) == (2, {})
        assert ingest(sources / "earlier", sources / "out", runner=runner).documents > 0


@pytest.mark.parametrize("place", ["ours.db", "index"])
def test_an_index_and_a_cache_among_the_sources_are_not_told_as_left_out(engine, sources, place):
    with Runner(engine, cache=sources / "cache") as runner:
        for _ in range(2):
            with open_index(sources / place, embedder="none") as index:
                report = ingest(sources, sources / "out", runner=runner, index=index)
            assert report.left_out == {}
        (sources / "theirs.db").write_bytes(b"SQLite format 3\0")
        assert ingest(sources, sources / "out", runner=runner).left_out[".db"] >= 1


def test_nothing_is_made_where_nothing_is_there_to_be_read(run, tmp_path):
    (empty := tmp_path / "empty").mkdir()
    for sources in (tmp_path / "mistyped.pdf", empty, tmp_path / "*.nothing", [empty, "mistyped"]):
        assert not run(sources=sources).complete
        assert not (tmp_path / "out").exists()


def test_what_is_missing_among_others_is_recorded_and_an_empty_folder_is_no_document(
    run, sources, tmp_path
):
    (empty := tmp_path / "empty").mkdir()
    report = run(sources=[tmp_path / "mistyped.pdf", empty, sources])
    assert len(report.failures) == 2
    left = [failure.source for failure in OutputFolder(tmp_path / "out").failures()]
    assert left == [str(tmp_path / "mistyped.pdf")]
    make_pdf(tmp_path / "mistyped.pdf", 1)
    assert run(job=retry_failed).complete


def test_what_is_unchanged_is_neither_read_nor_written(run, engine, tmp_path):
    run()
    engine.log.unlink()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")}
    report = run(cache=None)
    assert (report.documents, report.unchanged, report.pages) == (0, 2, 0)
    assert report.unchanged_pages == 5
    assert len(report.doc_ids) == 2
    assert not engine.log.exists()
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")} == before


def test_a_changed_source_or_setting_is_written_anew(run, engine, sources):
    run()
    engine.log.unlink()
    make_pdf(sources / "a.pdf", 3, changed=frozenset({2}))
    report = run()
    assert (report.documents, report.unchanged, report.cached) == (1, 1, 0)
    assert engine.pages() == [2]
    assert run(chunker=Chunker(max_tokens=64)).documents == 2
    assert engine.pages() == [2]
    assert run(engine=replace(engine, revision="2"), cache=None).documents == 2


def test_a_preview_that_is_asked_for_later_is_written_without_reading(run, engine, tmp_path):
    run()
    engine.log.unlink()
    report = run(preview=write_source_html)
    assert (report.documents, report.unchanged) == (2, 0)
    assert engine.requests() == []
    folder = OutputFolder(tmp_path / "out")
    assert b"<html" in folder.file(document_id("a.pdf"), "preview.html").lower()
    assert run(preview=write_source_html).unchanged == 2


def test_a_bad_source_is_recorded_and_the_others_go_on(run, sources, tmp_path):
    (sources / "c.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    report = run()
    assert report.documents == 2
    (failure,) = report.failures
    assert (failure.source, failure.errors[0].number, failure.errors[0].kind) == (
        "c.pdf",
        0,
        "source",
    )
    assert list(OutputFolder(tmp_path / "out").failures()) == [failure]
    make_pdf(sources / "c.pdf", 1)
    report = run(job=retry_failed)
    assert (report.documents, report.pages, report.failures) == (1, 1, ())
    folder = OutputFolder(tmp_path / "out")
    assert list(folder.failures()) == []
    assert run(cache=None).unchanged == 3


def test_retry_reads_failed_pages_only_and_ends_as_if_nothing_had_failed(run, engine, tmp_path):
    report = run(engine=replace(engine, failing=frozenset({2})), cache=None)
    assert report.failed_pages == 2
    assert [error.number for failure in report.failures for error in failure.errors] == [2, 2]
    again = run(engine=replace(engine, failing=frozenset({2})), cache=None)
    assert (again.unchanged, len(again.failures)) == (2, 2)
    engine.log.unlink()
    report = run(job=retry_failed, cache=None)
    assert (report.documents, report.complete) == (2, True)
    assert engine.pages() == [2, 2]
    run("whole", cache=None)
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


def test_retry_of_a_document_of_which_no_page_was_read(run, engine):
    run(engine=replace(engine, failing=frozenset({1, 2, 3})), cache=None)
    report = run(job=retry_failed, cache=None)
    assert (report.documents, report.pages, report.complete) == (2, 5, True)


@pytest.mark.parametrize("job", [None, retry_failed])
def test_what_still_fails_is_told_and_nothing_is_written(run, engine, tmp_path, job):
    failing = replace(engine, failing=frozenset({2}))
    run(engine=failing)
    before = tree(tmp_path / "out")
    engine.log.unlink()
    report = run(engine=failing, job=job)
    assert engine.pages() == [2, 2]
    assert (report.documents, report.unchanged, report.failed_pages) == (0, 2, 2)
    assert len(report.failures) == 2
    assert tree(tmp_path / "out") == before


def test_the_next_run_reads_the_failed_pages_of_its_own_sources_only(run, engine, tmp_path):
    lame = replace(engine, failing=frozenset({2}))
    run(engine=lame, cache=None)
    other = make_pdf(tmp_path / "other.pdf", 3)
    run(sources=other, engine=lame, cache=None)
    engine.log.unlink()
    report = run(cache=None)
    assert engine.pages() == [2, 2]
    assert (report.documents, report.pages, report.cached, report.failures) == (2, 5, 3, ())
    left = [failure.source for failure in OutputFolder(tmp_path / "out").failures()]
    assert left == [str(other)]
    run("whole", cache=None)
    run("whole", sources=other, engine=lame, cache=None)
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


def test_what_else_fails_of_a_page_is_noted_and_a_document_named_twice_stays_whole(
    run, engine, tmp_path
):
    path = make_pdf(tmp_path / "other.pdf", 3)
    run(sources=path, engine=replace(engine, failing=frozenset({1, 3})), cache=None)
    run(sources=path, engine=replace(engine, failing=frozenset({3})), cache=None)
    (failure,) = OutputFolder(tmp_path / "out").failures()
    assert [error.number for error in failure.errors] == [3]
    report = run(sources=[path, path], cache=None)
    assert report.complete
    (manifest,) = OutputFolder(tmp_path / "out").manifests()
    assert (manifest.counts.pages, manifest.counts.errors) == (3, 0)
    pages = OutputFolder(tmp_path / "out").pages(manifest.doc_id)
    assert [page.number for page in pages] == [1, 2, 3]


@pytest.mark.parametrize("failing", [frozenset(), frozenset({2})])
def test_a_source_that_was_away_keeps_its_failed_pages_and_is_well_when_it_is_back(
    run, engine, tmp_path, failing
):
    path = make_pdf(tmp_path / "other.pdf", 3)
    lame = replace(engine, failing=failing)
    run(sources=path, engine=lame)
    (away := tmp_path / "away.pdf").write_bytes(path.read_bytes())
    path.unlink()
    (failure,) = run(sources=path, engine=lame).failures
    assert [error.number for error in failure.errors] == [0, *failing]
    away.rename(path)
    again = run(sources=path, engine=lame)
    left = tuple(OutputFolder(tmp_path / "out").failures())
    assert again.failures == left
    assert [error.number for failure in left for error in failure.errors] == [*failing]
    assert run(sources=path).complete


def test_what_failed_of_a_folder_in_a_store_says_where_it_lies(run, engine, tmp_path):
    store = fsspec.filesystem("memory")
    store.pipe("/ingest-test/deep/a.pdf", make_pdf(tmp_path / "a.pdf", 3).read_bytes())
    run(sources="memory://ingest-test", engine=replace(engine, failing=frozenset({2})))
    (failure,) = OutputFolder(tmp_path / "out").failures()
    assert (failure.source, failure.origin) == ("deep/a.pdf", "memory://ingest-test/deep/a.pdf")
    assert run(job=retry_failed).complete


def test_bytes_that_failed_cannot_be_retried_and_say_so(engine, tmp_path):
    with Runner(engine, cache=False) as runner:
        report = ingest(b"%PDF-1.7 and nothing more", tmp_path / "out", runner=runner)
        assert len(report.failures) == 1
        assert retry_failed(tmp_path / "out", runner=runner).failures[0].origin is None


def test_a_dead_engine_leaves_a_state_to_go_on_from(run, engine, tmp_path):
    with pytest.raises(EngineUnavailableError):
        run(engine=replace(engine, dead_at=3))
    engine.log.unlink()
    report = run()
    assert report.documents == 2
    assert engine.pages()[0] == 3
    run("whole", cache="other")
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


def test_an_interrupt_leaves_a_state_to_go_on_from(engine, sources, tmp_path):
    def interrupt(progress):
        if progress.done == 4:
            raise KeyboardInterrupt

    with (
        Runner(engine, cache=tmp_path / "cache", progress=interrupt) as runner,
        pytest.raises(KeyboardInterrupt),
    ):
        ingest(sources, tmp_path / "out", runner=runner)
    assert not (tmp_path / "out" / ".staging").exists()
    with Runner(engine, cache=tmp_path / "cache") as runner:
        report = ingest(sources, tmp_path / "out", runner=runner)
    assert (report.unchanged, report.documents) == (1, 1)
    # The pages of the second document look like the first's, so each was asked for once.
    assert sorted(engine.pages()) == [1, 2, 3]


def test_the_index_keeps_in_step(run, tmp_path):
    with open_index(tmp_path / "index") as index:
        assert run(index=index).indexed == 2
        assert {hit.chunk.source for hit in index.search("Text of page 2")} >= {"a.pdf", "b.pdf"}
        assert run(index=index).indexed == 0
    with open_index(tmp_path / "late") as index:
        assert run(index=index).indexed == 2
        assert index.search("Text of page 3")[0].chunk.source == "a.pdf"


def test_a_preview_is_part_of_the_document(run, tmp_path):
    def write(document, pages, path, source):
        path.write_text(f"<p>{document.source}: {len(list(pages))}")

    report = run(preview=write)
    assert OutputFolder(tmp_path / "out").file(report.doc_ids[0], "preview.html") == b"<p>a.pdf: 3"
    assert run(preview=write).unchanged == 2


def test_a_long_document_has_a_preview_with_every_picture(tmp_path):
    make_pdf(tmp_path / "long.pdf", 201)
    with Runner(PlumbingEngine(log=tmp_path / "log"), cache=False) as runner:
        report = ingest(
            tmp_path / "long.pdf", tmp_path / "out", runner=runner, preview=write_source_html
        )
    html = OutputFolder(tmp_path / "out").file(report.doc_ids[0], "preview.html")
    assert html.count(b'id="dsocr-pictures-0-') == 201


def test_the_folder_may_be_remote(engine, sources, tmp_path):
    root = f"memory://ingest-{tmp_path.name}"
    with Runner(engine, cache=False) as runner:
        ingest(sources, root, runner=runner)
        assert ingest(sources, root, runner=runner).unchanged == 2
        ingest(sources, tmp_path / "local", runner=runner)
    folder = OutputFolder(root)
    for path, data in tree(tmp_path / "local").items():
        assert folder.tree.read(path) == data


def test_no_record_holds_a_time_or_a_temporary_path(run, tmp_path):
    run()
    for name, data in tree(tmp_path / "out").items():
        if not name.endswith(".png"):
            assert str(tmp_path).encode() not in data, name
            assert b"seconds" not in data


def ingest_and_die(sources, out, cache, log, moment) -> None:
    """Ingest in this process, which is killed before its `moment`-th change of a file."""
    left = moment

    def die_at_a_write(event, arguments) -> None:
        nonlocal left
        writes = event == "open" and isinstance(arguments[1], str) and "w" in arguments[1]
        if writes or event in {"os.rename", "os.remove", "os.mkdir", "os.rmdir"}:
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(die_at_a_write)
    with Runner(PlumbingEngine(log=log, figures=True), cache=cache) as runner:
        ingest(sources, out, runner=runner)


def test_killed_at_any_moment_it_ends_with_the_same_bytes(engine, sources, tmp_path):
    with Runner(engine, cache=tmp_path / "cache") as runner:
        ingest(sources, tmp_path / "whole", runner=runner)
    whole, read = tree(tmp_path / "whole"), len(engine.requests())
    # Forked, so that twelve deaths do not cost twelve imports of everything.
    context = multiprocessing.get_context("fork")
    for moment in random.Random(7).sample(range(1, 60), 12):
        log, out, cache = (tmp_path / f"{name}{moment}" for name in ("log", "out", "cache"))
        process = context.Process(target=ingest_and_die, args=(sources, out, cache, log, moment))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        with Runner(replace(engine, log=log), cache=cache) as runner:
            ingest(sources, out, runner=runner)
        assert tree(out) == whole
        # Only the request in flight was made twice.
        assert read <= len(replace(engine, log=log).requests()) <= read + 1


def test_the_embedded_engine_through_the_whole_job(tmp_path):
    with Runner("embedded", cache=tmp_path / "cache") as runner:
        report = ingest(DATA / "molecules.pdf", tmp_path / "out", runner=runner, root=DATA)
    assert report.complete
    manifest = OutputFolder(tmp_path / "out").manifest(document_id("molecules.pdf"))
    assert manifest.engine == "embedded"
    text = (tmp_path / "out" / "molecules.pdf" / "document.json").read_text()
    assert json.loads(text)["pages"][0]["reading"]["engine"] == "embedded"

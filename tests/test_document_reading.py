"""One document reading for all who take documents: its title, its order, its end."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from dataclasses import replace

import pytest

from dsocr_integrations import markdown
from dsocr_integrations.index import open_index
from dsocr_integrations.ingestion import ingest, retry_failed
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.passages import PassageReader
from dsocr_integrations.preview.folder import write_source_html
from dsocr_integrations.records.documents import Page, PageError
from dsocr_integrations.runner import Runner
from dsocr_integrations.sources import resolve_source, resolve_sources
from tests.plumbing_engine import PlumbingEngine
from tests.small_documents import make_pdf

THREADS = "dsocr-documents"
"""What threads that read for an event loop are called."""


@pytest.fixture
def engine(tmp_path):
    return PlumbingEngine(log=tmp_path / "log")


@pytest.fixture
def runner(engine):
    with Runner(engine, cache=False) as runner:
        yield runner


@pytest.mark.parametrize(
    ("titled", "title"),
    [({1, 2}, "Page 1"), ({2}, "Page 2"), ({3, 4}, "Page 3"), ({4}, None)],
)
def test_the_title_is_the_first_of_three_pages_at_every_door(engine, tmp_path, titled, title):
    path = make_pdf(tmp_path / "a.pdf", 5)
    with Runner(replace(engine, titled=frozenset(titled)), cache=False) as runner:
        assert runner.read(path).title == title
        (passage, *_) = PassageReader(runner).read([resolve_source(path)])
        assert passage.metadata.get("title") == title
        report = ingest(path, tmp_path / "out", runner=runner)
    folder = OutputFolder(tmp_path / "out")
    assert folder.manifest(report.doc_ids[0]).title == title
    assert folder.document(report.doc_ids[0]).title == title
    assert {chunk.title for chunk in folder.chunks(report.doc_ids[0])} == {title}


def test_a_title_is_looked_for_no_further_than_three_pages(engine, tmp_path):
    path = make_pdf(tmp_path / "a.pdf", 40)
    with Runner(replace(engine, titled=frozenset()), cache=False) as runner:
        passages = PassageReader(runner).read([resolve_source(path)])
        next(passages)
        passages.close()
    # Three that were looked at, two in the works, and one that the loop may have begun.
    assert len(engine.pages()) <= 6


def test_the_title_is_the_same_whatever_failed_at_first(engine, tmp_path):
    path = make_pdf(tmp_path / "a.pdf", 5)
    rough = replace(engine, titled=frozenset({2, 3}), failing=frozenset({2, 4}))
    with Runner(rough, cache=False) as runner:
        (doc_id,) = ingest(path, tmp_path / "out", runner=runner).doc_ids
    assert OutputFolder(tmp_path / "out").manifest(doc_id).title == "Page 3"
    with Runner(replace(rough, failing=frozenset()), cache=False) as runner:
        report = retry_failed(tmp_path / "out", runner=runner)
    assert report.complete
    assert OutputFolder(tmp_path / "out").manifest(doc_id).title == "Page 2"
    assert [page.number for page in OutputFolder(tmp_path / "out").pages(doc_id)] == [1, 2, 3, 4, 5]


def test_asking_for_the_head_loses_no_page(engine, tmp_path):
    path = make_pdf(tmp_path / "a.pdf", 5)
    rough = replace(engine, failing=frozenset({2}), titled=frozenset())
    with Runner(rough, cache=False) as runner, runner.readings([resolve_source(path)]) as readings:
        (reading,) = readings
        assert list(reading) == []
    with Runner(rough, cache=False) as runner, runner.readings([resolve_source(path)]) as readings:
        reading = next(readings)
        assert reading.head.page_count == 5
        records = iter(reading)
        first = next(records)
        assert reading.head.title is None
        assert [first.number, *(record.number for record in records)] == [1, 2, 3, 4, 5]
        assert [error.number for error in reading.errors] == [2]


def test_what_is_not_taken_of_a_document_is_given_up(runner, engine, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    make_pdf(folder / "a.pdf", 30)
    make_pdf(folder / "b.pdf", 2)
    with runner.readings(resolve_sources(folder)) as readings:
        first = next(readings)
        pages = iter(first)
        assert next(pages).number == 1
        second = next(readings)
        assert list(pages) == []
        assert [record.number for record in second] == [1, 2]
        assert next(readings, None) is None


def test_a_reading_counts_what_has_come(engine, tmp_path):
    path = make_pdf(tmp_path / "a.pdf", 3)
    for cached in (0, 2):
        failing = replace(engine, failing=frozenset({3}))
        with (
            Runner(failing, cache=tmp_path / "cache") as runner,
            runner.readings([resolve_source(path)]) as readings,
        ):
            for reading in readings:
                kinds = [type(record) for record in reading]
                assert kinds == [Page, Page, PageError]
                assert reading.cached == cached


def test_a_source_that_cannot_be_opened_counts_as_one_page_in_the_progress(engine, tmp_path):
    make_pdf(tmp_path / "b.pdf", 1)
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    seen = []
    with Runner(engine, cache=False, progress=seen.append) as runner:
        broken, good = runner.read_many([tmp_path / "a.pdf", tmp_path / "b.pdf"], root=tmp_path)
    assert (broken.title, good.title) == (None, "Page 1")
    told = [(one.source, one.page, one.done, one.failed, one.total) for one in seen]
    assert told == [("a.pdf", 0, 0, 1, 1), ("b.pdf", 1, 1, 1, 2)]


async def test_passages_come_out_while_the_document_is_still_being_read(engine, tmp_path):
    path = make_pdf(tmp_path / "a.pdf", 6)
    hanging = replace(engine, hanging=frozenset({6}))
    with Runner(hanging, cache=False) as runner:
        passages = PassageReader(runner).aread([resolve_source(path)])
        texts = [(await anext(passages)).text for _ in range(5)]
        assert "Text of page 1." in texts[0]
        last = asyncio.create_task(anext(passages))
        while 6 not in engine.pages():  # noqa: ASYNC110 - the log is a file
            await asyncio.sleep(0)
        last.cancel()
        with pytest.raises(asyncio.CancelledError):
            await last
        # The engine is free again: nothing is left running.
        document = await asyncio.wait_for(runner.aread(path, pages="1"), 20)
    assert len(document.pages) == 1


async def test_pages_for_an_event_loop_can_be_left_half_way(engine, tmp_path):
    path = make_pdf(tmp_path / "a.pdf", 30)
    before = set(threading.enumerate())
    with Runner(engine, cache=False) as runner:
        pages = runner.apages(path)
        assert (await anext(pages)).number == 1
        begun = set(threading.enumerate()) - before
        (thread,) = (one for one in begun if one.name.startswith(THREADS))
        await pages.aclose()
        await asyncio.wait_for(runner.aread(path, pages="1"), 20)
    assert len(engine.pages()) <= 6
    thread.join(20)
    assert not thread.is_alive()


def test_a_page_is_rendered_and_parsed_once_on_its_way_through_an_ingest(
    engine, tmp_path, monkeypatch
):
    path = make_pdf(tmp_path / "a.pdf", 3)
    rendered, parsed = Counter(), Counter()
    render, parse = markdown.render, Page.model_validate_json

    def counted_render(blocks, **options):
        rendered[blocks[0].text] += 1
        return render(blocks, **options)

    def counted_parse(data, **options):
        page = parse(data, **options)
        parsed[page.number] += 1
        return page

    monkeypatch.setattr(markdown, "render", counted_render)
    monkeypatch.setattr(Page, "model_validate_json", counted_parse)
    with (
        Runner(replace(engine, figures=True), cache=tmp_path / "cache") as runner,
        open_index(tmp_path / "index") as index,
    ):
        ingest(path, tmp_path / "out", runner=runner, index=index, preview=write_source_html)
    assert set(rendered.values()) == set(parsed.values()) == {1}
    assert len(rendered) == len(parsed) == 3

"""The core: order, bounds, failures, retries, worker processes, async."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
import warnings
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from dsocr_integrations.engines import selection
from dsocr_integrations.engines.embedded.engine import READING_VERSION, EmbeddedEngine
from dsocr_integrations.errors import (
    ConfigurationError,
    EngineUnavailableError,
    PageReadError,
    SourceError,
    SourceNotFoundError,
    SourceTooLargeError,
)
from dsocr_integrations.passages import PassageReader
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.records.documents import Document, Page, PageError
from dsocr_integrations.runner import Runner, worker_pool
from dsocr_integrations.runner.event_loops import without_blocking
from dsocr_integrations.runner.progress import Progress
from dsocr_integrations.runner.request_slots import RequestSlots
from dsocr_integrations.settings import load_settings
from dsocr_integrations.sources import resolve_source
from tests.builders import STAGES
from tests.plumbing_engine import PlumbingEngine, PlumbingSession
from tests.small_documents import make_pdf

DATA = Path(__file__).parent / "data"


@pytest.fixture
def engine(tmp_path):
    return PlumbingEngine(log=tmp_path / "log")


def numbers(records) -> list[int]:
    return [record.number for record in records]


def test_pages_come_in_order_from_an_engine_that_answers_in_any(engine, tmp_path):
    busy = replace(engine, capacity=5, shuffled=True, figures=True)
    path = make_pdf(tmp_path / "a.pdf", 23)
    with Runner(busy, cache=False) as runner:
        pages = list(runner.pages(path))
    assert numbers(pages) == list(range(1, 24))
    assert all(isinstance(page, Page) for page in pages)
    assert pages[6].markdown.startswith("# Page 7\n\nText of page 7.")
    assert pages[6].figures[0].kind == "chart"
    assert pages[6].figures[0].table.rows == (("a", "1"),)


def test_documents_share_the_engine_and_stay_apart(engine, tmp_path):
    busy = replace(engine, capacity=4, shuffled=True, in_company=True)
    paths = [
        make_pdf(tmp_path / f"{name}.pdf", count)
        for name, count in zip("abc", (1, 5, 2), strict=True)
    ]
    with Runner(busy, cache=False) as runner:
        documents = list(runner.read_many(paths, root=tmp_path))
        assert runner._asked._session.most > 1
    assert [document.source for document in documents] == ["a.pdf", "b.pdf", "c.pdf"]
    assert [numbers(document.pages) for document in documents] == [[1], [1, 2, 3, 4, 5], [1, 2]]


def test_few_pages_are_in_the_works_however_long_the_document(engine, tmp_path):
    path = make_pdf(tmp_path / "a.pdf", 30)
    with Runner(engine, cache=False) as runner:
        pages = runner.pages(path)
        next(pages)
        pages.close()
    assert len(engine.pages()) <= 4


def test_a_document_tells_its_engine_and_title(engine, tmp_path):
    with Runner(engine, cache=False) as runner:
        document = runner.read(make_pdf(tmp_path / "a.pdf", 2), pages="2")
    assert (document.engine, document.fingerprint) == ("scripted", f"scripted/1 {STAGES}")
    assert (document.title, document.page_count, numbers(document.pages)) == ("Page 2", 2, [2])
    reading = document.pages[0].reading
    assert (reading.engine, reading.output_tokens, reading.attempts) == ("scripted", 7, 1)


def test_what_a_file_says_its_title_is_goes_before_the_first_heading(engine, tmp_path):
    import pymupdf

    path = make_pdf(tmp_path / "a.pdf", 1)
    with pymupdf.open(path) as made:
        made.set_metadata({"title": "Annual report"})
        made.save(tmp_path / "titled.pdf")
    with Runner(engine, cache=False) as runner:
        assert runner.read(tmp_path / "titled.pdf").title == "Annual report"
        assert runner.read(path).title == "Page 1"


def test_a_failed_page_is_a_record_beside_the_others(engine, tmp_path):
    path = make_pdf(tmp_path / "a.pdf", 3)
    with Runner(replace(engine, failing=frozenset({2})), cache=False) as runner:
        document = runner.read(path)
    assert numbers(document.pages) == [1, 3]
    assert document.errors == (PageError(number=2, kind="engine", message="Page 2 is beyond me."),)


def test_failures_can_be_skipped_or_raised(engine, tmp_path):
    path = make_pdf(tmp_path / "a.pdf", 3)
    failing = replace(engine, failing=frozenset({2}))
    with Runner(failing, cache=False, on_error="skip") as runner:
        assert not runner.read(path).errors
        assert list(runner.read_many([tmp_path / "none.pdf"])) == []
    with Runner(failing, cache=False, on_error="raise") as runner:
        with pytest.raises(PageReadError, match=r"Page 2 of a\.pdf"):
            runner.read(path)
        with pytest.raises(SourceNotFoundError):
            list(runner.read_many([tmp_path / "none.pdf"]))


def test_a_bad_source_among_several_is_a_document_without_pages(engine, tmp_path):
    path = make_pdf(tmp_path / "a.pdf", 1)
    with Runner(engine, cache=False) as runner:
        missing, good = runner.read_many([tmp_path / "none.pdf", path], root=tmp_path)
    assert (missing.source, missing.page_count, missing.errors[0].number) == ("none.pdf", 0, 0)
    assert missing.errors[0].kind == "source"
    assert numbers(good.pages) == [1]


def test_a_single_bad_source_is_raised(engine, tmp_path):
    with Runner(engine, cache=False) as runner, pytest.raises(SourceNotFoundError):
        runner.read(tmp_path / "none.pdf")


def test_a_dead_engine_is_raised(engine, tmp_path):
    path = make_pdf(tmp_path / "a.pdf", 3)
    with (
        Runner(replace(engine, dead_at=2), cache=False) as runner,
        pytest.raises(EngineUnavailableError),
    ):
        runner.read(path)


def test_the_engine_is_opened_once_and_closed(engine, tmp_path):
    path = make_pdf(tmp_path / "a.pdf", 2)
    with Runner(engine, cache=False) as runner:
        runner.read(path)
        runner.read(path)
    lines = engine.log.read_text().splitlines()
    assert (lines.count("open"), lines[-1]) == (1, "close")


def test_a_page_that_does_not_answer_in_time_is_an_error(engine, tmp_path):
    path = make_pdf(tmp_path / "a.pdf", 3)
    hanging = replace(engine, hanging=frozenset({2}), capacity=3)
    with Runner(hanging, cache=False, page_timeout=0.2) as runner:
        document = runner.read(path)
    assert numbers(document.pages) == [1, 3]
    assert [error.kind for error in document.errors] == ["timeout"]


def test_progress_counts_pages(engine, tmp_path):
    seen = []
    path = make_pdf(tmp_path / "a.pdf", 3)
    failing = replace(engine, failing=frozenset({3}))
    with Runner(failing, cache=tmp_path / "cache", progress=seen.append) as runner:
        runner.read(path)
        runner.read(path)
    assert [(one.page, one.done, one.failed, one.total) for one in seen[:3]] == [
        (1, 1, 0, 3),
        (2, 2, 0, 3),
        (3, 2, 1, 3),
    ]
    assert (seen[-1].cached, seen[-1].pages_per_second) == (2, 0.0)


def test_progress_tells_how_fast_pages_are_read():
    state = Progress("a.pdf", 1, done=5, cached=1, failed=1, total=12, seconds=2.0)
    assert state.pages_per_second == 2.0
    state = replace(state, cached=5)
    assert state.pages_per_second == 0.0
    assert replace(state, cached=0, seconds=0.0).pages_per_second == 0.0


def test_a_source_that_cannot_be_opened_counts_as_one_page(engine, tmp_path):
    seen = []
    path = make_pdf(tmp_path / "a.pdf", 2)
    with Runner(engine, cache=False, progress=seen.append) as runner:
        list(runner.read_many([tmp_path / "none.pdf", path], root=tmp_path))
    assert [(one.source, one.page, one.done, one.failed, one.total) for one in seen] == [
        ("none.pdf", 0, 0, 1, 1),
        ("a.pdf", 1, 1, 1, 3),
        ("a.pdf", 2, 2, 1, 3),
    ]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (SourceTooLargeError("Too large."), "too_large"),
        (SourceError("Torn."), "render"),
        (TimeoutError(), "timeout"),
        (MemoryError(), "memory"),
        (ZeroDivisionError("by zero"), "internal"),
    ],
)
def test_a_fault_at_one_page_is_a_record_of_its_kind(engine, tmp_path, fault, kind, monkeypatch):
    path = make_pdf(tmp_path / "a.pdf", 2)
    answer = PlumbingSession.submit

    def submit(session, request):
        if request.region.number == 1:
            raise fault
        return answer(session, request)

    monkeypatch.setattr(PlumbingSession, "submit", submit)
    with Runner(engine, cache=False) as runner:
        document = runner.read(path)
    assert [(error.number, error.kind) for error in document.errors] == [(1, kind)]
    assert numbers(document.pages) == [2]


@pytest.mark.parametrize("cache", ["", False])
def test_a_runner_may_be_without_a_cache(engine, tmp_path, cache, monkeypatch):
    path = make_pdf(tmp_path / "a.pdf", 1)
    for _ in range(2):
        with Runner(engine, cache=cache) as runner:
            assert runner.cache is None
            runner.read(path)
    assert engine.pages() == [1, 1]
    monkeypatch.setenv("DSOCR_CACHE", "")
    assert Runner(engine).cache is None


class TestRetries:
    def test_a_looping_page_is_asked_again_with_other_sampling(self, engine, tmp_path):
        looping = replace(engine, looping=frozenset({1}), deterministic=False)
        with Runner(looping, cache=False) as runner:
            (page,) = runner.pages(make_pdf(tmp_path / "a.pdf", 1))
        assert page.reading.attempts == 2
        assert page.reading.quality.trusted
        assert [line.split(";")[3] for line in looping.requests()] == ["0.0", "0.3"]

    def test_a_bigger_mode_is_tried_first(self, engine, tmp_path):
        looping = replace(engine, looping=frozenset({1}), deterministic=False)
        with Runner(looping, mode="base", cache=False) as runner:
            (page,) = runner.pages(make_pdf(tmp_path / "a.pdf", 1))
        assert [line.split(";")[2] for line in looping.requests()] == ["base", "large", "large"]
        assert (page.reading.mode, page.reading.attempts) == ("large", 3)

    def test_seeds_repeat(self, engine, tmp_path):
        path = make_pdf(tmp_path / "a.pdf", 1)
        seeds = []
        for name in ("one", "two"):
            again = replace(
                engine, looping=frozenset({1}), deterministic=False, log=tmp_path / name
            )
            with Runner(again, cache=False) as runner:
                runner.read(path)
            seeds.append(again.requests()[1].split(";")[4])
        assert seeds[0] == seeds[1] != "0"

    def test_an_engine_that_would_say_the_same_is_not_asked_again(self, engine, tmp_path):
        looping = replace(engine, looping=frozenset({1}))
        with Runner(looping, cache=False) as runner:
            (page,) = runner.pages(make_pdf(tmp_path / "a.pdf", 1))
        assert page.reading.attempts == 1
        assert not page.reading.quality.trusted
        assert "loop" in page.reading.quality.reasons


class TestCache:
    def test_a_second_run_asks_nothing_and_does_not_open_the_engine(self, engine, tmp_path):
        path = make_pdf(tmp_path / "a.pdf", 3)
        with Runner(replace(engine, figures=True), cache=tmp_path / "cache") as runner:
            first = runner.read(path)
        engine.log.unlink()
        with Runner(replace(engine, figures=True), cache=tmp_path / "cache") as runner:
            assert runner.read(path) == first
        assert not engine.log.exists()

    def test_only_the_changed_page_of_a_new_revision_is_read(self, engine, tmp_path):
        with Runner(engine, cache=tmp_path / "cache") as runner:
            runner.read(make_pdf(tmp_path / "a.pdf", 4))
            engine.log.unlink()
            runner.read(make_pdf(tmp_path / "a.pdf", 4, changed=frozenset({3})))
        assert engine.pages() == [3]

    def test_a_new_parser_costs_no_reading(self, engine, tmp_path, monkeypatch):
        path = make_pdf(tmp_path / "a.pdf", 2)
        with Runner(replace(engine, figures=True), cache=tmp_path / "cache") as runner:
            runner.read(path)
            engine.log.unlink()
            monkeypatch.setattr(
                "dsocr_integrations.runner.page_keys.parser_version", lambda: "next"
            )
            runner.read(path)
        assert engine.requests() == []

    def test_failures_are_read_again(self, engine, tmp_path):
        path = make_pdf(tmp_path / "a.pdf", 3)
        with Runner(replace(engine, failing=frozenset({2})), cache=tmp_path / "cache") as runner:
            runner.read(path)
        engine.log.unlink()
        with Runner(engine, cache=tmp_path / "cache") as runner:
            assert not runner.read(path).errors
        assert engine.pages() == [2]

    def test_a_figure_that_failed_is_looked_at_again_and_nothing_else(self, engine, tmp_path):
        path = make_pdf(tmp_path / "a.pdf", 1)
        drawn = replace(engine, figures=True)
        with Runner(replace(drawn, failing_figures=True), cache=tmp_path / "cache") as runner:
            (page,) = runner.read(path).pages
        assert [warning.kind for warning in page.figures[0].warnings] == ["figure_failed"]
        engine.log.unlink()
        with Runner(drawn, cache=tmp_path / "cache") as runner:
            (page,) = runner.read(path).pages
        assert page.figures[0].kind == "chart"
        assert [line.split(";")[1] for line in engine.requests()] == [Prompt.FIGURE]

    def test_pages_are_recorded_as_they_finish(self, engine, tmp_path):
        path = make_pdf(tmp_path / "a.pdf", 5)
        with (
            Runner(replace(engine, dead_at=4), cache=tmp_path / "cache") as runner,
            pytest.raises(EngineUnavailableError),
        ):
            runner.read(path)
        engine.log.unlink()
        with Runner(engine, cache=tmp_path / "cache") as runner:
            runner.read(path)
        # Page 5 may have been read and recorded while page 4 was being asked for.
        assert 4 in engine.pages()
        assert not {1, 2, 3} & set(engine.pages())


class TestWorkers:
    def test_pages_are_read_by_processes_and_bad_ones_cost_only_themselves(self, engine, tmp_path):
        path = make_pdf(tmp_path / "a.pdf", 6)
        rough = replace(
            engine,
            in_worker_processes=True,
            crashing=frozenset({2}),
            hanging=frozenset({4}),
            failing=frozenset({5}),
        )
        with Runner(rough, cache=False, workers=2, page_timeout=8) as runner:
            document = runner.read(path)
        assert numbers(document.pages) == [1, 3, 6]
        assert [(error.number, error.kind) for error in document.errors] == [
            (2, "crash"),
            (4, "timeout"),
            (5, "engine"),
        ]

    def test_a_dead_engine_in_a_worker_is_raised(self, engine, tmp_path):
        path = make_pdf(tmp_path / "a.pdf", 2)
        dead = replace(engine, in_worker_processes=True, dead_at=1)
        with (
            Runner(dead, cache=False, workers=1) as runner,
            pytest.raises(EngineUnavailableError, match="scripted engine died"),
        ):
            runner.read(path)

    def test_the_same_pages_come_from_a_worker(self, engine, tmp_path):
        path = make_pdf(tmp_path / "a.pdf", 2)
        cpu = replace(engine, in_worker_processes=True, figures=True)
        with Runner(cpu, cache=False) as runner:
            inside = runner.read(path)
        with Runner(cpu, cache=False, workers=1) as runner:
            assert runner.read(path) == inside

    def test_a_worker_is_replaced_after_its_pages_and_when_it_was_ended_while_idle(
        self, engine, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(worker_pool, "PAGES_PER_WORKER", 2)
        path = make_pdf(tmp_path / "a.pdf", 3)
        cpu = replace(engine, in_worker_processes=True)
        others = set(psutil.Process().children())
        with Runner(cpu, cache=False, workers=1) as runner:
            runner.read(path)
            assert engine.log.read_text().count("open") == 2
            (idle,) = set(psutil.Process().children()) - others
            idle.kill()
            os.waitid(os.P_PID, idle.pid, os.WEXITED | os.WNOWAIT)
            assert runner.read(path).errors == ()
        assert set(psutil.Process().children()) <= others


class TestAsync:
    async def test_pages_and_documents(self, engine, tmp_path):
        path = make_pdf(tmp_path / "a.pdf", 5)
        with Runner(replace(engine, capacity=2, shuffled=True), cache=False) as runner:
            assert numbers([page async for page in runner.apages(path)]) == [1, 2, 3, 4, 5]
            one, two = await asyncio.gather(runner.aread(path), runner.aread(path, pages="2"))
        assert isinstance(one, Document)
        assert (len(one.pages), len(two.pages)) == (5, 1)

    @pytest.mark.parametrize("workers", [0, 1])
    async def test_the_loop_goes_on_while_a_page_hangs_and_the_read_can_be_cancelled(
        self, engine, tmp_path, workers
    ):
        path = make_pdf(tmp_path / "a.pdf", 2)
        slow = replace(engine, hanging=frozenset({1}), in_worker_processes=workers > 0)
        with Runner(slow, cache=False, workers=workers) as runner:
            task = asyncio.create_task(runner.aread(path))
            while not engine.requests():  # noqa: ASYNC110 - the log is a file
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            # The place in front of the engine was given back.
            page = await runner.aread(path, pages="2")
        assert len(page.pages) == 1

    async def test_a_page_that_was_on_its_way_when_the_read_was_cancelled_is_given_up(
        self, engine, tmp_path
    ):
        path = make_pdf(tmp_path / "a.pdf", 2)
        asked, cancelled = threading.Event(), threading.Event()

        def sources():
            yield resolve_source(path, pages="1")
            asked.set()
            assert cancelled.wait(20)

        with Runner(replace(engine, hanging=frozenset({1})), cache=False) as runner:
            passages = PassageReader(runner).aread(sources())
            task = asyncio.create_task(anext(passages))
            assert await asyncio.to_thread(asked.wait, 20)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            cancelled.set()
            document = await asyncio.wait_for(runner.aread(path, pages="2"), 20)
        assert len(document.pages) == 1

    async def test_a_place_that_was_given_in_the_moment_of_a_cancellation_is_not_lost(self):
        slots = RequestSlots(1)

        async def work():
            async with slots.hold(0):
                return "done"

        async with slots.hold(0):
            waiting = asyncio.create_task(work())
            await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await asyncio.wait_for(work(), 20) == "done"

    async def test_the_earliest_page_goes_first_however_late_it_asks(self):
        slots, done = RequestSlots(1), []

        async def work(order):
            async with slots.hold(order):
                done.append(order)

        async with slots.hold(0):
            tasks = [asyncio.create_task(work(order)) for order in (3, 1, 2)]
            await asyncio.sleep(0)
        await asyncio.gather(*tasks)
        assert done == [1, 2, 3]

    async def test_whoever_cancels_is_not_held_up_by_a_file_that_is_being_opened(self):
        entered, cancelled, ended = threading.Event(), threading.Event(), threading.Event()
        in_time = []

        def items():
            entered.set()
            in_time.append(cancelled.wait(20))
            ended.set()
            yield 1

        iterated = without_blocking(items(), lambda: None)
        task = asyncio.create_task(anext(iterated))
        assert await asyncio.to_thread(entered.wait, 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        cancelled.set()
        assert await asyncio.to_thread(ended.wait, 20)
        assert in_time == [True]

    async def test_a_missing_source_is_raised(self, engine, tmp_path):
        with Runner(engine, cache=False) as runner, pytest.raises(SourceNotFoundError):
            await runner.aread(tmp_path / "none.pdf")


class TestSelection:
    def test_auto_is_the_embedded_engine_with_one_warning(self, monkeypatch):
        monkeypatch.setattr(selection, "_warned", set())
        monkeypatch.setattr(selection, "local_checkpoint", lambda _: None)
        with pytest.warns(selection.EmbeddedEngineWarning, match="not DeepSeek-OCR") as warned:
            assert Runner().engine.name == "embedded"
        assert warned[0].filename == __file__, "the warning names the line of whoever called"
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert Runner().engine.name == "embedded"

    def test_auto_prefers_the_configured_server(self):
        settings = load_settings(server_url="http://127.0.0.1:9/v1", server_model="m")
        engine = selection.resolve_engine("auto", settings)
        assert engine.name == "server"

    def test_a_url_is_a_server_and_a_name_an_engine(self):
        settings = load_settings()
        assert selection.resolve_engine("http://127.0.0.1:9", settings).name == "server"
        assert selection.resolve_engine("embedded", settings) == EmbeddedEngine()

    @pytest.mark.parametrize("spec", ["nonsense", "server"])
    def test_what_is_not_there_says_so(self, spec):
        with pytest.raises(ConfigurationError):
            selection.resolve_engine(spec, load_settings())

    @pytest.mark.torch
    def test_weights_that_are_not_there_are_told_before_a_page_is_read(self, monkeypatch, tmp_path):
        monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
        with (
            Runner("transformers", cache=False) as runner,
            pytest.raises(EngineUnavailableError, match="hf download deepseek-ai/DeepSeek-OCR"),
        ):
            runner.read(make_pdf(tmp_path / "a.pdf", 1))

    def test_an_unknown_mode_says_so(self, engine):
        with pytest.raises(ConfigurationError, match="gundam"):
            Runner(engine, mode="huge")


def test_the_figure_prompt_makes_the_page_one_figure(engine, tmp_path):
    with Runner(engine, cache=False, prompt=Prompt.FIGURE) as runner:
        (page,) = runner.pages(make_pdf(tmp_path / "a.pdf", 1))
    assert page.figures[0].table.rows == (("a", "1"),)
    assert page.reading.quality.trusted


class TestEmbeddedEngine:
    def test_a_born_digital_report_is_read_end_to_end(self, tmp_path):
        with Runner("embedded", cache=tmp_path / "cache") as runner:
            document = runner.read(DATA / "report.pdf", pages="1")
            again = runner.read(DATA / "report.pdf", pages="1")
        (page,) = document.pages
        assert "Marisol Creek" in page.markdown
        assert page.reading.quality.trusted
        assert again == document
        assert document.engine == "embedded"
        assert document.fingerprint == f"embedded/{READING_VERSION} {STAGES}"
        assert " pymupdf=" in page.reading.fingerprint

    def test_bytes_are_read_like_a_file(self):
        with Runner("embedded", cache=False) as runner:
            document = runner.read((DATA / "molecules.pdf").read_bytes())
        assert document.source.startswith("bytes:")
        assert "Micropollutants" in document.markdown


def test_an_open_runner_in_a_forked_process_is_an_error_and_no_hang(tmp_path):
    path = make_pdf(tmp_path / "a.pdf", 1)

    def child(answers):
        try:
            runner.read(path)
        except EngineUnavailableError as error:
            answers.put(str(error))
        runner.close()
        answers.put("closed")

    fork = multiprocessing.get_context("fork")
    answers = fork.SimpleQueue()
    with Runner(PlumbingEngine(tmp_path / "log"), cache=False) as runner:
        runner.read(path)
        process = fork.Process(target=child, args=(answers,))
        process.start()
        process.join(60)
        process.kill()
        assert process.exitcode == 0
        assert "before the process was forked" in answers.get()
        assert answers.get() == "closed"
        assert len(runner.read(path).pages) == 1

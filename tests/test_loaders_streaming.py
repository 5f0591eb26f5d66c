"""Loaders hand out the first page while the next one is read, and leave nothing running behind."""

from __future__ import annotations

import asyncio
import pickle
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import aclosing
from typing import Any

import psutil
import pytest

from dsocr_integrations.engines.base import Reading, ReadRequest
from dsocr_integrations.langchain import DeepSeekOCRLoader
from dsocr_integrations.llama_index import DeepSeekOCRReader
from dsocr_integrations.runner import Runner
from tests.add_a_reader.text_layer_reader import TextLayerEngine
from tests.scripted_engine import ScriptedEngine, ScriptedSession, write_pdf

PATIENCE = 60


class HeldEngine(ScriptedEngine):
    """Answers a page once it is told to."""

    # On a busy machine later pages may ask before the first: none may take the first one's place.
    capacity = 30

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[int, Future[Reading]] = {}
        self.was_asked = threading.Event()

    def open(self) -> HeldSession:
        return HeldSession(self)

    def answer(self, number: int) -> Future[Reading]:
        return self.answers.setdefault(number, Future())

    def all_given_up(self) -> bool:
        """Whether nobody waits for an answer any more, once there was time to say so.

        A page may still be asked for, and given up at once, while the others are looked at.
        """
        while waited_for := [one for one in list(self.answers.values()) if not one.cancelled()]:
            settled = threading.Event()
            waited_for[0].add_done_callback(lambda _, settled=settled: settled.set())
            if not settled.wait(PATIENCE) or not waited_for[0].cancelled():
                return False
        return True

    def release(self, number: int) -> None:
        text = f"<|ref|>title<|/ref|><|det|>[[80, 60, 900, 100]]<|/det|>\n# Page {number}\n"
        self.answer(number).set_result(Reading(text))


class HeldSession(ScriptedSession):
    def submit(self, request: ReadRequest) -> Future[Reading]:
        self.engine.was_asked.set()
        return self.engine.answer(request.region.number)


@pytest.fixture
def pdf(tmp_path):
    return write_pdf(tmp_path / "long.pdf", [f"Sheet {number}" for number in range(30)])


@pytest.fixture
def engine():
    return HeldEngine()


@pytest.fixture
def runner(engine):
    with Runner(engine=engine, cache=False) as runner:
        yield runner


def by_loader(pdf, runner) -> AsyncIterator[Any]:
    return DeepSeekOCRLoader(pdf, runner=runner).alazy_load()


def by_reader(pdf, runner) -> AsyncIterator[Any]:
    return aiter(DeepSeekOCRReader(runner=runner).alazy_load_data(pdf))


STREAMS = [by_loader, by_reader]
WHOLE: list[Callable[[Any, Runner], Any]] = [
    lambda pdf, runner: DeepSeekOCRLoader(pdf, runner=runner).aload(),
    lambda pdf, runner: DeepSeekOCRReader(runner=runner).aload_data(pdf),
]


def still_iterating() -> list[threading.Thread]:
    """Threads that load documents, once they have had the time to end."""
    found = [one for one in threading.enumerate() if one.name.startswith("dsocr-documents")]
    for one in found:
        one.join(PATIENCE)
    return [one for one in found if one.is_alive()]


@pytest.mark.parametrize("stream", STREAMS)
async def test_the_first_document_is_out_when_the_first_page_is_read(stream, pdf, engine, runner):
    async with aclosing(stream(pdf, runner)) as documents:
        first = asyncio.ensure_future(anext(documents))
        # The loop must go on meanwhile, or nobody would ever release the page.
        await asyncio.to_thread(engine.was_asked.wait, PATIENCE)
        engine.release(1)

        assert (await first).metadata["page_number"] == 1
        assert [number for number, one in engine.answers.items() if one.done()] == [1]


@pytest.mark.parametrize(
    "load",
    [
        lambda pdf, runner: DeepSeekOCRLoader(pdf, runner=runner).lazy_load(),
        lambda pdf, runner: DeepSeekOCRReader(runner=runner).lazy_load_data(pdf),
    ],
)
def test_without_a_loop_it_is_out_then_too(load, pdf, engine, runner):
    engine.release(1)

    documents = iter(load(pdf, runner))

    assert next(documents).metadata["page_number"] == 1
    documents.close()


async def taken(documents: AsyncIterator[Any]) -> list[Any]:
    return [one async for one in documents]


@pytest.mark.parametrize("load", [*(lambda p, r, s=s: taken(s(p, r)) for s in STREAMS), *WHOLE])
async def test_cancelling_leaves_nothing_running(load, pdf, engine, runner):
    loading = asyncio.ensure_future(load(pdf, runner))
    await asyncio.to_thread(engine.was_asked.wait, PATIENCE)

    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading

    assert not await asyncio.to_thread(still_iterating)
    assert await asyncio.to_thread(engine.all_given_up)


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize(("given", "processes"), [({}, 1), ({"workers": 0}, 0)])
async def test_what_holds_up_a_loop_reads_in_a_process_of_its_own(
    tmp_path, stream, given, processes
):
    pdf = write_pdf(tmp_path / "short.pdf", ["The pump runs at night."])
    before = set(psutil.Process().children())
    # Pickled, as loaders are: it stays known that nothing was configured.
    made = pickle.dumps(Runner("embedded", cache=False, **given))
    with pickle.loads(made) as runner:  # noqa: S301 - our own
        assert [one async for one in stream(pdf, runner)]
        assert len(set(psutil.Process().children()) - before) == processes
    assert not set(psutil.Process().children()) - before


async def test_an_engine_given_as_an_object_reads_where_it_is(tmp_path):
    pdf = write_pdf(tmp_path / "short.pdf", ["The pump runs at night."])

    class Local(TextLayerEngine):
        """No other process could import it."""

    with Runner(Local(), cache=False) as runner:
        assert "pump" in (await runner.aread(pdf)).markdown

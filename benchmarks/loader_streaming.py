"""How soon a loader's first document is out, whether its event loop waits, and what it costs itself.

Usage: loader_streaming.py [PAGES]

An engine that answers from the text layer reads a drawn document of PAGES (500) pages through
LangChain's and LlamaIndex's doors, sync and async: time to the first document ÷ whole load, and the
longest time that the event loop was kept from a task that only ticks. Then the embedded engine
reads the samples' report: the loop's longest wait, once all is imported and its process runs; and
the report repeated: CPU of the loader ÷ CPU of the runner that it stands on.

Other programs lengthen a wait by the clock, so beside it stands the loop's own processor time within
one: what it did itself before it came back to the task.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymupdf

from dsocr_integrations.langchain import DeepSeekOCRLoader
from dsocr_integrations.llama_index import DeepSeekOCRReader
from dsocr_integrations.runner import Runner
from tests.scripted_engine import ScriptedEngine, write_pdf

RUNS = 3
REPORT = Path(__file__).parents[1] / "tests" / "data" / "report.pdf"


def scripted() -> Runner:
    return Runner(engine=ScriptedEngine(), cache=False)


def sync_share(load: Callable[[], Iterable[Any]]) -> float:
    begun = time.perf_counter()
    documents = iter(load())
    next(documents)
    first = time.perf_counter() - begun
    for _ in documents:
        pass
    return first / (time.perf_counter() - begun)


@dataclass(frozen=True)
class Waits:
    """How long a task that only ticks had to wait, in seconds: the longest by each clock."""

    whole: float
    own: float

    @classmethod
    def shortest(cls, seen: Sequence[Waits]) -> Waits:
        return cls(min(one.whole for one in seen), min(one.own for one in seen))

    def __str__(self) -> str:
        whole, own = 1000 * self.whole, 1000 * self.own
        return f"longest wait of the event loop {whole:.1f} ms, its own work {own:.1f} ms"


async def async_share(load: Callable[[], AsyncIterator[Any]]) -> tuple[float, Waits]:
    waits: list[tuple[float, float]] = []

    async def tick() -> None:
        while True:
            slept, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.001)
            waits.append((time.perf_counter() - slept - 0.001, time.thread_time() - worked))

    ticking = asyncio.create_task(tick())
    begun = time.perf_counter()
    first = 0.0
    async for _ in load():
        first = first or time.perf_counter() - begun
    whole = time.perf_counter() - begun
    ticking.cancel()
    return first / whole, Waits(*map(max, zip(*waits, strict=True)))


def processor_time(work: Callable[[], Iterable[Any]]) -> float:
    begun = time.process_time()
    for _ in work():
        pass
    return time.process_time() - begun


def repeated_report(folder: Path, times: int) -> Path:
    path = folder / "reports.pdf"
    with pymupdf.open() as long, pymupdf.open(REPORT) as report:
        for _ in range(times):
            long.insert_pdf(report)
        long.save(path)
    return path


def main(pages: int = 500) -> None:
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        pdf = write_pdf(folder / "long.pdf", [f"Sheet {n} tells of a pump." for n in range(pages)])
        sync = {
            "LangChain": lambda: DeepSeekOCRLoader(pdf, runner=scripted()).lazy_load(),
            "LlamaIndex": lambda: DeepSeekOCRReader(runner=scripted()).lazy_load_data(pdf),
        }
        streamed: dict[str, Callable[[], AsyncIterator[Any]]] = {
            "LangChain": lambda: DeepSeekOCRLoader(pdf, runner=scripted()).alazy_load(),
            "LlamaIndex": lambda: aiter(DeepSeekOCRReader(runner=scripted()).alazy_load_data(pdf)),
        }
        for name, load in sync.items():
            share = min(sync_share(load) for _ in range(RUNS))
            print(f"{name}, sync: first document / whole load {share:.4f}")
        for name, aload in streamed.items():
            seen = [asyncio.run(async_share(aload)) for _ in range(RUNS)]
            share, wait = min(one for one, _ in seen), Waits.shortest([one for _, one in seen])
            print(f"{name}, async: first document / whole load {share:.4f}, {wait}")
        report = repeated_report(folder, 8)
        with Runner("embedded", cache=False) as runner:
            stream = DeepSeekOCRLoader(REPORT, runner=runner).alazy_load
            asyncio.run(async_share(stream))  # imports, and the start of its process
            waits = [asyncio.run(async_share(stream))[1] for _ in range(RUNS)]
        print(f"embedded, async: {Waits.shortest(waits)}")
        for path, engine in ((pdf, ScriptedEngine()), (report, "embedded")):
            runner = Runner(engine=engine, cache=False)
            read = min(processor_time(lambda r=runner, p=path: r.pages(p)) for _ in range(RUNS))
            loader = DeepSeekOCRLoader(path, runner=runner)
            loaded = min(processor_time(loader.lazy_load) for _ in range(RUNS))
            name = engine if isinstance(engine, str) else engine.name
            print(f"{name}: CPU of loader / CPU of runner {loaded / read:.3f} ({read:.2f} s)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

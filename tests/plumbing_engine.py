"""An engine that says what a test tells it, to try the plumbing around engines.

It is picklable, so that worker processes can open it too; what it did is counted in a file.
"""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from dsocr_integrations.engines.base import ReadFailure, Reading
from dsocr_integrations.errors import EngineUnavailableError
from dsocr_integrations.prompts import Prompt

TITLE = "<|ref|>title<|/ref|><|det|>[[50, 40, 900, 90]]<|/det|>\n# Page {number}\n\n"
TEXT = "<|ref|>text<|/ref|><|det|>[[50, 100, 900, 300]]<|/det|>\nText of page {number}.\n\n"
IMAGE = "<|ref|>image<|/ref|><|det|>[[100, 400, 800, 800]]<|/det|>\n\n"
CHART = "<table><tr><th>x</th><th>y</th></tr><tr><td>a</td><td>1</td></tr></table>"
LOOP = "again and again " * 400


@dataclass(frozen=True)
class PlumbingEngine:
    """Answers by page number.

    Attributes:
        log: File that gets one line a request: page, prompt, mode, temperature, seed.
        failing: Pages answered with a failure.
        crashing: Pages that kill the process.
        hanging: Pages that never end.
        looping: Pages that loop at temperature 0.
        dead_at: Page at which the engine as a whole dies.
        figures: Whether pages hold a picture.
        failing_figures: Whether looking at one of them fails.
        shuffled: Complete requests in a thread, out of order.
        titled: Pages that have a title; all when `None`.
        in_company: Answer none of those requests before two have come together.
    """

    log: Path
    failing: frozenset[int] = frozenset()
    crashing: frozenset[int] = frozenset()
    hanging: frozenset[int] = frozenset()
    looping: frozenset[int] = frozenset()
    dead_at: int | None = None
    figures: bool = False
    failing_figures: bool = False
    shuffled: bool = False
    in_company: bool = False
    titled: frozenset[int] | None = None
    name: str = "scripted"
    capacity: int = 1
    deterministic: bool = True
    in_worker_processes: bool = False
    revision: str = "1"

    def reading_version(self) -> str:
        return f"scripted/{self.revision}"

    def open(self) -> PlumbingSession:
        with self.log.open("a") as log:
            log.write("open\n")
        return PlumbingSession(self)

    def requests(self) -> list[str]:
        if not self.log.exists():
            return []
        return [line for line in self.log.read_text().splitlines() if line not in {"open", "close"}]

    def pages(self) -> list[int]:
        return [int(line.split(";")[0]) for line in self.requests() if Prompt.FIGURE not in line]


@dataclass
class PlumbingSession:
    engine: PlumbingEngine
    waiting: list = field(default_factory=list)
    outstanding: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    answered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    met: threading.Event = field(default_factory=threading.Event)

    def submit(self, request) -> Future:
        future: Future = Future()
        engine = self.engine
        number = request.region.number
        with self.lock:
            self.outstanding += 1
            self.most = max(self.most, self.outstanding)
            if self.outstanding > 1:
                self.met.set()
            assert self.outstanding <= engine.capacity, "more requests than the engine wants"
        with engine.log.open("a") as log:
            sampling = request.sampling
            log.write(
                f"{number};{request.prompt};{request.mode};{sampling.temperature};{sampling.seed}\n"
            )
        if number == engine.dead_at:
            self._left()
            raise EngineUnavailableError("The scripted engine died.")
        if number in engine.crashing:
            os.kill(os.getpid(), signal.SIGKILL)
        if number in engine.hanging:
            if engine.in_worker_processes:
                threading.Event().wait()
            future.add_done_callback(lambda _: self._left())
            return future
        if engine.shuffled:
            threading.Thread(target=self._later, args=(future, request), daemon=True).start()
        else:
            self._left()
            future.set_result(self._answer(request))
        return future

    def stream(self, request):
        yield self._answer(request).text

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with self.engine.log.open("a") as log:
            log.write("close\n")

    def _later(self, future: Future, request) -> None:
        if self.engine.in_company:
            self.met.wait(60)
        # Half of the pages wait for one behind them, so that answers come out of order.
        if request.region.number % 2:
            self.answered.acquire(timeout=0.1)
        self._left()
        if not future.cancelled():
            future.set_result(self._answer(request))
        self.answered.release()

    def _left(self) -> None:
        with self.lock:
            self.outstanding -= 1

    def _answer(self, request) -> Reading:
        engine, number = self.engine, request.region.number
        if request.prompt == Prompt.FIGURE:
            failure = ReadFailure("engine", "Not now.") if engine.failing_figures else None
            return Reading(text="" if failure else CHART, failure=failure)
        if number in engine.failing:
            return Reading(
                text="",
                finish_reason="error",
                failure=ReadFailure("engine", f"Page {number} is beyond me."),
            )
        if number in engine.looping and request.sampling.temperature == 0:
            return Reading(text=TEXT.format(number=number) + LOOP, finish_reason="length")
        title = TITLE if engine.titled is None or number in engine.titled else ""
        text = title + TEXT + (IMAGE if engine.figures else "")
        return Reading(text=text.format(number=number), output_tokens=7)

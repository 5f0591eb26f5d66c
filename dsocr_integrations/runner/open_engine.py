"""Who is asked: an engine, opened by the first request, and what stands before it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import cached_property
from typing import Any, TypeVar

from dsocr_integrations.engines.base import (
    Engine,
    EngineSession,
    Reading,
    ReadRequest,
    page_seconds,
)
from dsocr_integrations.engines.loop_thread import LoopThread
from dsocr_integrations.runner.page_facts import PageFacts
from dsocr_integrations.runner.page_keys import EngineFacts
from dsocr_integrations.runner.request_slots import RequestSlots
from dsocr_integrations.runner.worker_pool import WorkerPool
from dsocr_integrations.runner.worker_process import WorkerSetup

T = TypeVar("T")

_FILE_THREADS = 2
"""Threads that touch files for engines elsewhere; MuPDF's lock lets one of them render."""


class OpenEngine:
    """An engine in this process or in workers. Making one asks nobody.

    Args:
        engine: Who reads.
        page_timeout: Seconds for one page in a worker, or one request to an engine elsewhere;
            what the engine thinks sensible when `None`.
    """

    def __init__(self, engine: Engine, page_timeout: float | None) -> None:
        self._engine = engine
        self._page_timeout = page_timeout
        self._loop = LoopThread(f"dsocr-{engine.name}")
        self._opened = ExitStack()
        self._session: EngineSession | None = None
        self._files: ThreadPoolExecutor | None = None
        self._workers: WorkerPool | None = None

    @cached_property
    def facts(self) -> EngineFacts:
        """What is known about the engine; a server may have to be asked.

        Raises:
            EngineUnavailableError: If nobody answers, or weights or packages are missing.
            ConfigurationError: If the engine cannot be used.
        """
        return EngineFacts.of(self._engine)

    @cached_property
    def timeout(self) -> float:
        """Seconds for one page or request."""
        return self._page_timeout or page_seconds(self._engine)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Start what asks; the future may be cancelled."""
        return self._loop.run(coroutine)

    async def ask(self, order: int, request: ReadRequest) -> Reading:
        """Put one request to the engine in this process.

        Args:
            order: Place of the page among all pages asked for.
            request: What is asked.

        Raises:
            TimeoutError: If the answer takes longer than allowed.
        """
        async with self._slots.hold(order):
            if self._session is None:
                self._session = self._opened.enter_context(self._engine.open())
            answer = self._session.submit(request)
            if answer.done():
                return answer.result()
            return await asyncio.wait_for(asyncio.wrap_future(answer), self.timeout)

    async def look_up(self, look: Callable[[], PageFacts]) -> PageFacts:
        """Run what touches a file: in place where the engine is bound to the CPU itself."""
        if self._engine.in_worker_processes:
            return look()
        if self._files is None:
            self._files = ThreadPoolExecutor(_FILE_THREADS, thread_name_prefix="dsocr-files")
        return await asyncio.get_running_loop().run_in_executor(self._files, look)

    def workers(self, setup: WorkerSetup, number: int) -> WorkerPool:
        """The worker processes, each with the engine opened for itself."""
        if self._workers is None:
            self._workers = WorkerPool(setup, number, self.timeout)
        return self._workers

    def close(self) -> None:
        """Give up what is being asked; close the engine and the worker processes."""
        if self._loop.is_of_another_process:
            # What is open belongs to the process that this one was forked from.
            return
        self._loop.close()
        if self._workers is not None:
            self._workers.close()
        if self._files is not None:
            self._files.shutdown(cancel_futures=True)
            self._files = None
        self._session = None
        self._opened.close()

    @cached_property
    def _slots(self) -> RequestSlots:
        return RequestSlots(self.facts.capacity)

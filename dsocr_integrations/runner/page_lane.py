"""Where pages go to be read: the cache first, then the engine, in process or in workers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import cached_property, partial
from itertools import count

from dsocr_integrations.engines.base import (
    Engine,
    EngineSession,
    Reading,
    ReadRequest,
    page_seconds,
)
from dsocr_integrations.engines.loop_thread import LoopThread
from dsocr_integrations.engines.mode_choice import chosen_mode
from dsocr_integrations.records.documents import Page, PageError
from dsocr_integrations.rendering import PageRegion
from dsocr_integrations.runner import free_memory
from dsocr_integrations.runner.cache import PageCache
from dsocr_integrations.runner.document_reading import PageOutcome
from dsocr_integrations.runner.page_facts import PageFacts, PageTask
from dsocr_integrations.runner.page_keys import EngineFacts, PageSettings, page_key
from dsocr_integrations.runner.page_reading import PageReader
from dsocr_integrations.runner.request_slots import RequestSlots
from dsocr_integrations.runner.worker_pool import WorkerPool
from dsocr_integrations.runner.worker_process import WorkerSetup

_FILE_THREADS = 2
"""Threads that touch files for engines elsewhere; MuPDF's lock lets one of them render."""


class PageLane:
    """Reads pages with one engine; opens it when the first page is not in the cache.

    Making one asks nobody. Ask for `window` before submitting: it finds out what the engine is.

    Args:
        engine: Who reads.
        settings: How.
        cache: Where pages are recorded, if anywhere.
        workers: Processes for an engine bound to the CPU; 0 reads in this process.
        page_timeout: Seconds for one page in a worker, or one request to an engine elsewhere;
            what the engine thinks sensible when `None`.
    """

    def __init__(
        self,
        engine: Engine,
        settings: PageSettings,
        cache: PageCache | None,
        *,
        workers: int,
        page_timeout: float | None,
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._cache = cache
        self._page_timeout = page_timeout
        self._workers = workers if engine.in_worker_processes else 0
        self._loop = LoopThread(f"dsocr-{engine.name}")
        self._order = count()
        self._open = ExitStack()
        self._session: EngineSession | None = None
        self._files: ThreadPoolExecutor | None = None
        self._pool: WorkerPool | None = None

    @cached_property
    def facts(self) -> EngineFacts:
        """What is known about the engine; a server may have to be asked.

        Raises:
            EngineUnavailableError: If nobody answers, or weights or packages are missing.
            ConfigurationError: If the engine does not have the mode, or cannot be used.
        """
        facts = EngineFacts.of(self._engine)
        # Once more, as it may be known only now which model reads.
        chosen_mode(self._engine, self._settings.mode)
        return facts

    @cached_property
    def window(self) -> int:
        """Pages in the works at most. Raises as `facts` does."""
        capacity = self.facts.capacity
        if self._workers:
            return 3 * self._workers
        # Deep enough that one looping page at the head does not starve the engine behind it.
        return 2 if capacity == 1 else 4 * capacity

    def submit(self, task: PageTask) -> Future[PageOutcome]:
        """Start reading a page; the future may be cancelled."""
        return self._loop.run(self._read(task, next(self._order)))

    def answer(self, task: PageTask, prompt: str) -> Future[tuple[PageRegion, Reading]]:
        """Start asking one thing about a page, in this process."""
        reader = self._reader(next(self._order))
        return self._loop.run(reader.answer(task, prompt))

    def close(self) -> None:
        """Give up what is being read; close the engine and the worker processes."""
        if self._loop.is_of_another_process:
            # What is open belongs to the process that this one was forked from.
            return
        self._loop.close()
        if self._pool is not None:
            self._pool.close()
        if self._files is not None:
            self._files.shutdown(cancel_futures=True)
            self._files = None
        self._session = None
        self._open.close()

    @cached_property
    def _timeout(self) -> float:
        return self._page_timeout or page_seconds(self._engine)

    @cached_property
    def _slots(self) -> RequestSlots:
        return RequestSlots(self.facts.capacity)

    async def _read(self, task: PageTask, order: int) -> PageOutcome:
        recorded = await self._recorded(task)
        if recorded is not None:
            return PageOutcome(recorded, cached=True)
        if self._workers:
            return PageOutcome(await self._worker_pool().read(task, order))
        record: Page | PageError = await self._reader(order).read(task)
        if self._engine.in_worker_processes:
            free_memory.after_page()
        return PageOutcome(record)

    def _reader(self, order: int) -> PageReader:
        look_up = None if self._engine.in_worker_processes else self._in_file_thread
        ask = partial(self._ask, order)
        return PageReader(self.facts, self._settings, self._cache, ask, look_up)

    async def _recorded(self, task: PageTask) -> Page | None:
        if self._cache is None:
            return None
        key = page_key(task.source, task.number, self._settings, self.facts)
        if self._cache.is_local:
            return self._cache.page(key)
        return await asyncio.to_thread(self._cache.page, key)

    async def _ask(self, order: int, request: ReadRequest) -> Reading:
        async with self._slots.hold(order):
            answer = self._opened().submit(request)
            if answer.done():
                return answer.result()
            return await asyncio.wait_for(asyncio.wrap_future(answer), self._timeout)

    def _worker_pool(self) -> WorkerPool:
        if self._pool is None:
            setup = WorkerSetup(self._engine, self.facts, self._settings, self._cache)
            self._pool = WorkerPool(setup, self._workers, self._timeout)
        return self._pool

    def _opened(self) -> EngineSession:
        if self._session is None:
            self._session = self._open.enter_context(self._engine.open())
        return self._session

    async def _in_file_thread(self, look: Callable[[], PageFacts]) -> PageFacts:
        if self._files is None:
            self._files = ThreadPoolExecutor(_FILE_THREADS, thread_name_prefix="dsocr-files")
        return await asyncio.get_running_loop().run_in_executor(self._files, look)

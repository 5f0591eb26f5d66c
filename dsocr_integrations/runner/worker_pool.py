"""Worker processes for engines bound to the CPU: one page a task, each with its own engine.

A worker that crashes or takes too long costs its page and is replaced. Results come back as
JSON of records; pictures never cross the border.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from pebble import ProcessExpired, ProcessPool

from dsocr_integrations.engines.base import Engine, EngineSession, Reading, ReadRequest
from dsocr_integrations.errors import DsocrError, EngineUnavailableError
from dsocr_integrations.records.documents import Page, PageError
from dsocr_integrations.rendering.open_documents import mupdf
from dsocr_integrations.runner import free_memory
from dsocr_integrations.runner.cache import PageCache
from dsocr_integrations.runner.page_facts import PageTask
from dsocr_integrations.runner.page_keys import EngineFacts, PageSettings
from dsocr_integrations.runner.page_reading import PageReader

PAGES_PER_WORKER = 250
"""Pages after which a worker is replaced, so that what libraries leak stays bounded."""

_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OMP_THREAD_LIMIT",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
)


@dataclass(frozen=True)
class WorkerSetup:
    """What a worker needs to know once.

    Attributes:
        engine: The engine, which each worker opens for itself.
        facts: Facts about it.
        settings: How pages are read.
        cache: Where pages are recorded.
    """

    engine: Engine
    facts: EngineFacts
    settings: PageSettings
    cache: PageCache | None


class WorkerPool:
    """Processes that read pages; started by the first page.

    Args:
        setup: What the workers need.
        workers: Number of processes.
        page_timeout: Seconds one page may take before its worker is killed.
    """

    def __init__(self, setup: WorkerSetup, workers: int, page_timeout: float) -> None:
        self._setup = setup
        self._workers = workers
        self._page_timeout = page_timeout
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None

    async def read(self, task: PageTask) -> Page | PageError:
        """Read one page in a worker.

        Raises:
            EngineUnavailableError: If no worker can be started or its engine cannot answer.
        """
        try:
            kind, record = await asyncio.wrap_future(self._schedule(task))
        except TimeoutError:
            message = f"The page took longer than {self._page_timeout:g} seconds."
            return PageError(number=task.number, kind="timeout", message=message)
        except ProcessExpired as error:
            message = f"The worker process ended with exit code {error.exitcode}."
            return PageError(number=task.number, kind="crash", message=message)
        except BrokenProcessPool as error:
            raise EngineUnavailableError(
                "The worker processes cannot be kept running.",
                remedy="Read with workers=0 to see the cause.",
            ) from error
        if kind == "page":
            return Page.model_validate_json(record)
        return PageError.model_validate_json(record)

    def close(self) -> None:
        """Stop the processes; what they were reading is given up."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()
            pool.join()

    def _schedule(self, task: PageTask) -> Future[tuple[str, str]]:
        with self._lock:
            if self._pool is None:
                # A forked child would inherit locks and threads of this process.
                self._pool = ProcessPool(
                    max_workers=self._workers,
                    max_tasks=PAGES_PER_WORKER,
                    initializer=_start_worker,
                    initargs=(self._setup,),
                    context=multiprocessing.get_context("forkserver"),
                )
            future: Future[tuple[str, str]] = self._pool.schedule(
                _read_in_worker, args=(task,), timeout=self._page_timeout
            )
            return future


class SynchronousAsk:
    """Puts requests to an open engine and waits; for a process that has nothing else to do."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session

    async def __call__(self, request: ReadRequest) -> Reading:
        """Ask and wait."""
        return self._session.submit(request).result()


class _Worker:
    """What a worker process keeps between pages."""

    def __init__(self, setup: WorkerSetup) -> None:
        self._setup = setup
        self._reader: PageReader | None = None
        self._failure: DsocrError | None = None

    def start(self) -> None:
        """Open the engine and load the renderer, so that the first page is not charged for it.

        What goes wrong is kept for the first page: only a page can tell it to the parent.
        """
        setup = self._setup
        try:
            mupdf()
            session = setup.engine.open().__enter__()
        except DsocrError as error:
            self._failure = error
            return
        except ImportError as error:
            self._failure = EngineUnavailableError(f"A worker cannot import {error.name}.")
            return
        self._reader = PageReader(setup.facts, setup.settings, setup.cache, SynchronousAsk(session))

    def read(self, task: PageTask) -> Page | PageError:
        if self._reader is None:
            raise self._failure or EngineUnavailableError("The worker has no engine.")
        record = asyncio.run(self._reader.read(task))
        free_memory.after_page()
        return record


_worker: _Worker | None = None


def _start_worker(setup: WorkerSetup) -> None:
    global _worker  # noqa: PLW0603 - the process is the worker
    for name in _THREAD_VARIABLES:
        os.environ[name] = "1"
    _worker = _Worker(setup)
    _worker.start()


def _read_in_worker(task: PageTask) -> tuple[str, str]:
    assert _worker is not None  # noqa: S101 - pebble runs the initializer first
    record = _worker.read(task)
    return ("page" if isinstance(record, Page) else "error", record.model_dump_json())

"""Worker processes for engines bound to the CPU: one page at a time, each with its own engine.

A worker that crashes or takes too long costs its page and is replaced. The processes are programs
of their own (see `worker_process`) rather than children of `multiprocessing`, which import the
main module again and may not be started by daemonic processes: the main module may be a task of
Airflow, a script without a guard or a notebook, the process a worker of Celery.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import pickle
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.connection import Pipe

from dsocr_integrations import errors
from dsocr_integrations.errors import ConfigurationError, EngineUnavailableError
from dsocr_integrations.records.documents import Page, PageError
from dsocr_integrations.runner.page_facts import PageTask
from dsocr_integrations.runner.request_slots import RequestSlots
from dsocr_integrations.runner.worker_process import PAGE, PAGE_ERROR, READY, WorkerSetup

PAGES_PER_WORKER = 250
"""Pages after which a worker is replaced, so that what libraries leak stays bounded."""

_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OMP_THREAD_LIMIT": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}

# The parent alone says when a worker ends: signals to the whole group, as from Ctrl-C, pass it by.
_PROGRAM = """\
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
import sys
from multiprocessing.connection import Connection
parent = Connection(int(sys.argv[1]))
sys.path[:] = parent.recv()
from dsocr_integrations.runner.worker_process import serve
serve(parent)
"""


class WorkerPool:
    """Processes that read pages; started by the first pages. Used from one event loop.

    Args:
        setup: What the workers need.
        workers: Number of processes.
        page_timeout: Seconds one page may take before its worker is killed.
    """

    def __init__(self, setup: WorkerSetup, workers: int, page_timeout: float) -> None:
        self._setup = setup
        self._page_timeout = page_timeout
        self._places = RequestSlots(workers)
        self._idle: list[_Worker] = []

    async def read(self, task: PageTask, order: int) -> Page | PageError:
        """Read one page in a worker; cancelling ends the worker too.

        Args:
            task: The page.
            order: Its place among all pages asked for.

        Raises:
            EngineUnavailableError: If no worker can be started or its engine cannot answer.
            ConfigurationError: If the engine cannot be handed to a process, or a setting cannot
                be used.
            MissingDependencyError: If a needed package is not installed.
        """
        async with self._places.hold(order), self._worker() as worker:
            await worker.ready()
            try:
                async with asyncio.timeout(self._page_timeout):
                    return await worker.read(task)
            except TimeoutError:
                message = f"The page took longer than {self._page_timeout:g} seconds."
                return PageError(number=task.number, kind="timeout", message=message)
            except (EOFError, OSError):
                message = f"The worker process ended with exit code {worker.exit_code()}."
                return PageError(number=task.number, kind="crash", message=message)

    def close(self) -> None:
        """End the processes; those that read have ended with the cancellation of their pages."""
        while self._idle:
            self._idle.pop().end()

    @asynccontextmanager
    async def _worker(self) -> AsyncIterator[_Worker]:
        worker = self._taken()
        try:
            yield worker
        finally:
            if worker.has_answered and worker.pages < PAGES_PER_WORKER:
                self._idle.append(worker)
            else:
                worker.end()

    def _taken(self) -> _Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive:
                return worker
            worker.end()
        return _Worker(self._pickled_setup)

    @functools.cached_property
    def _pickled_setup(self) -> bytes:
        try:
            return pickle.dumps(self._setup)
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            raise ConfigurationError(
                f"The engine {self._setup.facts.name} cannot be handed to worker processes: "
                f"{error}.",
                remedy="Read with workers=0.",
            ) from error


class _Worker:
    """One process, asked one page at a time.

    Attributes:
        pages: Pages it was asked for.
        has_answered: Whether it waits for the next page; otherwise it is of no more use.
    """

    def __init__(self, setup: bytes) -> None:
        self.pages = 0
        self.has_answered = False
        self._is_ready = False
        self._pipe, theirs = Pipe()
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-c", _PROGRAM, str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    env={**os.environ, **_ONE_THREAD},
                    pass_fds=[theirs.fileno()],
                )
            except OSError as error:
                self._pipe.close()
                raise _cannot_start(str(error)) from error
        self._setup = setup

    @property
    def is_alive(self) -> bool:
        """Whether the process is there; the system may have ended an idle one."""
        return self._process.poll() is None

    async def ready(self) -> None:
        """Wait until the engine is open, however long that takes.

        Raises:
            EngineUnavailableError: If the process ends instead.
        """
        if self._is_ready:
            return
        try:
            self._pipe.send(sys.path)
            self._pipe.send_bytes(self._setup)
            await self._answer(READY)
        except (EOFError, OSError) as error:
            raise _cannot_start(f"it ended with exit code {self.exit_code()}") from error
        self._is_ready = True

    async def read(self, task: PageTask) -> Page | PageError:
        """Have a page read.

        Raises:
            EOFError: If the process has ended; `OSError` likewise.
        """
        self.pages += 1
        self.has_answered = False
        self._pipe.send(task)
        kind, record = await self._answer(PAGE, PAGE_ERROR)
        self.has_answered = True
        answer = Page if kind == PAGE else PageError
        return answer.model_validate_json(record)

    def exit_code(self) -> int:
        """Exit code of a process that has let go of the pipe; the negative signal if killed."""
        try:
            return self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.end()
            return self._process.returncode

    def end(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.wait()
        self._pipe.close()

    async def _answer(self, *expected: str) -> tuple[str, bytes]:
        loop = asyncio.get_running_loop()
        arrived = asyncio.Event()
        loop.add_reader(self._pipe.fileno(), arrived.set)
        try:
            await arrived.wait()
        finally:
            loop.remove_reader(self._pipe.fileno())
        kind, _, record = self._pipe.recv_bytes().partition(b"\n")
        if kind.decode() in expected:
            return kind.decode(), record
        message, remedy = json.loads(record)
        raise getattr(errors, kind.decode())(message, remedy=remedy)


def _cannot_start(why: str) -> EngineUnavailableError:
    return EngineUnavailableError(
        f"A worker process could not be started: {why}.",
        remedy="Read with workers=0 to see the cause.",
    )

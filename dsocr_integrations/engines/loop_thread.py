"""An event loop in a thread of its own, so that sync and async callers share one engine."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from dsocr_integrations.errors import EngineUnavailableError

T = TypeVar("T")


class LoopThread:
    """Runs coroutines in the background; started by the first one."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._process = 0

    @property
    def is_of_another_process(self) -> bool:
        """Whether this process was forked from the one where the thread runs."""
        return self._loop is not None and self._process != os.getpid()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Start a coroutine; cancelling the future cancels it.

        Raises:
            EngineUnavailableError: If the thread was started by a process that this one was
                forked from: a fork takes no threads along.
        """
        if self.is_of_another_process:
            coroutine.close()
            raise EngineUnavailableError(
                "This runner or engine was opened before the process was forked.",
                remedy="Make a new one in the forked process.",
            )
        return asyncio.run_coroutine_threadsafe(coroutine, self._started())

    def close(self, last: Callable[[], Coroutine[Any, Any, None]] | None = None) -> None:
        """Cancel what still runs and end the thread.

        Args:
            last: Run in the loop before it ends, when all else has ended.
        """
        if self.is_of_another_process:
            return
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(_cancel_all(), loop).result()
        if last is not None:
            asyncio.run_coroutine_threadsafe(last(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._process = os.getpid()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name=self._name, daemon=True
                )
                self._thread.start()
            return self._loop


async def _cancel_all() -> None:
    while True:
        # A turn for generators that were left half-way: each asks for a task that ends it.
        await asyncio.sleep(0)
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        if not others:
            break
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()

"""Working for a running event loop: the same calls and generators, in a thread of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")


async def without_blocking(
    items: Generator[T, None, None], give_up: Callable[[], None]
) -> AsyncGenerator[T, None]:
    """Yield what a generator yields while the event loop goes on.

    Args:
        items: Runs in one thread, and is closed there.
        give_up: Ends the generator's wait; called from the event loop when nobody wants more.
    """
    loop = asyncio.get_running_loop()
    thread = ThreadPoolExecutor(1, thread_name_prefix="dsocr-documents")
    try:
        while (taken := await loop.run_in_executor(thread, _next_of, items)) is not None:
            yield taken[0]
    finally:
        give_up()
        # Not waited for: the thread may be opening a file, and whoever cancels is not held up.
        thread.submit(items.close)
        thread.shutdown(wait=False)


async def called_without_blocking(
    call: Callable[[], T], give_up: Callable[[], None] | None = None
) -> T:
    """What a call returns, while the event loop goes on.

    Args:
        call: Runs in a thread of its own, in the caller's context.
        give_up: Ends the call; called from the event loop when nobody wants its answer.
    """
    loop = asyncio.get_running_loop()
    thread = ThreadPoolExecutor(1, thread_name_prefix="dsocr-call")
    try:
        return await loop.run_in_executor(thread, copy_context().run, call)
    except asyncio.CancelledError:
        if give_up is not None:
            give_up()
        raise
    finally:
        # Not waited for: whoever cancels is not held up by the rest of a call.
        thread.shutdown(wait=False)


def _next_of(items: Generator[T, None, None]) -> tuple[T] | None:
    for item in items:
        return (item,)
    return None

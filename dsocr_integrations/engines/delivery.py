"""Hands an answer to whoever still waits for it, whole or in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from queue import SimpleQueue

from dsocr_integrations.engines.base import Reading, told


def deliver(future: Future[Reading], result: Reading | Exception) -> None:
    """Complete a future unless it has been cancelled; to be called once."""
    if not future.set_running_or_notify_cancel():
        return
    if isinstance(result, Reading):
        future.set_result(result)
    else:
        future.set_exception(result)


def in_pieces(future: Future[Reading], pieces: SimpleQueue[str | None]) -> Iterator[str]:
    """Yield the pieces of one answer as they come; leaving the iterator gives the answer up.

    Args:
        future: The whole answer.
        pieces: Its pieces, and `None` after the last, which comes once the future is done.

    Raises:
        PageReadError: If the page cannot be read.
    """
    try:
        while (piece := pieces.get()) is not None:
            yield piece
        told(future.result())
    finally:
        future.cancel()

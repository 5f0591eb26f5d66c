"""Hands an answer to whoever still waits for it, whole or in pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Protocol

from dsocr_integrations.engines.base import Reading, ReadRequest, told


class Pieces(Protocol):
    """Takes the pieces of an answer, and `None` after the last."""

    def put(self, piece: str | None, /) -> None:
        """Take one."""
        ...


@dataclass(frozen=True)
class HeardPieces:
    """Passes pieces on to who asked to hear them."""

    heard: Callable[[str], None]

    def put(self, piece: str | None, /) -> None:
        """Pass one on."""
        if piece:
            self.heard(piece)


def heard_pieces(request: ReadRequest) -> HeardPieces | None:
    """What takes the pieces of an answer that somebody asked to hear."""
    return HeardPieces(request.heard) if request.heard is not None else None


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

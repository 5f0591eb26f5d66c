"""What an engine says of a page, told on while it is being said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from dsocr_integrations.engines.base import Reading, ReadRequest

Heard = Callable[[int, str], None]
"""Told of a page's 1-based number and of all that has been said of it in this attempt."""


async def ask_aloud(
    ask: Callable[[ReadRequest], Awaitable[Reading]], heard: Heard, request: ReadRequest
) -> Reading:
    """Put a request to the engine; what it says of a whole page is told as it comes."""
    if request.region.clip is not None:
        return await ask(request)
    pieces: list[str] = []

    def hear(piece: str) -> None:
        pieces.append(piece)
        heard(request.region.number, "".join(pieces))

    return await ask(replace(request, heard=hear))

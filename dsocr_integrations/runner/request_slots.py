"""Places in front of an engine: no more requests outstanding than it wants, oldest page first."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count


class RequestSlots:
    """Lets `capacity` holders in at a time, the lowest order first.

    Pages, retries and second looks of all documents wait in one line. What an early page
    still needs goes before a later page's first request, so that pages finish in order and
    few are half done. Used from one event loop.
    """

    def __init__(self, capacity: int) -> None:
        self._free = max(1, capacity)
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = count()

    @asynccontextmanager
    async def hold(self, order: int) -> AsyncIterator[None]:
        """Wait for a place and give it back at the end.

        Args:
            order: Place of the page among all pages asked for.
        """
        await self._take(order)
        try:
            yield
        finally:
            self._give()

    async def _take(self, order: int) -> None:
        if self._free > 0:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (order, next(self._arrivals), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # The place had been given in the same moment: pass it on.
                self._give()
            raise

    def _give(self) -> None:
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

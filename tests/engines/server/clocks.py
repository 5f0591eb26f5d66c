"""Clocks whose time passes as fast as a test likes."""

from __future__ import annotations

import asyncio
import time


class FakeClock:
    """Time passes only by waiting, and waiting takes no time."""

    def __init__(self):
        self.time = 0.0
        self.waits = []

    def now(self):
        return self.time

    async def sleep(self, seconds):
        self.waits.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


class FastClock:
    """The real clock, many times as fast."""

    def __init__(self, times=50.0):
        self.times = times

    def now(self):
        return time.monotonic() * self.times

    async def sleep(self, seconds):
        await asyncio.sleep(seconds / self.times)

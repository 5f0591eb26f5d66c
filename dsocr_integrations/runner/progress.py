"""What a run has done so far: the only records that hold times."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far a run has come, told after every page.

    Attributes:
        source: Document of the last page.
        page: Number of the last page; 0 when a whole source failed.
        done: Pages finished, recorded ones included.
        cached: Of these, pages that were recorded before.
        failed: Pages that could not be read.
        total: Pages known so far; grows as documents are opened.
        seconds: Time since the run began.
    """

    source: str
    page: int
    done: int
    cached: int
    failed: int
    total: int
    seconds: float

    @property
    def pages_per_second(self) -> float:
        """Pages that were read, not those recorded before, for each second."""
        return (self.done - self.cached) / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Time the known pages may still take; `None` before the first was read."""
        rate = self.pages_per_second
        return (self.total - self.done - self.failed) / rate if rate > 0 else None

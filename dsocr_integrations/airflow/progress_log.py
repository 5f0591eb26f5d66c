"""Lines in the task's log while it reads: how far it is, and what failed as it fails."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from dsocr_integrations.airflow.wording import told

if TYPE_CHECKING:
    from dsocr_integrations.runner.progress import Progress

LOG_SECONDS = 10.0
MAX_FAILURES = 50
"""Failures that are told as they happen; more would hide the rest of the log."""


class Log(Protocol):
    """What a task's logger and Python's own have in common."""

    def info(self, message: str, /, *values: Any) -> Any:
        """Tell something."""

    def warning(self, message: str, /, *values: Any) -> Any:
        """Tell that something went wrong."""


def progress_logger(log: Log) -> Callable[[Progress], None]:
    """Make a progress callback.

    Args:
        log: Gets a line every `LOG_SECONDS` at most, and a warning for each of the first
            `MAX_FAILURES` pages and sources that could not be read.
    """
    last = time.monotonic()

    def report(progress: Progress) -> None:
        nonlocal last
        if progress.problem and progress.failed <= MAX_FAILURES:
            page = f", page {progress.page}" if progress.page else ""
            failed = f"{progress.source}{page} could not be read: "
            log.warning("%s%s", failed, told(progress.problem).removeprefix(failed))
        if time.monotonic() - last < LOG_SECONDS:
            return
        last = time.monotonic()
        left = progress.seconds_left
        log.info(
            "%d of %d pages known so far (%.1f a second%s), %d failed, now in document %d: %s",
            progress.done,
            progress.total,
            progress.pages_per_second,
            "" if left is None else f", {left:.0f} s left",
            progress.failed,
            progress.documents,
            progress.source,
        )

    return report

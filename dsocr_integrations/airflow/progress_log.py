"""A line in the task's log every few seconds, so that a long read is seen to go on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dsocr_integrations.runner.progress import Progress

LOG_SECONDS = 10.0


def progress_logger(write: Callable[..., object]) -> Callable[[Progress], None]:
    """Make a progress callback.

    Args:
        write: A logging method such as `log.info`; called at most every `LOG_SECONDS`.
    """
    last = time.monotonic()

    def report(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last < LOG_SECONDS:
            return
        last = time.monotonic()
        write(
            "%d of %d pages (%.1f a second), %d failed, now in %s",
            progress.done,
            progress.total,
            progress.pages_per_second,
            progress.failed,
            progress.source,
        )

    return report

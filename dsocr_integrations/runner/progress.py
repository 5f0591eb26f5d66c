"""What a run has done so far: the only records that hold times."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from dsocr_integrations.records.documents import Page, PageError
from dsocr_integrations.sources import Source, SourceFailure


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
        documents: Documents opened so far.
        problem: Why the last page, or source, could not be read; empty where it could.
    """

    source: str
    page: int
    done: int
    cached: int
    failed: int
    total: int
    seconds: float
    documents: int = 0
    problem: str = ""

    @property
    def pages_per_second(self) -> float:
        """Pages that were read, not those recorded before, for each second."""
        return (self.done - self.cached) / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Time that the rest of the pages known so far will take; `None` before one was read."""
        rate = self.pages_per_second
        return (self.total - self.done - self.failed) / rate if rate > 0 else None


class ProgressWatch:
    """Counts what comes out of a run and tells the callback.

    Args:
        callback: Called after every page and every source that cannot be opened.
    """

    def __init__(self, callback: Callable[[Progress], None] | None) -> None:
        self._callback = callback
        self._began = time.monotonic()
        self._source = ""
        self._done = self._cached = self._failed = self._total = self._documents = 0

    def document_opened(self, source: Source, pages: int) -> None:
        """Take note of a document and of how many of its pages will be read."""
        self._source = source.uri
        self._total += pages
        self._documents += 1

    def source_failed(self, failure: SourceFailure) -> None:
        """Count a source that cannot be opened as one page."""
        self._source = failure.uri
        self._total += 1
        self._failed += 1
        self._tell(0, str(failure.error))

    def page_came(self, record: Page | PageError, *, cached: bool) -> None:
        """Count a page."""
        is_page = isinstance(record, Page)
        self._done += is_page
        self._failed += not is_page
        self._cached += cached
        self._tell(record.number, record.message if isinstance(record, PageError) else "")

    def _tell(self, page: int, problem: str) -> None:
        if self._callback is not None:
            self._callback(
                Progress(
                    source=self._source,
                    page=page,
                    done=self._done,
                    cached=self._cached,
                    failed=self._failed,
                    total=self._total,
                    seconds=time.monotonic() - self._began,
                    documents=self._documents,
                    problem=problem,
                )
            )

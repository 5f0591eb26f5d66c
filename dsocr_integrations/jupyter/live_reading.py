"""A source that is read beside the notebook, page by page."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any, Literal

from dsocr_integrations.errors import EngineUnavailableError
from dsocr_integrations.preview.plain_text import heard_text
from dsocr_integrations.records.documents import Document, Page, PageError
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.runner.document_reading import DocumentReading, whole_document
from dsocr_integrations.sources import SourceFailure

if TYPE_CHECKING:
    from dsocr_integrations.runner import Runner
    from dsocr_integrations.sources import Source

State = Literal["reading", "done", "stopped", "failed"]

_PAUSE = 0.3
_PAGES_A_SECOND_OF_PAUSE = 500


class LiveReading:
    """Reads one source in a thread of its own.

    Args:
        source: What to read.
        runner: Reads it.
        close_runner: Whether the runner is of no use afterwards.

    Attributes:
        state: How the reading stands.
        document: What has been read so far.
    """

    def __init__(self, source: Source, runner: Runner, *, close_runner: bool) -> None:
        self.state: State = "reading"
        self._source = source
        self._runner = runner
        self._close_runner = close_runner
        self._stream = runner.readings([source], heard=self._hear)
        self._head: Document | None = None
        self._records: list[Page | PageError] = []
        self._cached = 0
        self._error: Exception | None = None
        self._first_at: float | None = None
        self._told = 0.0
        self._later: threading.Timer | None = None
        self._telling = threading.Lock()
        self._on_news: Callable[[], None] = lambda: None
        self._on_heard: Callable[[], None] = lambda: None
        self._heard: dict[int, str] = {}
        self._heard_at = 0.0
        self._finished = threading.Event()

    def start(self, on_news: Callable[[], None], on_heard: Callable[[], None]) -> None:
        """Begin; what is given is called from other threads.

        Args:
            on_news: Called when pages have come and at the end.
            on_heard: Called when more of a page has been said.
        """
        self._on_news, self._on_heard = on_news, on_heard
        threading.Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        """Give up what is not read; what was read stays."""
        if self.state == "reading":
            self.state = "stopped"
            self._stream.give_up()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until the reading has ended.

        Raises:
            DsocrError: What ended it, where that was a failure.
        """
        self._finished.wait(seconds)
        if self._error is not None:
            raise self._error

    @property
    def document(self) -> Document:
        """What has been read so far."""
        head = self._head or self._unopened()
        return whole_document(head, tuple(self._records))

    @property
    def progress(self) -> dict[str, Any]:
        """How far it is, in numbers and in words."""
        done = len(self._records)
        total = self._total()
        return {"state": self.state, "done": done, "total": total, "words": self._words(total)}

    @property
    def heard(self) -> dict[str, Any]:
        """The page that is next, and what has been said of it; empty while nothing has."""
        number = min(self._heard, default=0)
        return {"page": number, "text": heard_text(self._heard[number])} if number else {}

    def _hear(self, number: int, text: str) -> None:
        with self._telling:
            self._heard[number] = text
            if self.state != "reading" or time.monotonic() - self._heard_at < _PAUSE:
                return
            self._heard_at = time.monotonic()
            self._on_heard()

    def _run(self) -> None:
        try:
            with self._stream as readings:
                for reading in readings:
                    self._take(reading)
            self._end("done")
        except CancelledError:
            if self.state == "reading":
                self._error = EngineUnavailableError(
                    "The runner was closed before all pages were read.",
                    remedy="Call wait() before you close it.",
                )
            self._end("failed")
        except Exception as error:  # noqa: BLE001 - raised again for whoever waits
            self._error = error
            self._end("failed")
        finally:
            if self._close_runner:
                self._runner.close()
            self._finished.set()

    def _take(self, reading: DocumentReading | SourceFailure) -> None:
        if isinstance(reading, SourceFailure):
            raise reading.error
        self._head = reading.opened
        for record in self._runner.kept(reading):
            with self._telling:
                self._heard.pop(record.number, None)
            self._cached = reading.cached
            self._records.append(record)
            if self._first_at is None and self._read:
                self._first_at = time.monotonic()
            self._tell_soon()
        self._head = reading.head

    def _end(self, state: State) -> None:
        if self.state == "reading":
            self.state = state
        if self._later is not None:
            self._later.cancel()
        with self._telling:
            self._heard.clear()
        self._tell()

    def _tell_soon(self) -> None:
        if self._later is not None and self._later.is_alive():
            return
        # The list of pages travels each time: the longer it is, the less often.
        pause = _PAUSE + len(self._records) / _PAGES_A_SECOND_OF_PAUSE
        wait = self._told + pause - time.monotonic()
        if wait <= 0:
            self._tell()
            return
        self._later = threading.Timer(wait, self._tell)
        self._later.daemon = True
        self._later.start()

    def _tell(self) -> None:
        with self._telling:
            self._told = time.monotonic()
            self._on_news()

    def _total(self) -> int:
        if self._head is None:
            return 0
        count = self._head.page_count
        return count if self._source.pages is None else len(self._source.pages.numbers(count))

    def _words(self, total: int) -> str:
        done = len(self._records)
        if self.state == "done":
            return ""
        if not total:
            words = {"failed": f"Nothing was read: {self._error}", "stopped": "Nothing was read."}
            return words.get(self.state, "The file is being opened.")
        if self.state == "failed":
            return f"The reading ended after {done} of {total} pages: {self._error}"
        if self.state == "stopped":
            return f"Stopped: {done} of {total} pages were read."
        left = f", about {_spoken(self._seconds(total - done))} left" if self._read > 1 else ""
        return f"{done} of {total} pages are read{left}."

    @property
    def _read(self) -> int:
        """How many pages were read, and not found in the cache."""
        return len(self._records) - self._cached

    def _seconds(self, pages: int) -> float:
        """How long more pages take, as those after the first, before which the engine starts."""
        return (time.monotonic() - (self._first_at or 0)) / (self._read - 1) * pages

    def _unopened(self) -> Document:
        source = self._source
        return Document(
            doc_id=document_id(source.uri),
            revision=source.revision,
            source=source.uri,
            media_type=source.media_type,
            page_count=0,
            engine=self._runner.engine.name,
            fingerprint="",
        )


def _spoken(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5_400 else f"{seconds / 3_600:.1f} h"

"""Many documents read as one stream: ahead within bounds, handed out in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import Self

from dsocr_integrations.errors import SourceError
from dsocr_integrations.records.documents import Document
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.rendering import OpenDocument, open_document
from dsocr_integrations.runner.document_reading import DocumentReading, PageOutcome
from dsocr_integrations.runner.page_facts import PageTask
from dsocr_integrations.runner.page_keys import EngineFacts
from dsocr_integrations.runner.progress import ProgressWatch
from dsocr_integrations.sources import Source, SourceFailure

_AHEAD = 64
"""Starts, ends and failures kept beside the pages: a folder of bad files is not read whole."""


@dataclass(frozen=True)
class _Start:
    document: OpenDocument
    numbers: tuple[int, ...]


class _End:
    """All pages of a document have been handed out."""


_Item = _Start | Future[PageOutcome] | _End | SourceFailure


class DocumentStream:
    """Documents being read one after the other, pages of the next beside those of the last.

    Use it in a `with` block and from one thread; only `give_up` may be called from others. What
    is not taken of a document before the next one is asked for is given up.

    Args:
        sources: What to read; consumed only as far as needed.
        submit: Starts reading a page.
        engine: Tells which engine is asked; called by the first step, in the thread that takes it.
        reader_of: Tells who reads a source.
        workers: Processes that read; 0 where the engine itself is asked.
        furniture: Whether headers and footers stand in the markdown.
        watch: Told of every page.
    """

    def __init__(
        self,
        sources: Iterable[Source | SourceFailure],
        submit: Callable[[PageTask], Future[PageOutcome]],
        engine: Callable[[], EngineFacts],
        reader_of: Callable[[Source], EngineFacts],
        *,
        workers: int,
        furniture: bool,
        watch: ProgressWatch,
    ) -> None:
        self._submit = submit
        self._engine = engine
        self._reader_of = reader_of
        self._workers = workers
        self._furniture = furniture
        self._watch = watch
        self._items = self._read_ahead(sources)
        self._readings = self._grouped()
        self._under_way: _Start | None = None
        self._waited_for: Future[PageOutcome] | None = None
        self._given_up = False

    def __iter__(self) -> Iterator[DocumentReading | SourceFailure]:
        return self

    def __next__(self) -> DocumentReading | SourceFailure:
        return next(self._readings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Give up the pages that nobody took."""
        self._readings.close()
        self._items.close()

    def give_up(self) -> None:
        """End the wait for a page, and each later one, with a `CancelledError`."""
        self._given_up = True
        if self._waited_for is not None:
            self._waited_for.cancel()

    def _grouped(self) -> Generator[DocumentReading | SourceFailure, None, None]:
        for item in self._items:
            if isinstance(item, SourceFailure):
                self._watch.source_failed(item)
                yield item
            elif isinstance(item, _Start):
                self._under_way = item
                self._watch.document_opened(item.document.source, len(item.numbers))
                head = _head(item.document, self._reader_of(item.document.source))
                yield DocumentReading(
                    head, self._outcomes(item), item.document.source, furniture=self._furniture
                )
                for left in self._not_taken(item):
                    left.cancel()
                item.document.close()

    def _outcomes(self, start: _Start) -> Iterator[PageOutcome]:
        for pending in self._not_taken(start):
            # In this order, so that whoever gives up between the two lines finds the page.
            self._waited_for = pending
            if self._given_up:
                pending.cancel()
            outcome = pending.result()
            self._watch.page_came(outcome.record, cached=outcome.cached)
            yield outcome

    def _not_taken(self, start: _Start) -> Iterator[Future[PageOutcome]]:
        """Pages of the document under way; none once it has ended or another one has begun."""
        while self._under_way is start:
            item = next(self._items, None)
            if isinstance(item, Future):
                yield item
            else:
                self._under_way = None

    def _read_ahead(
        self, sources: Iterable[Source | SourceFailure]
    ) -> Generator[_Item, None, None]:
        """For each document its start, its pages and its end; a failure in its place."""
        ahead: deque[_Item] = deque()
        waiting = 0
        window = _window(self._engine().capacity, self._workers)
        items = self._opened(sources)
        try:
            while True:
                while waiting < window and len(ahead) < _AHEAD + 2 * window:
                    item = next(items, None)
                    if item is None:
                        break
                    ahead.append(item)
                    waiting += isinstance(item, Future)
                    if self._given_up:
                        raise CancelledError
                if not ahead:
                    return
                first = ahead.popleft()
                waiting -= isinstance(first, Future)
                yield first
        finally:
            for item in ahead:
                if isinstance(item, Future):
                    item.cancel()

    def _opened(self, sources: Iterable[Source | SourceFailure]) -> Iterator[_Item]:
        for source in sources:
            if isinstance(source, SourceFailure):
                yield source
                continue
            try:
                document = open_document(source)
                numbers = tuple(document.page_numbers())
            except SourceError as error:
                yield SourceFailure(source.uri, error, origin=source.origin or source.uri)
                continue
            yield _Start(document, numbers)
            for number in numbers:
                yield self._submit(PageTask(source, number, document.page_count))
            yield _End()


def _window(capacity: int, workers: int) -> int:
    """Pages that are being read or wait to be taken, at most."""
    if workers:
        return 3 * workers
    # Deep enough that one looping page at the head does not starve the engine behind it.
    return 2 if capacity == 1 else 4 * capacity


def _head(document: OpenDocument, engine: EngineFacts) -> Document:
    """A document without its pages: what its file says about itself."""
    source = document.source
    return Document(
        doc_id=document_id(source.uri),
        revision=source.revision,
        source=source.uri,
        media_type=source.media_type,
        title=document.title,
        page_count=document.page_count,
        engine=engine.name,
        fingerprint=engine.fingerprint,
        outline=document.outline,
    )

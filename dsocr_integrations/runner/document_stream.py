"""Many documents as one stream of pages: read ahead within bounds, handed out in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass

from dsocr_integrations.errors import SourceError
from dsocr_integrations.records.documents import Page, PageError
from dsocr_integrations.rendering import OpenDocument, open_document
from dsocr_integrations.runner.page_facts import PageTask
from dsocr_integrations.sources import Source, SourceFailure

_AHEAD = 64
"""Starts, ends and failures kept beside the pages: a folder of bad files is not read whole."""


@dataclass(frozen=True)
class PageOutcome:
    """A page as it comes out.

    Attributes:
        record: The page, or why there is none.
        cached: Whether it was recorded before and not read now.
    """

    record: Page | PageError
    cached: bool = False


@dataclass(frozen=True)
class DocumentStart:
    """A document was opened; its pages follow.

    Attributes:
        document: The open document.
        numbers: Pages that will be read.
    """

    document: OpenDocument
    numbers: tuple[int, ...]

    @property
    def source(self) -> Source:
        """Where it comes from."""
        return self.document.source


@dataclass(frozen=True)
class PendingPage:
    """A page being read."""

    task: PageTask
    outcome: Future[PageOutcome]


@dataclass(frozen=True)
class DocumentEnd:
    """All pages of a document have been handed out."""

    document: OpenDocument


StreamItem = DocumentStart | PendingPage | DocumentEnd | SourceFailure


def stream(
    sources: Iterable[Source | SourceFailure],
    submit: Callable[[PageTask], Future[PageOutcome]],
    window: int,
) -> Generator[StreamItem, None, None]:
    """Open documents one after the other and keep pages of them in the works.

    Args:
        sources: What to read; consumed only as far as needed.
        submit: Starts reading a page.
        window: Pages handed out of `submit` and not yet taken by the caller, at most.

    Yields:
        For each document its start, its pages in order and its end; a failure in its place.
    """
    ahead: deque[StreamItem] = deque()
    waiting = 0
    items = _items(sources, submit)
    try:
        while True:
            while waiting < window and len(ahead) < _AHEAD + 2 * window:
                item = next(items, None)
                if item is None:
                    break
                ahead.append(item)
                waiting += isinstance(item, PendingPage)
            if not ahead:
                return
            first = ahead.popleft()
            waiting -= isinstance(first, PendingPage)
            yield first
            if isinstance(first, DocumentEnd):
                first.document.close()
    finally:
        for item in ahead:
            if isinstance(item, PendingPage):
                item.outcome.cancel()


def _items(
    sources: Iterable[Source | SourceFailure],
    submit: Callable[[PageTask], Future[PageOutcome]],
) -> Iterator[StreamItem]:
    for source in sources:
        if isinstance(source, SourceFailure):
            yield source
            continue
        try:
            document = open_document(source)
            numbers = tuple(document.page_numbers())
        except SourceError as error:
            origin = str(source.path) if source.spooled is None else source.uri
            yield SourceFailure(source.uri, error, origin=origin)
            continue
        yield DocumentStart(document, numbers)
        for number in numbers:
            task = PageTask(source, number, document.page_count)
            yield PendingPage(task, submit(task))
        yield DocumentEnd(document)

"""The one core: documents in, pages out, whoever reads them."""

from __future__ import annotations

import asyncio
import os
import time
import weakref
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, Self

from dsocr_integrations.engines.base import DEFAULT_DPI, Engine, Reading, page_seconds
from dsocr_integrations.engines.mode_choice import chosen_mode
from dsocr_integrations.engines.selection import AUTO, resolve_engine
from dsocr_integrations.errors import PageReadError
from dsocr_integrations.modes import AUTO_MODE, Mode
from dsocr_integrations.prompts import Prompt, locate_prompt
from dsocr_integrations.records.documents import Document, Page, PageError
from dsocr_integrations.rendering import PageRegion, open_document
from dsocr_integrations.runner.cache import PageCache
from dsocr_integrations.runner.document_building import document_of, failed_document
from dsocr_integrations.runner.document_stream import (
    DocumentEnd,
    DocumentStart,
    PageOutcome,
    PendingPage,
    StreamItem,
    stream,
)
from dsocr_integrations.runner.page_facts import PageTask
from dsocr_integrations.runner.page_keys import PageSettings
from dsocr_integrations.runner.page_lane import PageLane
from dsocr_integrations.runner.progress import Progress
from dsocr_integrations.runner.questions import (
    Description,
    Location,
    description_of,
    location_of,
)
from dsocr_integrations.settings import load_settings
from dsocr_integrations.sources import (
    Source,
    SourceFailure,
    SourceLike,
    resolve_source,
    resolve_sources,
)

OnError = Literal["keep", "skip", "raise"]
StreamEvent = DocumentStart | PageOutcome | DocumentEnd | SourceFailure
"""What `Runner.stream` yields: a document's start, its pages in order, its end; failures."""


class Runner:
    """Reads documents with one engine.

    A runner is cheap until it reads: the engine is opened, and worker processes are started,
    by the first page that no cache knows. Use it in a `with` block, or call `close`.

    Args:
        engine: `auto` (the configured server, else local weights, else the embedded CPU
            engine with a warning), an engine's name, the base URL of a server, or an engine.
        mode: `auto` for native pixels and the text layer, or a resolution mode, which makes
            every engine look at pixels as the model would. One that the engine does not have is
            refused here with a `ConfigurationError`.
        cache: `True` for the configured page cache, `False` for none, or a folder, a URL or a
            cache.
        figures: Give pictures a second look for their data.
        workers: Processes for engines bound to the CPU; 0 reads in this process. With workers,
            a script needs the usual `if __name__ == "__main__":`.
        dpi: Resolution at which pages are shown to engines that look at pixels.
        page_furniture: Keep headers, footers and page numbers in the markdown.
        page_timeout: Seconds one page may take in a worker, or one request to a server, before
            it becomes an error record; what the engine thinks sensible when `None` and not
            configured. A CPU engine in this process cannot be interrupted.
        on_error: What becomes of pages and sources that fail: `keep` them as records, `skip`
            them, or `raise`.
        progress: Called after every page, in the thread that takes the pages.
        prompt: The question asked about each page.
    """

    def __init__(
        self,
        engine: str | Engine = AUTO,
        mode: str | Mode = AUTO_MODE,
        *,
        cache: bool | str | os.PathLike[str] | PageCache = True,
        figures: bool = True,
        workers: int = 0,
        dpi: float = DEFAULT_DPI,
        page_furniture: bool = False,
        page_timeout: float | None = None,
        on_error: OnError = "keep",
        progress: Callable[[Progress], None] | None = None,
        prompt: str = Prompt.MARKDOWN,
    ) -> None:
        settings = load_settings()
        self.engine = resolve_engine(engine, settings)
        self.settings = PageSettings(
            prompt=str(prompt),
            mode=chosen_mode(self.engine, mode.name if isinstance(mode, Mode) else mode),
            dpi=float(dpi),
            figures=figures,
            page_furniture=page_furniture,
        )
        self.cache = _page_cache(cache, settings.cache)
        self.on_error = on_error
        self._progress = progress
        self._lane = PageLane(
            self.engine,
            self.settings,
            self.cache,
            workers=workers,
            page_timeout=page_timeout or settings.page_timeout or page_seconds(self.engine),
        )
        # Also closes what a caller without a `with` block leaves open.
        self._closer = weakref.finalize(self, self._lane.close)

    @property
    def fingerprint(self) -> str:
        """The engine's fingerprint, computed once."""
        return self._lane.facts.fingerprint

    def pages(
        self, source: SourceLike, *, pages: Any = None, password: Any = None
    ) -> Iterator[Page | PageError]:
        """Read one document page by page, in order, with bounded memory.

        Args:
            source: Path, URL, bytes, file object or resolved source.
            pages: Pages to read, such as `"1-3,7,10-"`; all when `None`.
            password: Password of an encrypted document.

        Raises:
            SourceError: If the document cannot be opened.
            PageReadError: If a page fails and `on_error` is `raise`.
            EngineUnavailableError: If the engine as a whole cannot run.
        """
        resolved = resolve_source(source, **_given(pages=pages, password=password))
        for event in self.stream([resolved]):
            if isinstance(event, SourceFailure):
                raise event.error
            if isinstance(event, PageOutcome) and self._keeps(event.record, resolved.name):
                yield event.record

    def read(self, source: SourceLike, *, pages: Any = None, password: Any = None) -> Document:
        """Read one document whole. Arguments and errors as `pages`."""
        resolved = resolve_source(source, **_given(pages=pages, password=password))
        return next(self._documents([resolved], raise_failures=True))

    def read_many(
        self, sources: SourceLike | list[SourceLike], **options: Any
    ) -> Iterator[Document]:
        """Read several documents in order; pages of the next are read beside the last's.

        Args:
            sources: Paths, folders, globs, URLs; as `resolve_sources` takes them.
            options: As for `resolve_sources`, such as `root`, `pages`, `password`.

        Yields:
            One document for each source. A source that cannot be opened gives a document
            without pages whose one error has the number 0, or nothing, or is raised, as
            `on_error` says.
        """
        return self._documents(resolve_sources(sources, **options))

    def stream(self, sources: Iterable[Source | SourceFailure]) -> Iterator[StreamEvent]:
        """Read resolved sources as one stream of events; nothing is held but a few pages."""
        watch = _Watch(self._progress)
        for item in stream(sources, self._lane.submit, self._lane.window):
            event = item if not isinstance(item, PendingPage) else item.outcome.result()
            watch.see(event)
            yield event

    async def apages(
        self, source: SourceLike, *, pages: Any = None, password: Any = None
    ) -> AsyncIterator[Page | PageError]:
        """As `pages`, for a running event loop, which is never blocked."""
        resolved = await asyncio.to_thread(
            resolve_source, source, **_given(pages=pages, password=password)
        )
        async for event in self.astream([resolved]):
            if isinstance(event, SourceFailure):
                raise event.error
            if isinstance(event, PageOutcome) and self._keeps(event.record, resolved.name):
                yield event.record

    async def aread(
        self, source: SourceLike, *, pages: Any = None, password: Any = None
    ) -> Document:
        """As `read`, for a running event loop, which is never blocked."""
        resolved = await asyncio.to_thread(
            resolve_source, source, **_given(pages=pages, password=password)
        )
        events = [event async for event in self.astream([resolved])]
        return next(self._assembled(iter(events), raise_failures=True))

    async def astream(
        self, sources: Iterable[Source | SourceFailure]
    ) -> AsyncIterator[StreamEvent]:
        """As `stream`, for a running event loop; cancelling gives up what is being read."""
        watch = _Watch(self._progress)
        loop = asyncio.get_running_loop()
        # Opening files blocks, so the stream lives in a thread; one, because it is a generator.
        opener = ThreadPoolExecutor(1, thread_name_prefix="dsocr-open")
        items = _HandedOut(stream(sources, self._lane.submit, self._lane.window))
        try:
            while (item := await loop.run_in_executor(opener, items.take)) is not None:
                if isinstance(item, PendingPage):
                    event: StreamEvent = await asyncio.wrap_future(item.outcome)
                else:
                    event = item
                watch.see(event)
                yield event
        finally:
            opener.submit(items.give_up)
            opener.shutdown(wait=False)

    def locate(
        self, source: SourceLike, target: str, *, page: int = 1, password: Any = None
    ) -> Location:
        """Ask where a text or a thing stands on a page.

        DeepSeek-OCR points at what it is asked for, whether it is there or not. The embedded
        engine searches the text it reads and gives the lines that hold the target.

        Args:
            source: As for `pages`.
            target: What to find.
            page: 1-based page number.
            password: Password of an encrypted document.

        Raises:
            ValueError: If the target is empty or holds a special token.
            UnsupportedPromptError: If the engine cannot be asked that.
            PageReadError: If the page cannot be looked at.
            SourceError: If the document cannot be opened.
            EngineUnavailableError: If the engine as a whole cannot run.
        """
        prompt = locate_prompt(target)
        region, reading = self._answer(source, prompt, page, password)
        return location_of(target.strip(), region, reading, self._lane.facts)

    def describe(self, source: SourceLike, *, page: int = 1, password: Any = None) -> Description:
        """Ask what a page or picture shows, in words that may be invented: no reading of it.

        Arguments and errors as `locate`; the embedded engine cannot describe.
        """
        region, reading = self._answer(source, Prompt.DESCRIBE.value, page, password)
        return description_of(region, reading, self._lane.facts)

    def close(self) -> None:
        """Close the engine and the worker processes; pages being read are given up."""
        self._lane.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _answer(
        self, source: SourceLike, prompt: str, page: int, password: Any
    ) -> tuple[PageRegion, Reading]:
        resolved = resolve_source(source, **_given(password=password))
        with open_document(resolved) as document:
            task = PageTask(resolved, page, document.page_count)
            try:
                return self._lane.answer(task, prompt).result()
            except TimeoutError as error:
                raise PageReadError(
                    f"Page {page} of {resolved.name} took longer than allowed."
                ) from error

    def _documents(
        self, sources: Iterable[Source | SourceFailure], *, raise_failures: bool = False
    ) -> Iterator[Document]:
        return self._assembled(self.stream(sources), raise_failures=raise_failures)

    def _assembled(
        self, events: Iterator[StreamEvent], *, raise_failures: bool
    ) -> Iterator[Document]:
        facts = self._lane.facts
        records: list[Page | PageError] = []
        for event in events:
            if isinstance(event, DocumentStart):
                records, name = [], event.source.name
            elif isinstance(event, PageOutcome):
                if self._keeps(event.record, name):
                    records.append(event.record)
            elif isinstance(event, DocumentEnd):
                yield document_of(event.document, records, facts)
            elif raise_failures or self.on_error == "raise":
                raise event.error
            elif self.on_error == "keep":
                yield failed_document(event, facts)

    def _keeps(self, record: Page | PageError, name: str) -> bool:
        if isinstance(record, Page) or self.on_error == "keep":
            return True
        if self.on_error == "skip":
            return False
        raise PageReadError(
            f"Page {record.number} of {name} could not be read ({record.kind}): {record.message}",
            remedy='Use on_error="keep" to go on and find the failure in the errors.',
        )


class _Watch:
    """Counts what passes and tells the callback."""

    def __init__(self, callback: Callable[[Progress], None] | None) -> None:
        self._callback = callback
        self._began = time.monotonic()
        self._source = ""
        self._done = self._cached = self._failed = self._total = 0

    def see(self, event: StreamEvent) -> None:
        if isinstance(event, DocumentStart):
            self._source = event.source.uri
            self._total += len(event.numbers)
            return
        if isinstance(event, DocumentEnd):
            return
        page = 0
        if isinstance(event, SourceFailure):
            self._source = event.uri
            self._failed += 1
            self._total += 1
        else:
            page = event.record.number
            is_page = isinstance(event.record, Page)
            self._done += is_page
            self._cached += event.cached
            self._failed += not is_page
        if self._callback is not None:
            self._callback(self._progress(page))

    def _progress(self, page: int) -> Progress:
        return Progress(
            source=self._source,
            page=page,
            done=self._done,
            cached=self._cached,
            failed=self._failed,
            total=self._total,
            seconds=time.monotonic() - self._began,
        )


class _HandedOut:
    """A stream taken from item by item in one thread, and given up from another."""

    def __init__(self, items: Generator[StreamItem, None, None]) -> None:
        self._items = items
        self._last: StreamItem | None = None

    def take(self) -> StreamItem | None:
        self._last = next(self._items, None)
        return self._last

    def give_up(self) -> None:
        """Cancel every page in the works, the one just taken too: it may not have arrived."""
        self._items.close()
        if isinstance(self._last, PendingPage):
            self._last.outcome.cancel()


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _page_cache(
    cache: bool | str | os.PathLike[str] | PageCache, configured: str
) -> PageCache | None:
    if isinstance(cache, PageCache):
        return cache
    if cache is True:
        return PageCache(configured) if configured else None
    if cache is False or not os.fspath(cache):
        return None
    return PageCache(cache)

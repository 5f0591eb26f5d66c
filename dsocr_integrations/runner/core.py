"""The one core: documents in, pages out, whoever reads them."""

from __future__ import annotations

import os
import weakref
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from contextlib import aclosing
from functools import cached_property, partial
from itertools import count
from typing import Any, Literal, Self

from pydantic import SecretStr

from dsocr_integrations.engines.base import Engine, Reading
from dsocr_integrations.engines.mode_choice import chosen_mode
from dsocr_integrations.engines.selection import resolve_engine
from dsocr_integrations.errors import ConfigurationError, PageReadError
from dsocr_integrations.modes import Mode
from dsocr_integrations.pickling import checked_state
from dsocr_integrations.prompts import Prompt, locate_prompt, prompt_named
from dsocr_integrations.records.documents import Document, Page, PageError
from dsocr_integrations.rendering import PageRegion, open_document
from dsocr_integrations.rendering.attachments import with_attachments
from dsocr_integrations.runner import free_memory
from dsocr_integrations.runner.cache import PageCache
from dsocr_integrations.runner.document_reading import (
    DocumentReading,
    PageOutcome,
    failed_document,
    whole_document,
)
from dsocr_integrations.runner.document_stream import DocumentStream
from dsocr_integrations.runner.event_loops import without_blocking
from dsocr_integrations.runner.heard_pages import Heard, ask_aloud
from dsocr_integrations.runner.open_engine import OpenEngine
from dsocr_integrations.runner.page_facts import PageTask
from dsocr_integrations.runner.page_keys import EngineFacts, PageSettings, page_key
from dsocr_integrations.runner.page_reading import PageReader
from dsocr_integrations.runner.progress import Progress, ProgressWatch
from dsocr_integrations.runner.questions import (
    Description,
    Location,
    description_of,
    location_of,
)
from dsocr_integrations.runner.text_page import TEXT, says_its_text, text_page
from dsocr_integrations.runner.worker_process import WorkerSetup
from dsocr_integrations.settings import Settings, load_settings
from dsocr_integrations.sources import (
    Source,
    SourceFailure,
    SourceLike,
    SourceResolver,
    resolve_source,
)

OnError = Literal["keep", "skip", "raise"]


class Runner:
    """Reads documents with one engine.

    Making one asks nobody: a server is asked what it is before the first page, and the engine
    is opened, and worker processes are started, by the first page that no cache knows. Use it
    in a `with` block, or call `close`.

    A pickled runner is made anew where it is loaded: with its engine, cache and settings, and
    with the secrets of that process. What cannot be pickled is refused.

    What is not given is taken from `settings`, which are also laid over what documents are
    opened with; they stand as `configuration`, arguments included.

    Args:
        engine: `auto` (the configured server, else local weights, else the embedded CPU
            engine with a warning), an engine's name, the base URL of a server, or an engine.
        mode: `auto` for native pixels and the text layer, or a resolution mode, which makes
            every engine look at pixels as the model would. One that the engine cannot have is
            refused here with a `ConfigurationError`, one that only its server can tell before
            the first page.
        cache: `True` for the configured page cache, `False` for none, or a folder, a URL or a
            cache.
        figures: Give pictures a second look for their data.
        workers: Processes for engines bound to the CPU; 0 reads in this process. Where nothing is
            configured it is 0, and 1 for what an event loop waits for.
        dpi: Resolution at which pages are shown to engines that look at pixels.
        page_furniture: Keep headers, footers and page numbers in the markdown.
        page_timeout: Seconds one page may take in a worker, or one request to a server, before
            it becomes an error record; what the engine thinks sensible when it is not
            configured either. A CPU engine in this process cannot be interrupted.
        password: Password of encrypted documents that are opened without one.
        allow_private_addresses: Let URLs lead to private, loopback or link-local addresses.
        attachments: Read what is attached to a document as documents of their own, in what reads
            several.
        on_error: What becomes of pages and sources that fail: `keep` them as records, `skip`
            them, or `raise`.
        progress: Called after every page, in the thread that takes the pages; by the methods for
            event loops, in a thread of their own.
        prompt: The question asked about each page, or the name of an official one.
        settings: What is taken where an argument is not given; environment and `dsocr.toml`
            when `None`.
    """

    def __init__(
        self,
        engine: str | Engine | None = None,
        mode: str | Mode | None = None,
        *,
        cache: bool | str | os.PathLike[str] | PageCache = True,
        figures: bool = True,
        workers: int | None = None,
        dpi: float | None = None,
        page_furniture: bool | None = None,
        page_timeout: float | None = None,
        password: str | SecretStr | None = None,
        allow_private_addresses: bool | None = None,
        attachments: bool | None = None,
        on_error: OnError = "keep",
        progress: Callable[[Progress], None] | None = None,
        prompt: str | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.configuration = configured = load_settings(
            settings,
            engine=engine if isinstance(engine, str) else None,
            mode=mode.name if isinstance(mode, Mode) else mode,
            prompt=prompt,
            workers=workers,
            dpi=dpi,
            page_furniture=page_furniture,
            page_timeout=page_timeout,
            password=password,
            allow_private_addresses=allow_private_addresses,
            attachments=attachments,
        )
        self._given_engine = None if isinstance(engine, str) else engine
        self.engine = resolve_engine(configured.engine if engine is None else engine, configured)
        self.settings = PageSettings(
            prompt=_prompt_text(configured.prompt),
            mode=chosen_mode(self.engine, configured.mode),
            dpi=configured.dpi,
            figures=figures,
            page_furniture=configured.page_furniture,
        )
        self.cache = _page_cache(cache, configured.cache)
        self.on_error = on_error
        self._progress = progress
        asked_for = configured.workers if self.engine.in_worker_processes else 0
        self._workers = asked_for or 0
        alone = asked_for is None and self._given_engine is None
        self._workers_beside_loop = 1 if alone else self._workers
        self._order = count()
        self._asked = OpenEngine(self.engine, configured.page_timeout)
        # Also closes what a caller without a `with` block leaves open.
        self._closer = weakref.finalize(self, self._asked.close)

    @classmethod
    def from_settings(cls, settings: Settings, **given: Any) -> Self:
        """A runner as the settings say, but for the arguments of `Runner` that are given.

        Raises:
            ConfigurationError: If a setting cannot be used.
        """
        return cls(settings=settings, **given)

    def __reduce__(self) -> tuple[object, ...]:
        """How it is made anew.

        Raises:
            ConfigurationError: If engine, cache or callback cannot be pickled, or a secret would be.
        """
        held = vars(self._given_engine) if hasattr(self._given_engine, "__dict__") else {}
        if any(isinstance(value, SecretStr) for value in held.values()):
            raise ConfigurationError(
                "An engine with a key is not pickled: whoever has the pickle would have the key.",
                remedy="Name the server, and set DSOCR_SERVER_API_KEY where it is read.",
            )
        given = {
            "settings": self.configuration,
            "engine": self._given_engine,
            "cache": self.cache or False,
            "figures": self.settings.figures,
            "on_error": self.on_error,
            "progress": self._progress,
        }
        return partial(type(self), **checked_state(type(self).__name__, given)), ()

    @property
    def fingerprint(self) -> str:
        """The reading versions of all stages; a server may have to be asked for its model, once.

        Raises:
            EngineUnavailableError: If nobody answers, or weights or packages are missing.
            ConfigurationError: If the engine turns out not to have the mode, or cannot be used.
        """
        return self._facts.fingerprint

    def reader_of(self, source: Source) -> EngineFacts:
        """Who reads a source: the engine, or nobody where its file says its text itself.

        Raises:
            EngineUnavailableError: As `fingerprint`.
            ConfigurationError: As `fingerprint`.
        """
        return TEXT if says_its_text(source, self.settings.prompt) else self._facts

    def readings(
        self, sources: Iterable[Source | SourceFailure], *, heard: Heard | None = None
    ) -> DocumentStream:
        """Read resolved sources one after the other; nothing is held but a few pages.

        The pages of the next document are read beside those of the last. What becomes of
        failures is left to the caller, whatever `on_error` says.

        Args:
            sources: What to read, such as `resolve_sources` gives; taken as far as needed.
            heard: Told of a page's number and text while it is being said, from any thread, by
                engines in this process that have answers in pieces.

        Returns:
            For each source its `DocumentReading`, whose pages are read as they are taken, or
            why it cannot be opened. To be used in a `with` block.
        """
        return self._stream(sources, self._workers, heard)

    def areadings(self, sources: Iterable[Source | SourceFailure]) -> DocumentStream:
        """As `readings`, to be taken in a thread beside an event loop.

        Libraries of an engine bound to the CPU hold up every thread of their process for moments.
        So such an engine reads in a process of its own, unless `workers` is configured or the
        engine was given as an object, which another process may not be able to import.
        """
        return self._stream(sources, self._workers_beside_loop)

    def pages(self, source: SourceLike, **options: Any) -> Generator[Page | PageError, None, None]:
        """Read one document page by page, in order, with bounded memory.

        Args:
            source: Path, URL, bytes, file object or resolved source.
            options: As for `resolve_source`, such as `pages`, `password`, `storage_options`.

        Raises:
            SourceError: If the document cannot be opened.
            PageReadError: If a page fails and `on_error` is `raise`.
            EngineUnavailableError: If the engine as a whole cannot run.
        """
        return self._pages(self.readings(self._resolved(source, options)))

    def read(self, source: SourceLike, **options: Any) -> Document:
        """Read one document whole. Arguments and errors as `pages`."""
        readings = self.readings(self._resolved(source, options))
        return next(self._documents(readings, raise_failures=True))

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
        options.setdefault("settings", self.configuration)
        resolver = SourceResolver(**options)
        found = with_attachments(resolver.resolve_all(sources), resolver)
        return self._documents(self.readings(found))

    def apages(self, source: SourceLike, **options: Any) -> AsyncGenerator[Page | PageError, None]:
        """As `pages`, for a running event loop, which is never blocked.

        Cancelling gives up what is being read.
        """
        readings = self.areadings(self._resolved(source, options))
        return without_blocking(self._pages(readings), readings.give_up)

    async def aread(self, source: SourceLike, **options: Any) -> Document:
        """As `read`, for a running event loop, which is never blocked.

        Cancelling gives up what is being read.
        """
        readings = self.areadings(self._resolved(source, options))
        documents = self._documents(readings, raise_failures=True)
        async with aclosing(without_blocking(documents, readings.give_up)) as read:
            return await anext(read)

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
        return location_of(target.strip(), region, reading, self._facts)

    def describe(self, source: SourceLike, *, page: int = 1, password: Any = None) -> Description:
        """Ask what a page or picture shows, in words that may be invented: no reading of it.

        Arguments and errors as `locate`; the embedded engine cannot describe.
        """
        region, reading = self._answer(source, Prompt.DESCRIBE.value, page, password)
        return description_of(region, reading, self._facts)

    def kept(self, reading: DocumentReading) -> Iterator[Page | PageError]:
        """The pages and failures of a reading as `on_error` says.

        Raises:
            PageReadError: If a page fails and `on_error` is `raise`.
        """
        for record in reading:
            if isinstance(record, Page) or self.on_error == "keep":
                yield record
            elif self.on_error == "raise":
                raise PageReadError(
                    f"Page {record.number} of {reading.source.name} could not be read"
                    f" ({record.kind}): {record.message}",
                    remedy='Use on_error="keep" to go on and find the failure in the errors.',
                )

    def close(self) -> None:
        """Close the engine and the worker processes; pages being read are given up."""
        self._asked.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _resolved(self, source: SourceLike, options: dict[str, Any]) -> Iterator[Source]:
        # When it is taken, which for an event loop is in another thread.
        yield resolve_source(source, **{"settings": self.configuration, **options})

    def _answer(
        self, source: SourceLike, prompt: str, page: int, password: Any
    ) -> tuple[PageRegion, Reading]:
        (resolved,) = self._resolved(source, {"password": password})
        with open_document(resolved) as document:
            task = PageTask(resolved, page, document.page_count)
            try:
                return self._asked.run(
                    self._reader(next(self._order)).answer(task, prompt)
                ).result()
            except TimeoutError as error:
                raise PageReadError(
                    f"Page {page} of {resolved.name} took longer than allowed."
                ) from error

    @cached_property
    def _facts(self) -> EngineFacts:
        facts = self._asked.facts
        # Once more, as it may be known only now which model reads.
        chosen_mode(self.engine, self.settings.mode)
        return facts

    def _stream(
        self,
        sources: Iterable[Source | SourceFailure],
        workers: int,
        heard: Heard | None = None,
    ) -> DocumentStream:
        return DocumentStream(
            sources,
            partial(self._submit, workers, heard),
            lambda: self._facts,
            self.reader_of,
            workers=workers,
            furniture=self.settings.page_furniture,
            watch=ProgressWatch(self._progress),
        )

    def _submit(self, workers: int, heard: Heard | None, task: PageTask) -> Future[PageOutcome]:
        return self._asked.run(self._outcome(task, next(self._order), workers, heard))

    async def _outcome(
        self, task: PageTask, order: int, workers: int, heard: Heard | None
    ) -> PageOutcome:
        if says_its_text(task.source, self.settings.prompt):
            return PageOutcome(text_page(task, self.settings.prompt))
        recorded = await self._recorded(task)
        if recorded is not None:
            return PageOutcome(recorded, cached=True)
        if workers:
            return PageOutcome(await self._read_in_worker(task, order, workers))
        record = await self._reader(order, heard).read(task)
        if self.engine.in_worker_processes:
            free_memory.after_page()
        return PageOutcome(record)

    async def _read_in_worker(self, task: PageTask, order: int, workers: int) -> Page | PageError:
        # A store's credentials stay here: some cannot be handed on, and none need to be.
        is_ours = self.cache is None or self.cache.is_local
        cache = self.cache if is_ours else None
        setup = WorkerSetup(self.engine, self._facts, self.settings, cache)
        record = await self._asked.workers(setup, workers).read(task, order)
        if not is_ours and isinstance(record, Page):
            await self._reader(order).record(task, record)
        return record

    async def _recorded(self, task: PageTask) -> Page | None:
        if self.cache is None:
            return None
        key = page_key(task.source, task.number, self.settings, self._facts)
        return await self.cache.apart(partial(self.cache.page, key))

    def _reader(self, order: int, heard: Heard | None = None) -> PageReader:
        ask = partial(self._asked.ask, order)
        if heard is not None:
            ask = partial(ask_aloud, ask, heard)
        return PageReader(self._facts, self.settings, self.cache, ask, self._asked.look_up)

    def _documents(
        self, readings: DocumentStream, *, raise_failures: bool = False
    ) -> Generator[Document, None, None]:
        with readings:
            for reading in readings:
                if isinstance(reading, DocumentReading):
                    records = list(self.kept(reading))
                    yield whole_document(reading.head, records)
                elif raise_failures or self.on_error == "raise":
                    raise reading.error
                elif self.on_error == "keep":
                    yield failed_document(reading, self._facts)

    def _pages(self, readings: DocumentStream) -> Generator[Page | PageError, None, None]:
        with readings:
            for reading in readings:
                if isinstance(reading, SourceFailure):
                    raise reading.error
                yield from self.kept(reading)


def _prompt_text(said: str) -> str:
    try:
        return prompt_named(said)
    except ValueError as error:
        raise ConfigurationError(str(error), remedy="Give the prompt as locate:TARGET.") from error


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

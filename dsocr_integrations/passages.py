"""Passages: what a framework's loader hands on, with the same ids and metadata at every door.

A passage is a chunk, a page or a whole document as text with flat, JSON-safe, deterministic
metadata. The doors only rename: LangChain's `Document` and LlamaIndex's `Document` are both
made from the same passage, so the two indexes of one file agree.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

from dsocr_integrations.chunking import Chunker, DocumentHead
from dsocr_integrations.errors import ConfigurationError, PageReadError
from dsocr_integrations.records.chunks import Chunk, flat_metadata
from dsocr_integrations.records.documents import Page, PageError, joined_markdown
from dsocr_integrations.records.identity import chunk_id, document_id
from dsocr_integrations.runner import Runner, StreamEvent
from dsocr_integrations.runner.document_building import title_on
from dsocr_integrations.runner.document_stream import DocumentStart, PageOutcome
from dsocr_integrations.sources import Source, SourceFailure

logger = logging.getLogger(__name__)

Export = Literal["chunks", "pages", "document"]
OnError = Literal["raise", "skip"]
Scalar = str | int | float | bool


@dataclass(frozen=True)
class Passage:
    """A piece of text with its provenance.

    Attributes:
        id: UUIDv5; the chunk's id where the passage is a chunk.
        text: What was printed.
        page: 1-based number of its first page.
        metadata: Flat scalars that depend on nothing but the reading.
    """

    id: str
    text: str
    page: int
    metadata: dict[str, Scalar]


@dataclass(frozen=True)
class Failure:
    """What could not be read and is therefore missing among the passages.

    Attributes:
        source: The source as in `Document.source`.
        page: 1-based page; 0 when the whole source failed.
        kind: Stable name of the failure.
        message: What happened.
    """

    source: str
    page: int
    kind: str
    message: str


@dataclass
class PassageReader:
    """Reads sources into passages, one document after the other, with bounded memory.

    Attributes:
        runner: Reads the pages.
        chunker: Cuts documents into chunks.
        export: What a passage is.
        on_error: `raise` stops at the first page or source that cannot be read, so that
            nothing is ever indexed in part by accident; `skip` goes on, logs a warning and
            lists what is missing in `failures`.
        failures: What was skipped so far.
    """

    runner: Runner
    chunker: Chunker = field(default_factory=Chunker)
    export: Export = "chunks"
    on_error: OnError = "raise"
    failures: list[Failure] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Refuse unknown choices.

        Raises:
            ConfigurationError: If `export` or `on_error` is none of the choices.
        """
        for name, value, choices in (
            ("export", self.export, ("chunks", "pages", "document")),
            ("on_error", self.on_error, ("raise", "skip")),
        ):
            if value not in choices:
                raise ConfigurationError(
                    f"{name} cannot be {value!r}.", remedy=f"Choose one of {', '.join(choices)}."
                )

    def read(self, sources: Iterable[Source | SourceFailure]) -> Iterator[Passage]:
        """Yield the passages of every source in order, each page's as soon as it is read.

        Raises:
            SourceError: If a source cannot be opened and `on_error` is `raise`.
            PageReadError: If a page cannot be read and `on_error` is `raise`.
            EngineUnavailableError: If the engine as a whole cannot answer.
        """
        events = self.runner.stream(sources)
        for event in events:
            if isinstance(event, DocumentStart):
                yield from self._passages(event, self._pages(event, events))
            elif isinstance(event, SourceFailure):
                self._miss_source(event)

    async def aread(self, sources: Iterable[Source | SourceFailure]) -> AsyncIterator[Passage]:
        """As `read`, a document at a time; nothing blocks the event loop."""
        start: DocumentStart | None = None
        pages: list[Page] = []
        async for event in self.runner.astream(sources):
            if isinstance(event, DocumentStart):
                start, pages = event, []
            elif isinstance(event, SourceFailure):
                self._miss_source(event)
            elif start is not None and isinstance(event, PageOutcome):
                pages.extend(self._kept(event.record, start))
            elif start is not None:
                for passage in self._passages(start, iter(pages)):
                    yield passage

    def _pages(self, start: DocumentStart, events: Iterator[StreamEvent]) -> Iterator[Page]:
        for event in events:
            if not isinstance(event, PageOutcome):
                return
            yield from self._kept(event.record, start)

    def _kept(self, record: Page | PageError, start: DocumentStart) -> Iterator[Page]:
        if isinstance(record, Page):
            yield record
            return
        uri = start.source.uri
        if self.on_error == "raise":
            raise PageReadError(
                f"Page {record.number} of {uri} could not be read ({record.kind}): "
                f"{record.message}",
                remedy='Pass on_error="skip" to go on without such pages.',
            )
        self._skip(Failure(uri, record.number, record.kind, record.message))

    def _miss_source(self, failure: SourceFailure) -> None:
        if self.on_error == "raise":
            raise failure.error
        self._skip(Failure(failure.uri, 0, "source", str(failure.error)))

    def _skip(self, failure: Failure) -> None:
        self.failures.append(failure)
        place = f"page {failure.page} of {failure.source}" if failure.page else failure.source
        logger.warning("Left out %s: %s", place, failure.message)

    def _passages(self, start: DocumentStart, pages: Iterator[Page]) -> Iterator[Passage]:
        first = next(pages, None)
        if first is None:
            return
        head = DocumentHead(
            doc_id=document_id(start.source.uri),
            revision=start.source.revision,
            source=start.source.uri,
            engine=self.runner.engine.name,
            fingerprint=self.runner.fingerprint,
            title=start.document.title or title_on(first),
        )
        total = start.document.page_count
        pages = chain([first], pages)
        if self.export == "chunks":
            for chunk in self.chunker.chunk_pages(pages, head):
                yield chunk_passage(chunk, total)
        elif self.export == "pages":
            for page in pages:
                yield _text_passage(page.markdown, "page", [page], head, total)
        else:
            read = list(pages)
            yield _text_passage(joined_markdown(read), "document", read, head, total)


def chunk_passage(chunk: Chunk, total_pages: int | None = None) -> Passage:
    """A chunk as a passage.

    Args:
        chunk: The chunk.
        total_pages: Pages of its document, where they are known.
    """
    metadata = {**flat_metadata(chunk), "page_label": chunk.page_label or str(chunk.page)}
    if total_pages is not None:
        metadata["total_pages"] = total_pages
    return Passage(chunk.chunk_id, chunk.text, chunk.page, metadata)


def _text_passage(
    text: str, kind: str, pages: list[Page], head: DocumentHead, total_pages: int
) -> Passage:
    first = pages[0]
    metadata: dict[str, Scalar] = {
        "source": head.source,
        "doc_id": head.doc_id,
        "revision": head.revision,
        "kind": kind,
        "page_number": first.number,
        "page_label": first.label or str(first.number),
        "total_pages": total_pages,
        "engine": head.engine,
        "engine_fingerprint": head.fingerprint,
        "trusted": all(page.reading.quality.trusted for page in pages),
    }
    if head.title:
        metadata["title"] = head.title
    identity = chunk_id(head.doc_id, first.number, kind, 0, text)
    return Passage(identity, text, first.number, metadata)

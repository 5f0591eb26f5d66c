"""Passages: what a framework's loader hands on, with the same ids and metadata at every door.

A passage is a chunk, a page or a whole document as text with flat, JSON-safe, deterministic
metadata. The doors only rename: LangChain's `Document` and LlamaIndex's `Document` are both
made from the same passage, so the two indexes of one file agree.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.errors import ConfigurationError, PageReadError
from dsocr_integrations.records.chunks import Chunk, flat_metadata
from dsocr_integrations.records.documents import Document, Page, joined_markdown
from dsocr_integrations.records.identity import chunk_id
from dsocr_integrations.runner import DocumentReading, Runner
from dsocr_integrations.runner.document_stream import DocumentStream
from dsocr_integrations.runner.event_loops import without_blocking
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

    def read(self, sources: Iterable[Source | SourceFailure]) -> Generator[Passage, None, None]:
        """Yield the passages of every source in order, each page's as soon as it is read.

        Raises:
            SourceError: If a source cannot be opened and `on_error` is `raise`.
            PageReadError: If a page cannot be read and `on_error` is `raise`.
            EngineUnavailableError: If the engine as a whole cannot answer.
        """
        return self._of_all(self.runner.readings(sources))

    def aread(self, sources: Iterable[Source | SourceFailure]) -> AsyncGenerator[Passage, None]:
        """As `read`; nothing blocks the event loop, and cancelling gives up what is being read."""
        readings = self.runner.readings(sources)
        return without_blocking(self._of_all(readings), readings.give_up)

    def _of_all(self, readings: DocumentStream) -> Generator[Passage, None, None]:
        with readings:
            for reading in readings:
                if isinstance(reading, SourceFailure):
                    self._miss_source(reading)
                else:
                    yield from self._of_one(reading)

    def _of_one(self, reading: DocumentReading) -> Iterator[Passage]:
        head, pages = reading.head, self._pages(reading)
        if self.export == "chunks":
            for chunk in self.chunker.chunk_pages(pages, head):
                yield chunk_passage(chunk, head.page_count)
        elif self.export == "pages":
            for page in pages:
                yield _text_passage(page.markdown, "page", [page], head)
        elif read := list(pages):
            yield _text_passage(joined_markdown(read), "document", read, head)

    def _pages(self, reading: DocumentReading) -> Iterator[Page]:
        uri = reading.source.uri
        for record in reading:
            if isinstance(record, Page):
                yield record
            elif self.on_error == "raise":
                raise PageReadError(
                    f"Page {record.number} of {uri} could not be read ({record.kind}): "
                    f"{record.message}",
                    remedy='Pass on_error="skip" to go on without such pages.',
                )
            else:
                self._skip(Failure(uri, record.number, record.kind, record.message))

    def _miss_source(self, failure: SourceFailure) -> None:
        if self.on_error == "raise":
            raise failure.error
        self._skip(Failure(failure.uri, 0, "source", str(failure.error)))

    def _skip(self, failure: Failure) -> None:
        self.failures.append(failure)
        place = f"page {failure.page} of {failure.source}" if failure.page else failure.source
        logger.warning("Left out %s: %s", place, failure.message)


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


def _text_passage(text: str, kind: str, pages: list[Page], head: Document) -> Passage:
    first = pages[0]
    metadata: dict[str, Scalar] = {
        "source": head.source,
        "doc_id": head.doc_id,
        "revision": head.revision,
        "kind": kind,
        "page_number": first.number,
        "page_label": first.label or str(first.number),
        "total_pages": head.page_count,
        "engine": head.engine,
        "engine_fingerprint": head.fingerprint,
        "trusted": all(page.reading.quality.trusted for page in pages),
    }
    if head.title:
        metadata["title"] = head.title
    identity = chunk_id(head.doc_id, first.number, kind, 0, text)
    return Passage(identity, text, first.number, metadata)

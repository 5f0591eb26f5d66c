"""Passages: what a framework's loader hands on, with the same ids and metadata at every door.

A passage is a chunk, a page or a whole document as text with flat, JSON-safe, deterministic
metadata. The doors only rename: LangChain's `Document` and LlamaIndex's nodes are both made from
the same passage, so the two indexes of one file agree.

Frameworks hash text and metadata to know what has changed. So nothing stands there that changes
with the file alone, such as its revision: a changed page is its own passages and no others.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from dsocr_integrations.chunking import Chunker, TokenCounter
from dsocr_integrations.errors import ConfigurationError, NoSuchPageError, PageReadError
from dsocr_integrations.records.chunks import Chunk, flat_metadata
from dsocr_integrations.records.documents import Document, Page, joined_markdown
from dsocr_integrations.records.identity import chunk_id, content_key, page_id
from dsocr_integrations.runner import DocumentReading, Runner
from dsocr_integrations.runner.document_stream import DocumentStream
from dsocr_integrations.runner.event_loops import without_blocking
from dsocr_integrations.sources import Source, SourceFailure

logger = logging.getLogger(__name__)

Export = Literal["chunks", "pages", "document"]
OnError = Literal["raise", "skip"]
Scalar = str | int | float | bool

CHUNKS_HASH = "chunks_hash"
"""Metadata of a page that was cut: changes with id, text and metadata of any of its chunks."""


@dataclass(frozen=True)
class Passage:
    """A piece of text with its provenance.

    Attributes:
        id: UUIDv5; the chunk's id where the passage is a chunk.
        text: What was printed.
        page: 1-based number of its first page.
        metadata: Flat scalars that depend on nothing but the reading.
        context: Title, heading path and caption, as far as the text does not say them, for
            frameworks that embed and show the text alone.
        parts: The passages that a page is cut into, where it was cut.
        source: What a page or document was read from just now, for who draws places on it.
    """

    id: str
    text: str
    page: int
    metadata: dict[str, Scalar]
    context: str = ""
    parts: tuple[Passage, ...] = ()
    source: Source | None = field(default=None, repr=False, compare=False)


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


AddMetadata = Callable[[Passage], Mapping[str, Scalar]]
"""Says what is to stand in a passage's metadata beside, or instead of, what does."""

Cut = Callable[[Iterable[Page], Document], Iterator[Passage]]
"""Makes passages of a document's pages, as they come, and its head."""


@dataclass
class PassageReader:
    """Reads sources into passages, one document after the other, with bounded memory.

    Attributes:
        runner: Reads the pages.
        cut: Makes passages of them.
        on_error: `raise` stops at the first page or source that cannot be read, so that
            nothing is ever indexed in part by accident; `skip` goes on, logs a warning and
            lists what is missing in `failures`.
    """

    runner: Runner
    cut: Cut = field(default_factory=lambda: ChunkPassages(Chunker()))
    on_error: OnError = "raise"
    _missing: dict[str, list[Failure]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse unknown choices.

        Raises:
            ConfigurationError: If `on_error` is none of the choices.
        """
        _check_choice("on_error", self.on_error, get_args(OnError))

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What is missing in the last reading of each source."""
        return tuple(failure for missing in self._missing.values() for failure in missing)

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
        readings = self.runner.areadings(sources)
        return without_blocking(self._of_all(readings), readings.give_up)

    def _of_all(self, readings: DocumentStream) -> Generator[Passage, None, None]:
        with readings:
            for reading in readings:
                if isinstance(reading, SourceFailure):
                    self._missing.pop(reading.uri, None)
                    self._miss_source(reading)
                else:
                    self._missing.pop(reading.source.uri, None)
                    head = reading.head
                    self._miss_pages_beyond(reading.source, head.page_count)
                    for passage in self.cut(self._pages(reading), head):
                        yield replace(passage, source=reading.source)

    def _miss_pages_beyond(self, source: Source, page_count: int) -> None:
        beyond = source.pages.beyond(page_count) if source.pages is not None else None
        if beyond is None:
            return
        message = f"{source.uri} has no page {beyond}; its last one is {page_count}."
        if self.on_error == "raise":
            raise NoSuchPageError(message, remedy='Pass on_error="skip" to go on without it.')
        for first, _ in beyond.ranges:
            self._skip(Failure(source.uri, first, NoSuchPageError.kind, message))

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
        self._missing.setdefault(failure.source, []).append(failure)
        place = f"page {failure.page} of {failure.source}" if failure.page else failure.source
        logger.warning("Left out %s: %s", place, failure.message)


def chunker_of(
    chunker: Chunker | None,
    *,
    max_tokens: int | None,
    join_tables: bool | None,
    count_tokens: TokenCounter | None,
) -> Chunker:
    """The chunker that a loader was given, or one with the options that it was given.

    Raises:
        ConfigurationError: If both were given.
    """
    options = {
        "max_tokens": max_tokens,
        "join_tables": join_tables,
        "count_tokens": count_tokens,
    }
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    if chunker is None:
        return Chunker(**given)
    if given:
        raise ConfigurationError(
            f"{' and '.join(given)} cannot be given beside a chunker.",
            remedy="Say it in the chunker.",
        )
    return chunker


def cut_for(export: Export, chunker: Chunker, add_metadata: AddMetadata | None = None) -> Cut:
    """What makes the passages that a loader exports.

    Args:
        export: `chunks`, `pages`, or one passage for the `document`.
        chunker: Makes the chunks.
        add_metadata: Adds to the metadata of each.

    Raises:
        ConfigurationError: If `export` is none of these.
    """
    _check_choice("export", export, get_args(Export))
    cuts: dict[Export, Cut] = {
        "chunks": ChunkPassages(chunker),
        "pages": page_passages,
        "document": document_passages,
    }
    return cuts[export] if add_metadata is None else _Described(cuts[export], add_metadata)


def placed_cut_for(
    export: Export, chunker: Chunker, add_metadata: AddMetadata | None = None
) -> Cut:
    """As `cut_for`, for frameworks that know pages and documents by their place.

    They compare what stands there with what stood there before, so the id says nothing of the
    text. Chunks come as parts of their page.
    """
    if export == "chunks":
        return CutPagePassages(chunker, add_metadata)
    placed = _Placed(cut_for(export, chunker))
    return placed if add_metadata is None else _Described(placed, add_metadata)


@dataclass(frozen=True)
class ChunkPassages:
    """Cuts pages into one passage a chunk.

    Attributes:
        chunker: Makes the chunks.
    """

    chunker: Chunker

    def __call__(self, pages: Iterable[Page], head: Document) -> Iterator[Passage]:
        """Yield the passages of each page as it comes."""
        for chunk in self.chunker.chunk_pages(pages, head):
            yield chunk_passage(chunk, head.page_count)


@dataclass(frozen=True)
class CutPagePassages:
    """Makes one passage a page, with its chunks as parts, for stores that know pages by place.

    A page without text is a passage too: what stood there before is gone.

    Attributes:
        chunker: Makes the chunks.
        add_metadata: Adds to the metadata of pages and chunks.
    """

    chunker: Chunker
    add_metadata: AddMetadata | None = None

    def __call__(self, pages: Iterable[Page], head: Document) -> Iterator[Passage]:
        """Yield each page's passage as it comes."""
        for page, chunks in self.chunker.cut_pages(pages, head):
            made = (chunk_passage(chunk, head.page_count) for chunk in chunks)
            parts = tuple(_described(part, self.add_metadata) for part in made)
            told = (f"{part.id} {part.text} {part.metadata}" for part in parts)
            whole = _text_passage(page.markdown, "page", [page], head)
            whole = _described(whole, self.add_metadata)
            metadata = {**whole.metadata, CHUNKS_HASH: content_key(*told)}
            place = page_id(head.doc_id, page.number)
            yield replace(whole, id=place, metadata=metadata, parts=parts)


@dataclass(frozen=True)
class _Described:
    """Adds to the metadata of what another makes."""

    cut: Cut
    add_metadata: AddMetadata

    def __call__(self, pages: Iterable[Page], head: Document) -> Iterator[Passage]:
        for one in self.cut(pages, head):
            yield _described(one, self.add_metadata)


def _described(passage: Passage, add_metadata: AddMetadata | None) -> Passage:
    """The passage with what is added to its metadata."""
    if add_metadata is None:
        return passage
    return replace(passage, metadata={**passage.metadata, **add_metadata(passage)})


@dataclass(frozen=True)
class _Placed:
    """Gives pages and documents the ids of their places."""

    cut: Cut

    def __call__(self, pages: Iterable[Page], head: Document) -> Iterator[Passage]:
        for one in self.cut(pages, head):
            whole = one.metadata["kind"] == "document"
            yield replace(one, id=head.doc_id if whole else page_id(head.doc_id, one.page))


def page_passages(pages: Iterable[Page], head: Document) -> Iterator[Passage]:
    """Yield one passage a page."""
    for page in pages:
        yield _text_passage(page.markdown, "page", [page], head)


def document_passages(pages: Iterable[Page], head: Document) -> Iterator[Passage]:
    """Yield one passage for all pages that could be read, if any."""
    if read := list(pages):
        yield _text_passage(joined_markdown(read), "document", read, head)


def chunk_passage(chunk: Chunk, total_pages: int | None = None) -> Passage:
    """A chunk as a passage.

    Args:
        chunk: The chunk.
        total_pages: Pages of its document, where they are known.
    """
    metadata = {**flat_metadata(chunk), "page_label": chunk.page_label or str(chunk.page)}
    if total_pages is not None:
        metadata["total_pages"] = total_pages
    return Passage(chunk.chunk_id, chunk.text, chunk.page, metadata, chunk.context)


def _text_passage(text: str, kind: str, pages: list[Page], head: Document) -> Passage:
    first = pages[0]
    metadata: dict[str, Scalar] = {
        "source": head.source,
        "doc_id": head.doc_id,
        "kind": kind,
        "page_number": first.number,
        "page_label": first.label or str(first.number),
        "total_pages": head.page_count,
        "engine": head.engine,
        "trusted": all(page.reading.quality.trusted for page in pages),
    }
    if head.title:
        metadata["title"] = head.title
    identity = chunk_id(head.doc_id, first.number, kind, 0, text)
    return Passage(identity, text, first.number, metadata)


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ConfigurationError(
            f"{name} cannot be {value!r}.", remedy=f"Choose one of {', '.join(choices)}."
        )

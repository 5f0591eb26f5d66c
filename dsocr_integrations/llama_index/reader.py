"""Documents for LlamaIndex, read by DeepSeek-OCR or the embedded engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from llama_index.core.bridge.pydantic import ConfigDict, Field, PrivateAttr
from llama_index.core.readers.base import BasePydanticReader
from llama_index.core.schema import Document

from dsocr_integrations.chunking import Chunker, TokenCounter
from dsocr_integrations.llama_index.async_documents import AsyncDocuments
from dsocr_integrations.llama_index.page_document import to_llama_index
from dsocr_integrations.passages import (
    AddMetadata,
    Export,
    Failure,
    OnError,
    PassageReader,
    chunker_of,
    placed_cut_for,
)
from dsocr_integrations.pickling import checked_state
from dsocr_integrations.rendering.attachments import with_attachments
from dsocr_integrations.runner import Runner
from dsocr_integrations.sources import (
    Source,
    SourceFailure,
    SourceLike,
    SourceResolver,
    StorageOptions,
    resolve_stored,
)

ExtraInfo = dict[str, Any]


class DeepSeekOCRReader(BasePydanticReader):
    """Reads PDFs, images and what else the core reads, one document after the other.

    Usable by itself and as `file_extractor` of `SimpleDirectoryReader`. It gives one `Document` a
    page, whose id is that of the page's place: an ingestion pipeline embeds the pages that have
    changed, and replaces what stood on them. `DeepSeekOCRNodeParser` makes nodes of their chunks,
    with the ids that the LangChain loader gives them.

    Beware that `SimpleDirectoryReader` itself passes over failing files unless it was made
    with `raise_on_error=True`.

    Attributes:
        export: `chunks` (default) for pages that carry their chunks, `pages` for pages to be
            split by something else, or `document` for one `Document` a source.
        engine: `auto`, an engine's name or a server's URL.
        mode: `auto` or the name of a resolution mode; engine, mode and all other settings are as
            configured where they are not given.
        pages: 1-based pages to read, such as `1-3,7,10-`, or their numbers.
        root: Folder or URL that `source` and the ids are relative to.
        allow_private_addresses: Let URLs lead to addresses that are not public.
        attachments: Read what is attached to a document, too, each file as one of its own.
        on_error: `raise` at what cannot be read, or `skip` it into `failures`.
        max_tokens: Upper bound of a chunk, title, headings and caption counted in; the chunker's
            by default, as the next one.
        join_tables: Make a table that goes on over a page break one table (see `Chunker`).
        images: Make an `ImageNode` of each chunk of a figure: its text, and the figure as PNG.

    Arguments only, which are not written as JSON, are `password` (of encrypted documents),
    `storage_options` (fsspec options of stores, and `headers` for http(s)), `count_tokens` (counts
    the tokens of a text, best as the embedder does), `chunker` (makes the chunks, instead of these
    options), `metadata` (says for a passage what its metadata is to have beside what it has) and
    `runner` (a configured one, instead of `engine` and `mode`). A pickled reader keeps all of these
    but the first two, with which it is refused.
    """

    model_config = ConfigDict(extra="forbid")

    is_remote: bool = False
    export: Export = "chunks"
    engine: str | None = None
    mode: str | None = None
    pages: str | int | list[int] | None = None
    root: str | Path | None = None
    allow_private_addresses: bool | None = None
    attachments: bool | None = None
    on_error: OnError = "raise"
    max_tokens: int | None = Field(default=None, gt=0)
    join_tables: bool | None = None
    images: bool = False

    # Private, so that a reader written as JSON carries neither a secret nor an open engine.
    _runner: Runner | None = PrivateAttr(default=None)
    _chunker: Chunker | None = PrivateAttr(default=None)
    _count_tokens: TokenCounter | None = PrivateAttr(default=None)
    _metadata: AddMetadata | None = PrivateAttr(default=None)
    _resolver: SourceResolver = PrivateAttr()
    _reader: PassageReader | None = PrivateAttr(default=None)

    def __init__(
        self,
        *,
        password: str | None = None,
        storage_options: StorageOptions = None,
        count_tokens: TokenCounter | None = None,
        chunker: Chunker | None = None,
        metadata: AddMetadata | None = None,
        runner: Runner | None = None,
        **fields: Any,
    ) -> None:
        super().__init__(**fields)
        self._runner = runner
        self._chunker = chunker
        self._count_tokens = count_tokens
        self._metadata = metadata
        self._resolver = SourceResolver(
            root=self.root,
            pages=self.pages,
            password=password,
            storage_options=storage_options,
            allow_private_addresses=self.allow_private_addresses,
            attachments=self.attachments,
            settings=runner.configuration if runner is not None else None,
        )

    @classmethod
    def class_name(cls) -> str:
        """Name under which LlamaIndex serialises the reader."""
        return "DeepSeekOCRReader"

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Pages and sources that are missing in the last reading of each source."""
        return self._passages().failures

    def lazy_load_data(
        self,
        file: SourceLike | Sequence[SourceLike],
        extra_info: ExtraInfo | None = None,
        fs: Any | None = None,
    ) -> Iterator[Document]:
        """Yield documents as they are read.

        Args:
            file: Path, URL, glob, folder, bytes or file object, or a list of them.
            extra_info: Metadata to add; copied into each document.
            fs: fsspec file system that paths are on.

        Raises:
            SourceError: If a source cannot be opened and `on_error` is `raise`.
            PageReadError: If a page cannot be read and `on_error` is `raise`.
        """
        for passage in self._passages().read(self._sources(file, fs)):
            yield to_llama_index(passage, extra_info, images=self.images)

    def alazy_load_data(  # type: ignore[override]
        self,
        file: SourceLike | Sequence[SourceLike],
        extra_info: ExtraInfo | None = None,
        fs: Any | None = None,
    ) -> AsyncDocuments:
        """As `lazy_load_data`, without blocking the event loop; cancelling ends the reading.

        Returns:
            Documents to be taken by `async for`, awaited before or not.
        """
        arguments = (file, extra_info, fs)
        return AsyncDocuments(
            partial(self._adocuments, *arguments), partial(self.lazy_load_data, *arguments)
        )

    async def aload_data(
        self,
        file: SourceLike | Sequence[SourceLike],
        extra_info: ExtraInfo | None = None,
        fs: Any | None = None,
    ) -> list[Document]:
        """Read everything without blocking the event loop; cancelling ends the reading."""
        async with aclosing(self._adocuments(file, extra_info, fs)) as documents:
            return [document async for document in documents]

    def __reduce__(self) -> tuple[object, ...]:
        """How it is made anew.

        Raises:
            ConfigurationError: If runner or chunker cannot be pickled, or a password would be.
        """
        given = {
            **dict(self),
            "runner": self._runner,
            "chunker": self._chunker,
            "count_tokens": self._count_tokens,
            "metadata": self._metadata,
        }
        checked_state(self.class_name(), {**given, "sources": self._resolver})
        return partial(type(self), **given), ()

    async def _adocuments(
        self, file: SourceLike | Sequence[SourceLike], extra_info: ExtraInfo | None, fs: Any | None
    ) -> AsyncGenerator[Document, None]:
        async with aclosing(self._passages().aread(self._sources(file, fs))) as passages:
            async for passage in passages:
                # Drawing takes its time.
                yield await asyncio.to_thread(
                    to_llama_index, passage, extra_info, images=self.images
                )

    def _passages(self) -> PassageReader:
        if self._reader is None:
            chunker = chunker_of(
                self._chunker,
                max_tokens=self.max_tokens,
                join_tables=self.join_tables,
                count_tokens=self._count_tokens,
            )
            self._reader = PassageReader(
                self._runner or Runner(engine=self.engine, mode=self.mode),
                placed_cut_for(self.export, chunker, self._metadata),
                self.on_error,
            )
        return self._reader

    def _sources(
        self, file: SourceLike | Sequence[SourceLike], fs: Any | None
    ) -> Iterator[Source | SourceFailure]:
        if fs is None or not isinstance(file, str | PurePath | list | tuple):
            found = self._resolver.resolve_all(file)
        else:
            paths = [file] if isinstance(file, str | PurePath) else file
            found = (resolve_stored(fs, str(path), self._resolver) for path in paths)
        return with_attachments(found, self._resolver)

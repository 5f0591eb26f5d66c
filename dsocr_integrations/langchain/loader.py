"""Documents for LangChain, read by DeepSeek-OCR or the embedded engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.engines.base import Engine
from dsocr_integrations.langchain.lc_documents import to_langchain
from dsocr_integrations.passages import Export, Failure, OnError, PassageReader
from dsocr_integrations.runner import Runner
from dsocr_integrations.sources import Source, SourceFailure, SourceLike, resolve_sources
from dsocr_integrations.sources.page_selection import PageSelectionLike


class DeepSeekOCRLoader(BaseLoader):
    """Loads PDFs, images and what else the core reads, lazily, one document after the other.

    Every `Document` has a stable `id` and flat metadata (`source`, `page` 0-based,
    `page_label`, `total_pages`, `kind`, box and engine …) without clocks or local state, so
    `langchain_core.indexing.index` re-adds nothing that has not changed.

    Args:
        file_path: Path, URL, glob, folder, bytes or file object, or a list of them.
        export: `chunks` (default), `pages`, or `document` for one `Document` a source.
        engine: `auto`, an engine's name, a server's URL or an engine.
        mode: `auto` or the name of a resolution mode; engine, mode and all other settings are as
            configured where they are not given.
        pages: 1-based pages to read, such as `"1-3,7,10-"`.
        password: Password of encrypted documents.
        root: Folder that `source` and the ids are relative to; pass it to keep them when the
            folder moves.
        on_error: `raise` at what cannot be read, or `skip` it: each is logged and listed in
            `failures`, and never stands in the text.
        max_tokens: Upper bound of a chunk.
        runner: A configured runner; `engine` and `mode` are then taken from it.
    """

    def __init__(
        self,
        file_path: SourceLike | Sequence[SourceLike],
        *,
        export: Export = "chunks",
        engine: str | Engine | None = None,
        mode: str | None = None,
        pages: PageSelectionLike = None,
        password: str | None = None,
        root: str | Path | None = None,
        on_error: OnError = "raise",
        max_tokens: int = 256,
        runner: Runner | None = None,
    ) -> None:
        self._file_path = file_path
        self._pages = pages
        self._password = password
        self._root = root
        self._reader = PassageReader(
            runner=runner or Runner(engine=engine, mode=mode),
            chunker=Chunker(max_tokens=max_tokens),
            export=export,
            on_error=on_error,
        )

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Pages and sources left out since the last load began."""
        return tuple(self._reader.failures)

    def lazy_load(self) -> Iterator[Document]:
        """Yield documents as they are read.

        Raises:
            SourceError: If a source cannot be opened and `on_error` is `raise`.
            PageReadError: If a page cannot be read and `on_error` is `raise`.
        """
        self._reader.failures.clear()
        yield from map(to_langchain, self._reader.read(self._sources()))

    async def alazy_load(self) -> AsyncIterator[Document]:
        """As `lazy_load`, without blocking the event loop."""
        self._reader.failures.clear()
        async for passage in self._reader.aread(self._sources()):
            yield to_langchain(passage)

    def _sources(self) -> Iterator[Source | SourceFailure]:
        return resolve_sources(
            self._file_path,
            root=self._root,
            pages=self._pages,
            password=self._password,
            settings=self._reader.runner.configuration,
        )

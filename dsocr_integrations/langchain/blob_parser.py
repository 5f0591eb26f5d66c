"""The same reading for LangChain's `GenericLoader` and its blob loaders."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from langchain_core.document_loaders import BaseBlobParser, Blob
from langchain_core.documents import Document

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.engines.base import Engine
from dsocr_integrations.errors import SourceError
from dsocr_integrations.langchain.lc_documents import to_langchain
from dsocr_integrations.passages import Export, Failure, OnError, PassageReader
from dsocr_integrations.runner import Runner
from dsocr_integrations.settings import Settings
from dsocr_integrations.sources import Source, SourceFailure, resolve_source


class DeepSeekOCRBlobParser(BaseBlobParser):
    """Parses a blob, in memory or on disk, into documents like `DeepSeekOCRLoader`'s.

    Args:
        export: `chunks` (default), `pages`, or `document` for one `Document` a blob.
        engine: `auto`, an engine's name, a server's URL or an engine.
        mode: `auto` or the name of a resolution mode; engine, mode and all other settings are as
            configured where they are not given.
        on_error: `raise` at what cannot be read, or `skip` it into `failures`.
        max_tokens: Upper bound of a chunk.
        runner: A configured runner; `engine` and `mode` are then taken from it.
    """

    def __init__(
        self,
        *,
        export: Export = "chunks",
        engine: str | Engine | None = None,
        mode: str | None = None,
        on_error: OnError = "raise",
        max_tokens: int = 256,
        runner: Runner | None = None,
    ) -> None:
        self._reader = PassageReader(
            runner=runner or Runner(engine=engine, mode=mode),
            chunker=Chunker(max_tokens=max_tokens),
            export=export,
            on_error=on_error,
        )

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Pages and blobs left out so far."""
        return tuple(self._reader.failures)

    def lazy_parse(self, blob: Blob) -> Iterator[Document]:
        """Yield the documents of one blob.

        Raises:
            SourceError: If the blob cannot be opened and `on_error` is `raise`.
            PageReadError: If a page cannot be read and `on_error` is `raise`.
        """
        source = _source_of(blob, self._reader.runner.configuration)
        yield from map(to_langchain, self._reader.read(iter([source])))


def _source_of(blob: Blob, settings: Settings) -> Source | SourceFailure:
    named = str(blob.source) if blob.source else None
    try:
        if blob.data is None and blob.path is not None:
            return resolve_source(str(blob.path), settings=settings)
        source = resolve_source(blob.as_bytes(), settings=settings)
    except SourceError as error:
        return SourceFailure(named or "blob", error)
    return dataclasses.replace(source, uri=named, name=named) if named else source

"""The same reading for LangChain's `GenericLoader` and its blob loaders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from langchain_core.document_loaders import BaseBlobParser, Blob
from langchain_core.documents import Document

from dsocr_integrations.chunking import Chunker, TokenCounter
from dsocr_integrations.engines.base import Engine
from dsocr_integrations.langchain.lc_documents import to_langchain
from dsocr_integrations.passages import (
    AddMetadata,
    Export,
    Failure,
    OnError,
    PassageReader,
    chunker_of,
    cut_for,
)
from dsocr_integrations.pickling import checked_state
from dsocr_integrations.rendering.attachments import with_attachments
from dsocr_integrations.runner import Runner
from dsocr_integrations.sources import Source, SourceFailure, SourceResolver, StorageOptions
from dsocr_integrations.sources.page_selection import PageSelectionLike


class DeepSeekOCRBlobParser(BaseBlobParser):
    """Parses a blob, in memory or on disk, into the documents of `DeepSeekOCRLoader`.

    Ids and metadata are those that the loader gives for the blob's path. A `source` in the
    blob's metadata is honoured as it stands, and its other metadata is handed on.

    Args:
        export: `chunks` (default), `pages`, or `document` for one `Document` a blob.
        engine: `auto`, an engine's name, a server's URL or an engine.
        mode: `auto` or the name of a resolution mode; engine, mode and all other settings are as
            configured where they are not given.
        pages: 1-based pages to read, such as `"1-3,7,10-"`.
        password: Password of encrypted documents.
        root: Folder or URL that `source` and the ids are relative to; what the loader is given
            as a folder, for the same ids.
        storage_options: fsspec options of stores, and `headers` for http(s), for blobs that are
            only a URL.
        allow_private_addresses: Let such URLs lead to addresses that are not public.
        attachments: Read what is attached to a document, too, each file as one of its own.
        on_error: `raise` at what cannot be read, or `skip` it into `failures`.
        max_tokens: Upper bound of a chunk, title, headings and caption counted in; the chunker's
            by default, as the next two.
        join_tables: Make a table that goes on over a page break one table (see `Chunker`).
        count_tokens: Counts the tokens of a text, best as the embedder does.
        chunker: Makes the chunks, instead of the three options before.
        context: Begin the content of a chunk with title, heading path and caption, as far as its
            text does not, since that is what is embedded; `context` in the metadata is the same.
        metadata: Says for a passage what its metadata is to have beside what it has.
        runner: A configured runner; `engine` and `mode` are then taken from it.
    """

    def __init__(
        self,
        *,
        export: Export = "chunks",
        engine: str | Engine | None = None,
        mode: str | None = None,
        pages: PageSelectionLike = None,
        password: str | None = None,
        root: str | Path | None = None,
        storage_options: StorageOptions = None,
        allow_private_addresses: bool | None = None,
        attachments: bool | None = None,
        on_error: OnError = "raise",
        max_tokens: int | None = None,
        join_tables: bool | None = None,
        count_tokens: TokenCounter | None = None,
        chunker: Chunker | None = None,
        context: bool = True,
        metadata: AddMetadata | None = None,
        runner: Runner | None = None,
    ) -> None:
        self._context = context
        chunker = chunker_of(
            chunker, max_tokens=max_tokens, join_tables=join_tables, count_tokens=count_tokens
        )
        self._reader = PassageReader(
            runner or Runner(engine=engine, mode=mode),
            cut_for(export, chunker, metadata),
            on_error,
        )
        self._resolver = SourceResolver(
            root=root,
            pages=pages,
            password=password,
            storage_options=storage_options,
            allow_private_addresses=allow_private_addresses,
            attachments=attachments,
            settings=self._reader.runner.configuration,
        )

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Pages and blobs that are missing in the last reading of each blob."""
        return self._reader.failures

    def lazy_parse(self, blob: Blob) -> Iterator[Document]:
        """Yield the documents of one blob.

        Raises:
            SourceError: If the blob cannot be opened and `on_error` is `raise`.
            PageReadError: If a page cannot be read and `on_error` is `raise`.
        """
        for passage in self._reader.read(self._sources(blob)):
            document = to_langchain(passage, context=self._context)
            document.metadata = {**blob.metadata, **document.metadata}
            yield document

    def _sources(self, blob: Blob) -> Iterator[Source | SourceFailure]:
        stated = blob.metadata.get("source")
        found = self._found(blob)
        named = (one if stated is None else replace(one, uri=str(stated)) for one in found)
        return with_attachments(named, self._resolver)

    def _found(self, blob: Blob) -> Iterator[Source | SourceFailure]:
        if blob.data is None:
            return self._resolver.resolve_all(str(blob.path))
        if blob.path is None:
            return self._resolver.resolve_all(blob.as_bytes())
        return iter([self._resolver.resolve_loaded(blob.as_bytes(), str(blob.path))])

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled.

        Raises:
            ConfigurationError: If a part cannot be pickled, or holds a password.
        """
        return checked_state(type(self).__name__, vars(self))

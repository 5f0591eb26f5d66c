"""Documents for LlamaIndex, read by DeepSeek-OCR or the embedded engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

from llama_index.core.bridge.pydantic import ConfigDict, Field, PrivateAttr
from llama_index.core.readers.base import BasePydanticReader
from llama_index.core.schema import Document

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.export import llama_index_record
from dsocr_integrations.passages import Export, Failure, OnError, Passage, PassageReader
from dsocr_integrations.runner import Runner
from dsocr_integrations.sources import (
    Source,
    SourceFailure,
    SourceLike,
    resolve_sources,
    resolve_stored,
)

ExtraInfo = dict[str, Any]


class DeepSeekOCRReader(BasePydanticReader):
    """Reads PDFs, images and what else the core reads, one document after the other.

    Usable by itself and as `file_extractor` of `SimpleDirectoryReader`. Every document has
    the id that the LangChain loader gives it, so ingestion pipelines skip what they know.
    Beware that `SimpleDirectoryReader` itself passes over failing files unless it was made
    with `raise_on_error=True`.

    Attributes:
        export: `chunks` (default), `pages`, or `document` for one document a source.
        engine: `auto`, an engine's name or a server's URL.
        mode: `auto` or the name of a resolution mode; engine, mode and all other settings are as
            configured where they are not given.
        pages: 1-based pages to read, such as `1-3,7,10-`.
        root: Folder that `source` and the ids are relative to.
        on_error: `raise` at what cannot be read, or `skip` it into `failures`.
        max_tokens: Upper bound of a chunk.

    `password` (of encrypted documents) and `runner` (a configured one, instead of `engine` and
    `mode`) are arguments only; they are not serialised.
    """

    model_config = ConfigDict(extra="forbid")

    is_remote: bool = False
    export: Export = "chunks"
    engine: str | None = None
    mode: str | None = None
    pages: str | None = None
    root: str | None = None
    on_error: OnError = "raise"
    max_tokens: int = Field(default=256, gt=0)

    # Private, so that a serialised reader carries neither a secret nor an open engine.
    _password: str | None = PrivateAttr(default=None)
    _runner: Runner | None = PrivateAttr(default=None)
    _reader: PassageReader | None = PrivateAttr(default=None)

    def __init__(
        self, *, password: str | None = None, runner: Runner | None = None, **fields: Any
    ) -> None:
        super().__init__(**fields)
        self._password = password
        self._runner = runner

    @classmethod
    def class_name(cls) -> str:
        """Name under which LlamaIndex serialises the reader."""
        return "DeepSeekOCRReader"

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Pages and sources left out so far."""
        return tuple(self._passages().failures)

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
            fs: fsspec file system that `file` is a path on.

        Raises:
            SourceError: If a source cannot be opened and `on_error` is `raise`.
            PageReadError: If a page cannot be read and `on_error` is `raise`.
        """
        for passage in self._passages().read(self._sources(file, fs)):
            yield _to_llama_index(passage, extra_info)

    async def aload_data(
        self,
        file: SourceLike | Sequence[SourceLike],
        extra_info: ExtraInfo | None = None,
        fs: Any | None = None,
    ) -> list[Document]:
        """Read everything without blocking the event loop."""
        passages = self._passages().aread(self._sources(file, fs))
        return [_to_llama_index(passage, extra_info) async for passage in passages]

    def _passages(self) -> PassageReader:
        if self._reader is None:
            self._reader = PassageReader(
                runner=self._runner or Runner(engine=self.engine, mode=self.mode),
                chunker=Chunker(max_tokens=self.max_tokens),
                export=self.export,
                on_error=self.on_error,
            )
        return self._reader

    def _sources(
        self, file: SourceLike | Sequence[SourceLike], fs: Any | None
    ) -> Iterator[Source | SourceFailure]:
        options: dict[str, Any] = {
            "pages": self.pages,
            "password": self._password,
            "settings": self._passages().runner.configuration,
        }
        if fs is None or not isinstance(file, str | PurePath):
            return resolve_sources(file, root=self.root, **options)
        return iter([resolve_stored(fs, str(file), **options)])


def _to_llama_index(passage: Passage, extra_info: ExtraInfo | None) -> Document:
    return Document(**llama_index_record(passage, extra_info))

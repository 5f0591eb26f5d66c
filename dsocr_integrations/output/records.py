"""The records that an output folder adds to the document: manifest and failure."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dsocr_integrations.records.base import Record
from dsocr_integrations.records.documents import PageError
from dsocr_integrations.records.token_use import TokenUse

MANIFEST_VERSION = "1.1"
"""Up to 1.0, `config` and `fingerprint` named a hash of the code and all parts present."""

MANIFEST_FILE = "manifest.json"
FAILURE_FILE = "failure.json"
DOCUMENT_FILE = "document.json"
MARKDOWN_FILE = "document.md"
CHUNKS_FILE = "chunks.jsonl"
PREVIEW_FILE = "preview.html"
FIGURES_FOLDER = "figures"


class Counts(Record):
    """How much of everything a document holds."""

    pages: int = 0
    errors: int = 0
    blocks: int = 0
    tables: int = 0
    figures: int = 0
    chunks: int = 0


class Manifest(Record):
    """Written last: a folder with a manifest is complete, one without is not.

    Attributes:
        schema_name: Always `dsocr.manifest`.
        schema_version: Version of this layout.
        doc_id: The document.
        source: As in `Document.source`.
        title: As in `Document.title`.
        media_type: As in `Document.media_type`.
        revision: SHA-256 of the source's bytes that were read.
        config: Hash of all that shaped the folder beside the source: reading versions, modes,
            chunker.
        engine: Engine that read it.
        fingerprint: The reading versions of engine, parser and figure stage.
        page_count: Pages of the source, whether asked for or not.
        counts: What the folder holds.
        untrusted: Numbers of the pages kept with a quality flag.
        doubts: How many pages have each reason of such a flag; not kept by former releases.
        tokens: Image and text tokens of its pages, where the engine counts them.
        errors: Pages that could not be read.
        files: SHA-256 of every other file of the folder, by relative path.
    """

    schema_name: Literal["dsocr.manifest"] = "dsocr.manifest"
    schema_version: str = MANIFEST_VERSION
    doc_id: str
    source: str
    title: str | None = None
    media_type: str
    revision: str
    config: str
    engine: str
    fingerprint: str
    page_count: int
    counts: Counts
    untrusted: tuple[int, ...] = ()
    doubts: dict[str, int] = Field(default_factory=dict)
    tokens: TokenUse | None = None
    errors: tuple[PageError, ...] = ()
    files: dict[str, str] = Field(default_factory=dict)

    @property
    def is_former(self) -> bool:
        """Whether `config` cannot be compared, since reading versions were not kept then."""
        return self.schema_version == "1.0"


class FailureRecord(Record):
    """What could not be read, and where a retry finds it.

    Attributes:
        doc_id: The document.
        source: As in `Document.source`.
        origin: Local path or URL to read it from; `None` for bytes that only the caller had.
        revision: SHA-256 of the source's bytes; empty where it could not be opened.
        pages: The page selection it was read with; `None` for all pages.
        errors: The failures; one with the number 0 stands for the whole source.
    """

    schema_name: Literal["dsocr.failure"] = "dsocr.failure"
    schema_version: str = MANIFEST_VERSION
    doc_id: str
    source: str
    origin: str | None
    revision: str = ""
    pages: str | None = None
    errors: tuple[PageError, ...]

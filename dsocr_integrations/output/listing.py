"""What an output folder holds, document by document, as a list of it shows."""

from __future__ import annotations

from dataclasses import dataclass

from dsocr_integrations.output.records import FailureRecord, Manifest
from dsocr_integrations.records.documents import PageError


@dataclass(frozen=True)
class ListedDocument:
    """A document, or a source that could not be opened.

    Attributes:
        doc_id: The document.
        source: As in `Document.source`.
        folder: Its folder, relative to the root.
        title: As in `Document.title`.
        engine: Engine that read it; `None` where nothing was read.
        pages: Pages that were read.
        page_count: Pages of the source; 0 where it could not be opened.
        tables: How many tables it holds.
        figures: How many figures it holds.
        untrusted: Numbers of the pages kept with a quality flag.
        errors: What could not be read; one with the number 0 stands for the whole source.
        files: Names of its files.
    """

    doc_id: str
    source: str
    folder: str
    title: str | None = None
    engine: str | None = None
    pages: int = 0
    page_count: int = 0
    tables: int = 0
    figures: int = 0
    untrusted: tuple[int, ...] = ()
    errors: tuple[PageError, ...] = ()
    files: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, folder: str, manifest: Manifest | None, failure: FailureRecord | None
    ) -> ListedDocument | None:
        """What is known of a document; `None` where neither record is there."""
        known = manifest or failure
        if known is None:
            return None
        errors = failure.errors if failure is not None else known.errors
        if manifest is None:
            return cls(known.doc_id, known.source, folder, errors=errors)
        return cls(
            manifest.doc_id,
            manifest.source,
            folder,
            title=manifest.title,
            engine=manifest.engine,
            pages=manifest.counts.pages,
            page_count=manifest.page_count,
            tables=manifest.counts.tables,
            figures=manifest.counts.figures,
            untrusted=manifest.untrusted,
            errors=errors,
            files=tuple(manifest.files),
        )

"""A document's record out of its pages."""

from __future__ import annotations

from collections.abc import Iterable

from dsocr_integrations.records.documents import Document, Page, PageError
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.rendering import OpenDocument
from dsocr_integrations.runner.page_keys import EngineFacts
from dsocr_integrations.sources import SourceFailure

TITLE_LABELS = frozenset({"title"})


def document_of(
    document: OpenDocument, records: Iterable[Page | PageError], engine: EngineFacts
) -> Document:
    """Gather a document.

    Args:
        document: The open source.
        records: Its pages and failures, in order.
        engine: Who read them.
    """
    pages: list[Page] = []
    errors: list[PageError] = []
    for record in records:
        if isinstance(record, Page):
            pages.append(record)
        else:
            errors.append(record)
    head = document_head(document, engine)
    title = head.title or next((found for page in pages if (found := title_on(page))), None)
    return head.model_copy(update={"title": title, "pages": tuple(pages), "errors": tuple(errors)})


def document_head(document: OpenDocument, engine: EngineFacts) -> Document:
    """A document without its pages: what its file says about itself."""
    source = document.source
    return Document(
        doc_id=document_id(source.uri),
        revision=source.revision,
        source=source.uri,
        media_type=source.media_type,
        title=document.title,
        page_count=document.page_count,
        engine=engine.name,
        fingerprint=engine.fingerprint,
        outline=document.outline,
    )


def failed_document(failure: SourceFailure, engine: EngineFacts) -> Document:
    """A source that could not be opened, as a document whose one error has the number 0."""
    return Document(
        doc_id=document_id(failure.uri),
        revision="",
        source=failure.uri,
        media_type="application/octet-stream",
        page_count=0,
        engine=engine.name,
        fingerprint=engine.fingerprint,
        errors=(PageError(number=0, kind=failure.error.kind, message=str(failure.error)),),
    )


def title_on(page: Page) -> str | None:
    """The first title block of a page, as one line."""
    for block in page.blocks:
        if block.label in TITLE_LABELS and block.text.strip():
            return " ".join(block.text.replace("#", " ").split())
    return None

"""Documents around what is none, so that there is one way to show all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.records.documents import Document, Page
from dsocr_integrations.records.identity import document_id, revision_of


def document_of(given: Document | Page | Iterable[Page] | None) -> Document:
    """A document as it is, or one around pages.

    Raises:
        ConfigurationError: If it is neither.
    """
    if isinstance(given, Document):
        return given
    is_one = isinstance(given, Page) or not isinstance(given, Iterable)
    pages: list[Any] = [given] if is_one else list(given or ())
    if not all(isinstance(page, Page) for page in pages):
        raise ConfigurationError(
            f"OcrExplorer shows documents and pages that were read, not {type(given).__name__}.",
            remedy="Call explore(source) to read a file and show it.",
        )
    return document_of_pages(pages)


def document_of_pages(pages: Iterable[Page]) -> Document:
    """Put pages into a document that has no source."""
    kept = tuple(pages)
    reading = kept[0].reading if kept else None
    return Document(
        doc_id=document_id("pages"),
        revision=revision_of(b""),
        source="",
        title="Pages",
        page_count=max((page.number for page in kept), default=0),
        engine=reading.engine if reading else "",
        fingerprint=reading.fingerprint if reading else "",
        pages=kept,
    )


def empty_document(title: str) -> Document:
    """A document without pages, until there is one."""
    return Document(
        doc_id=document_id(title),
        revision=revision_of(b""),
        source="",
        title=title,
        page_count=0,
        engine="",
        fingerprint="",
    )

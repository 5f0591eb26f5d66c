"""A document as one HTML file that works offline and runs nothing but the viewer."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from dsocr_integrations.preview.assets import saved_page_module
from dsocr_integrations.preview.names import shown_title
from dsocr_integrations.preview.outline import OutlineItem, outline, page_headings
from dsocr_integrations.preview.page_file import PutData, page_file
from dsocr_integrations.preview.page_view import head_view, looked_at, page_entry
from dsocr_integrations.preview.pictures import (
    MAX_PICTURE_BYTES,
    MAX_SIDE,
    PageImages,
    Picture,
    images_of_sources,
    page_pictures,
    side_for,
)
from dsocr_integrations.records.cards import shown_source
from dsocr_integrations.records.documents import Document, Page

logger = logging.getLogger(__name__)

FULL = "The picture of this page is left out: the file holds as many as a browser opens quickly."


def write_html(
    documents: Document | Iterable[Document],
    path: str | Path,
    *,
    images: PageImages | None = None,
    root: str | Path | None = None,
    max_side: int = MAX_SIDE,
    max_picture_bytes: int = MAX_PICTURE_BYTES,
) -> Path:
    """Write one self-contained page that shows documents with their boxes, tables and figures.

    The file loads nothing from anywhere: its content security policy allows its own script
    and style by their hashes, pictures held in the file, and nothing else. What the engine
    read stays text. The same documents give the same bytes.

    Args:
        documents: One document or several, read one at a time.
        path: The file to write; it appears complete or not at all.
        images: Gives the pictures of pages; by default they are rendered from the sources
            that the documents name.
        root: Folder that relative sources are relative to.
        max_side: Longest side of a page picture in pixels.
        max_picture_bytes: Bound of all pictures together, encoded; pages are drawn smaller to
            stay within it.

    Returns:
        The path written.
    """
    if isinstance(documents, Document):
        return write_streamed_html(
            [(documents, documents.pages)],
            path,
            images=images or images_of_sources(root),
            max_side=min(max_side, side_for(len(documents.pages))),
            max_picture_bytes=max_picture_bytes,
        )
    return write_streamed_html(
        ((document, document.pages) for document in documents),
        path,
        images=images or images_of_sources(root),
        max_side=max_side,
        max_picture_bytes=max_picture_bytes,
    )


def write_streamed_html(
    documents: Iterable[tuple[Document, Iterable[Page]]],
    path: str | Path,
    *,
    images: PageImages,
    max_side: int = MAX_SIDE,
    max_picture_bytes: int = MAX_PICTURE_BYTES,
) -> Path:
    """As `write_html`, for documents whose pages come one by one: one page is in memory.

    Args:
        documents: Each document, whose own pages are not looked at, and its pages.
        path: The file to write; it appears complete or not at all.
        images: Gives the pictures of pages.
        max_side: Longest side of a page picture in pixels.
        max_picture_bytes: Bound of all pictures together, encoded.

    Returns:
        The path written.
    """
    path = Path(path)
    pictures = _BoundedPictures(images, max_side, max_picture_bytes)
    rest = iter(documents)
    first = next(rest, None)
    title = _name_of(first[0]) if first else "No document"
    with page_file(path, title, saved_page_module()) as put:
        views: list[dict[str, Any]] = []
        for place, (document, pages) in enumerate(chain([first] if first else [], rest)):
            pictures.expect(document.page_count)
            entries: list[dict[str, Any]] = []
            headings: list[OutlineItem] = []
            for page in pages:
                entries.append(_put_page(put, place, document, page, pictures))
                headings += page_headings(page)
            put(f"dsocr-outline-{place}", outline(headings, document.outline))
            views.append(head_view(document, entries))
        put("dsocr-documents", views)
    if pictures.left_out:
        logger.warning("%s is full: %d pages have no picture in it.", path, pictures.left_out)
    return path


def _put_page(
    put: PutData, place: int, document: Document, page: Page, pictures: _BoundedPictures
) -> dict[str, Any]:
    """Write a page's view and pictures; returns its entry in the list of pages."""
    name = f"{place}-{page.number}"
    without = pictures.left_out
    inline = [_inline(picture) for picture in pictures.of(document, page)]
    view = looked_at(page)
    if pictures.left_out > without:
        view["warnings"].append(FULL)
    put(f"dsocr-page-{name}", view)
    if inline:
        put(f"dsocr-pictures-{name}", inline)
    return page_entry(page)


def _name_of(document: Document) -> str:
    return shown_title(document) or shown_source(document.source) or "Document"


@dataclass
class _BoundedPictures:
    """Pictures of pages that together stay within a number of bytes: each page has its share."""

    images: PageImages
    max_side: int
    bytes_left: int
    pages_left: int = 0
    left_out: int = 0

    def expect(self, pages: int) -> None:
        """Take note of how many pages a document has."""
        self.pages_left = pages

    def of(self, document: Document, page: Page) -> list[Picture]:
        """The pictures of a page that its share has room for."""
        share = max(0, self.bytes_left // max(1, self.pages_left))
        self.pages_left -= 1
        kept = []
        for picture in page_pictures(document, page, self.images, self.max_side, share):
            if len(picture.data) <= share:
                kept.append(picture)
                share -= len(picture.data)
                self.bytes_left -= len(picture.data)
            elif picture.name == "page":
                self.left_out += 1
        return kept


def _inline(picture: Picture) -> dict[str, str]:
    data = base64.b64encode(picture.data).decode("ascii")
    return {"name": picture.name, "url": f"data:{picture.media_type};base64,{data}"}

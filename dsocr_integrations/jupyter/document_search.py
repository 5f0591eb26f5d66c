"""Plain-text search in a document whose pages may still be coming."""

from __future__ import annotations

from dsocr_integrations.preview.find import Found, SearchedBlock, find, searched_blocks
from dsocr_integrations.preview.page_view import page_view
from dsocr_integrations.records.documents import Document


class DocumentSearch:
    """Searches one document after the other; pages are made ready once, when first searched."""

    def __init__(self) -> None:
        self._doc_id = ""
        self._ready: dict[int, list[SearchedBlock]] = {}

    def find(self, document: Document, query: str) -> Found:
        """Find the blocks of what was read so far that hold a query."""
        if document.doc_id != self._doc_id:
            self._doc_id, self._ready = document.doc_id, {}
        if query:
            for page in document.pages:
                if page.number not in self._ready:
                    self._ready[page.number] = searched_blocks(page_view(page))
        blocks = (block for page in document.pages for block in self._ready.get(page.number, ()))
        return find(blocks, query)

"""An index as the widget asks it: the last question, and what it answered."""

from __future__ import annotations

from dsocr_integrations.index.found import Found
from dsocr_integrations.jupyter.indexed_documents import (
    Answered,
    IndexedDocuments,
    Opened,
    Target,
    Where,
)


class IndexSearch:
    """Asks an index, and remembers what its answer leads to.

    Attributes:
        answered: What it answered last.
    """

    def __init__(self, documents: IndexedDocuments) -> None:
        self._documents = documents
        self._asked: tuple[str, Where] | None = None
        self.answered = Answered()

    def is_new(self, query: str, where: Where) -> bool:
        """Whether that is another question than the last one."""
        return (query, where) != self._asked

    def ask(self, query: str, where: Where) -> Answered:
        """Search, or list the documents where there is no query."""
        self._asked = (query, where)
        self.answered = self._documents.answer(query, where)
        return self.answered

    def forget_question(self) -> None:
        """Let the same question be asked again."""
        self._asked = None

    def place_of(self, hit: Found) -> int:
        """The place of a hit in the last answer, -1 for another's."""
        return next((at for at, one in enumerate(self.answered.hits) if one is hit), -1)

    def open(self, target: Target) -> Opened:
        """Open a document, as `IndexedDocuments.open`."""
        return self._documents.open(target)

    def close(self) -> None:
        """Release the index, as `IndexedDocuments.close`."""
        self._documents.close()

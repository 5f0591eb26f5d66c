"""One document as it is read: what is known of it at once, and its pages as they come."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from dsocr_integrations import markdown
from dsocr_integrations.records.documents import Document, Page, PageError
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.records.token_use import TokenUse, page_tokens
from dsocr_integrations.runner.page_keys import EngineFacts
from dsocr_integrations.sources import Source, SourceFailure

TITLE_PAGES = 3
"""Pages that are looked at for a title; the first page of a stream waits for no more."""

_TITLE_LABEL = "title"


@dataclass(frozen=True)
class PageOutcome:
    """A page as it comes out.

    Attributes:
        record: The page, whose markdown is not written yet, or why there is none.
        cached: Whether it was recorded before and not read now.
    """

    record: Page | PageError
    cached: bool = False


class DocumentReading:
    """A document that is read while its pages are taken.

    Iterating gives each `Page` or `PageError` once, in order; none is kept. `errors`, `tokens`,
    `cached` and `spent_vision_tokens`, of the pages not recorded before, speak of the pages that
    have come so far.

    Args:
        head: What the file says of itself: a document without pages.
        outcomes: Its pages, in order of their numbers.
        source: Where it comes from.
        furniture: Whether headers and footers stand in the markdown.
    """

    def __init__(
        self,
        head: Document,
        outcomes: Iterable[PageOutcome],
        source: Source,
        *,
        furniture: bool,
    ) -> None:
        self.source = source
        self._furniture = furniture
        self.tokens = TokenUse()
        self.cached = 0
        self.spent_vision_tokens = 0
        self._head = head
        self._outcomes = iter(outcomes)
        self._looked_at: deque[PageOutcome] = deque()
        self._come = 0
        self._errors: list[PageError] = []
        self._title = head.title

    def __iter__(self) -> Iterator[Page | PageError]:
        return self.records()

    def records(
        self, illustrated: Callable[[Page], Page] | None = None
    ) -> Iterator[Page | PageError]:
        """Yield each page or failure.

        Args:
            illustrated: Gives the figures of a page their pictures, before its markdown, in
                which these stand, is written.
        """
        while self._looked_at or self._look_at_next():
            record = self._looked_at.popleft().record
            if isinstance(record, Page):
                record = self._written(record if illustrated is None else illustrated(record))
            yield record

    @property
    def opened(self) -> Document:
        """The document as its file alone describes it: no page is waited for."""
        return self._head

    @property
    def head(self) -> Document:
        """The document without its pages.

        Its title is the one in the file's metadata, else the first title block of the first
        `TITLE_PAGES` pages that are read, for which this waits.
        """
        while self._title is None and self._come < TITLE_PAGES and self._look_at_next():
            pass
        return self._head.model_copy(update={"title": self._title})

    @property
    def errors(self) -> tuple[PageError, ...]:
        """Pages that could not be read."""
        return tuple(self._errors)

    def has_pages(self) -> bool:
        """Whether any page can be read, for the first of which this waits."""
        while self._come == len(self._errors) and self._look_at_next():
            pass
        return self._come > len(self._errors)

    def joined(self, known: Iterable[Page]) -> DocumentReading:
        """The reading with pages of an earlier one among those read now.

        Args:
            known: The pages, in order of their numbers.
        """
        earlier = (PageOutcome(page, cached=True) for page in known)
        parts = (earlier, chain(self._looked_at, self._outcomes))
        merged = heapq.merge(*parts, key=lambda outcome: outcome.record.number)
        return DocumentReading(self._head, merged, self.source, furniture=self._furniture)

    def _written(self, page: Page) -> Page:
        text = markdown.render(page.blocks, figures=page.figures, page_furniture=self._furniture)
        return page.model_copy(update={"markdown": text})

    def _look_at_next(self) -> bool:
        outcome = next(self._outcomes, None)
        if outcome is None:
            return False
        record = outcome.record
        self._come += 1
        self.cached += outcome.cached
        if isinstance(record, PageError):
            self._errors.append(record)
        else:
            tokens = page_tokens(record)
            self.tokens += tokens
            self.spent_vision_tokens += 0 if outcome.cached else tokens.spent_vision_tokens
            if self._title is None and self._come <= TITLE_PAGES:
                self._title = _title_on(record)
        self._looked_at.append(outcome)
        return True


def whole_document(head: Document, records: Iterable[Page | PageError]) -> Document:
    """A document with its pages and failures.

    Args:
        head: The document without them.
        records: Pages and failures, in order.
    """
    pages: list[Page] = []
    errors: list[PageError] = []
    for record in records:
        if isinstance(record, Page):
            pages.append(record)
        else:
            errors.append(record)
    return head.model_copy(update={"pages": tuple(pages), "errors": tuple(errors)})


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


def _title_on(page: Page) -> str | None:
    """The first title block of a page, as one line."""
    for block in page.blocks:
        if block.label == _TITLE_LABEL and block.text.strip():
            return " ".join(block.text.replace("#", " ").split())
    return None

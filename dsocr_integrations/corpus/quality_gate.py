"""Whether what was read is good enough to be searched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field, ValidationError

from dsocr_integrations.corpus.entries import Entry
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.records.base import Record


@dataclass
class Tally:
    """Counts of what an index step would take up.

    Attributes:
        documents: Documents, those that could not be read among them.
        failed: Of these, the ones that could not be read.
        pages: Pages that were read.
        failed_pages: Pages that could not be read.
        untrusted: Of the pages read, those with a quality flag.
        looped: Of these, those that repeat themselves.
        empty: Of these, those that say nothing though there is something.
    """

    documents: int = 0
    failed: int = 0
    pages: int = 0
    failed_pages: int = 0
    untrusted: int = 0
    looped: int = 0
    empty: int = 0

    def add(self, entry: Entry) -> None:
        """Count one more."""
        self.documents += 1
        self.failed += not entry.has_document
        self.pages += entry.pages
        self.failed_pages += entry.failed_pages
        self.untrusted += entry.untrusted
        self.looped += entry.looped
        self.empty += entry.empty


class QualityGate(Record):
    """Shares (0–1) of what was read, beyond which it does not reach the index.

    Attributes:
        failed: Of the documents, or of their pages, those that could not be read.
        untrusted: Of the pages read, those with a quality flag, whatever the reason.
        looped: Of the pages read, those that repeat themselves.
        empty: Of the pages read, those that say nothing though there is something.
        min_documents: Documents below which shares tell nothing and the gate is open.
    """

    failed: float = Field(default=0.05, ge=0, le=1)
    untrusted: float = Field(default=0.25, ge=0, le=1)
    looped: float = Field(default=0.05, ge=0, le=1)
    empty: float = Field(default=0.05, ge=0, le=1)
    min_documents: int = Field(default=20, ge=1)

    def reasons(self, tally: Tally) -> tuple[str, ...]:
        """Why the gate is closed, a clause for each reason; nothing where it is open."""
        if tally.documents < self.min_documents:
            return ()
        pages = tally.pages + tally.failed_pages
        judged = (
            (tally.failed, tally.documents, self.failed, "documents could not be read"),
            (tally.failed_pages, pages, self.failed, "pages could not be read"),
            (tally.untrusted, tally.pages, self.untrusted, "pages are not to be trusted"),
            (tally.looped, tally.pages, self.looped, "pages repeat themselves"),
            (tally.empty, tally.pages, self.empty, "pages say nothing though something is on them"),
        )
        return tuple(
            f"{part} of {whole} {what} ({part / whole:.0%}, allowed are {allowed:.0%})"
            for part, whole, allowed, what in judged
            if whole and part / whole > allowed
        )


def gate_of(bounds: Mapping[str, Any]) -> QualityGate:
    """A gate by the names of its bounds, numbers also as text.

    Raises:
        ConfigurationError: If a name or a value is none.
    """
    try:
        return QualityGate(**bounds)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()
        )
        raise ConfigurationError(
            f"The quality gate cannot be set so: {wrong}.",
            remedy=f"Known are {', '.join(QualityGate.model_fields)}; shares are from 0 to 1.",
        ) from None

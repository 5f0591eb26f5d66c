"""What an ingest did; with `Progress` the only record that holds times."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from dsocr_integrations.output.records import FailureRecord
from dsocr_integrations.records.token_use import TokenUse
from dsocr_integrations.sources.left_out import left_out_told


@dataclass(frozen=True)
class IngestReport:
    """Counts of one run.

    Attributes:
        documents: Documents written.
        unchanged: Documents that were complete already and were not touched.
        pages: Pages of the written documents.
        cached: Of these, pages recorded by an earlier run and not read again.
        failed_pages: Pages that could not be read.
        chunks: Chunks of the written documents.
        indexed: Documents put into the index.
        failures: Every source with something missing, those of untouched documents included.
        doc_ids: Ids of all documents that the run saw complete, in order.
        revisions: SHA-256 of the bytes that each of them was read from, in the same order.
        pruned: Sources of documents that were removed because they are not there any more.
        seconds: Wall-clock time.
        left_out: Files of folders that are of no kind that can be read: how many of each suffix,
            hidden ones not counted.
        unchanged_pages: Pages of the documents that were complete already.
        tokens: Tokens of the pages of written documents, recorded ones included.
        spent_vision_tokens: Image tokens of all attempts at those that were not recorded before.
    """

    documents: int
    unchanged: int
    pages: int
    cached: int
    failed_pages: int
    chunks: int
    indexed: int
    failures: tuple[FailureRecord, ...]
    doc_ids: tuple[str, ...]
    seconds: float
    pruned: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    unchanged_pages: int = 0
    tokens: TokenUse = field(default_factory=TokenUse)
    spent_vision_tokens: int = 0
    revisions: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Hash of which documents the run saw complete, and of what bytes.

        Another order gives the same.
        """
        seen = sorted(zip(self.doc_ids, self.revisions, strict=True))
        return hashlib.sha256(
            "".join(f"{one}\0{read}\0" for one, read in seen).encode()
        ).hexdigest()

    @property
    def pages_per_second(self) -> float:
        """Pages that were read, not those recorded before, for each second."""
        return (self.pages - self.cached) / self.seconds if self.seconds > 0 else 0.0

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.failures

    @property
    def unread(self) -> int:
        """Sources of which nothing could be read."""
        return len({failure.doc_id for failure in self.failures} - set(self.doc_ids))

    @property
    def summary(self) -> str:
        """The counts as a sentence for logs and terminals."""
        pages = _counted(self.pages, "page")
        parts = [
            f"{_counted(self.documents, 'document')} read ({pages}, {self.cached} from the cache)",
            f"{self.unchanged} unchanged",
            _counted(self.chunks, "chunk"),
            f"{len(self.failures)} with failures",
        ]
        if self.pruned:
            parts.append(f"{len(self.pruned)} removed")
        return "; ".join(filter(None, (", ".join(parts), left_out_told(self.left_out)))) + "."


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"

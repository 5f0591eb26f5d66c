"""What an ingest did; with `Progress` the only record that holds times."""

from __future__ import annotations

from dataclasses import dataclass, field

from dsocr_integrations.output.records import FailureRecord
from dsocr_integrations.token_use import TokenUse


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
        pruned: Sources of documents that were removed because they are not there any more.
        seconds: Wall-clock time.
        tokens: Tokens of the pages of written documents, recorded ones included.
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
    tokens: TokenUse = field(default_factory=TokenUse)

    @property
    def pages_per_second(self) -> float:
        """Pages that were read, not those recorded before, for each second."""
        return (self.pages - self.cached) / self.seconds if self.seconds > 0 else 0.0

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.failures

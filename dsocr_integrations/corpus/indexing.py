"""The last step of a run: what was read into the index, and what is gone out of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dsocr_integrations.corpus.entries import Entry, Listed
from dsocr_integrations.corpus.quality_gate import QualityGate, Tally
from dsocr_integrations.corpus.records import Listing, RunReport, total
from dsocr_integrations.errors import QualityError
from dsocr_integrations.preview.index_page import MAX_LISTED, write_index_page

if TYPE_CHECKING:
    from dsocr_integrations.corpus.state import CorpusState
    from dsocr_integrations.index.base import Index
    from dsocr_integrations.output import OutputFolder


def index_run(
    state: CorpusState,
    run: str,
    output: OutputFolder,
    index: Index | None,
    *,
    gate: QualityGate | None = None,
) -> RunReport:
    """Bring index and output in step with the ledger.

    The ledger knows afterwards what the run read, whether the gate let it pass or not. What the gate
    held back is judged again by the next run, together with what that has read.

    Args:
        state: The corpus's state.
        run: Name of the run.
        output: Where documents were written.
        index: Index, opened for writing by nobody else.
        gate: Judges what was read before it is searched; by default as `QualityGate` has it.

    Raises:
        SourceNotFoundError: If the run has listed nothing yet.
        QualityError: If the gate is closed.
        IndexMismatchError: If the index holds readings of another engine.
    """
    listing = state.expect_listing(run)
    state.settle()
    waiting, indexed = Tally(), 0
    for entry in state.ledger():
        if entry.pending:
            waiting.add(entry)
        else:
            indexed += entry.has_document
    if reasons := (gate or QualityGate()).reasons(waiting):
        raise QualityError(
            f"Nothing was indexed: {'; '.join(reasons)}.",
            remedy=f"The documents are in {output.root}. Read them again with better settings, or"
            " raise the gate's bounds.",
        )
    if index is not None and "://" not in listing.source:
        # For the pictures of hits.
        index.add_root(listing.source)
    gone = {one.listed for one in state.work(run) if one.change == "gone"}
    # The ledger says that it got more: it is another one, or made anew.
    is_lost = index is not None and index.stats().documents < indexed
    step = _Step(output, index, gone, is_lost=is_lost)
    if is_lost or gone or waiting.documents:
        state.write_ledger(step.settled(state.ledger()))
    else:
        step.count(state.ledger())
    report = step.report(state, listing)
    if report.documents <= MAX_LISTED and (gone or waiting.documents):
        write_index_page(output)
    state.write_report(report)
    return report


class _Step:
    """One index step, entry by entry.

    Args:
        output: The output folder.
        index: The index.
        gone: Objects that are not there any more.
        is_lost: Whether the index gets every document.
    """

    def __init__(
        self, output: OutputFolder, index: Index | None, gone: set[Listed], *, is_lost: bool
    ) -> None:
        self._is_lost = is_lost
        self._output = output
        self._index = index
        self._gone = gone
        self._digest = hashlib.sha256()
        self._indexed = self._pruned = self._failed = self._quarantined = self._documents = 0

    def settled(self, ledger: Iterator[Entry]) -> Iterator[Entry]:
        """The ledger as it is once everything is taken up."""
        for entry in ledger:
            # One that came back since it was missed is another entry.
            if entry.listed in self._gone:
                self._prune(entry)
                continue
            settled = self._taken_up(entry) if entry.pending or self._is_lost else entry
            self._count(settled)
            yield settled

    def count(self, ledger: Iterator[Entry]) -> None:
        """Count a ledger that stays as it is."""
        for entry in ledger:
            self._count(entry)

    def report(self, state: CorpusState, listing: Listing) -> RunReport:
        """What the run came to."""
        shards = list(state.shard_reports(listing.run))
        return RunReport(
            listing=listing,
            cost=total(one.cost for one in shards),
            cached=sum(one.cached for one in shards),
            indexed=self._indexed,
            pruned=self._pruned,
            failed=self._failed,
            quarantined=self._quarantined,
            documents=self._documents,
            sha256=self._digest.hexdigest(),
        )

    def _prune(self, entry: Entry) -> None:
        # The index first: a document found there is always in the output.
        if self._index is not None:
            self._index.delete_document(entry.doc_id)
        self._output.delete(entry.doc_id)
        self._pruned += 1

    def _taken_up(self, entry: Entry) -> Entry:
        if not entry.has_document:
            return entry._replace(pending=False)
        manifest = self._output.manifest(entry.doc_id)
        if manifest is None:
            reason = "Its document is not in the output any more."
            return entry._replace(outcome="failed", reason=reason, pending=False)
        if self._index is not None:
            self._index.upsert_document(
                manifest.doc_id,
                self._output.chunks(manifest.doc_id),
                revision=manifest.revision,
                engine=manifest.engine,
                fingerprint=manifest.fingerprint,
            )
        self._indexed += 1
        return entry._replace(pending=False)

    def _count(self, entry: Entry) -> None:
        self._failed += entry.outcome in {"failed", "partial"}
        self._quarantined += entry.outcome == "quarantined"
        if entry.has_document:
            self._documents += 1
            self._digest.update(f"{entry.key}\0{entry.revision}\0".encode())

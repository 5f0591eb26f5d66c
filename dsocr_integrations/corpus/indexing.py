"""The last step of a run: what was read into the index, and what is gone out of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dsocr_integrations.corpus.entries import Entry, Listed, Taken
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
    held back is judged again by the next run, together with what that has read. What another run
    notes meanwhile stays as that run noted it.

    Args:
        state: The corpus's state.
        run: Name of the run.
        output: Where documents were written.
        index: Index, opened for writing.
        gate: Judges what was read before it is searched; by default as `QualityGate` has it.

    Raises:
        SourceNotFoundError: If the run has listed nothing yet.
        QualityError: If the gate is closed.
        IndexMismatchError: If the index holds readings of another engine.
    """
    listing = state.expect_listing(run)
    with state.known() as known:
        waiting, indexed = Tally(), 0
        for entry in known():
            if entry.pending:
                waiting.add(entry)
            else:
                indexed += entry.has_document
        if reasons := (gate or QualityGate()).reasons(waiting):
            raise QualityError(
                f"Nothing was indexed: {'; '.join(reasons)}.",
                remedy=f"The documents are in {output.root}. Read them again with better settings,"
                " or raise the gate's bounds.",
            )
        if index is not None and "://" not in listing.source:
            # For the pictures of hits.
            index.add_root(listing.source)
        gone = {one.listed for one in state.work(run) if one.change == "gone"}
        # The ledger says that it got more: it is another one, or made anew.
        is_lost = index is not None and index.stats().documents < indexed
        step = _Step(output, index, gone, is_lost=is_lost)
        state.write_taken(run, step.taken(known()))
    state.settle()
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

    def taken(self, ledger: Iterator[Entry]) -> Iterator[Taken]:
        """Take up all that is to be taken up; what was done, as it is done."""
        for entry in ledger:
            taken = self._taken(entry)
            if taken is not None:
                yield taken
            left = entry if taken is None else taken.applied(entry)
            if left is not None:
                self._count(left)

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

    def _taken(self, entry: Entry) -> Taken | None:
        # One that came back since it was missed is another entry.
        if entry.listed in self._gone:
            self._prune(entry)
            return Taken.of(entry, "gone")
        if not entry.pending and not self._is_lost:
            return None
        if entry.has_document and not self._is_put(entry):
            return Taken.of(entry, "lost")
        return Taken.of(entry, "settled")

    def _prune(self, entry: Entry) -> None:
        # The index first: a document found there is always in the output.
        if self._index is not None:
            self._index.delete_document(entry.doc_id)
        self._output.delete(entry.doc_id)
        self._pruned += 1

    def _is_put(self, entry: Entry) -> bool:
        """Put a document into the index; false where the output does not hold it any more."""
        manifest = self._output.manifest(entry.doc_id)
        if manifest is None:
            return False
        if self._index is not None:
            self._index.upsert_document(
                manifest.doc_id,
                self._output.chunks(manifest.doc_id),
                revision=manifest.revision,
                engine=manifest.engine,
                fingerprint=manifest.fingerprint,
            )
        self._indexed += 1
        return True

    def _count(self, entry: Entry) -> None:
        self._failed += entry.outcome in {"failed", "partial"}
        self._quarantined += entry.outcome == "quarantined"
        if entry.has_document:
            self._documents += 1
            self._digest.update(f"{entry.key}\0{entry.revision}\0".encode())

"""The third step of a run: one shard into the output folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsocr_integrations.corpus.entries import Entry, Outcome, Work
from dsocr_integrations.corpus.listing import address_of
from dsocr_integrations.corpus.records import Cost, ShardReport
from dsocr_integrations.ingestion import ingest
from dsocr_integrations.records.documents import PASSING
from dsocr_integrations.records.identity import document_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dsocr_integrations.corpus.state import CorpusState
    from dsocr_integrations.ingestion.report import IngestReport
    from dsocr_integrations.output import OutputFolder
    from dsocr_integrations.output.records import FailureRecord
    from dsocr_integrations.records.documents import PageError
    from dsocr_integrations.runner import Runner

MAX_REASON = 500


@dataclass(frozen=True)
class ShardReading:
    """What came of a shard.

    Attributes:
        report: What it came to.
        ingested: The same as an ingest tells it.
    """

    report: ShardReport
    ingested: IngestReport


def read_shard(
    state: CorpusState,
    run: str,
    shard: int,
    output: OutputFolder,
    *,
    runner: Runner,
    **options: Any,
) -> ShardReading:
    """Read a shard's documents and note what came of each.

    What cannot be read fails nobody: it is noted. A shard that was read to its end before is
    looked through again, which reads no page.

    Args:
        state: The corpus's state.
        run: Name of the run.
        shard: Number of the shard.
        output: Where documents are written.
        runner: Reads the pages. Tasks on several hosts need a page cache on a store, lest what a
            killed one had read is read again.
        options: As for `ingest`, such as `storage_options`, `preview` and `password`.

    Raises:
        SourceNotFoundError: If there is no such shard.
        EngineUnavailableError: If the engine as a whole cannot run; what was read is kept.
    """
    source = state.expect_listing(run).source
    work = state.shard(run, shard)
    addresses = [address_of(source, one.key) for one in work]
    # The index step writes it, once.
    options.setdefault("index_page", False)
    # The ledger has a line for each object; what is attached to one is none.
    options["attachments"] = False
    report = ingest(addresses, output, runner=runner, root=source, **options)
    outcomes = _Outcomes(output, report, run)
    entries = [outcomes.entry(one, address) for one, address in zip(work, addresses, strict=True)]
    result = ShardReport(
        shard=shard,
        cost=Cost(
            documents=len(work),
            bytes=sum(one.size for one in work),
            pages=sum(entry.pages for entry in entries),
            vision_tokens=report.spent_vision_tokens,
            task_hours=report.seconds / 3600,
        ),
        cached=report.cached + report.unchanged_pages,
        failed=sum(entry.outcome in {"failed", "partial"} for entry in entries),
        quarantined=sum(entry.outcome == "quarantined" for entry in entries),
    )
    state.write_outcomes(run, entries, result)
    return ShardReading(result, report)


class _Outcomes:
    """What came of each document of an ingest.

    Args:
        output: Where documents were written.
        report: What the ingest did.
        run: Name of the run.
    """

    def __init__(self, output: OutputFolder, report: IngestReport, run: str) -> None:
        self._output = output
        self._run = run
        self._failures = {failure.doc_id: failure for failure in report.failures}
        self._seen = {*report.doc_ids, *self._failures}

    def entry(self, work: Work, address: str) -> Entry:
        """The ledger's line for an object.

        Args:
            work: The object.
            address: Its path or URL, which its document is known by where its key is another's.
        """
        names = (document_id(work.key), document_id(address))
        doc_id = next((one for one in names if one in self._seen), names[0])
        failure = self._failures.get(doc_id)
        manifest = None if _is_unopened(failure) else self._output.manifest(doc_id)
        errors = () if failure is None else failure.errors
        return Entry(
            *work.listed,
            outcome=_outcome(failure),
            reason=_reason(errors),
            doc_id=doc_id,
            revision=manifest.revision if manifest else "",
            pages=manifest.counts.pages if manifest else 0,
            failed_pages=manifest.counts.errors if manifest else 0,
            untrusted=len(manifest.untrusted) if manifest else 0,
            looped=manifest.doubts.get("loop", 0) if manifest else 0,
            empty=manifest.doubts.get("empty", 0) if manifest else 0,
            run=self._run,
            pending=True,
        )


def _outcome(failure: FailureRecord | None) -> Outcome:
    if failure is None:
        return "read"
    if _is_unopened(failure):
        return "failed" if failure.errors[0].kind in PASSING else "quarantined"
    return "partial" if any(error.kind in PASSING for error in failure.errors) else "read"


def _is_unopened(failure: FailureRecord | None) -> bool:
    return failure is not None and any(error.number == 0 for error in failure.errors)


def _reason(errors: Iterable[PageError]) -> str:
    first = next(iter(errors), None)
    if first is None:
        return ""
    place = f"page {first.number}: " if first.number else ""
    return f"{place}{first.message}"[:MAX_REASON]

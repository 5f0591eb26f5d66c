"""Whether a task whose run left something out has failed, and whether to try it again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Literal

from dsocr_integrations.airflow.compat import (
    AirflowException,
    AirflowFailException,
    AirflowSkipException,
)
from dsocr_integrations.airflow.wording import told
from dsocr_integrations.records.documents import PASSING

if TYPE_CHECKING:
    from dsocr_integrations.ingestion.report import IngestReport
    from dsocr_integrations.records.documents import PageError

    Failures = list[tuple[str, PageError]]

OnEmpty = Literal["skip", "fail"]

logger = logging.getLogger(__name__)

EMPTY = "empty"
"""Kind of a folder or glob that holds nothing: nothing of it is missing."""

MAX_NAMED = 5


def judge(
    report: IngestReport,
    root: str,
    *,
    fail_on_partial: bool,
    max_failed_ratio: float,
    on_empty: OnEmpty,
) -> None:
    """Log how much is missing and raise if it is too much.

    Args:
        report: What the run did.
        root: Where its results are.
        fail_on_partial: Whether anything missing is too much.
        max_failed_ratio: Share (0–1) of sources, or of the pages of those that could be opened,
            above which it is.
        on_empty: What becomes of a task that found nothing to read.

    Raises:
        AirflowException: If too much is missing and another try may read it.
        AirflowFailException: If too much is missing and no try will, or nothing was found.
        AirflowSkipException: If nothing was found.
    """
    failures = [(one.source, error) for one in report.failures for error in one.errors]
    missing = [(source, error) for source, error in failures if error.kind != EMPTY]
    if not report.doc_ids and not missing:
        named = f": {_told(*failures[0])}" if failures else "."
        raise (AirflowSkipException if on_empty == "skip" else AirflowFailException)(
            f"There was no document to read{named}"
        )
    sources = [one for one in missing if not one[1].number]
    pages = [one for one in missing if one[1].number]
    of_sources = len({*report.doc_ids, *(one.doc_id for one in report.failures)})
    of_sources -= sum(error.kind == EMPTY for _, error in failures)
    of_pages = len(pages) + report.pages + report.unchanged_pages
    counts = (
        f"{len(sources)} of {of_sources} sources and {len(pages)} of {of_pages} pages could not be"
        " read"
    )
    share = max(_share(sources, of_sources), _share(pages, of_pages))
    if share <= max_failed_ratio and not (missing and fail_on_partial):
        if missing:
            logger.warning("%s. %s", counts, _named(missing))
        return
    allowed = (
        "nothing may be missing" if fail_on_partial else f"{max_failed_ratio:g} may be missing"
    )
    may_pass = any(error.kind in PASSING for _, error in missing)
    raise (AirflowException if may_pass else AirflowFailException)(
        f"{counts}, of each {allowed}; the results are in {root}. {_named(missing)}"
    )


def _share(missing: Failures, every: int) -> float:
    return len(missing) / every if every else 0.0


def _named(missing: Failures) -> str:
    first = "; ".join(_told(*one) for one in missing[:MAX_NAMED])
    left = len(missing) - MAX_NAMED
    return f"What failed: {first}" + (f" … and {left} more." if left > 0 else "")


def _told(source: str, error: PageError) -> str:
    # A source that could not be opened has no page that could be named.
    place = f", page {error.number}" if error.number else ""
    return f"{source}{place} ({error.kind}): {told(error.message)}"

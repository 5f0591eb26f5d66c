"""Whether a task whose run left something out has failed, and whether to try it again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from dsocr_integrations.airflow.compat import AirflowException, AirflowFailException

if TYPE_CHECKING:
    from dsocr_integrations.ingestion.report import IngestReport
    from dsocr_integrations.records.documents import PageError

logger = logging.getLogger(__name__)

PASSING = frozenset({"download", "engine", "timeout", "crash"})
"""Kinds of failure that another try may not meet; any other one is final."""

MAX_LOGGED = 50


def judge(
    report: IngestReport,
    root: str,
    *,
    fail_on_partial: bool,
    max_failed_ratio: float | None,
) -> None:
    """Log what is missing and raise if it is too much.

    Args:
        report: What the run did.
        root: Where its results are.
        fail_on_partial: Whether anything missing is too much.
        max_failed_ratio: Share of pages (0–1) above which it is; a source that could not be
            opened counts as one page.

    Raises:
        AirflowException: If too much is missing and another try may read it.
        AirflowFailException: If too much is missing and no try will.
    """
    errors = [(failure.source, error) for failure in report.failures for error in failure.errors]
    for source, error in errors[:MAX_LOGGED]:
        logger.warning("%s", _told(source, error))
    if not errors:
        return
    pages = report.pages + report.unchanged_pages
    share = len(errors) / (len(errors) + pages)
    too_many = max_failed_ratio is not None and share > max_failed_ratio
    if pages and not fail_on_partial and not too_many:
        return
    message = (
        f"{len(errors)} pages or files could not be read, {pages} pages could; "
        f"the results are in {root}. The first: {_told(*errors[0])}"
    )
    may_pass = any(error.kind in PASSING for _, error in errors)
    raise (AirflowException if may_pass else AirflowFailException)(message)


def _told(source: str, error: PageError) -> str:
    # A source that could not be opened has no page that could be named.
    place = f", page {error.number}" if error.number else ""
    return f"{source}{place} ({error.kind}): {error.message}"

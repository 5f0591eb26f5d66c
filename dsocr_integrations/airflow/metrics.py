"""What a task counts in Airflow's own metrics, wherever these are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsocr_integrations.airflow.compat import Stats

if TYPE_CHECKING:
    from dsocr_integrations.ingestion.report import IngestReport


def count(report: IngestReport, *, dag_id: str, task_id: str, engine: str) -> None:
    """Count a run, whether its task succeeds or not.

    Args:
        report: What it did.
        dag_id: Tag of each metric.
        task_id: The same.
        engine: The same: the engine's name.
    """
    tags = {"dag_id": dag_id, "task_id": task_id, "engine": engine}
    errors = [error for failure in report.failures for error in failure.errors]
    counts = {
        "documents": report.documents,
        "pages": report.pages - report.cached,
        "cached_pages": report.cached,
        "failed_pages": sum(error.number != 0 for error in errors),
        "failed_sources": sum(error.number == 0 for error in errors),
        "vision_tokens": report.spent_vision_tokens,
    }
    for name, number in counts.items():
        Stats.incr(f"dsocr.{name}", number, tags=tags)
    Stats.timing("dsocr.duration", report.seconds * 1000, tags=tags)

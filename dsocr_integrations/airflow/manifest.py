"""What a task leaves in XCom: counts, ids and failures, bounded in size."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dsocr_integrations.airflow.compat import AirflowFailException
from dsocr_integrations.index.postgres import shown

if TYPE_CHECKING:
    from dsocr_integrations.ingestion.report import IngestReport
    from dsocr_integrations.output import OutputFolder
    from dsocr_integrations.runner import Runner

MAX_IDS = 200
MAX_FAILURES = 20
MAX_MESSAGE = 300


def manifest_of(
    report: IngestReport, runner: Runner, output_uri: str, index: str | None
) -> dict[str, Any]:
    """Sum a run up as JSON of at most a few kilobytes, however much was read.

    Returns:
        Output and index, engine, counts, the first document ids and the first failures, each
        list with the number of entries left out.
    """
    failures = [
        {
            "source": failure.source,
            "page": error.number,
            "kind": error.kind,
            "message": error.message[:MAX_MESSAGE],
        }
        for failure in report.failures
        for error in failure.errors
    ]
    return {
        "output_uri": output_uri,
        "index": index and shown(index),  # without a password
        "engine": runner.engine.name,
        "engine_fingerprint": runner.fingerprint,
        "documents": report.documents,
        "unchanged": report.unchanged,
        "pages": report.pages,
        "cached_pages": report.cached,
        "failed_pages": sum(failure["page"] != 0 for failure in failures),
        "failed_sources": sum(failure["page"] == 0 for failure in failures),
        "chunks": report.chunks,
        "indexed": report.indexed,
        "doc_ids": list(report.doc_ids[:MAX_IDS]),
        "doc_ids_left_out": max(0, len(report.doc_ids) - MAX_IDS),
        "failures": failures[:MAX_FAILURES],
        "failures_left_out": max(0, len(failures) - MAX_FAILURES),
    }


def inline_documents(
    folder: OutputFolder, doc_ids: Sequence[str], max_bytes: int
) -> list[dict[str, Any]]:
    """List chunks as `{"text", "metadata"}`, the form in which embedding operators take them.

    Raises:
        AirflowFailException: If the list is larger than `max_bytes` of JSON.
    """
    from dsocr_integrations.export import airflow_record, passages_of_document

    documents: list[dict[str, Any]] = []
    size = 0
    for manifest in filter(None, map(folder.manifest, doc_ids)):
        for passage in passages_of_document(folder, manifest):
            documents.append(airflow_record(passage))
            size += len(json.dumps(documents[-1])) + len(", ")  # or the list's own brackets
            if size > max_bytes:
                raise AirflowFailException(
                    f"The chunks are larger than max_inline_bytes={max_bytes}; "
                    f"read the chunks.jsonl files under {folder.root} instead."
                )
    return documents

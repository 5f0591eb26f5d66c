"""What a task leaves in XCom: counts, ids and failures, bounded in size."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsocr_integrations.airflow.wording import told
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
        Output and index, engine, counts, a hash of what was read, the first document ids and the
        first failures, each list with the number of entries left out.
    """
    failures = [
        {
            "source": failure.source,
            "page": error.number,
            "kind": error.kind,
            "message": told(error.message)[:MAX_MESSAGE],
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
        "pruned": len(report.pruned),
        "sha256": report.sha256,
        "doc_ids": list(report.doc_ids[:MAX_IDS]),
        "doc_ids_left_out": max(0, len(report.doc_ids) - MAX_IDS),
        "failures": failures[:MAX_FAILURES],
        "failures_left_out": max(0, len(failures) - MAX_FAILURES),
    }


def told_to_assets(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What of a task's manifest its asset events carry: all but the lists."""
    lists = {"doc_ids", "doc_ids_left_out", "failures", "failures_left_out"}
    return {name: value for name, value in manifest.items() if name not in lists}


def inline_documents(
    folder: OutputFolder, doc_ids: Sequence[str], max_bytes: int
) -> list[dict[str, Any]] | None:
    """List chunks as `{"text", "metadata"}`, the form in which embedding operators take them.

    Returns:
        The list; `None` if it is larger than `max_bytes` of JSON.
    """
    documents: list[dict[str, Any]] = []
    size = 0
    for record in _records(folder, doc_ids):
        documents.append(record)
        size += len(json.dumps(record)) + len(", ")  # or the list's own brackets
        if size > max_bytes:
            return None
    return documents


def documents_file(folder: OutputFolder, doc_ids: Sequence[str]) -> str:
    """Write the same list into the output, a line of JSON each; returns its URI.

    The same documents give the same name, so that a second try leaves no second file.
    """
    named = hashlib.sha256("\n".join(doc_ids).encode()).hexdigest()[:16]
    name = f"documents-{named}.jsonl"
    with tempfile.TemporaryDirectory() as place:
        local = Path(place, name)
        with local.open("w", encoding="utf-8") as file:
            for record in _records(folder, doc_ids):
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
        folder.tree.adopt(local, name)
    return f"{uri_of(folder)}/{name}"


def uri_of(folder: OutputFolder) -> str:
    """Where an output folder is, as a URI."""
    return folder.root if "://" in folder.root else f"file://{folder.root}"


def _records(folder: OutputFolder, doc_ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    from dsocr_integrations.export import airflow_record, passages_of_document

    for manifest in filter(None, map(folder.manifest, doc_ids)):
        yield from map(airflow_record, passages_of_document(folder, manifest))

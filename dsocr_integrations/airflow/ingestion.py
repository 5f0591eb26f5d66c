"""What a task does: its sources into its output folder and its index."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from dsocr_integrations.airflow import metrics
from dsocr_integrations.airflow.hooks import DeepSeekOCRHook
from dsocr_integrations.airflow.manifest import manifest_of
from dsocr_integrations.airflow.previewed import Previewed
from dsocr_integrations.airflow.progress_log import progress_logger
from dsocr_integrations.airflow.task_index import index_place, opened_index
from dsocr_integrations.airflow.task_sources import (
    StoredAddress,
    TaskSources,
    absolute,
    options_of_store,
)
from dsocr_integrations.index.postgres import shown
from dsocr_integrations.ingestion import ingest, retry_failed
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.preview.folder import write_source_html

if TYPE_CHECKING:
    from dsocr_integrations.airflow.operators import DeepSeekOCROperator
    from dsocr_integrations.index.base import Index
    from dsocr_integrations.ingestion.report import IngestReport
    from dsocr_integrations.runner import Runner


@dataclass(frozen=True)
class Ingested:
    """What a task's run left behind.

    Attributes:
        folder: The output folder.
        report: What was read and what failed.
        manifest: The counts and ids that XCom carries.
        previewed: What the page of the API server shows, if anything.
    """

    folder: OutputFolder
    report: IngestReport
    manifest: dict[str, Any]
    previewed: Previewed | None


def run_ingestion(task: DeepSeekOCROperator, *, index_page: bool) -> Ingested:
    """Read a task's sources.

    Args:
        task: The operator with its rendered fields.
        index_page: Whether it writes the page of the whole output.

    Raises:
        DsocrError: If nothing can be read at all.
    """
    sources = None if task.only_failed else TaskSources.of(task.sources, task.source_conn_id)
    output = StoredAddress.of(task.output_uri, task.output_conn_id, field="output_uri")
    folder = OutputFolder(output.address, storage_options=output.storage_options())
    hook = DeepSeekOCRHook(task.dsocr_conn_id)
    settings = hook.settings()
    place = index_place(task, settings)
    with contextlib.ExitStack() as stack:
        runner = stack.enter_context(
            hook.get_conn(
                mode=task.mode,
                cache=task.cache,
                cache_conn_id=task.cache_conn_id,
                progress=progress_logger(task.log),
            )
        )
        task.log.info(
            "Reading with %s into %s, index: %s",
            runner.engine.name,
            folder.root,
            shown(place) if place else "none",
        )
        vectors = None if runner.cache is None else runner.cache.root
        index = stack.enter_context(opened_index(task, settings, vectors=vectors))
        report = _report(task, sources, folder, runner, index, index_page=index_page)
        task.log.info("%s: %s", folder.root, report.summary)
        metrics.count(report, dag_id=task.dag_id, task_id=task.task_id, engine=runner.engine.name)
        manifest = manifest_of(report, runner, output.address, place)
    shows = task.preview and report.doc_ids
    previewed = Previewed.of(output, report.doc_ids, unread=report.unread) if shows else None
    return Ingested(folder, report, manifest, previewed)


def _report(
    task: DeepSeekOCROperator,
    sources: TaskSources | None,
    folder: OutputFolder,
    runner: Runner,
    index: Index | None,
    *,
    index_page: bool,
) -> IngestReport:
    given: dict[str, Any] = {
        "runner": runner,
        "index_page": index_page,
        "index": index,
        "preview": write_source_html if task.preview else None,
        "password": password_of(task.password_conn_id),
    }
    if sources is None:
        options_of = partial(options_of_store, conn_id=task.source_conn_id)
        return retry_failed(folder, storage_options=options_of, **given)
    return ingest(
        sources.addresses,
        folder,
        existing=task.on_existing,
        root=task.root and absolute(task.root, field="root"),
        pages=task.pages or None,
        prune=task.prune,
        attachments=task.attachments,
        storage_options=sources.options_of,
        **given,
    )


def password_of(conn_id: str | None) -> str | None:
    """The password of encrypted documents that a connection holds."""
    return DeepSeekOCRHook.get_connection(conn_id).password if conn_id else None

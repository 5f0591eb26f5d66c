"""What a task does: its sources into its output folder and its index."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsocr_integrations.airflow.compat import ObjectStoragePath
from dsocr_integrations.airflow.hooks import DeepSeekOCRHook
from dsocr_integrations.airflow.manifest import manifest_of
from dsocr_integrations.airflow.progress_log import progress_logger
from dsocr_integrations.index import open_index
from dsocr_integrations.ingestion import ingest
from dsocr_integrations.output import OutputFolder, folder_of
from dsocr_integrations.preview.folder import write_source_html

if TYPE_CHECKING:
    from dsocr_integrations.airflow.operators import DeepSeekOCROperator
    from dsocr_integrations.index.base import Index
    from dsocr_integrations.ingestion.report import IngestReport
    from dsocr_integrations.settings import Settings


@dataclass(frozen=True)
class Ingested:
    """What a task's run left behind.

    Attributes:
        folder: The output folder.
        report: What was read and what failed.
        manifest: The counts and ids that XCom carries.
        preview_link: Address of the first document's HTML page, else of the folder.
    """

    folder: OutputFolder
    report: IngestReport
    manifest: dict[str, Any]
    preview_link: str


def run_ingestion(task: DeepSeekOCROperator) -> Ingested:
    """Read a task's sources.

    Args:
        task: The operator with its rendered fields.

    Raises:
        DsocrError: If nothing can be read at all.
    """
    sources = [task.sources] if isinstance(task.sources, str) else list(task.sources)
    folder = OutputFolder(
        task.output_uri, storage_options=_store(task.output_uri, task.output_conn_id)
    )
    hook = DeepSeekOCRHook(task.dsocr_conn_id)
    settings = hook.settings()
    place = settings.index if task.index is None else task.index
    with contextlib.ExitStack() as stack:
        runner = stack.enter_context(
            hook.get_conn(mode=task.mode, progress=progress_logger(task.log.info))
        )
        task.log.info("Reading with %s (%s)", runner.engine.name, runner.fingerprint)
        report = ingest(
            sources,
            folder,
            runner=runner,
            index=stack.enter_context(_opened_index(task, place, settings)),
            preview=write_source_html if task.preview else None,
            existing=task.on_existing,
            root=task.root,
            pages=task.pages,
            storage_options=_store(
                next((uri for uri in sources if "://" in uri), ""), task.source_conn_id
            ),
        )
        task.log.info("%s: %s", folder.root, report.summary)
        manifest = manifest_of(report, runner, task.output_uri, place)
    link = _preview_link(folder, report.doc_ids if task.preview else ())
    return Ingested(folder, report, manifest, link)


@contextlib.contextmanager
def _opened_index(
    task: DeepSeekOCROperator, place: str | None, settings: Settings
) -> Iterator[Index | None]:
    if not place:
        yield None
        return
    with open_index(
        place,
        embedder=settings.embedder if task.embedder is None else task.embedder,
        allow_mixed_engines=task.allow_mixed_engines,
        vector_cache=settings.cache or False,
    ) as index:
        yield index


def _preview_link(folder: OutputFolder, doc_ids: Sequence[str]) -> str:
    root = folder.root if "://" in folder.root else f"file://{folder.root}"
    return f"{root}/{folder_of(doc_ids[0])}/preview.html" if doc_ids else root


def _store(uri: str, conn_id: str | None) -> dict[str, Any]:
    """Options for fsspec that hold the credentials of an Airflow connection."""
    if conn_id is None or "://" not in uri:
        return {}
    return dict(ObjectStoragePath(uri, conn_id=conn_id).fs.storage_options)

"""The operator: documents into an output folder and an index, a small manifest into XCom."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

from dsocr_integrations.airflow.compat import (
    AirflowException,
    AirflowFailException,
    BaseOperator,
    ObjectStoragePath,
)
from dsocr_integrations.airflow.hooks import DEFAULT_CONNECTION, DeepSeekOcrHook
from dsocr_integrations.airflow.links import DeepSeekOcrPreviewLink
from dsocr_integrations.airflow.manifest import inline_documents, manifest_of
from dsocr_integrations.airflow.progress_log import progress_logger
from dsocr_integrations.airflow.verdict import judge

if TYPE_CHECKING:
    from dsocr_integrations.airflow.compat import Context
    from dsocr_integrations.index.base import Index
    from dsocr_integrations.output import OutputFolder

OnExisting = Literal["skip", "replace"]


class DeepSeekOcrOperator(BaseOperator):
    """Reads documents with DeepSeek-OCR, or with the embedded engine where there is no model.

    Results lie under `output_uri`, one folder a document (`document.json`, `document.md`,
    `chunks.jsonl`, `figures/`, `preview.html`, `manifest.json`). XCom gets counts, ids and the
    first failures. Documents that are complete and unchanged are not read again, and a task
    that is tried again goes on behind the last recorded page.

    Args:
        sources: Path, URL, glob or folder, or a list of them. (templated)
        output_uri: Local folder or fsspec URL. (templated)
        dsocr_conn_id: Connection that says which engine reads. (templated)
        source_conn_id: Connection with the credentials of an object store that the sources lie
            on, such as `aws_default`. (templated)
        output_conn_id: The same for `output_uri`. (templated)
        index: Search index to keep in step, a folder on a local disk. (templated)
        embedder: `local` for vectors beside the full text, or `none`.
        root: Folder that identities are relative to; by default the folder given. (templated)
        pages: 1-based pages to read of each document, such as `1-3,7,10-`. (templated)
        mode: Resolution mode instead of the connection's. (templated)
        on_existing: `skip` what is complete and unchanged, or `replace` it.
        fail_on_partial: Fail when anything could not be read; by default only when nothing
            could.
        max_failed_ratio: Fail when a larger share of pages could not be read (0–1); a source
            that could not be opened counts as one page.
        preview: Write an HTML page for each document.
        return_documents: Also push the chunks as `[{"text", "metadata"}]` under the XCom key
            `documents`, as embedding operators take them.
        max_inline_bytes: Bound of that list.
    """

    template_fields: Sequence[str] = (
        "sources",
        "output_uri",
        "dsocr_conn_id",
        "source_conn_id",
        "output_conn_id",
        "index",
        "root",
        "pages",
        "mode",
    )
    template_fields_renderers: ClassVar[dict[str, str]] = {"sources": "json"}
    operator_extra_links = (DeepSeekOcrPreviewLink(),)
    ui_color = "#dbe7f3"

    def __init__(
        self,
        *,
        sources: str | Sequence[str],
        output_uri: str,
        dsocr_conn_id: str = DEFAULT_CONNECTION,
        source_conn_id: str | None = None,
        output_conn_id: str | None = None,
        index: str | None = None,
        embedder: str = "none",
        root: str | None = None,
        pages: str | None = None,
        mode: str | None = None,
        on_existing: OnExisting = "skip",
        fail_on_partial: bool = False,
        max_failed_ratio: float | None = None,
        preview: bool = True,
        return_documents: bool = False,
        max_inline_bytes: int = 65_536,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if on_existing not in get_args(OnExisting):
            raise ValueError(f"on_existing must be one of {get_args(OnExisting)}.")
        if max_failed_ratio is not None and not 0 <= max_failed_ratio <= 1:
            raise ValueError("max_failed_ratio must be between 0 and 1.")
        self.sources = sources
        self.output_uri = output_uri
        self.dsocr_conn_id = dsocr_conn_id
        self.source_conn_id = source_conn_id
        self.output_conn_id = output_conn_id
        self.index = index
        self.embedder = embedder
        self.root = root
        self.pages = pages
        self.mode = mode
        self.on_existing = on_existing
        self.fail_on_partial = fail_on_partial
        self.max_failed_ratio = max_failed_ratio
        self.preview = preview
        self.return_documents = return_documents
        self.max_inline_bytes = max_inline_bytes
        self.preview_link = ""

    def execute(self, context: Context) -> dict[str, Any]:
        """Read, write, index and judge what came of it.

        Raises:
            AirflowFailException: If a further try cannot help: broken or encrypted files, an
                unusable configuration, an index of another engine.
            AirflowException: If it may: an unreachable server, time limits, downloads.
        """
        from dsocr_integrations.errors import (
            DownloadError,
            DsocrError,
            EngineUnavailableError,
        )

        try:
            return self._run(context)
        except (DownloadError, EngineUnavailableError) as error:
            raise AirflowException(str(error)) from error
        except DsocrError as error:
            raise AirflowFailException(str(error)) from error

    def _run(self, context: Context) -> dict[str, Any]:
        from dsocr_integrations.ingest import ingest, retry_failed
        from dsocr_integrations.output import OutputFolder

        folder = OutputFolder(
            self.output_uri, storage_options=_store(self.output_uri, self.output_conn_id)
        )
        sources = [self.sources] if isinstance(self.sources, str) else list(self.sources)
        first = sources[0] if sources else ""
        hook = DeepSeekOcrHook(self.dsocr_conn_id)
        with contextlib.ExitStack() as stack:
            runner = stack.enter_context(
                hook.get_conn(mode=self.mode, progress=progress_logger(self.log.info))
            )
            self.log.info("Reading with %s (%s)", runner.engine.name, runner.fingerprint)
            shared = {
                "runner": runner,
                "index": self._open_index(stack),
                "preview": self._preview_writer(),
            }
            if context["ti"].try_number > 1:
                # Complete documents are not looked at again, so their failed pages are first.
                retry_failed(folder, **shared)
            report = ingest(
                self.sources if isinstance(self.sources, str) else sources,
                folder,
                **shared,
                existing=self.on_existing,
                root=self.root,
                pages=self.pages,
                storage_options=_store(first, self.source_conn_id),
            )
            manifest = manifest_of(report, runner, self.output_uri, self.index)
        self._keep_link(folder, report.doc_ids)
        judge(
            report,
            folder,
            fail_on_partial=self.fail_on_partial,
            max_failed_ratio=self.max_failed_ratio,
        )
        if self.return_documents:
            documents = inline_documents(folder, report.doc_ids, self.max_inline_bytes)
            context["ti"].xcom_push(key="documents", value=documents)
        return manifest

    def _open_index(self, stack: contextlib.ExitStack) -> Index | None:
        if not self.index:
            return None
        from dsocr_integrations.index import load_embedder, open_index

        return stack.enter_context(open_index(self.index, embedder=load_embedder(self.embedder)))

    def _preview_writer(self) -> Any:
        if not self.preview:
            return None
        from dsocr_integrations.preview.folder import write_source_html

        return write_source_html

    def _keep_link(self, folder: OutputFolder, doc_ids: Sequence[str]) -> None:
        from dsocr_integrations.output import folder_of

        root = folder.root if "://" in folder.root else f"file://{folder.root}"
        page = f"/{folder_of(doc_ids[0])}/preview.html" if doc_ids and self.preview else ""
        self.preview_link = f"{root}{page}"


def _store(uri: str, conn_id: str | None) -> dict[str, Any]:
    """Options for fsspec that hold the credentials of an Airflow connection."""
    if conn_id is None or "://" not in uri:
        return {}
    return dict(ObjectStoragePath(uri, conn_id=conn_id).fs.storage_options)

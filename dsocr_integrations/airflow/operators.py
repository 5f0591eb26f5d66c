"""The operator: documents into an output folder and an index, a small manifest into XCom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

from dsocr_integrations.airflow.asset_events import tell_assets
from dsocr_integrations.airflow.compat import BaseOperator
from dsocr_integrations.airflow.hooks import DEFAULT_CONNECTION
from dsocr_integrations.airflow.links import DeepSeekOCRPreviewLink
from dsocr_integrations.airflow.manifest import documents_file, inline_documents, told_to_assets
from dsocr_integrations.airflow.task_errors import ending_the_task
from dsocr_integrations.airflow.task_sources import text_of_paths
from dsocr_integrations.airflow.under_way import UnderWay
from dsocr_integrations.airflow.verdict import OnEmpty, judge

if TYPE_CHECKING:
    from pathlib import Path

    from dsocr_integrations.airflow.compat import Context, ObjectStoragePath
    from dsocr_integrations.airflow.ingestion import Ingested

    SourceOfTask = str | Path | ObjectStoragePath
    SourcesOfTask = SourceOfTask | Sequence[SourceOfTask]

OnExisting = Literal["skip", "replace"]


class DeepSeekOCROperator(BaseOperator):
    """Reads documents with DeepSeek-OCR, or with the embedded engine where there is no model.

    Results lie under `output_uri`, one folder a document, called like it (`document.json`,
    `document.md`, `chunks.jsonl`, `figures/`, `preview.html`, `manifest.json`), and a page that
    lists them (`index.html`), unless the task is a mapped one. XCom gets counts, ids and the
    first failures. Documents that are complete and unchanged are not read again; pages that
    failed are, by the next try and the next run. A task that is tried again goes on behind the
    last recorded page. Assets among its `outlets` get the counts, and a hash of names and contents,
    as `extra` of their events.

    Args:
        sources: Absolute path, URL, glob or folder, or a list of them: strings, `Path` or
            `ObjectStoragePath`, also as a template renders such a list. (templated)
        output_uri: Local folder or fsspec URL. (templated)
        only_failed: Instead of sources, read again what failed in earlier runs of this output,
            whoever named it, and nothing else; as `dsocr retry` does.
        dsocr_conn_id: Connection that says which engine reads. (templated)
        source_conn_id: Connection with the credentials of the object stores that the sources lie
            on, such as `aws_default`; `s3://connection@bucket/…` names another one. (templated)
        output_conn_id: The same for `output_uri`. (templated)
        cache: Folder or URL of the page cache instead of the connection's; workers without a
            shared disk have one on a store in common, so that a retry on any of them goes on
            behind the last recorded page. An empty string for none. (templated)
        cache_conn_id: The same for `cache`. (templated)
        index: Search index to keep in step: a folder on a local disk, or the URL of a
            PostgreSQL database, which workers on several hosts can share. The worker's
            `DSOCR_INDEX` where it is not given; an empty string for none. (templated)
        index_conn_id: Connection of type `postgres` to the database that holds the index, in place
            of `index`, which may then be `postgresql://?schema=NAME`. (templated)
        embedder: `local` for vectors beside the full text, `none`, or any other name that
            `docs/incremental.md` lists; the worker's `DSOCR_EMBEDDER` where it is not given.
        allow_mixed_engines: Let the index hold readings of several engines.
        root: Folder that identities are relative to; by default the folder given. (templated)
        pages: 1-based pages to read of each document, such as `1-3,7,10-`. (templated)
        mode: Resolution mode instead of the connection's. (templated)
        on_existing: `skip` what is complete and unchanged, or `replace` it.
        on_empty: `skip` or `fail` the task where no document was found.
        prune: Remove from output and index what is under the sources, which must be whole
            folders, no more.
        attachments: Read what is attached to PDFs and mails as documents of their own, too; as the
            worker's `DSOCR_ATTACHMENTS` says where it is not given.
        password_conn_id: Connection whose password opens encrypted documents. (templated)
        fail_on_partial: Fail when anything could not be read.
        max_failed_ratio: Fail when a larger share (0–1) could not be read of the sources, or of
            the pages of those that could be opened; what failed is named.
        preview: Write an HTML page for each document.
        return_documents: Also push the chunks as `[{"text", "metadata"}]` under the XCom key
            `documents`, as embedding operators take them.
        max_inline_bytes: Bound of that list; a larger one is written into the output as lines of
            JSON, and its URI pushed as `documents_uri`.
    """

    template_fields: Sequence[str] = (
        "sources",
        "output_uri",
        "dsocr_conn_id",
        "source_conn_id",
        "output_conn_id",
        "cache",
        "cache_conn_id",
        "index",
        "index_conn_id",
        "root",
        "pages",
        "mode",
        "password_conn_id",
    )
    template_fields_renderers: ClassVar[dict[str, str]] = {"sources": "json"}
    operator_extra_links = (DeepSeekOCRPreviewLink(),)
    ui_color = "#dbe7f3"

    def __init__(
        self,
        *,
        output_uri: SourceOfTask,
        sources: SourcesOfTask | None = None,
        only_failed: bool = False,
        dsocr_conn_id: str = DEFAULT_CONNECTION,
        source_conn_id: str | None = None,
        output_conn_id: str | None = None,
        cache: SourceOfTask | None = None,
        cache_conn_id: str | None = None,
        index: str | None = None,
        index_conn_id: str | None = None,
        embedder: str | None = None,
        allow_mixed_engines: bool = False,
        root: str | None = None,
        pages: str | None = None,
        mode: str | None = None,
        on_existing: OnExisting = "skip",
        on_empty: OnEmpty = "skip",
        prune: bool = False,
        attachments: bool | None = None,
        password_conn_id: str | None = None,
        fail_on_partial: bool = False,
        max_failed_ratio: float = 0.05,
        preview: bool = True,
        return_documents: bool = False,
        max_inline_bytes: int = 65_536,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if only_failed and (sources is not None or prune):
            raise ValueError("only_failed takes neither sources nor prune.")
        if sources is None and not only_failed:
            raise ValueError("sources is missing.")
        if on_existing not in get_args(OnExisting):
            raise ValueError(f"on_existing must be one of {get_args(OnExisting)}.")
        if on_empty not in get_args(OnEmpty):
            raise ValueError(f"on_empty must be one of {get_args(OnEmpty)}.")
        if not 0 <= max_failed_ratio <= 1:
            raise ValueError("max_failed_ratio must be between 0 and 1.")
        self.sources = text_of_paths(sources)
        self.output_uri = text_of_paths(output_uri)
        self.only_failed = only_failed
        self.dsocr_conn_id = dsocr_conn_id
        self.source_conn_id = source_conn_id
        self.output_conn_id = output_conn_id
        self.cache = text_of_paths(cache)
        self.cache_conn_id = cache_conn_id
        self.index = index
        self.index_conn_id = index_conn_id
        self.embedder = embedder
        self.allow_mixed_engines = allow_mixed_engines
        self.root = root
        self.pages = pages
        self.mode = mode
        self.on_existing = on_existing
        self.on_empty = on_empty
        self.prune = prune
        self.attachments = attachments
        self.password_conn_id = password_conn_id
        self.fail_on_partial = fail_on_partial
        self.max_failed_ratio = max_failed_ratio
        self.preview = preview
        self.return_documents = return_documents
        self.max_inline_bytes = max_inline_bytes
        self.has_previews = False
        self._under_way = UnderWay()

    def execute(self, context: Context) -> dict[str, Any]:
        """Read, write, index and judge what came of it.

        Raises:
            AirflowFailException: If a further try cannot help: broken or encrypted files, an
                unusable configuration, an index of another engine.
            AirflowException: If it may: an unreachable server, time limits, downloads.
            AirflowSkipException: If there was nothing to read.
        """
        from dsocr_integrations.airflow.ingestion import run_ingestion

        with self._under_way, ending_the_task():
            # Of mapped tasks none knows which is the last.
            is_mapped = getattr(context["ti"], "map_index", -1) >= 0
            ingested = run_ingestion(self, index_page=not is_mapped)
            self._note_previews(context, ingested)
            judge(
                ingested.report,
                ingested.folder.root,
                fail_on_partial=self.fail_on_partial,
                max_failed_ratio=self.max_failed_ratio,
                on_empty=self.on_empty,
            )
        if self.return_documents:
            self._push_documents(context, ingested)
        tell_assets(self, context, told_to_assets(ingested.manifest))
        return ingested.manifest

    def on_kill(self) -> None:
        """End what is under way."""
        self._under_way.end()

    def _note_previews(self, context: Context, ingested: Ingested) -> None:
        from dsocr_integrations.airflow.previewed import XCOM_KEY

        if ingested.previewed is not None:
            context["ti"].xcom_push(key=XCOM_KEY, value=ingested.previewed.as_xcom())
            self.has_previews = True

    def _push_documents(self, context: Context, ingested: Ingested) -> None:
        folder, doc_ids = ingested.folder, ingested.report.doc_ids
        documents = inline_documents(folder, doc_ids, self.max_inline_bytes)
        if documents is not None:
            context["ti"].xcom_push(key="documents", value=documents)
            return
        uri = documents_file(folder, doc_ids)
        context["ti"].xcom_push(key="documents_uri", value=uri)
        self.log.info("The chunks are too many for XCom and are in %s", uri)


DeepSeekOcrOperator = DeepSeekOCROperator
"""The operator's former name, for the DAGs that use it."""

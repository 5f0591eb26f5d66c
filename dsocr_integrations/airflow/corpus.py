"""Operators for a corpus that grows: list what is new, plan, read in mapped tasks, index.

What they know of each other lies in a state folder on any store: XCom carries counts and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from dsocr_integrations.airflow import metrics
from dsocr_integrations.airflow.asset_events import tell_assets
from dsocr_integrations.airflow.compat import AirflowSkipException, BaseOperator
from dsocr_integrations.airflow.corpus_places import CorpusPlaces, opened_state
from dsocr_integrations.airflow.hooks import DEFAULT_CONNECTION, DeepSeekOCRHook
from dsocr_integrations.airflow.links import DeepSeekOCRPreviewLink
from dsocr_integrations.airflow.progress_log import progress_logger
from dsocr_integrations.airflow.task_errors import ending_the_task
from dsocr_integrations.airflow.task_sources import StoredAddress, text_of_paths, whole_number
from dsocr_integrations.airflow.under_way import UnderWay

if TYPE_CHECKING:
    from dsocr_integrations.airflow.compat import Context
    from dsocr_integrations.airflow.operators import SourceOfTask
    from dsocr_integrations.corpus import CorpusState

OF_THE_RUN = "{{ ts_nodash | default(run_id) }}"
"""A run is called by its logical date, so that a backfill does what that date listed."""

MAX_SHOWN = 100
"""Documents that a mapped task names for its previews: XCom holds them for each of a thousand."""


class CorpusOperator(BaseOperator):
    """A step of a run over a corpus.

    Args:
        state_uri: Local folder or fsspec URL of what runs know of each other and of the corpus;
            of one corpus only. (templated)
        state_conn_id: Connection with the credentials of its store, where its URL names none.
            (templated)
        run: Name of the run; by default its logical date, or its id where it has none. (templated)
    """

    template_fields: Sequence[str] = ("state_uri", "state_conn_id", "run")

    def __init__(
        self,
        *,
        state_uri: SourceOfTask,
        state_conn_id: str | None = None,
        run: str = OF_THE_RUN,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.state_uri = text_of_paths(state_uri)
        self.state_conn_id = state_conn_id
        self.run = run
        self._under_way = UnderWay()

    def on_kill(self) -> None:
        """End what is under way."""
        self._under_way.end()

    @property
    def run_name(self) -> str:
        """Name of the run as files can have it."""
        return re.sub(r"[^\w.+-]", "-", self.run)

    def state(self) -> CorpusState:
        """The state, opened with the connection's credentials."""
        return opened_state(self.state_uri, self.state_conn_id)


class OcrListOperator(CorpusOperator):
    """Lists a folder and notes what is new, has changed, is to be tried again, or is gone.

    Only the store's listings are asked for, never an object. XCom gets the counts. A run that has
    listed once does what it found then, whenever it is repeated.

    Args:
        source: Local folder or fsspec URL of the documents. (templated)
        source_conn_id: Connection with the credentials of its store, where its URL names none.
            (templated)
        excluded: Folders or URLs that are left out where they lie in it, such as the output.
            (templated)
        again: What is read again though it has not changed: `failed` for what failed for a passing
            reason, `quarantined` for what could not be read too, `all`. (templated)
    """

    template_fields: Sequence[str] = (
        *CorpusOperator.template_fields,
        "source",
        "source_conn_id",
        "excluded",
        "again",
    )

    def __init__(
        self,
        *,
        source: SourceOfTask,
        source_conn_id: str | None = None,
        excluded: Sequence[str] = (),
        again: str = "failed",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source = text_of_paths(source)
        self.source_conn_id = source_conn_id
        self.excluded = text_of_paths(excluded)
        self.again = again

    def execute(self, context: Context) -> dict[str, Any]:  # noqa: ARG002 - Airflow's
        """List and compare; returns the counts."""
        from dsocr_integrations.corpus import list_new
        from dsocr_integrations.corpus.changes import again_named

        corpus = CorpusPlaces(
            self.source, self.state_uri, self.source_conn_id, self.state_conn_id, self.excluded
        )
        with self._under_way, ending_the_task():
            listing = list_new(
                corpus.state(),
                self.run_name,
                corpus.place.address,
                corpus.objects(),
                again=again_named(self.again),
            )
        self.log.info("%s", listing.summary)
        return listing.model_dump()


class OcrPlanOperator(CorpusOperator):
    """Divides what a run has to read into shards, one for each task that reads.

    Returns the shards' numbers, for `OcrReadOperator.partial(…).expand(shard=plan.output)`; pushes
    what the reading is expected to cost as `plan`.

    Args:
        pages_per_task: Pages of a shard. (templated)
        max_tasks: Shards that there may be; they grow where there would be more. (templated)
    """

    template_fields: Sequence[str] = (
        *CorpusOperator.template_fields,
        "pages_per_task",
        "max_tasks",
    )

    def __init__(
        self, *, pages_per_task: int | str = 200, max_tasks: int | str = 1000, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.pages_per_task = pages_per_task
        self.max_tasks = max_tasks

    def execute(self, context: Context) -> list[int]:
        """Divide; returns the numbers of the shards."""
        from dsocr_integrations.corpus import plan_shards

        with self._under_way, ending_the_task():
            plan = plan_shards(
                self.state(),
                self.run_name,
                pages_each=whole_number(self.pages_per_task, field="pages_per_task"),
                most=whole_number(self.max_tasks, field="max_tasks"),
            )
        self.log.info("%s", plan.summary)
        context["ti"].xcom_push(key="plan", value=plan.model_dump())
        return list(range(plan.shards))


class OcrReadOperator(CorpusOperator):
    """Reads one shard into the output; tasks on hosts that share no disk may read others beside it.

    What cannot be read is noted and fails no task: the index step judges it. A task that is tried
    again goes on behind the last recorded page.

    Args:
        shard: Number of the shard.
        source: As in `OcrListOperator`; tells the credentials. (templated)
        output_uri: Local folder or fsspec URL. (templated)
        dsocr_conn_id: Connection that says which engine reads. (templated)
        source_conn_id: As in `OcrListOperator`. (templated)
        output_conn_id: The same for `output_uri`. (templated)
        cache: Folder or URL of the page cache instead of the connection's. (templated)
        cache_conn_id: The same for `cache`. (templated)
        mode: Resolution mode instead of the connection's. (templated)
        password_conn_id: Connection whose password opens encrypted documents. (templated)
        preview: Write an HTML page for each document.
    """

    template_fields: Sequence[str] = (
        *CorpusOperator.template_fields,
        "source",
        "output_uri",
        "dsocr_conn_id",
        "source_conn_id",
        "output_conn_id",
        "cache",
        "cache_conn_id",
        "mode",
        "password_conn_id",
    )
    operator_extra_links = (DeepSeekOCRPreviewLink(),)

    def __init__(
        self,
        *,
        shard: int,
        source: SourceOfTask,
        output_uri: SourceOfTask,
        dsocr_conn_id: str = DEFAULT_CONNECTION,
        source_conn_id: str | None = None,
        output_conn_id: str | None = None,
        cache: SourceOfTask | None = None,
        cache_conn_id: str | None = None,
        mode: str | None = None,
        password_conn_id: str | None = None,
        preview: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.shard = shard
        self.source = text_of_paths(source)
        self.output_uri = text_of_paths(output_uri)
        self.dsocr_conn_id = dsocr_conn_id
        self.source_conn_id = source_conn_id
        self.output_conn_id = output_conn_id
        self.cache = text_of_paths(cache)
        self.cache_conn_id = cache_conn_id
        self.mode = mode
        self.password_conn_id = password_conn_id
        self.preview = preview
        self.has_previews = False

    def execute(self, context: Context) -> dict[str, Any]:
        """Read; returns the counts."""
        from dsocr_integrations.airflow.ingestion import password_of
        from dsocr_integrations.airflow.previewed import XCOM_KEY, Previewed
        from dsocr_integrations.corpus import read_shard
        from dsocr_integrations.output import OutputFolder
        from dsocr_integrations.preview.folder import write_source_html

        with self._under_way, ending_the_task():
            place = StoredAddress.of(self.source, self.source_conn_id, field="source")
            output = StoredAddress.of(self.output_uri, self.output_conn_id, field="output_uri")
            runner = DeepSeekOCRHook(self.dsocr_conn_id).get_conn(
                mode=self.mode,
                cache=self.cache,
                cache_conn_id=self.cache_conn_id,
                progress=progress_logger(self.log),
            )
            with runner:
                reading = read_shard(
                    self.state(),
                    self.run_name,
                    self.shard,
                    OutputFolder(output.address, storage_options=output.storage_options()),
                    runner=runner,
                    preview=write_source_html if self.preview else None,
                    password=password_of(self.password_conn_id),
                    storage_options=place.storage_options(),
                )
        report, ingested = reading.report, reading.ingested
        engine = runner.engine.name
        self.log.info("Read with %s: %s", engine, report.summary)
        metrics.count(ingested, dag_id=self.dag_id, task_id=self.task_id, engine=engine)
        if self.preview and ingested.doc_ids:
            previewed = Previewed.of(
                output, ingested.doc_ids, most=MAX_SHOWN, unread=ingested.unread
            )
            context["ti"].xcom_push(key=XCOM_KEY, value=previewed.as_xcom())
            self.has_previews = True
        return report.model_dump()


class OcrIndexOperator(CorpusOperator):
    """Puts into the index what was read, takes out what is gone, and tells assets of it.

    One task writes the index: a folder on a disk of its worker, or a PostgreSQL database. A gate
    holds everything back where too much is missing or not to be trusted; later runs judge again
    what it held back. A task that finds index and output as they should be is skipped, and its
    outlets are told nothing.

    Args:
        output_uri: As in `OcrReadOperator`. (templated)
        output_conn_id: As in `OcrReadOperator`. (templated)
        index: As in `DeepSeekOCROperator`. (templated)
        index_conn_id: As in `DeepSeekOCROperator`. (templated)
        embedder: As in `DeepSeekOCROperator`.
        allow_mixed_engines: As in `DeepSeekOCROperator`.
        dsocr_conn_id: Connection whose settings the index follows where they are not given here.
            (templated)
        gate: Fields of `dsocr_integrations.corpus.QualityGate` that differ from its own: `failed`,
            `untrusted`, `looped`, `empty` (shares, 0 to 1), `min_documents`. (templated)
    """

    template_fields: Sequence[str] = (
        *CorpusOperator.template_fields,
        "output_uri",
        "output_conn_id",
        "index",
        "index_conn_id",
        "dsocr_conn_id",
        "gate",
    )
    template_fields_renderers: ClassVar[dict[str, str]] = {"gate": "json"}

    def __init__(
        self,
        *,
        output_uri: SourceOfTask,
        output_conn_id: str | None = None,
        index: str | None = None,
        index_conn_id: str | None = None,
        embedder: str | None = None,
        allow_mixed_engines: bool = False,
        dsocr_conn_id: str = DEFAULT_CONNECTION,
        gate: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.output_uri = text_of_paths(output_uri)
        self.output_conn_id = output_conn_id
        self.index = index
        self.index_conn_id = index_conn_id
        self.embedder = embedder
        self.allow_mixed_engines = allow_mixed_engines
        self.dsocr_conn_id = dsocr_conn_id
        self.gate = gate

    def execute(self, context: Context) -> dict[str, Any]:
        """Judge, index and prune; returns the counts.

        Raises:
            AirflowFailException: If the gate is closed; the message says by what.
            AirflowSkipException: If nothing is to be done.
        """
        from dsocr_integrations.airflow.task_index import opened_index
        from dsocr_integrations.corpus import index_run
        from dsocr_integrations.corpus.quality_gate import gate_of
        from dsocr_integrations.output import OutputFolder

        with self._under_way, ending_the_task():
            settings = DeepSeekOCRHook(self.dsocr_conn_id).settings()
            place = StoredAddress.of(self.output_uri, self.output_conn_id, field="output_uri")
            output = OutputFolder(place.address, storage_options=place.storage_options())
            with opened_index(self, settings, vectors=settings.cache) as index:
                report = index_run(
                    self.state(), self.run_name, output, index, gate=gate_of(self.gate or {})
                )
        self.log.info("%s", report.summary)
        if not report.changed:
            raise AirflowSkipException(f"Nothing has changed. {report.summary}")
        said = report.model_dump()
        tell_assets(self, context, said)
        return said

"""A sensor that waits until documents of a corpus have changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dsocr_integrations.airflow.compat import BaseSensorOperator, PokeReturnValue, conf
from dsocr_integrations.airflow.corpus_places import CorpusPlaces
from dsocr_integrations.airflow.task_errors import ending_the_task
from dsocr_integrations.airflow.task_sources import text_of_paths
from dsocr_integrations.airflow.triggers import POLL_INTERVAL, OcrNewDocumentsTrigger

if TYPE_CHECKING:
    from dsocr_integrations.airflow.compat import Context
    from dsocr_integrations.airflow.operators import SourceOfTask


class OcrNewDocumentsSensor(BaseSensorOperator):
    """Waits until a folder holds what no run has taken up: new, changed or removed documents.

    Stands before `OcrListOperator`, with the same folder and state. Only the store's listings are
    asked for. XCom gets the counts. What failed for a passing reason is read again by the next run,
    and does not start one.

    Args:
        source: As in `OcrListOperator`. (templated)
        state_uri: As in `OcrListOperator`. (templated)
        source_conn_id: As in `OcrListOperator`. (templated)
        state_conn_id: As in `OcrListOperator`. (templated)
        excluded: As in `OcrListOperator`. (templated)
        deferrable: Wait in the triggerer, which takes no worker; by default as Airflow's
            `[operators] default_deferrable` says.
        poke_interval: Seconds between two looks.
    """

    template_fields: Sequence[str] = (
        "source",
        "state_uri",
        "source_conn_id",
        "state_conn_id",
        "excluded",
    )

    def __init__(
        self,
        *,
        source: SourceOfTask,
        state_uri: SourceOfTask,
        source_conn_id: str | None = None,
        state_conn_id: str | None = None,
        excluded: Sequence[str] = (),
        deferrable: bool = conf.getboolean("operators", "default_deferrable", fallback=False),
        poke_interval: timedelta | float = POLL_INTERVAL,
        **kwargs: Any,
    ) -> None:
        super().__init__(poke_interval=poke_interval, **kwargs)
        self.source = text_of_paths(source)
        self.state_uri = text_of_paths(state_uri)
        self.source_conn_id = source_conn_id
        self.state_conn_id = state_conn_id
        self.excluded = text_of_paths(excluded)
        self.deferrable = deferrable

    @property
    def corpus(self) -> CorpusPlaces:
        """What is waited for."""
        return CorpusPlaces(
            self.source, self.state_uri, self.source_conn_id, self.state_conn_id, self.excluded
        )

    def poke(self, context: Context) -> PokeReturnValue:  # noqa: ARG002 - Airflow's
        """Look once."""
        with ending_the_task():
            found = self.corpus.waiting()
        self.log.info("%s", found.summary)
        return PokeReturnValue(found.is_any, found.model_dump())

    def execute(self, context: Context) -> Any:
        """Wait; returns the counts."""
        if not self.deferrable:
            return super().execute(context)
        # Here first: what is wrong is told in the task's own log, and nothing may have to be waited for.
        found = self.poke(context)
        if found:
            return found.xcom_value
        trigger = OcrNewDocumentsTrigger(
            **asdict(self.corpus), poll_interval=float(self.poke_interval)
        )
        return self.defer(
            trigger=trigger, method_name="resume", timeout=timedelta(seconds=self.timeout)
        )

    def resume(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Go on with what the trigger found; returns the counts."""
        return event

"""Waits in Airflow's triggerer, where it takes no worker, until documents of a corpus have changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async

from dsocr_integrations.airflow.compat import (
    AirflowNotFoundException,
    BaseEventTrigger,
    TriggerEvent,
)
from dsocr_integrations.airflow.corpus_places import CorpusPlaces
from dsocr_integrations.airflow.task_sources import text_of_paths
from dsocr_integrations.airflow.wording import told
from dsocr_integrations.errors import DsocrError

if TYPE_CHECKING:
    from dsocr_integrations.airflow.operators import SourceOfTask

POLL_INTERVAL = 300.0


class OcrNewDocumentsTrigger(BaseEventTrigger):
    """Fires when a folder holds what no run has taken up: new, changed or removed documents.

    It fires once for the same documents, however long the run takes that reads them. As the
    trigger of an `AssetWatcher` it schedules DAGs; `OcrNewDocumentsSensor` defers to it. Only the
    store's listings are asked for. What it cannot look into, it says in the log, and looks again.

    Args:
        source: Absolute path of a folder, or fsspec URL, of the documents.
        state_uri: The same of what the runs of this corpus know of each other.
        source_conn_id: Connection with the credentials of the source's store, where its URL names
            none.
        state_conn_id: The same for the state.
        excluded: Folders or URLs that are left out where they lie in the source, such as the
            output.
        poll_interval: Seconds between two looks.
    """

    def __init__(
        self,
        *,
        source: SourceOfTask,
        state_uri: SourceOfTask,
        source_conn_id: str | None = None,
        state_conn_id: str | None = None,
        excluded: Sequence[str] = (),
        poll_interval: float = POLL_INTERVAL,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.corpus = CorpusPlaces(
            # Kept as text: an `ObjectStoragePath` names its connection in it.
            str(source),
            str(state_uri),
            source_conn_id,
            state_conn_id,
            text_of_paths(excluded),
        )
        self.poll_interval = poll_interval

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The class and its arguments, for the triggerer."""
        name = f"{type(self).__module__}.{type(self).__qualname__}"
        return name, {**asdict(self.corpus), "poll_interval": self.poll_interval}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look again and again.

        Yields:
            What waits, as `dsocr_integrations.corpus.records.Waiting` has it.
        """
        # The triggerer answers for connections in its event loop: `asyncio.to_thread` would leave
        # the thread without a way back to it.
        look = sync_to_async(self.corpus.waiting, thread_sensitive=False)
        fired = ""
        while True:
            try:
                found = await look()
            except (DsocrError, AirflowNotFoundException) as error:
                # One that ended would be started anew at once, or leave a DAG without a schedule.
                said = told(error) if isinstance(error, DsocrError) else str(error)
                self.log.warning("Looking again in %g s. %s", self.poll_interval, said)
            else:
                if found.is_any and found.sha256 != fired:
                    fired = found.sha256
                    yield TriggerEvent(found.model_dump())  # type: ignore[no-untyped-call]
            await asyncio.sleep(self.poll_interval)

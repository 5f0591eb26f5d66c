"""A folder of documents that grows is kept in a search index.

Each run lists the folder, reads what is new or has changed in up to a thousand tasks, and brings
one index in step: what is gone from the folder leaves it. What failed for a passing reason (a time
limit, a server that was away) is tried by the next run; what cannot be read stands in
`quarantine.jsonl` of the state folder with its reason, and is left alone until it changes. If too
much of what was read is missing or not to be trusted, `index` fails, says why, and leaves the index
as it is; a run with wider bounds, or better readings, lets the held-back documents in.

Triggered as it is, it reads the sample documents of this project, where they lie beside it. For a
corpus of yours set the defaults of the parameters in a copy of this file, and its schedule. A store
is named with its connection, `s3://connection@bucket/folder`. Where workers share no disk, let
output and state be URLs of a store. The index is written by one task: it is a folder on a disk of
the worker that runs `index`, or a PostgreSQL database, best by a connection that holds its password.

The asset `dsocr_corpus` tells downstream DAGs of each change, with the counts in `extra`.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import Asset, Param, dag, task

from dsocr_integrations.airflow import (
    OcrIndexOperator,
    OcrListOperator,
    OcrPlanOperator,
    OcrReadOperator,
)

CORPUS = Asset("dsocr_corpus")
SAMPLES = Path(__file__).resolve().parents[1] / "tests" / "data"
PLACE = Path(os.environ.get("AIRFLOW_HOME", "~/airflow")).expanduser() / "dsocr-corpus"


def place(name: str, title: str, description: str) -> Param:
    """Where something is kept."""
    return Param(
        str(PLACE / name), type="string", minLength=1, title=title, description=description
    )


def share(value: float, what: str) -> Param:
    """A bound of the quality gate."""
    return Param(
        value, type="number", minimum=0, maximum=1, section="Quality gate", description=what
    )


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    tags=["dsocr", "documents"],
    doc_md=__doc__,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=1)},
    params={
        "documents": Param(
            str(SAMPLES) if SAMPLES.is_dir() else "",
            type="string",
            minLength=1,
            title="What to read",
            description="Absolute path of a folder on every worker, or a URL",
        ),
        "output": place("documents", "Where results go", "Absolute path or URL of a folder"),
        "state": place(
            "state", "What runs remember", "Absolute path or URL of a folder, for this corpus alone"
        ),
        "index": place("index", "Search index", "Absolute path on its worker, or PostgreSQL URL"),
        "index_connection": Param(
            None,
            type=["string", "null"],
            title="Connection of the index",
            description="Leads to PostgreSQL; the index is then postgresql://?schema=NAME",
        ),
        "cache": Param(
            None,
            type=["string", "null"],
            title="Page cache",
            description="Absolute path or URL of a folder; within the state where this is empty",
        ),
        "connection": Param(
            "dsocr_default",
            type="string",
            title="Connection",
            description="Says which engine reads",
        ),
        "again": Param(
            "failed",
            type="string",
            enum=["failed", "quarantined", "all"],
            title="Read again",
            description="What is read again though it has not changed",
        ),
        "pages_per_task": Param(200, type="integer", minimum=1, title="Pages for one task"),
        "question": Param(
            None,
            type=["string", "null"],
            title="Question",
            description="Ask the index this, as a check",
        ),
        "failed": share(0.05, "Share of documents, or pages, that may be missing"),
        "untrusted": share(0.25, "Share of pages that may have a quality flag"),
        "looped": share(0.05, "Share of pages that may repeat themselves"),
        "empty": share(0.05, "Share of pages that may say nothing"),
        "min_documents": Param(
            20,
            type="integer",
            minimum=1,
            section="Quality gate",
            description="With fewer documents the gate is open",
        ),
    },
)
def incremental_corpus() -> None:
    """List, plan, read in mapped tasks, index; then ask the index a question."""
    state: dict[str, Any] = {"state_uri": "{{ params.state }}"}
    documents, output = "{{ params.documents }}", "{{ params.output }}"

    listed = OcrListOperator(
        task_id="list_new",
        source=documents,
        excluded=[output],
        again="{{ params.again }}",
        **state,
    )
    plan = OcrPlanOperator(
        task_id="plan_shards", pages_per_task="{{ params.pages_per_task }}", **state
    )
    read = OcrReadOperator.partial(
        task_id="read",
        source=documents,
        output_uri=output,
        dsocr_conn_id="{{ params.connection }}",
        cache="{{ params.cache or params.state ~ '/pages' }}",
        map_index_template="shard {{ task.shard }}",
        **state,
    ).expand(shard=plan.output)
    index = OcrIndexOperator(
        task_id="index",
        output_uri=output,
        dsocr_conn_id="{{ params.connection }}",
        index="{{ params.index }}",
        index_conn_id="{{ params.index_connection or '' }}",
        gate={
            "failed": "{{ params.failed }}",
            "untrusted": "{{ params.untrusted }}",
            "looped": "{{ params.looped }}",
            "empty": "{{ params.empty }}",
            "min_documents": "{{ params.min_documents }}",
        },
        outlets=[CORPUS],
        # Also where there is nothing to read: documents may be gone, or wait for the gate.
        trigger_rule="none_failed",
        **state,
    )

    @task(trigger_rule="none_failed")
    def ask(place: str, connection: str, question: str) -> list[dict[str, object]]:
        """Search the index and say where each answer stands."""
        from dsocr_integrations.airflow import index_address
        from dsocr_integrations.index import open_index

        if not question:
            return []
        address = index_address(connection, place) if connection else place
        with open_index(address, create=False) as found:
            return [
                {"source": hit.chunk.source, "page": hit.span.page, "text": hit.chunk.text}
                for hit in found.search(question, k=3)
            ]

    answers = ask(
        "{{ params.index }}",
        "{{ params.index_connection or '' }}",
        "{{ params.question or '' }}",
    )
    listed >> plan >> read >> index >> answers


incremental_corpus()

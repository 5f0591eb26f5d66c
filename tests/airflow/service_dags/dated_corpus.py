"""A corpus looked at once a day, its index in PostgreSQL by a connection."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from airflow.sdk import DAG

from dsocr_integrations.airflow import (
    OcrIndexOperator,
    OcrListOperator,
    OcrPlanOperator,
    OcrReadOperator,
)

PLACE = os.environ.get("DATED_CORPUS", "/missing")
STATE = {"state_uri": f"{PLACE}/state"}
READ = {"source": f"{PLACE}/documents", **STATE}

with DAG(
    "dated_corpus", schedule="@daily", start_date=datetime(2026, 1, 1, tzinfo=UTC), catchup=False
):
    plan = OcrPlanOperator(task_id="plan_shards", **STATE)
    read = OcrReadOperator.partial(
        task_id="read", output_uri=f"{PLACE}/output", preview=False, **READ
    ).expand(shard=plan.output)
    index = OcrIndexOperator(
        task_id="index",
        output_uri=f"{PLACE}/output",
        index="postgresql://?schema=dated",
        index_conn_id="index_database",
        trigger_rule="none_failed",
        **STATE,
    )
    OcrListOperator(task_id="list_new", **READ) >> plan >> read >> index

"""Tasks on a page that never ends: one has a time limit, one is told to end, one marked as failed."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG

from dsocr_integrations.airflow import DeepSeekOCROperator

with DAG("ended", schedule=None, params={"folder": ""}):
    read = {"output_uri": "{{ params.folder }}/output", "dsocr_conn_id": "endless"}
    limited = "{{ params.folder }}/limited.pdf"
    DeepSeekOCROperator(
        task_id="limited", sources=limited, execution_timeout=timedelta(seconds=20), **read
    )
    DeepSeekOCROperator(task_id="told", sources="{{ params.folder }}/told.pdf", **read)
    DeepSeekOCROperator(task_id="marked", sources="{{ params.folder }}/marked.pdf", **read)

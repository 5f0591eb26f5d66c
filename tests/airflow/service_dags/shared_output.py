"""Two tasks that share an output in a store; in each a page takes too long the first time."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG

from dsocr_integrations.airflow import DeepSeekOCROperator

SHARED = {
    "output_uri": "s3://results/documents",
    "dsocr_conn_id": "hanging_once",
    "source_conn_id": "store",
    "output_conn_id": "store",
    "preview": False,
}

with DAG("shared_output", schedule=None):
    lenient = DeepSeekOCROperator(
        task_id="lenient", sources="s3://incoming/lenient", max_failed_ratio=0.5, **SHARED
    )
    strict = DeepSeekOCROperator(
        task_id="strict",
        sources="s3://incoming/strict/*.pdf",
        pages="1-2",
        fail_on_partial=True,
        retries=1,
        retry_delay=timedelta(0),
        **SHARED,
    )
    lenient >> strict

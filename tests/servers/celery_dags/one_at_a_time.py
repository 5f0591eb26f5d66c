"""Tasks that share a pool of one slot, as those that need the only GPU do."""

from __future__ import annotations

from airflow.sdk import DAG

from dsocr_integrations.airflow import DeepSeekOCROperator

with DAG("one_at_a_time", schedule=None):
    DeepSeekOCROperator.partial(
        task_id="read",
        output_uri="s3://results/one_at_a_time",
        source_conn_id="store",
        output_conn_id="store",
        preview=False,
        pool="gpu",
        retries=1,
    ).expand(sources=[f"s3://corpus/report-{number:02}.pdf" for number in range(4)])

"""A task that finds nothing, and one whose server repeats its key."""

from __future__ import annotations

from airflow.sdk import DAG

from dsocr_integrations.airflow import DeepSeekOCROperator

with DAG("outcomes", schedule=None, params={"empty": "", "document": "", "output": ""}):
    DeepSeekOCROperator(
        task_id="nothing", sources="{{ params.empty }}", output_uri="{{ params.output }}"
    )
    DeepSeekOCROperator(
        task_id="repeated",
        sources="{{ [params.document] }}",
        output_uri="{{ params.output }}",
        dsocr_conn_id="repeating",
    )

"""A task whose documents can be looked at in a store."""

from __future__ import annotations

from airflow.sdk import DAG

from dsocr_integrations.airflow import DeepSeekOCROperator

with DAG("previewed_store", schedule=None, params={"documents": []}):
    DeepSeekOCROperator(
        task_id="shown",
        sources="{{ params.documents }}",
        output_uri="s3://previewed/documents",
        output_conn_id="store",
    )

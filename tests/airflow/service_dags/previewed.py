"""Tasks whose documents can be looked at, on disk and in a store, and one whose cannot."""

from __future__ import annotations

from airflow.sdk import DAG

from dsocr_integrations.airflow import DeepSeekOCROperator

with DAG("previewed", schedule=None, params={"documents": [], "output": ""}):
    read = {"sources": "{{ params.documents }}"}
    stored = {"output_uri": "s3://previewed/documents", "output_conn_id": "store"}
    DeepSeekOCROperator(task_id="local", output_uri="{{ params.output }}/local", **read)
    DeepSeekOCROperator(task_id="stored", **read, **stored)
    without = "{{ params.output }}/without"
    DeepSeekOCROperator(task_id="without", preview=False, output_uri=without, **read)

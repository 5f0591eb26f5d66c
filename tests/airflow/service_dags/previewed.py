"""Tasks whose documents can be looked at, and one whose cannot."""

from __future__ import annotations

from airflow.sdk import DAG

from dsocr_integrations.airflow import DeepSeekOCROperator

with DAG("previewed", schedule=None, params={"documents": [], "output": ""}):
    read = {"sources": "{{ params.documents }}"}
    DeepSeekOCROperator(task_id="shown", output_uri="{{ params.output }}/shown", **read)
    without = "{{ params.output }}/without"
    DeepSeekOCROperator(task_id="without", preview=False, output_uri=without, **read)

"""A page read by worker processes, in tasks that two kinds of executor start."""

from __future__ import annotations

from airflow.sdk import DAG

from dsocr_integrations.airflow import DeepSeekOCROperator
from tests.airflow.services import CONTAINER
from tests.worker_hosts import REPORT

with DAG("worker_hosts", schedule=None):
    for name, executor in (("local", "LocalExecutor"), ("container", CONTAINER)):
        DeepSeekOCROperator(
            task_id=name,
            executor=executor,
            sources=str(REPORT),
            output_uri="{{ dag_run.conf.output }}/" + name,
            pages="1",
            dsocr_conn_id="two_workers",
        )

"""A page read by worker processes, in tasks that two kinds of executor start."""

from __future__ import annotations

from airflow.sdk import DAG, task

from tests.airflow.services import CONTAINER
from tests.worker_hosts import first_title

with DAG("worker_hosts", schedule=None):
    task(first_title, task_id="local", executor="LocalExecutor")()
    task(first_title, task_id="container", executor=CONTAINER)()

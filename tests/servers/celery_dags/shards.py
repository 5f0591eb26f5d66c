"""A corpus in shards that workers without a shared disk read into one index."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, task

from dsocr_integrations.airflow import DeepSeekOCROperator

with DAG("shards", schedule=None, params={"shards": [], "index": ""}):

    @task
    def shards(params: dict[str, list[list[str]]]) -> list[list[str]]:
        """The documents of each task."""
        return params["shards"]

    DeepSeekOCROperator.partial(
        task_id="read",
        output_uri="s3://results/shards",
        cache="s3://results/cache",
        root="s3://corpus",
        index="{{ params.index }}",
        embedder="none",
        source_conn_id="store",
        output_conn_id="store",
        cache_conn_id="store",
        preview=False,
        retries=3,
        retry_delay=timedelta(0),
    ).expand(sources=shards())

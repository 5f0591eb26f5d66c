"""Tasks that are given little, much, what is locked and what is broken."""

from __future__ import annotations

from pathlib import Path

from airflow.sdk import DAG, ObjectStoragePath, task

from dsocr_integrations.airflow import DeepSeekOCROperator

with DAG("arguments", schedule=None, params={"folder": "", "broken": "", "output": ""}):

    @task
    def gives_nothing() -> None:
        return None

    @task
    def gives_paths(params: dict[str, str] | None = None) -> list[str]:
        return [str(path) for path in sorted(Path((params or {})["folder"], "kept").iterdir())]

    def read(name: str, **arguments: object) -> DeepSeekOCROperator:
        output = f"{{{{ params.output }}}}/{name}"
        return DeepSeekOCROperator(task_id=name, **{"output_uri": output, **arguments})

    read("nothing", sources=gives_nothing())
    gives_paths() >> read("rendered", sources="{{ ti.xcom_pull(task_ids='gives_paths') }}")
    read("mixed", sources=["{{ params.folder }}/kept", ObjectStoragePath("s3://store@asked/a.pdf")])
    read(
        "locked",
        sources="{{ params.folder }}/locked",
        password_conn_id="herons",
        return_documents=True,
        max_inline_bytes=10,
    )
    read("kept", sources="{{ params.folder }}/kept", prune=True)
    read("strict", sources="{{ params.broken }}")
    tolerant = read("tolerant", sources="{{ params.broken }}", max_failed_ratio=0.5)
    again = read(
        "again",
        only_failed=True,
        output_uri="{{ params.output }}/tolerant",
        trigger_rule="all_done",
    )
    tolerant >> again

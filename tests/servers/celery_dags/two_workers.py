"""One corpus and one index, and two workers that have not the same programs."""

from __future__ import annotations

import shutil

from airflow.sdk import DAG, task

from dsocr_integrations.airflow import DeepSeekOCROperator

with DAG("two_workers", schedule=None, params={"index": ""}):

    def found() -> bool:
        """Whether Tesseract is on this worker."""
        return shutil.which("tesseract") is not None

    for queue, documents in (("with_tesseract", "0"), ("without", "1")):
        task(found, task_id=f"found_{queue}", queue=queue, retries=1)()
        DeepSeekOCROperator(
            task_id=f"read_{queue}",
            queue=queue,
            sources=f"s3://corpus/report-{documents}*.pdf",
            output_uri="s3://results/two_workers",
            root="s3://corpus",
            index="{{ params.index }}",
            embedder="none",
            source_conn_id="store",
            output_conn_id="store",
            preview=False,
            retries=1,
        )

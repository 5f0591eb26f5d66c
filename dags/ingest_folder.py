"""A folder of documents becomes Markdown, tables, chunks and a search index.

Trigger it as it is and it reads the sample documents of this project, where they lie beside it,
into folders under `AIRFLOW_HOME`; otherwise the form asks what to read. It reads with the engine
that the connection `dsocr_default` names; without that connection, with whatever the worker has
(see `dsocr doctor`). A second run reads only what is new or has changed.

The index is a file, so it should lie on a disk of the worker, or on one that only this DAG
writes to: `max_active_runs=1` keeps two runs from writing at once.
"""

from __future__ import annotations

import os
from pathlib import Path

from airflow.sdk import Param, dag, task

from dsocr_integrations.airflow import DeepSeekOCROperator

SAMPLES = Path(__file__).resolve().parents[1] / "tests" / "data"
PLACE = Path(os.environ.get("AIRFLOW_HOME", "~/airflow")).expanduser() / "dsocr"


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    tags=["dsocr", "documents"],
    doc_md=__doc__,
    params={
        "documents": Param(
            str(SAMPLES) if SAMPLES.is_dir() else "",
            type="string",
            minLength=1,
            title="What to read",
            description="Absolute path of a folder, file or glob on the worker, or a URL",
        ),
        "output": Param(
            str(PLACE / "documents"),
            type="string",
            minLength=1,
            title="Where results go",
            description="Absolute path or URL of a folder",
        ),
        "index": Param(
            str(PLACE / "index"),
            type="string",
            minLength=1,
            title="Search index",
            description="Absolute path of a folder, or URL of a PostgreSQL database",
        ),
        "question": Param(
            "",
            type=["string", "null"],
            title="Question",
            description="Ask the finished index this, as a check",
        ),
    },
)
def ingest_folder() -> None:
    """Read a folder, index it, and answer a question from the index."""
    read = DeepSeekOCROperator(
        task_id="read_documents",
        sources="{{ params.documents }}",
        output_uri="{{ params.output }}",
        index="{{ params.index }}",
        retries=2,
    )

    @task
    def ask(manifest: dict[str, object], question: str | None) -> list[dict[str, object]]:
        """Search the index and say where each answer stands."""
        from dsocr_integrations.index import open_index

        if not question:
            return []
        with open_index(str(manifest["index"]), create=False) as index:
            return [
                {
                    "source": hit.chunk.source,
                    "page": hit.span.page,
                    "box": list(hit.span.box),
                    "text": hit.chunk.text,
                }
                for hit in index.search(question, k=3)
            ]

    ask(read.output, "{{ params.question }}")


ingest_folder()

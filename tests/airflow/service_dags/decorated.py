"""Functions that say what to read, one alone and one for each of several names."""

from __future__ import annotations

from pathlib import Path

from airflow.sdk import DAG, Asset, task

with DAG("decorated", schedule=None, params={"folder": "", "output": ""}):

    @task.dsocr(
        output_uri="{{ params.output }}/all",
        return_documents=True,
        preview=False,
        outlets=[Asset("dsocr_newest")],
    )
    def newest(params: dict[str, str]) -> list[Path]:
        """The last document by its name."""
        return sorted(Path(params["folder"]).glob("*.pdf"))[-1:]

    @task
    def names(params: dict[str, str]) -> list[str]:
        """Documents' names, one of which is no document's."""
        return ["a.pdf", "missing.pdf"]

    @task.dsocr(output_uri="{{ params.output }}/each", max_failed_ratio=1, preview=False)
    def each(name: str, params: dict[str, str]) -> str:
        """One document."""
        return f"{params['folder']}/{name}"

    each.expand(name=names())
    newest()

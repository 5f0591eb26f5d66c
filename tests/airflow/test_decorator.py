"""`@task.dsocr` and the metrics of its tasks, on Airflow's own services."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.scripted_engine import write_pdf

pytestmark = [pytest.mark.system, pytest.mark.slow]

METRIC = re.compile(r"airflow\.dsocr\.(\w+),(\S+?):([\d.]+)\|(\w+)")
"""A line of StatsD with tags in the manner of InfluxDB."""


def test_what_functions_return_is_read_and_counted(airflow, metrics, tmp_path):
    for name, texts in (("a.pdf", ["one"]), ("b.pdf", ["two", "three"])):
        write_pdf(tmp_path / name, texts)

    run = airflow.run("decorated", folder=str(tmp_path), output=str(tmp_path / "output"))

    state, _, manifest = airflow.result("decorated", run, "newest")
    assert state == "success", airflow.log("decorated", run)
    assert (manifest["documents"], manifest["pages"]) == (1, 2)
    answer = airflow.client.get("/api/v2/assets/events", params={"source_dag_id": "decorated"})
    (event,) = answer.raise_for_status().json()["asset_events"]
    told = event["extra"]
    assert (told["documents"], told["pages"], told["sha256"]) == (1, 2, manifest["sha256"])
    documents = airflow.xcom("decorated", run, "newest", "documents")
    assert {Path(one["metadata"]["source"]).name for one in documents} == {"b.pdf"}
    # Shown in the UI: what the function returned.
    rendered = airflow.instance("decorated", run, "newest")["rendered_fields"]
    assert "b.pdf" in str(rendered["sources"])
    read, missing = (airflow.result("decorated", run, f"each/{at}")[2] for at in (0, 1))
    assert (read["pages"], missing["pages"], missing["failed_sources"]) == (1, 0, 1)

    counted = of_dag("decorated", metrics, tasks=3)
    assert counted["newest"] == {"documents": 1, "pages": 2, **NOTHING_ELSE}
    assert counted["each"] == {"documents": 1, "pages": 1, **NOTHING_ELSE, "failed_sources": 1}


NOTHING_ELSE = {"cached_pages": 0, "failed_pages": 0, "failed_sources": 0, "vision_tokens": 0}


def of_dag(dag: str, metrics, *, tasks: int) -> dict[str, dict[str, int]]:
    """What each task of a DAG counted, once as many tasks as those have told how long they took."""
    counted: dict[str, dict[str, int]] = {}
    while tasks:
        name, tags, value, kind = METRIC.match(metrics.recv(1024).decode()).groups()
        told = dict(tag.split("=") for tag in tags.split(","))
        if told["dag_id"] != dag:
            continue
        assert told["engine"] == "embedded"
        if name == "duration":
            assert (kind, float(value) > 0) == ("ms", True)
            tasks -= 1
            continue
        assert kind == "c"
        of_task = counted.setdefault(told["task_id"], {})
        of_task[name] = of_task.get(name, 0) + int(value)
    return counted

"""Who has just installed Airflow and the provider: the form, a run as it comes, what is refused."""

from __future__ import annotations

import pytest

from tests.airflow.services import Airflow
from tests.small_documents import make_pdf

pytestmark = [pytest.mark.system, pytest.mark.slow]

DAG = "ingest_folder"


def params(airflow: Airflow) -> dict:
    details = airflow.client.get(f"/api/v2/dags/{DAG}/details").raise_for_status().json()
    return {name: one["value"] for name, one in details["params"].items()}


def test_a_run_without_parameters_reads_the_samples(airflow, signed_in):
    """The form is opened and sent as it is, in a real browser."""
    signed_in.goto(f"{airflow.address}/dags/{DAG}")
    signed_in.get_by_role("button", name="Trigger").first.click()
    for name, value in params(airflow).items():
        assert signed_in.locator(f"[id=element_{name}]").input_value() == value
    assert signed_in.get_by_text("Absolute path of a folder, file or glob").count()
    with signed_in.expect_response(lambda one: one.request.method == "POST") as answer:
        signed_in.get_by_role("button", name="Trigger").last.click()
    run = answer.value.json()["dag_run_id"]
    assert airflow.ended(DAG, run)

    state, _, manifest = airflow.result(DAG, run, "read_documents")
    assert state == "success", airflow.log(DAG, run)
    assert (manifest["documents"], manifest["failures"]) == (5, [])
    assert airflow.result(DAG, run, "ask")[0] == "success"
    # Neither task nor index went by the folder that the scheduler was started in.
    assert list(airflow.working_folder.iterdir()) == []
    log = airflow.log(DAG, run)
    assert f"into {manifest['output_uri']}, index: {manifest['index']}" in log
    assert "5 documents read" in log
    assert "parser/" not in log
    assert "EmbeddedEngineWarning" not in log


@pytest.mark.parametrize("name", ["documents", "output", "index"])
def test_what_is_not_set_is_told_before_anything_runs(airflow, name):
    conf = {"logical_date": None, "conf": {name: ""}}
    answer = airflow.client.post(f"/api/v2/dags/{DAG}/dagRuns", json=conf)

    assert answer.status_code in (400, 422)
    assert name in answer.text


def test_a_relative_path_is_refused_in_a_sentence(airflow, tmp_path):
    document = str(make_pdf(tmp_path / "a.pdf", 1))

    run = airflow.run(DAG, documents=document, output="here", index=str(tmp_path / "index"))

    log = airflow.log(DAG, run)
    assert airflow.result(DAG, run, "read_documents")[:2] == ("failed", 1), log
    assert "`output_uri` is the relative path 'here'" in log
    assert list(airflow.working_folder.iterdir()) == []

"""What waits for documents, in Airflow's own triggerer."""

from __future__ import annotations

import pytest
from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

from tests.airflow.services import PATIENCE
from tests.small_documents import make_pdf

pytestmark = [pytest.mark.system, pytest.mark.slow]

DAG = "new_documents"


def test_documents_start_a_run_which_waits_for_others_without_a_worker(
    airflow, services_place, files, tmp_path
):
    files.mkdir("awaited")
    files.pipe_file("awaited/in/notes.unread", b"no document")
    documents = services_place / "watched" / "documents"
    documents.mkdir(parents=True)
    airflow.unpause(DAG)
    make_pdf(documents / "one.pdf", 1)

    (run,) = airflow.runs(DAG, run_type="asset_triggered")
    wait_until_deferred(airflow, run)
    files.put(str(make_pdf(tmp_path / "two.pdf", 1)), "awaited/in/two.pdf")

    assert airflow.ended(DAG, run)
    state, _, found = airflow.result(DAG, run, "wait")
    assert (state, found["new"], found["source"]) == ("success", 1, "s3://awaited/in"), airflow.log(
        DAG, run
    )
    events = airflow.client.get("/api/v2/assets/events").raise_for_status().json()["asset_events"]
    arrived = [one["extra"]["payload"] for one in events if one["extra"].get("from_trigger")]
    # Nobody has read it yet, but it was told of once.
    assert [one["new"] for one in arrived] == [1]
    assert len(airflow.runs(DAG, run_type="asset_triggered")) == 1


@retry(
    stop=stop_after_delay(PATIENCE), wait=wait_fixed(0.5), retry=retry_if_result(lambda x: not x)
)
def wait_until_deferred(airflow, run):
    state = airflow.instance(DAG, run, "wait")["state"]
    assert state not in {"success", "failed", "skipped"}, airflow.log(DAG, run)
    return state == "deferred"

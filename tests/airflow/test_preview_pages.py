"""The link from a task to its documents, on the real UI, and who may follow it how far."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from dsocr_integrations.output import OutputFolder
from dsocr_integrations.records.identity import document_id
from tests.airflow.services import ADMIN, OUTSIDER
from tests.small_documents import make_pdf

pytestmark = [pytest.mark.system, pytest.mark.slow]

DAG, STORED = "previewed", "previewed_store"
SCRIPT = "<script>document.title = `pwned ${localStorage.length} ${document.cookie}`</script>"


@pytest.fixture(scope="module")
def output(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("previewed") / "output"


@pytest.fixture(scope="module")
def documents(output) -> list[str]:
    return [str(make_pdf(output.parent / f"{name}.pdf", 2)) for name in ("pump", "valve")]


@pytest.fixture(scope="module")
def run(airflow, documents, output) -> str:
    """A run that has read two documents."""
    return airflow.run(DAG, documents=documents, output=str(output))


def asked(airflow, path: str, token: str | None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.get(f"{airflow.address}/{path}", headers=headers, timeout=60)


def follow_link(airflow, page, dag: str, run: str) -> None:
    """Click a task's link, and on the page that it leads to a document."""
    page.goto(f"{airflow.address}/dags/{dag}/runs/{run}/tasks/shown/details")
    link = page.get_by_role("link", name="OCR preview")
    link.evaluate("one => { one.target = '_self' }")  # older releases open another tab
    link.click()
    page.get_by_role("heading", name="Documents of shown").wait_for()
    assert page.get_by_role("link").count() == 2
    page.get_by_role("link", name="valve.pdf").click()
    page.wait_for_selector(".dsocr-shape")


def test_the_link_is_clicked_and_shows_a_document(airflow, run, signed_in):
    follow_link(airflow, signed_in, DAG, run)

    assert signed_in.evaluate("origin") == "null"


def test_documents_in_a_store_are_shown_through_its_connection(
    airflow, documents, files, signed_in
):
    files.mkdir("previewed")

    follow_link(airflow, signed_in, STORED, airflow.run(STORED, documents=documents))


def test_who_may_not_read_the_dag_sees_nothing(airflow, run):
    path = airflow.link(DAG, run, "shown")

    assert asked(airflow, path, airflow.token(ADMIN)).status_code == 200
    assert asked(airflow, path, None).status_code == 401
    assert asked(airflow, path, airflow.token(OUTSIDER)).status_code == 403
    assert "pump" not in asked(airflow, path, airflow.token(OUTSIDER)).text


def test_a_task_without_previews_has_no_link(airflow, run):
    assert not airflow.link(DAG, run, "without")


def test_nothing_is_read_but_what_the_task_noted(airflow, run, output, tmp_path):
    token, path = airflow.token(ADMIN), airflow.link(DAG, run, "shown")
    noted = airflow.xcom(DAG, run, "shown", "previews")
    first, second = noted["doc_ids"]
    secret = tmp_path / "secret"
    secret.write_text("not yours")

    for way in (
        f"{path}/..%2F..%2Fsecret",
        f"{path}/{document_id('of another task.pdf')}",
        f"{path}/{first}/manifest.json",
        path.replace("/shown/", "/without/"),
    ):
        assert asked(airflow, way, token).status_code == 404, way
    place = output / "shown" / OutputFolder(output / "shown").place(second) / "preview.html"
    place.unlink()
    place.symlink_to(secret)
    answer = asked(airflow, f"{path}/{second}", token)
    assert (answer.status_code, "not yours" in answer.text) == (404, False)


def test_a_changed_preview_stays_in_its_sandbox(airflow, run, output, signed_in):
    path = airflow.link(DAG, run, "shown")
    (first, *_) = airflow.xcom(DAG, run, "shown", "previews")["doc_ids"]
    (output / "shown" / OutputFolder(output / "shown").place(first) / "preview.html").write_text(
        f"<title>calm</title>{SCRIPT}"
    )

    signed_in.goto(f"{airflow.address}/{path}/{first}")

    # Storage and cookies of a sandboxed page cannot be asked for: the script dies of it.
    assert signed_in.title() == "calm"
    reached = signed_in.evaluate("() => fetch('/api/v2/dags').then(() => 1, () => 0)")
    assert reached == 0


def test_an_entry_that_no_task_wrote_is_not_followed(airflow, run, tmp_path):
    """Whoever may write XComs can name a folder, but no file."""
    place = f"/api/v2/dags/{DAG}/dagRuns/{run}/taskInstances/without/xcomEntries"
    forged = {"address": str(tmp_path), "conn_id": None, "doc_ids": ["../x"], "left_out": 0}
    said = {"key": "previews", "value": json.dumps(forged), "map_index": -1}
    assert airflow.client.post(place, json=said).is_success

    path = airflow.link(DAG, run, "shown").replace("/shown/", "/without/")

    assert asked(airflow, path, airflow.token(ADMIN)).status_code == 404

"""What the operator is told of sources, passwords and bounds, in tasks that Airflow starts."""

from __future__ import annotations

import json
from pathlib import Path

import fsspec
import pymupdf
import pytest

from tests.small_documents import make_pdf

pytestmark = [pytest.mark.system, pytest.mark.slow]

PASSWORD = "grey-herons-at-dusk"


@pytest.fixture(scope="module")
def folder(airflow, files, tmp_path_factory) -> Path:
    """Two sound documents, a locked one, and three of which one is broken."""
    place = tmp_path_factory.mktemp("arguments")
    for name in ("kept", "locked", "broken", "empty", "output"):
        (place / name).mkdir()
    for name in ("kept/one", "kept/two", "broken/one", "broken/two"):
        make_pdf(place / f"{name}.pdf", 1)
    (place / "broken" / "torn.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    with pymupdf.open(make_pdf(place / "open.pdf", 1)) as document:
        document.save(
            place / "locked" / "locked.pdf",
            encryption=pymupdf.PDF_ENCRYPT_AES_256,
            user_pw=PASSWORD,
        )
    files.mkdir("asked")
    files.put(str(place / "open.pdf"), "asked/a.pdf")
    airflow.connect("herons", "generic", password=PASSWORD)
    return place


@pytest.fixture(scope="module")
def first(airflow, folder) -> str:
    return run(airflow, folder, broken="broken")


@pytest.fixture(scope="module")
def second(airflow, folder, first) -> str:
    """After one document is gone, and the broken one is mended where no task is sent any more."""
    (folder / "kept" / "two.pdf").unlink()
    make_pdf(folder / "broken" / "torn.pdf", 1)
    return run(airflow, folder, broken="empty")


def run(airflow, folder: Path, broken: str) -> str:
    places = {"folder": folder, "broken": folder / broken, "output": folder / "output"}
    return airflow.run("arguments", **{name: str(place) for name, place in places.items()})


def test_sources_that_a_task_did_not_give_are_named_in_words_of_airflow(airflow, first):
    assert airflow.result("arguments", first, "nothing")[0] == "failed"
    log = airflow.log("arguments", first)
    assert "See that it is set and that the task before returned a value." in log
    assert "--" not in "".join(line for line in log.splitlines() if "`sources`" in line)


def test_sources_are_taken_from_templates_paths_and_stores(airflow, first):
    assert documents(airflow, first, "rendered") == 2
    assert documents(airflow, first, "mixed") == 3


def test_a_password_opens_documents_and_many_chunks_go_to_a_file(airflow, first):
    assert documents(airflow, first, "locked") == 1
    uri = airflow.xcom("arguments", first, "locked", "documents_uri")
    with fsspec.open(uri) as file:
        chunks = [json.loads(line) for line in file]
    assert "Text of page 1." in chunks[0]["text"]
    assert airflow.xcom("arguments", first, "locked", "documents") is None
    assert PASSWORD not in airflow.said()


def test_as_many_may_fail_as_was_said(airflow, first):
    log = airflow.log("arguments", first)
    assert airflow.result("arguments", first, "strict")[0] == "failed", log
    assert "1 of 3 sources and 0 of 2 pages could not be read, of each 0.05 may be missing" in log
    assert "What failed: torn.pdf" in log
    assert documents(airflow, first, "tolerant") == 2


def test_what_is_gone_is_pruned(airflow, first, second):
    assert documents(airflow, first, "kept") == 2
    state, _, manifest = airflow.result("arguments", second, "kept")
    assert (state, manifest["unchanged"], manifest["pruned"]) == ("success", 1, 1)


def test_only_what_failed_is_read_again(airflow, first, second):
    assert airflow.result("arguments", first, "again")[0] == "failed"
    assert airflow.result("arguments", second, "tolerant")[0] == "skipped"
    state, _, manifest = airflow.result("arguments", second, "again")
    assert (state, manifest["documents"]) == ("success", 1)
    assert {one["kind"] for one in manifest["failures"]} <= {"empty"}


def documents(airflow, run: str, task: str) -> int:
    """How many documents a task wrote, which must have succeeded."""
    state, _, manifest = airflow.result("arguments", run, task)
    assert state == "success", airflow.log("arguments", run)
    return manifest["documents"]

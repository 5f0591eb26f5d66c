"""The DAG of a growing corpus under Airflow's own scheduler, its documents and results on S3.

One run follows another, each over what the one before left.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dsocr_integrations.index import open_index
from tests.small_documents import make_pdf

if TYPE_CHECKING:
    from tests.airflow.services import Airflow

pytestmark = [pytest.mark.system, pytest.mark.slow]

DAG = "incremental_corpus"
OPEN = {"failed": 1, "untrusted": 1}


class Corpus:
    """The corpus of this test and the DAG's runs over it."""

    def __init__(self, airflow: Airflow, files: Any, place) -> None:
        self.airflow = airflow
        self.files = files
        self.place = place
        self.index = str(place / "index")
        self.runs: list[str] = []

    def put(self, name: str, pages: int, **options: Any) -> None:
        path = make_pdf(self.place / "put.pdf", pages, **options)
        self.files.put(str(path), f"archive/in/{name}")

    def run(self, **params: Any) -> dict[str, Any]:
        """What each task of a run left, mapped ones in a list, and how it ended."""
        run = self.airflow.run(
            DAG,
            documents="s3://store@archive/in",
            output="s3://store@archive/out",
            state="s3://store@archive/state",
            index=self.index,
            connection="hanging_once_in_corpus",
            pages_per_task=2,
            **params,
        )
        self.runs.append(run)
        place = f"/api/v2/dags/{DAG}/dagRuns/{run}/taskInstances"
        instances = self.airflow.client.get(place).raise_for_status().json()["task_instances"]
        left: dict[str, Any] = {
            one["task_id"]: self.airflow.xcom(DAG, run, one["task_id"], "return_value")
            for one in instances
            if one["map_index"] == -1
        }
        left["states"] = {one["task_id"]: one["state"] for one in instances}
        left["mapped"] = sorted(
            one["rendered_map_index"] for one in instances if one["map_index"] >= 0
        )
        left["plan"] = self.airflow.xcom(DAG, run, "plan_shards", "plan")
        return left

    def log(self) -> str:
        return self.airflow.log(DAG, self.runs[-1])

    def asset_events(self) -> list[dict[str, Any]]:
        answer = self.airflow.client.get("/api/v2/assets/events", params={"source_dag_id": DAG})
        events = answer.raise_for_status().json()["asset_events"]
        ours = [one for one in events if one["source_run_id"] in self.runs]
        return [one["extra"] for one in sorted(ours, key=lambda one: one["id"])]

    def sources(self) -> list[str]:
        with open_index(self.index, embedder="none", create=False) as index:
            return [one.source for one in index.documents() if one.chunks]

    def quarantine(self) -> dict[str, str]:
        lines = self.files.cat("archive/state/quarantine.jsonl").decode().splitlines()
        return {one["key"]: one["reason"] for one in map(json.loads, lines)}


@pytest.fixture(scope="module")
def corpus(airflow, files, tmp_path_factory):
    airflow.connect(
        "hanging_once_in_corpus",
        "dsocr",
        extra={"engine": "hanging-once", "workers": 1, "page_timeout": 8},
    )
    files.mkdir("archive")
    return Corpus(airflow, files, tmp_path_factory.mktemp("corpus"))


def test_a_corpus_is_followed_from_a_cold_database_to_a_searched_index(corpus):
    corpus.put("one.pdf", 1)
    corpus.put("deep/two.pdf", 2)
    corpus.files.pipe_file("archive/in/broken.pdf", b"%PDF-1.7 and no more")

    first = corpus.run(**OPEN, question="What stands on page 1?")

    log = corpus.log()
    assert first["states"] == dict.fromkeys(first["states"], "success"), log
    assert (first["list_new"]["new"], first["plan"]["expected"]["documents"]) == (3, 3)
    shards = first["plan_shards"]
    # The oldest release shows the numbers alone.
    assert first["mapped"] in ([f"shard {number}" for number in shards], [*map(str, shards)]), log
    # A page took too long, so its document lacks it; one document cannot be opened.
    report = first["index"]
    assert (report["indexed"], report["failed"], report["quarantined"]) == (2, 1, 1), log
    assert list(corpus.quarantine()) == ["broken.pdf"]
    assert {answer["source"] for answer in first["ask"]} == {"one.pdf", "deep/two.pdf"}
    (event,) = corpus.asset_events()
    assert (event["documents"], len(event["sha256"])) == (2, 64)
    # What the link is made of; the oldest release fails to answer for links of mapped tasks.
    link = corpus.airflow.xcom(DAG, corpus.runs[-1], "read/0", "_link_DeepSeekOCRPreviewLink")
    assert "/read/0" in link

    corpus.put("one.pdf", 1, changed=frozenset({1}))
    corpus.put("three.pdf", 1)
    second = corpus.run(**OPEN)

    listing, log = second["list_new"], corpus.log()
    assert (listing["new"], listing["changed"], listing["retry"]) == (1, 1, 1), log
    assert (listing["quarantined"], listing["unchanged"]) == (1, 0), log
    assert (second["index"]["failed"], second["index"]["quarantined"]) == (0, 1), log
    assert corpus.sources() == ["deep/two.pdf", "one.pdf", "three.pdf"]
    assert second["plan"]["measured"]
    assert len(corpus.asset_events()) == 2

    corpus.files.pipe_file("archive/in/worse.pdf", b"%PDF-1.7 and no more")
    corpus.put("four.pdf", 1)
    corpus.files.rm("archive/in/three.pdf")
    third = corpus.run(min_documents=2)

    log = corpus.log()
    assert (third["states"]["read"], third["states"]["index"]) == ("success", "failed"), log
    assert "Nothing was indexed: 1 of 2 documents could not be read (50%" in log
    assert corpus.sources() == ["deep/two.pdf", "one.pdf", "three.pdf"]
    assert list(corpus.quarantine()) == ["broken.pdf", "worse.pdf"]
    assert len(corpus.asset_events()) == 2

    fourth = corpus.run(**OPEN)

    log = corpus.log()
    assert (fourth["list_new"]["new"], fourth["plan_shards"]) == (0, []), log
    assert (fourth["states"]["read"], fourth["states"]["index"]) == ("skipped", "success"), log
    assert (fourth["index"]["indexed"], fourth["index"]["pruned"]) == (1, 1), log
    assert corpus.sources() == ["deep/two.pdf", "four.pdf", "one.pdf"]


def test_its_form_says_what_to_set(corpus):
    details = corpus.airflow.client.get(f"/api/v2/dags/{DAG}/details").raise_for_status().json()

    params = details["params"]
    assert params["again"]["schema"]["enum"] == ["failed", "quarantined", "all"]
    assert params["untrusted"]["schema"]["section"] == "Quality gate"
    assert "quarantine.jsonl" in details["doc_md"]
    refused = corpus.airflow.client.post(
        f"/api/v2/dags/{DAG}/dagRuns", json={"logical_date": None, "conf": {"documents": ""}}
    )
    assert refused.status_code == 400
    assert "documents" in refused.text

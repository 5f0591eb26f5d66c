"""Airflow's own embedding operator takes an export as it is, in the documentation's DAG."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.export import export_lines, passages_of_folder
from dsocr_integrations.ingestion import ingest
from dsocr_integrations.output import OutputFolder
from dsocr_integrations.runner import Runner
from tests.airflow.airflow_releases import DagBag, run_dag
from tests.guide_examples import example

SAMPLES = Path(__file__).parents[1] / "data"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """The report as the embedded engine reads it, exported for Airflow."""
    output = tmp_path_factory.mktemp("output")
    with Runner("embedded", cache=False) as runner:
        # Longer passages than by default, so that one split too many would show.
        ingest(SAMPLES / "report.pdf", output, runner=runner, chunker=Chunker(max_tokens=512))
    return list(export_lines(passages_of_folder(OutputFolder(output)), "airflow"))


@pytest.fixture
def dag(tmp_path, monkeypatch):
    folder = tmp_path / "dags"
    folder.mkdir()
    (folder / "embed_passages.py").write_text(example("Airflow"), encoding="utf-8")
    bundle = {
        "name": "guide",
        "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
        "kwargs": {"path": str(folder)},
    }
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", json.dumps([bundle]))
    found = DagBag(str(folder))
    assert found.import_errors == {}
    return found.dags["embed_passages"]


@pytest.mark.usefixtures("airflow_database")
def test_each_passage_arrives_whole_with_its_id_and_place_and_a_vector(dag, lines, tmp_path):
    passages = [json.loads(line) for line in lines]
    export = tmp_path / "airflow.jsonl"
    export.write_text("\n".join(lines), encoding="utf-8")

    returned = run_dag(dag, {"passages": str(export)})

    embedded = returned["embed"]
    assert embedded["document_count"] == embedded["chunk_count"] == len(passages) > 10
    for given, taken in zip(passages, embedded["chunks"], strict=True):
        assert (taken["text"], taken["metadata"]) == (given["text"], given["metadata"])
        assert len(taken["vector"]) == 8
    places = {"source", "page_number", "box_x0", "box_y0", "box_x1", "box_y1", "engine"}
    assert all(places <= set(chunk["metadata"]) for chunk in embedded["chunks"])
    assert set(returned["store"]) == {passage["metadata"]["chunk_id"] for passage in passages}

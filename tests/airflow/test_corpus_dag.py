"""The DAG of a growing corpus: it parses, and its runs follow the folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.airflow.airflow_releases import DagBag, DagSerialization, run_dag
from tests.airflow.test_dags import DAGS, HEAVY, SAMPLES

pytest.importorskip("pyarrow", reason="pip install pyarrow")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def dag():
    return DagBag(str(DAGS)).dags["incremental_corpus"]


@pytest.fixture
def conf(tmp_path):
    (tmp_path / "documents").mkdir()
    places = {name: str(tmp_path / name) for name in ("documents", "output", "state", "index")}
    return {**places, "question": "Who is Aldous Pemberton?", "pages_per_task": 1}


def test_parsing_it_imports_nothing_heavy():
    code = (
        f"import sys; sys.path.insert(0, {str(DAGS)!r}); import incremental_corpus; "
        "print(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert not (HEAVY | {"pyarrow"}) & set(done.stdout.split())


def test_it_survives_serialisation(dag):
    restored = DagSerialization.from_dict(json.loads(json.dumps(DagSerialization.to_dict(dag))))

    assert restored.get_task("read").is_mapped
    assert dag.doc_md
    assert all(restored.get_task(name).retries == 2 for name in ("list_new", "read", "index"))


@pytest.mark.usefixtures("airflow_database")
def test_runs_follow_the_folder(dag, conf):
    folder = Path(conf["documents"])
    shutil.copy(SAMPLES / "report.pdf", folder)
    shutil.copy(SAMPLES / "scan_en.png", folder)

    first = run_dag(dag, conf)

    assert (first["list_new"]["new"], first["plan_shards"]) == (2, [0, 1])
    assert (first["index"]["indexed"], first["index"]["cost"]["pages"]) == (2, 4)
    assert first["ask"][0]["source"] == "scan_en.png"

    (folder / "scan_en.png").unlink()
    second = run_dag(dag, conf)

    assert (second["list_new"]["gone"], second["list_new"]["unchanged"]) == (1, 1)
    assert (second["index"]["pruned"], second["index"]["documents"]) == (1, 1)
    assert "scan_en.png" not in {answer["source"] for answer in second["ask"]}

    third = run_dag(dag, conf)

    # Nothing is told to who waits for the asset.
    assert third["index"] is None
    assert third["ask"] == second["ask"]

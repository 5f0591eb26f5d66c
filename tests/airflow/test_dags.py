"""The shipped DAG parses quickly, survives serialisation, and does its job for real."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import pytest

from dsocr_integrations.index import open_index
from tests.airflow.airflow_releases import DagBag, DagSerialization, run_dag
from tests.guide_examples import DOCS

ROOT = Path(__file__).parents[2]
DAGS = ROOT / "dags"
SAMPLES = ROOT / "tests" / "data"
HEAVY = {"torch", "transformers", "pymupdf", "rapidocr", "onnxruntime", "cv2", "rdkit", "pandas"}

IN_A_DAG = """
from airflow.sdk import DAG
from dsocr_integrations.airflow import DeepSeekOCROperator

with DAG("dag_{}", schedule=None):
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def dag_bag():
    return DagBag(str(DAGS))


def test_dags_import_without_errors(dag_bag):
    assert dag_bag.import_errors == {}
    assert set(dag_bag.dags) == {"incremental_corpus", "ingest_folder"}


def test_the_dags_of_the_guide_parse(tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / "airflow.md").read_text("utf-8"), re.DOTALL)
    for number, block in enumerate(blocks):
        whole = "@dag" in block
        text = block if whole else f"{IN_A_DAG.format(number)}{indent(block, '    ')}"
        (tmp_path / f"dag_{number}.py").write_text(text)

    bag = DagBag(str(tmp_path))

    assert bag.import_errors == {}
    assert len(bag.dags) == sum(max(1, block.count("@dag(")) for block in blocks)


def test_parsing_a_dag_imports_nothing_heavy():
    code = (
        f"import sys; sys.path.insert(0, {str(DAGS)!r}); import ingest_folder; "
        "print(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert not HEAVY & set(done.stdout.split())


def test_the_dag_survives_serialisation(dag_bag):
    data = DagSerialization.to_dict(dag_bag.dags["ingest_folder"])

    restored = DagSerialization.from_dict(json.loads(json.dumps(data)))
    task = restored.get_task("read_documents")
    assert task.task_type == "DeepSeekOCROperator"
    assert "sources" in task.template_fields


@pytest.mark.usefixtures("airflow_database")
def test_a_folder_becomes_an_index_and_a_second_run_reads_nothing(dag_bag, tmp_path):
    documents = tmp_path / "documents"
    documents.mkdir()
    shutil.copy(SAMPLES / "report.pdf", documents)
    shutil.copy(SAMPLES / "scan_en.png", documents)
    conf = {
        "documents": str(documents),
        "output": str(tmp_path / "output"),
        "index": str(tmp_path / "index"),
        "question": "Who is Aldous Pemberton?",
    }

    first = run_dag(dag_bag.dags["ingest_folder"], conf)
    second = run_dag(dag_bag.dags["ingest_folder"], conf)

    manifest, again = first["read_documents"], second["read_documents"]
    assert (manifest["documents"], manifest["pages"], manifest["failures"]) == (2, 4, [])
    assert manifest["engine"] == "embedded"
    assert (again["documents"], again["unchanged"], again["indexed"]) == (0, 2, 0)
    hits = first["ask"]
    assert (hits[0]["source"], hits[0]["page"]) == ("scan_en.png", 1)
    with open_index(conf["index"], create=False) as index:
        assert index.search("bromate")[0].chunk.page == 2

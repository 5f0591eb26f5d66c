"""The committed sample documents are what their script draws, and hold what `truth.json` says."""

import json
import subprocess
import sys
from pathlib import Path

import pymupdf
import pytest

DATA = Path(__file__).parent / "data"
TRUTH = json.loads((DATA / "truth.json").read_text(encoding="utf-8"))
NAMES = ["report.pdf", "scan_en.png", "scan_zh.png", "scan.pdf", "molecules.pdf", "truth.json"]


@pytest.mark.slow
def test_script_draws_the_committed_bytes(tmp_path):
    subprocess.run([sys.executable, str(DATA / "make_samples.py"), str(tmp_path)], check=True)

    changed = [n for n in NAMES if (tmp_path / n).read_bytes() != (DATA / n).read_bytes()]

    assert changed == []


def test_samples_are_small():
    assert sum((DATA / name).stat().st_size for name in NAMES) < 1_500_000


@pytest.mark.parametrize(
    "fact",
    [f for f in TRUTH["facts"] if f["source"] in {"report.pdf", "molecules.pdf"}],
    ids=lambda fact: fact["answer"],
)
def test_born_digital_facts_stand_on_their_page(fact):
    with pymupdf.open(DATA / fact["source"]) as document:
        text = " ".join(document[fact["page"] - 1].get_text().split())

    assert fact["answer"] in text


def test_scans_have_no_text_layer():
    with pymupdf.open(DATA / "scan.pdf") as document:
        assert [page.get_text() for page in document] == ["", ""]

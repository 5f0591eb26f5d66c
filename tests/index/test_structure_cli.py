"""`dsocr search` by structure."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from dsocr_integrations.cli import main
from dsocr_integrations.index import open_index
from tests.index.molecule_chunks import SMILES, molecule_chunk
from tests.index.passages import put


@pytest.fixture
def dsocr(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with open_index("ix") as index:
        put(index, [molecule_chunk(at, *pair) for at, pair in enumerate(SMILES.items())])

    def run(*arguments: object) -> tuple[int, str, str]:
        command = ["dsocr", "search", "--index", "ix", *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as exit_:
            main()
        out, err = capsys.readouterr()
        return int(exit_.value.code or 0), out, err

    return run


def test_structures_are_printed_with_their_place(dsocr):
    code, out, _ = dsocr("--smiles", "OCC", "--json")
    assert code == 0
    found = json.loads(out)
    assert (found["smiles"], found["page"], found["source"]) == ("CCO", 2, "report.pdf")
    code, out, _ = dsocr("--similar", "CC(=O)Oc1ccccc1C(=O)OC", "-k", 1)
    assert "CC(=O)Oc1ccccc1C(=O)O" in out
    assert "page 1, box" in out
    code, out, _ = dsocr("--substructure", "[nH]", "--json")
    assert json.loads(out)["smiles"] == "c1cc[nH]c1"


def test_nothing_found_says_why(dsocr):
    code, out, err = dsocr("--smiles", "CCCCCCCC")
    assert (code, out) == (0, "")
    assert "None of the 14 molecules" in err
    assert "None of the 14 chunks" in dsocr("zebra")[2]


def test_export_by_suffix(dsocr):
    assert dsocr("--substructure", "c1ccccc1", "--export", "found.sdf")[0] == 0
    assert "$$$$" in Path("found.sdf").read_text(encoding="utf-8")
    assert dsocr("--substructure", "c1ccccc1", "--export", "found.csv")[0] == 0
    assert Path("found.csv").read_text(encoding="utf-8").startswith("smiles,")
    assert dsocr("--substructure", "c1ccccc1", "--export", "found.xyz")[0] == 2


def test_one_way_of_asking_at_a_time(dsocr):
    assert dsocr()[0] == 2
    assert dsocr("aspirin", "--smiles", "CCO")[0] == 2
    assert dsocr("--smiles", "not a molecule")[0] == 2

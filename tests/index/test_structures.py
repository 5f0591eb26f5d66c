"""The molecules of a SQLite index repaired, and of any index exported."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from rdkit import Chem

from dsocr_integrations.index import Index, open_index, to_csv, to_sdf
from tests.builders import make_chunk
from tests.index.molecule_chunks import SMILES, molecule_chunk
from tests.index.passages import put


@pytest.fixture
def index(tmp_path: Path):
    chunks = [molecule_chunk(at, *pair) for at, pair in enumerate(SMILES.items())]
    with open_index(tmp_path) as opened:
        put(opened, [*chunks, make_chunk("Prose about aspirin.", ordinal=99, page=9)])
        yield opened


def names(hits) -> list[str]:
    return [hit.chunk.caption for hit in hits]


def test_molecules_follow_their_chunks_and_are_repaired(index: Index):
    connection = index._connection
    count = "SELECT count(*) FROM molecules"
    assert connection.execute(count).fetchone()[0] == len(SMILES)
    connection.execute("DELETE FROM molecules WHERE id % 2")
    assert "fingerprint" in " ".join(index.verify())
    assert "fingerprints" in " ".join(index.repair())
    assert index.verify() == ()
    put(index, [molecule_chunk(0, "ethanol", "CCO")])
    assert names(index.search_structure("C", k=50)) == ["ethanol"]
    index.delete_document(make_chunk("x").doc_id)
    assert connection.execute(count).fetchone()[0] == 0


def test_a_caption_cannot_break_an_export(tmp_path: Path):
    with open_index(tmp_path) as index:
        put(index, [molecule_chunk(0, "=1+1\n$$$$\n>  <x>", "CCO")])
        hits = index.search_structure("CCO", "exact")
        assert "'=1+1" in to_csv(hits)
        supplier = Chem.SDMolSupplier()
        supplier.SetData(to_sdf(hits))
        assert len(supplier) == 1


def test_exports(index: Index):
    hits = index.search_structure("c1ccccc1C(=O)O", k=50)
    rows = list(csv.DictReader(io.StringIO(to_csv(hits))))
    assert [row["smiles"] for row in rows] == [hit.smiles for hit in hits]
    assert {(row["source"], row["box"]) for row in rows} == {("report.pdf", "0 0 999 999")}
    supplier = Chem.SDMolSupplier()
    supplier.SetData(to_sdf(hits))
    molecules = list(supplier)
    assert [Chem.MolToSmiles(mol) for mol in molecules] == [hit.smiles for hit in hits]
    assert molecules[0].GetProp("page") == rows[0]["page"]

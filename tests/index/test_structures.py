"""Molecules found by structure: exact, similar, containing; and exported."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from rdkit import Chem

from dsocr_integrations.documents import Chunk
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index import Index, SearchFilters, open_index, to_csv, to_sdf
from dsocr_integrations.molecules import canonicalise
from tests.builders import make_chunk
from tests.index.test_sqlite import put

SMILES = {
    "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
    "salicylic acid": "O=C(O)c1ccccc1O",
    "ibuprofen": "CC(C)Cc1ccc(cc1)C(C)C(=O)O",
    "caffeine": "Cn1cnc2c1c(=O)n(C)c(=O)n2C",
    "ethanol": "CCO",
    "benzylpenicillin": "CC1(C)SC2C(NC(=O)Cc3ccccc3)C(=O)N2C1C(=O)O",
    "lactic acid": "C[C@H](O)C(=O)O",
    "R group": "*c1ccccc1C(=O)O",
    "naphthol": "Oc1cccc2ccccc12",
    "sodium acetate": "CC(=O)[O-].[Na+]",
    "pyridine": "c1ccncc1",
    "pyrrole": "c1cc[nH]c1",
    "glycine, charged": "[NH3+]CC(=O)[O-]",
    "chlorobenzene": "Clc1ccccc1",
}


def molecule_chunk(at: int, name: str, smiles: str) -> Chunk:
    molecule = canonicalise(smiles)
    assert molecule is not None
    return make_chunk(
        f"SMILES: {molecule.smiles}", kind="molecule", ordinal=at, page=at // 4 + 1, caption=name,
        smiles=molecule.smiles, inchikey=molecule.inchikey,
    )  # fmt: skip


@pytest.fixture
def index(tmp_path: Path):
    chunks = [molecule_chunk(at, *pair) for at, pair in enumerate(SMILES.items())]
    with open_index(tmp_path) as opened:
        put(opened, [*chunks, make_chunk("Prose about aspirin.", ordinal=99, page=9)])
        yield opened


def names(hits) -> list[str]:
    return [hit.chunk.caption for hit in hits]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("OC(=O)C1=CC=CC=C1OC(C)=O", ["aspirin"]),
        ("BSYNRYMUTXBXSQ-UHFFFAOYSA-N", ["aspirin"]),
        ("OCC", ["ethanol"]),
        ("C[C@@H](O)C(=O)O", []),
        ("OC(=O)c1ccccc1*", ["R group"]),
    ],
)
def test_exact(index: Index, query: str, found: list[str]):
    hits = index.search_structure(query, "exact")
    assert names(hits) == found
    assert (hits.reason is None) == bool(found)


def test_exact_by_molfile(index: Index):
    for text in (
        Chem.MolToMolBlock(Chem.MolFromSmiles(SMILES["caffeine"])),
        Chem.MolToV3KMolBlock(Chem.MolFromSmiles(SMILES["caffeine"])),
    ):
        assert names(index.search_structure(text, "exact")) == ["caffeine"]


def test_similarity_agrees_with_rdkit(index: Index):
    from rdkit.Chem import DataStructs, rdFingerprintGenerator

    prints = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    query = "CC(=O)Oc1ccccc1C(=O)OC"
    asked = prints.GetFingerprint(Chem.MolFromSmiles(query))
    expected = {
        name: DataStructs.TanimotoSimilarity(asked, prints.GetFingerprint(Chem.MolFromSmiles(one)))
        for name, one in SMILES.items()
    }
    hits = index.search_structure(query, "similarity", k=20)
    assert hits.hits[0].chunk.caption == "aspirin"
    scores = [hit.similarity for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert {hit.chunk.caption: hit.similarity for hit in hits} == pytest.approx(
        {name: score for name, score in expected.items() if score}
    )
    best = index.search_structure(query, "similarity", k=2)
    assert best.hits == hits.hits[:2]
    assert len(index.search_structure(query, "similarity", min_similarity=0.5)) == sum(
        score >= 0.5 for score in expected.values()
    )


@pytest.mark.parametrize(
    "query",
    [
        "c1ccccc1", "C(=O)O", "CO", "[#6]-C(=O)[OX2H1]", "[$([CX3]=[OX1]),$([CX3+]-[OX1-])]",
        "[R]", "a:a", "[!#6;!#1]", "[NX3;H2,H1]", "C~N", "[OH]c", "*", "[Cl,Br]c", "[nH]",
        "[+]", "[-]", "C.C", "[C;!R]", "c1ccc2ccccc2c1", "[D3]", "[#6]=,:[#7]",
    ],
)  # fmt: skip
def test_substructure_misses_nothing(index: Index, query: str):
    asked = Chem.MolFromSmiles(query) or Chem.MolFromSmarts(query)
    expected = {
        name for name, one in SMILES.items() if Chem.MolFromSmiles(one).HasSubstructMatch(asked)
    }
    hits = index.search_structure(query, k=50)
    assert set(names(hits)) == expected
    assert hits.complete
    assert hits.candidates >= len(hits)


def test_hits_carry_page_box_and_obey_filters(index: Index):
    hit = index.search_structure("Cn1cnc2c1c(=O)n(C)c(=O)n2C", "exact").hits[0]
    assert (hit.page, hit.box) == (1, (0, 0, 999, 999))
    on_second = index.search_structure("c1ccccc1", filters=SearchFilters(page=2), k=50)
    assert {hit.page for hit in on_second} == {2}
    none = index.search_structure("c1ccccc1", filters=SearchFilters(source="other.pdf"))
    assert "filters" in none.reason


def test_notations_and_refusals(index: Index):
    # As SMARTS, C is an aliphatic carbon and nothing else.
    smarts = index.search_structure("CN", notation="smarts", k=50)
    assert "pyridine" not in names(smarts)
    for query, mode in (("not a molecule", "substructure"), ("", "exact"), ("[R]", "similarity")):
        with pytest.raises(ConfigurationError):
            index.search_structure(query, mode)
    with pytest.raises(ConfigurationError):
        index.search_structure("BSYNRYMUTXBXSQ-UHFFFAOYSA-N", "similarity")
    with pytest.raises(ConfigurationError):
        index.search_structure("c1ccccc1" * 400)


def test_time_that_runs_out_is_said(index: Index):
    hits = index.search_structure("c1ccccc1", seconds=-1)
    assert not hits.complete
    assert "Time" in hits.reason


def test_an_empty_index_says_so(tmp_path: Path):
    with open_index(tmp_path / "none") as index:
        for mode in ("exact", "similarity", "substructure"):
            assert "no molecules" in index.search_structure("CCO", mode).reason


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


def test_a_caption_cannot_break_an_export(tmp_path: Path):
    with open_index(tmp_path) as index:
        put(index, [molecule_chunk(0, "=1+1\n$$$$\n>  <x>", "CCO")])
        hits = index.search_structure("CCO", "exact")
        assert "'=1+1" in to_csv(hits)
        supplier = Chem.SDMolSupplier()
        supplier.SetData(to_sdf(hits))
        assert len(supplier) == 1

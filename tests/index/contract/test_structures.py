"""Molecules found by structure: exact, similar, containing; by any backend."""

from __future__ import annotations

import pytest
from rdkit import Chem

from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.index import Index, SearchFilters, open_index
from tests.builders import make_chunk
from tests.index.molecule_chunks import SMILES, molecule_chunk
from tests.index.passages import put
from tests.postgres_server import Place


@pytest.fixture
def index(place: Place):
    chunks = [molecule_chunk(at, *pair) for at, pair in enumerate(SMILES.items())]
    with open_index(place()) as opened:
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


def test_an_empty_index_says_so(place: Place):
    with open_index(place("none")) as index:
        for mode in ("exact", "similarity", "substructure"):
            assert "no molecules" in index.search_structure("CCO", mode).reason

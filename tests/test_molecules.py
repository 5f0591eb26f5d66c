"""SMILES are told from prose, and RDKit's word on them is kept."""

from __future__ import annotations

import pytest

from dsocr_integrations import molecules
from dsocr_integrations.molecules import (
    canonicalise,
    fills_in,
    looks_like_smiles,
    read_smiles,
)


def test_a_smiles_is_canonicalised_and_keyed():
    molecule = read_smiles("C(=O)(O)c1ccccc1OC(C)=O")
    assert molecule is not None
    assert molecule.smiles == "CC(=O)Oc1ccccc1C(=O)O"
    assert molecule.inchikey == "BSYNRYMUTXBXSQ-UHFFFAOYSA-N"
    assert molecule.valid is True
    assert molecule.heavy_atoms == 13


@pytest.mark.parametrize(
    "text",
    ["", "CCO", "COOLNESS", "PICNIC", "A cat", "CO2", "H2O", "S-1", "c1ccccc", "C1CC(", "N-S",
     "CC)C", "c1ccccc1 benzene", "Figure", "[R1]CC", "C" * 5000, "(((((", "%%%"],
)  # fmt: skip
def test_words_prose_and_broken_grammar_are_no_molecules(text):
    assert read_smiles(text) is None


def test_stereo_dummy_atoms_and_salts_are_kept():
    for smiles in ("C/C=C/C", "*c1ccccc1", "[Na+].[Cl-]", "C[C@H](N)C(=O)O"):
        molecule = read_smiles(smiles)
        assert molecule is not None
        assert canonicalise(molecule.smiles) == molecule


def test_dummy_atoms_have_no_inchikey():
    molecule = read_smiles("*c1ccccc1")
    assert molecule is not None
    assert molecule.inchikey is None


def test_chemistry_that_rdkit_refuses_still_looks_like_smiles():
    pentavalent = "C(C)(C)(C)(C)C1CC1"
    assert looks_like_smiles(pentavalent)
    assert read_smiles(pentavalent) is None


def test_without_rdkit_the_grammar_decides_and_nothing_is_vouched_for(monkeypatch):
    monkeypatch.setattr(molecules, "rdkit_installed", lambda: False)
    molecule = read_smiles("OCc1ccccc1")
    assert molecule is not None
    assert (molecule.smiles, molecule.valid, molecule.inchikey) == ("OCc1ccccc1", None, None)
    assert molecule.heavy_atoms == 8
    assert read_smiles("prose") is None


@pytest.mark.parametrize(
    ("read", "gaps", "fills"),
    [
        ("CC(=O)Oc1ccccc1", "*=C(Oc1ccccc1)C", True),
        ("[1*]c1ccccc1", "*c1ccccc1", True),
        ("*c1ccccc1O", "*c1ccccc1*", True),
        ("*c1ccccc1", "[1*]c1ccccc1", False),
        ("Oc1ccccc1", "[1*]c1ccccc1", False),
        ("Cc1ccccc1", "*c1ccccc1", False),
        ("OCc1ccccc1", "*c1ccccc1", False),
        ("Oc1ccncc1", "*c1ccccc1", False),
        ("*c1ccccc1", "*c1ccccc1", False),
    ],
)
def test_only_labels_that_were_unread_are_filled_in(read, gaps, fills):
    first, second = canonicalise(read), canonicalise(gaps)
    assert first is not None
    assert second is not None
    assert fills_in(first, second) is fills

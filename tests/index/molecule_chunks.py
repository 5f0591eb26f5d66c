"""Molecules to index."""

from __future__ import annotations

from dsocr_integrations.molecules import canonicalise
from dsocr_integrations.records.chunks import Chunk
from tests.builders import make_chunk

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

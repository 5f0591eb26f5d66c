"""Reads what OSRA prints: SD records, each with a SMILES and OSRA's estimate of itself.

OSRA's own SMILES lose the numbers of R groups and the labels it does not know; its atom tables
keep them. So each record is asked for in both ways, and they are taken over where RDKit finds
the same molecule in both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dsocr_integrations.engines.embedded.molecules.drawn_bonds import DrawnBonds, drawn_bonds
from dsocr_integrations.engines.embedded.molecules.group_labels import group_smiles
from dsocr_integrations.molecules import (
    MIN_HEAVY_ATOMS,
    Molecule,
    canonicalise,
    name_substituents,
)

OUTPUT = ("-v", "-f", "sdf", "--embedded-format", "can", "-p", "-b", "-c")
"""Options that make OSRA print records as `parse_osra` reads them, and its report before them."""

MAX_RECORDS = 50

_TABLE = re.compile(r"^[ 0-9]{6}.* V2000$.*?^M  END$", re.MULTILINE | re.DOTALL)
HEADER = "\n\n\n"
"""What goes before a table to make it a MOL block."""

_SMILES = re.compile(r"^>  <can>\n(\S+)", re.MULTILINE)
_LENGTH = re.compile(r"^>  <Average_bond_length>\n(\S+)", re.MULTILINE)
_BOX = re.compile(r"^>  <Surrounding_box>\n(\d+)x(\d+)-", re.MULTILINE)
_SCORE = re.compile(r"^>  <Confidence_estimate>\n(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class OsraAnswer:
    """One molecule that OSRA found in a picture.

    Attributes:
        molecule: What RDKit made of it; the dummy atom of a group labelled R2 is `[2*]`.
        score: OSRA's own estimate, unbounded; above about 3 it is usually right.
        drawn: Where its atoms and bonds lie in the picture, where OSRA told.
    """

    molecule: Molecule
    score: float
    drawn: DrawnBonds | None = None


def parse_osra(said: str) -> list[OsraAnswer]:
    """Read OSRA's records; what RDKit refuses and what is too small is left out.

    Args:
        said: What OSRA printed when asked with the options `OUTPUT`.
    """
    records = said.split("$$$$")[:MAX_RECORDS]
    return [answer for record in records if (answer := _answer(record)) is not None]


def _answer(record: str) -> OsraAnswer | None:
    smiles = _SMILES.search(record)
    molecule = canonicalise(smiles[1]) if smiles else None
    if molecule is None or molecule.heavy_atoms < MIN_HEAVY_ATOMS:
        return None
    try:
        estimate = _number(_SCORE, record)
        length = _number(_LENGTH, record)
    except ValueError:
        return None
    table = _TABLE.search(record)
    if table is None:
        return OsraAnswer(molecule, estimate)
    if "*" in molecule.smiles:
        molecule = name_substituents(molecule, HEADER + table[0], group_smiles)
    corner = _BOX.search(record)
    if corner is None:
        return OsraAnswer(molecule, estimate)
    left, top = int(corner[1]), int(corner[2])
    return OsraAnswer(molecule, estimate, drawn_bonds(table[0], length, (left, top)))


def _number(field: re.Pattern[str], record: str) -> float:
    found = field.search(record)
    return float(found[1]) if found else 0.0

"""Molecules as the index stores and asks for them: fingerprints, and queries of three notations.

RDKit is imported inside the functions; an index without molecules works without it.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any, Literal

from dsocr_integrations.errors import ConfigurationError, MissingDependencyError
from dsocr_integrations.molecules import MAX_INCHI_ATOMS, MAX_SMILES_LENGTH, rdkit_installed

StructureMode = Literal["exact", "similarity", "substructure"]
"""`exact`: same InChIKey. `similarity`: nearest by Tanimoto. `substructure`: contains it."""

StructureNotation = Literal["auto", "smiles", "smarts", "molfile", "inchikey"]
"""How a query is written; `auto` tells them apart and prefers SMILES to SMARTS."""

FINGERPRINT_BITS = 2048
FINGERPRINT_BYTES = FINGERPRINT_BITS // 8
MORGAN_RADIUS = 2
MAX_MOLFILE_LENGTH = 200_000

_INCHIKEY = re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]")
_MOLFILE = re.compile(r"^M {2}END\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Fingerprints:
    """A molecule as it is stored: two bit strings of `FINGERPRINT_BYTES` bytes each.

    Attributes:
        smiles: Canonical SMILES.
        morgan: Morgan fingerprint of radius 2, for similarity.
        pattern: RDKit's pattern fingerprint: all its bits are set in whatever contains the
            molecule, so it screens for substructures.
    """

    smiles: str
    morgan: bytes
    pattern: bytes


@dataclass(frozen=True)
class StructureQuery:
    """A structure as asked for.

    Attributes:
        mol: RDKit's molecule; `None` for a query by InChIKey.
        smiles: Canonical SMILES; `None` for SMARTS and InChIKeys.
        inchikey: InChIKey, where the structure has one.
    """

    mol: Any
    smiles: str | None
    inchikey: str | None


def fingerprints_of(smiles: str) -> Fingerprints | None:
    """Compute the fingerprints of a SMILES; `None` if RDKit refuses it or is not installed."""
    if len(smiles) > MAX_SMILES_LENGTH or not rdkit_installed():
        return None
    mol = _chem().MolFromSmiles(smiles)
    if mol is None or not 0 < mol.GetNumAtoms() <= MAX_INCHI_ATOMS:
        return None
    return Fingerprints(_chem().MolToSmiles(mol), morgan_of(mol), pattern_of(mol))


def morgan_of(mol: Any) -> bytes:
    """The packed Morgan fingerprint of an RDKit molecule."""
    return _packed(_morgan().GetFingerprint(mol))


def pattern_of(mol: Any) -> bytes:
    """The packed pattern fingerprint of an RDKit molecule or SMARTS query."""
    return _packed(_chem().PatternFingerprint(mol, FINGERPRINT_BITS))


def stored_molecule(smiles: str) -> Any:
    """Read a canonical SMILES of ours without checking its chemistry again.

    A third of the time of a full reading; rings and hydrogens are perceived, which is all
    that substructure matching needs.
    """
    chem = _chem()
    mol = chem.MolFromSmiles(smiles, sanitize=False)
    if mol is not None:
        mol.UpdatePropertyCache(False)  # noqa: FBT003 - RDKit's own signature
        chem.FastFindRings(mol)
    return mol


def read_structure(
    text: str, mode: StructureMode, notation: StructureNotation = "auto"
) -> StructureQuery:
    """Read a query.

    Args:
        text: SMILES, SMARTS, molfile (V2000 or V3000) or InChIKey.
        mode: What it is for: SMARTS fit substructures only, InChIKeys exact search only.
        notation: How it is written.

    Raises:
        ConfigurationError: If the text is no structure, or of a notation that the mode cannot
            use.
        MissingDependencyError: If RDKit is not installed.
    """
    if not rdkit_installed():
        raise MissingDependencyError(
            "Structures are compared with RDKit, which is not installed.",
            remedy="Run: pip install 'dsocr-integrations[embedded]'",
        )
    molfile = notation == "molfile" or (notation == "auto" and _MOLFILE.search(text) is not None)
    if not molfile:
        text = text.strip()
    if not text or len(text) > (MAX_MOLFILE_LENGTH if molfile else MAX_SMILES_LENGTH):
        raise _refused(text)
    if notation == "inchikey" or (notation == "auto" and _INCHIKEY.fullmatch(text)):
        return _by_inchikey(text, mode)
    if molfile:
        return _of_molecule(_chem().MolFromMolBlock(text), text)
    mol = None if notation == "smarts" else _chem().MolFromSmiles(text)
    if mol is not None:
        return _of_molecule(mol, text)
    if notation == "smiles":
        raise _refused(text)
    return _by_smarts(text, mode)


def _by_inchikey(text: str, mode: StructureMode) -> StructureQuery:
    if mode != "exact" or not _INCHIKEY.fullmatch(text):
        raise ConfigurationError(
            f"{text!r} is no InChIKey that a search by {mode} could use.",
            remedy="Give a SMILES or a molfile, or use mode='exact'.",
        )
    return StructureQuery(None, None, text)


def _by_smarts(text: str, mode: StructureMode) -> StructureQuery:
    mol = _chem().MolFromSmarts(text)
    if mol is None or mol.GetNumAtoms() == 0:
        raise _refused(text)
    if mode != "substructure":
        raise ConfigurationError(
            f"{_shown(text)} is SMARTS, which names no single molecule.",
            remedy="Use mode='substructure', or give a SMILES.",
        )
    mol.UpdatePropertyCache(False)  # noqa: FBT003 - RDKit's own signature
    _chem().FastFindRings(mol)
    return StructureQuery(mol, None, None)


def _of_molecule(mol: Any, text: str) -> StructureQuery:
    if mol is None or not 0 < mol.GetNumAtoms() <= MAX_INCHI_ATOMS:
        raise _refused(text)
    chem = _chem()
    whole = all(atom.GetAtomicNum() for atom in mol.GetAtoms())
    inchikey = (chem.MolToInchiKey(mol) or None) if whole else None
    return StructureQuery(mol, chem.MolToSmiles(mol), inchikey)


def _packed(bits: Any) -> bytes:
    # DataStructs' own bytes: bit i is bit i % 8 of byte i // 8.
    from rdkit import DataStructs

    return DataStructs.BitVectToBinaryText(bits)  # type: ignore[no-any-return]


def _refused(text: str) -> ConfigurationError:
    return ConfigurationError(
        f"{_shown(text)} is no structure that RDKit can read.",
        remedy="Give a SMILES, SMARTS or molfile; find a molecule by name with search.",
    )


def _shown(text: str) -> str:
    first = (text.strip().splitlines() or [""])[0]
    return repr(first if len(first) <= 60 else f"{first[:60]}…")


@functools.cache
def _chem() -> Any:
    from rdkit import Chem, RDLogger

    # A refused structure is told as an error of ours, not on stderr.
    log: Any = RDLogger
    log.DisableLog("rdApp.*")
    return Chem


@functools.cache
def _morgan() -> Any:
    from rdkit.Chem import rdFingerprintGenerator

    return rdFingerprintGenerator.GetMorganGenerator(radius=MORGAN_RADIUS, fpSize=FINGERPRINT_BITS)

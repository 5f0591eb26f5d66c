"""Acids, ions and solvents that are written beside a drawing: they belong to its molecule."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dsocr_integrations.molecules import Molecule, canonicalise, ionised

SMILES = {
    "HCl": "Cl", "HBr": "Br", "HI": "I", "HF": "F", "H2O": "O", "TFA": "OC(=O)C(F)(F)F",
    "CF3CO2H": "OC(=O)C(F)(F)F", "CF3COOH": "OC(=O)C(F)(F)F", "H2SO4": "OS(=O)(=O)O",
    "H3PO4": "OP(=O)(O)O", "HNO3": "O[N+](=O)[O-]", "MeOH": "CO", "EtOH": "CCO",
    "Na": "[Na+]", "K": "[K+]", "Li": "[Li+]", "Cs": "[Cs+]", "NH4": "[NH4+]",
    "Cl": "[Cl-]", "Br": "[Br-]", "I": "[I-]", "BF4": "F[B-](F)(F)F", "PF6": "F[P-](F)(F)(F)(F)F",
}  # fmt: skip
"""What the labels stand for."""

_MARKS = str.maketrans({"−": "-", "–": "-", "—": "-", "⁺": "+", "⁻": "-", "₂": "2", "₃": "3"})
_LABEL = re.compile(
    r"[·•.∙x×*]?(?P<count>[1-4]?)[·•.∙x×*]?(?P<name>[A-Z][A-Za-z0-9]*)(?P<sign>[+-]?)"
)
_IODIDE = re.compile(r"[1l|]-")
"""Its capital is a bar alone."""

_CHARGE = re.compile(r"\[[^]]*?([+-])(\d?)\]")


@dataclass(frozen=True)
class Salt:
    """A molecule with what stands beside it.

    Attributes:
        molecule: In parts where there is a counter-ion.
        balanced: Whether the charges add up, and no ion was left out since they would not.
    """

    molecule: Molecule
    balanced: bool = True


def with_counter_ions(molecule: Molecule, labels: list[str]) -> Salt:
    """Add what stands beside a drawn molecule.

    Args:
        molecule: What is drawn.
        labels: What is written beside it; labels that name no ion, acid or solvent are left out,
            and an ion without its sign counts only where it balances a charge. Where the sign of
            the drawing's own charge was not read, it is put at the one acid or amine there is.
    """
    smiles, named = molecule.smiles, False
    for label in labels:
        found = _read(label)
        ion = SMILES.get(_spelt(found["name"])) if found else None
        if found is None or ion is None:
            continue
        named = named or charge(ion) != 0
        if found["sign"] and charge(smiles) == 0 and found["count"] in ("", "1"):
            charged = ionised(molecule, -charge(ion)) if smiles == molecule.smiles else None
            smiles = charged.smiles if charged else smiles
        if not charge(ion) or found["sign"] or charge(ion) * charge(smiles) < 0:
            smiles = ".".join([smiles, *[ion] * int(found["count"] or 1)])
    left_out = named and smiles == molecule.smiles
    whole = (canonicalise(smiles) or molecule) if smiles != molecule.smiles else molecule
    return Salt(whole, not left_out and charge(smiles) == 0)


def is_counter_ion(label: str) -> bool:
    """Whether a label names an acid, an ion or a solvent."""
    found = _read(label)
    return found is not None and _spelt(found["name"]) in SMILES


def charge(smiles: str) -> int:
    """The sum of the charges written in a SMILES."""
    return sum(int(sign + (count or "1")) for sign, count in _CHARGE.findall(smiles))


def _read(label: str) -> re.Match[str] | None:
    said = "".join(label.split()).translate(_MARKS)
    return _LABEL.fullmatch("I-" if _IODIDE.fullmatch(said) else said)


def _spelt(name: str) -> str:
    """A label with the letters put right that look alike: a capital I or a one for an l."""
    return re.sub(r"C[I1|]", "Cl", name) if name not in SMILES else name

"""The molecule of a drawn graph, where what is written at its atoms agrees with their bonds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.molecules.counter_ions import with_counter_ions
from dsocr_integrations.engines.embedded.molecules.group_labels import group_smiles
from dsocr_integrations.molecules import Molecule, from_mol_block, name_substituents

if TYPE_CHECKING:
    from dsocr_integrations.engines.embedded.molecules.drawn_graph import DrawnGraph

MOST_ATOMS = 999
"""That a V2000 table can hold."""

STEREO = {"plain": 0, "wedge": 1, "dashes": 6, "wavy": 4, "crossed": 3}
"""How bonds are marked in a V2000 table."""


def molecule_of(graph: DrawnGraph) -> Molecule | None:
    """The molecule, with the ions that are written beside it.

    Returns:
        The molecule; `None` where RDKit refuses it or is missing, or where an atom would have
        other hydrogens than are written.
    """
    if max(len(graph.atoms), len(graph.bonds)) > MOST_ATOMS or _groups_within(graph):
        return None
    block = mol_block(graph)
    hydrogens = {
        n: atom.label.hydrogens
        for n, atom in enumerate(graph.atoms)
        if atom.label is not None and atom.label.hydrogens is not None
    }
    molecule = from_mol_block(block, hydrogens)
    if molecule is None:
        return None
    whole = name_substituents(molecule, block, group_smiles)
    return with_counter_ions(whole, [label.text for label in graph.beside]).molecule


def _groups_within(graph: DrawnGraph) -> bool:
    """Whether a group stands within a chain, where its label does not tell which atoms bind."""
    bound = Counter(atom for bond in graph.bonds for atom in (bond.start, bond.end))
    return any(
        bound[n] != 1 for n, atom in enumerate(graph.atoms) if atom.label and atom.label.group
    )


def mol_block(graph: DrawnGraph) -> str:
    """The graph as a V2000 MOL block; groups are aliases of dummy atoms."""
    lines = [
        "",
        "",
        "",
        f"{len(graph.atoms):3}{len(graph.bonds):3}  0  0  1  0  0  0  0  0999 V2000",
    ]
    for atom in graph.atoms:
        element = atom.label.element if atom.label else "C"
        x, y = atom.place
        lines.append(
            f"{x:10.4f}{-y:10.4f}{0:10.4f} {element:<3} 0  0  0  0  0  0  0  0  0  0  0  0"
        )
    lines += [
        f"{bond.start + 1:3}{bond.end + 1:3}{bond.order:3}{STEREO[bond.mark]:3}"
        for bond in graph.bonds
    ]
    for number, atom in enumerate(graph.atoms, 1):
        if atom.label and atom.label.charge:
            lines.append(f"M  CHG  1{number:4}{atom.label.charge:4}")
        if atom.label and atom.label.group:
            # Numbers keep equal dummies apart, so that marks of stereo count at them.
            lines += [f"M  RGP  1{number:4}{number:4}", f"A  {number:3}", atom.label.group]
    return "\n".join([*lines, "M  END"])

"""Reads a molecule from OSRA's report of its steps, which names every atom and bond it makes.

OSRA prints no record of a molecule that it trusts little, as it does most without a ring, such
as methacrylic acid. Its report holds no places and no charges, so a molecule with wedges, unread
labels or double bonds of unknown geometry is not taken from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dsocr_integrations.molecules import MIN_HEAVY_ATOMS, Molecule, from_bonds

_START = "Coordinate box:"
_END = "Structure length:"
_ATOM = re.compile(r'(?:Adding|Creating) atom #(\d+)(?: "(.*)")?, anum: (\d+)')
_BOND = re.compile(r"(?:Adding|Creating) bond #\d+ (\d+)->(\d+), type: ([123]), flags: 0\.?")
_OTHER_STEPS = ("Adding", "Creating")


@dataclass(frozen=True)
class _Graph:
    elements: list[int]
    bonds: list[tuple[int, int, int]]


def parse_report(said: str) -> Molecule | None:
    """The one molecule of a report.

    Args:
        said: What OSRA printed when asked with the options of `osra_records.OUTPUT`.

    Returns:
        The molecule, or `None` where the report tells of none or of several, or not all
        about it.
    """
    parts = said.split(_START)[1:]
    if len(parts) != 1 or _END not in parts[0]:
        return None
    graph = _graph(parts[0].partition(_END)[0])
    molecule = from_bonds(graph.elements, graph.bonds) if graph is not None else None
    if molecule is None or molecule.heavy_atoms < MIN_HEAVY_ATOMS:
        return None
    return molecule


def _graph(steps: str) -> _Graph | None:
    graph = _Graph([], [])
    for line in steps.splitlines():
        if not line.startswith(_OTHER_STEPS):
            continue
        atom, bond = _ATOM.match(line), _BOND.match(line)
        if atom is not None:
            number, label, element = int(atom[1]), atom[2] or "", int(atom[3])
            if number != len(graph.elements) + 1 or element == 0 or set(label) & set("+-"):
                return None
            graph.elements.append(element)
        elif bond is not None:
            start, end, order = (int(value) for value in bond.groups())
            graph.bonds.append((start - 1, end - 1, order))
        else:
            return None
    return graph

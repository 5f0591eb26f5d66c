"""Where OSRA saw the atoms and bonds of a molecule in the picture."""

from __future__ import annotations

from dataclasses import dataclass

BOND_IN_TABLES = 1.512
"""Length that OSRA gives the average bond in its atom tables."""

HYDROGEN = "H"


@dataclass(frozen=True)
class DrawnBonds:
    """A molecule as it lies in a picture.

    Attributes:
        symbols: Element of each atom.
        places: Of each atom, in pixels from the top left corner.
        bonds: Two indices of atoms and the order of each bond.
        length: Of the average bond, in pixels.
    """

    symbols: tuple[str, ...]
    places: tuple[tuple[float, float], ...]
    bonds: tuple[tuple[int, int, int], ...]
    length: float

    def ends(self) -> frozenset[int]:
        """Atoms with one neighbour that is no hydrogen, or with none."""
        count = [0] * len(self.symbols)
        for start, end, _ in self.drawn():
            count[start] += 1
            count[end] += 1
        return frozenset(atom for atom, bonds in enumerate(count) if bonds <= 1)

    def drawn(self) -> list[tuple[int, int, int]]:
        """Bonds between atoms other than hydrogen: those of labels such as NH are not drawn."""
        return [
            bond
            for bond in self.bonds
            if HYDROGEN not in (self.symbols[bond[0]], self.symbols[bond[1]])
        ]


def drawn_bonds(table: str, length: float) -> DrawnBonds | None:
    """Read the places of atoms out of a V2000 table that OSRA wrote.

    Args:
        table: From the line of counts on.
        length: Of the average bond in pixels, as OSRA tells it.

    Returns:
        The atoms and bonds, or `None` where the table is not as it should be.
    """
    lines = table.splitlines()
    scale = length / BOND_IN_TABLES
    try:
        atoms, bonds = int(lines[0][:3]), int(lines[0][3:6])
        rows, pairs = lines[1 : 1 + atoms], lines[1 + atoms : 1 + atoms + bonds]
        places = tuple((float(x[:10]) * scale, -float(x[10:20]) * scale) for x in rows)
        joined = tuple((int(x[:3]) - 1, int(x[3:6]) - 1, int(x[6:9])) for x in pairs)
    except ValueError:
        return None
    sound = all(0 <= min(a, b) and max(a, b) < len(places) for a, b, _ in joined)
    if not sound or length <= 0:
        return None
    return DrawnBonds(tuple(x[31:34].strip() for x in rows), places, joined, length)

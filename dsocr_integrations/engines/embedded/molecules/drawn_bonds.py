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
        table: What it was read from.
    """

    symbols: tuple[str, ...]
    places: tuple[tuple[float, float], ...]
    bonds: tuple[tuple[int, int, int], ...]
    length: float
    table: str

    def ends(self) -> frozenset[int]:
        """Atoms with one neighbour that is no hydrogen, or with none."""
        count = [0] * len(self.symbols)
        for start, end, _ in self.drawn():
            count[start] += 1
            count[end] += 1
        return frozenset(atom for atom, bonds in enumerate(count) if bonds <= 1)

    def is_bare_oxygen(self, *pair: int) -> bool:
        """Whether one of two joined atoms is an oxygen that has no other bond, not to hydrogen."""
        return any(
            self.symbols[atom] == "O" and sum(atom in bond[:2] for bond in self.bonds) == 1
            for atom in pair
        )

    def drawn(self) -> list[tuple[int, int, int]]:
        """Bonds between atoms other than hydrogen: those of labels such as NH are not drawn."""
        return [
            bond
            for bond in self.bonds
            if HYDROGEN not in (self.symbols[bond[0]], self.symbols[bond[1]])
        ]


def drawn_bonds(table: str, length: float, corner: tuple[int, int]) -> DrawnBonds | None:
    """Read the places of atoms out of a V2000 table that OSRA wrote.

    Args:
        table: From the line of counts on.
        length: Of the average bond in pixels, as OSRA tells it.
        corner: Of the molecule's box in the picture, in pixels, from which places count.

    Returns:
        The atoms and bonds, or `None` where the table is not as it should be.
    """
    lines = table.splitlines()
    scale = length / BOND_IN_TABLES
    try:
        atoms, bonds = int(lines[0][:3]), int(lines[0][3:6])
        rows, pairs = lines[1 : 1 + atoms], lines[1 + atoms : 1 + atoms + bonds]
        places = tuple(
            (corner[0] + float(x[:10]) * scale, corner[1] - float(x[10:20]) * scale) for x in rows
        )
        joined = tuple((int(x[:3]) - 1, int(x[3:6]) - 1, int(x[6:9])) for x in pairs)
    except (IndexError, ValueError):
        return None
    sound = all(min(a, b) >= 0 and max(a, b) < len(places) for a, b, _ in joined)
    if not sound or length <= 0:
        return None
    return DrawnBonds(tuple(x[31:34].strip() for x in rows), places, joined, length, table)

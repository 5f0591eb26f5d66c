"""Reads the drawing of one molecule with OSRA, and lets RDKit judge what it said.

OSRA is a program of its own (GPL), started as a bounded subprocess on a picture of one crop;
it is never linked and may be absent. What RDKit refuses is not an answer.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.bounded_process import run_bounded
from dsocr_integrations.molecules import MIN_HEAVY_ATOMS, Molecule, canonicalise

if TYPE_CHECKING:
    from PIL.Image import Image

SECONDS = 20.0
"""Wall-clock limit of one OSRA run; a usual crop takes about one second."""

MEMORY = 2 * 1024**3
"""Address-space limit of one OSRA run; a usual crop takes 0.1 GB."""

GOOD_CONFIDENCE = 3.0
"""OSRA's own estimate from which an answer is not tried again at another scale."""


@dataclass(frozen=True)
class DrawnMolecule:
    """A molecule read from a drawing.

    Attributes:
        molecule: What RDKit made of OSRA's answer.
        score: OSRA's own estimate, unbounded; above about 3 it is usually right.
    """

    molecule: Molecule
    score: float

    @property
    def confidence(self) -> float:
        """The estimate on the scale 0–1."""
        return round(min(1.0, max(0.05, 0.5 + self.score / 10)), 2)


def find_osra() -> str | None:
    """Path of the OSRA program, if it is installed."""
    return shutil.which("osra")


def read_molecule(
    picture: Image,
    *,
    osra: str | None = None,
    seconds: float = SECONDS,
) -> DrawnMolecule | None:
    """Read the molecule drawn in a picture.

    Args:
        picture: The crop of one drawing, any mode.
        osra: Path of the OSRA program; found on the path when not given.
        seconds: Wall-clock limit of each run.

    Returns:
        The best valid answer, or `None` when there is none, or OSRA or RDKit is missing.
    """
    program = osra or find_osra()
    if program is None:
        return None
    answers = _ask(program, picture, (), seconds)
    return max(answers, key=lambda answer: answer.score, default=None)


def _ask(
    program: str, picture: Image, options: tuple[str, ...], seconds: float
) -> list[DrawnMolecule]:
    with tempfile.TemporaryDirectory(prefix="dsocr-osra-") as name:
        folder = Path(name)
        path = folder / "drawing.png"
        picture.convert("RGB").save(path)
        command = (program, "-f", "can", "-p", *options, str(path))
        said = run_bounded(command, folder=folder, seconds=seconds, memory=MEMORY)
    return parse_osra(said or "")


def parse_osra(said: str) -> list[DrawnMolecule]:
    """Read OSRA's lines of `SMILES confidence`; what RDKit refuses is left out."""
    found = []
    for line in said.splitlines()[:50]:
        parts = line.split()
        molecule = canonicalise(parts[0]) if parts else None
        if molecule is None or molecule.heavy_atoms < MIN_HEAVY_ATOMS:
            continue
        try:
            score = float(parts[1]) if len(parts) > 1 else 0.0
        except ValueError:
            continue
        found.append(DrawnMolecule(molecule, score))
    return found

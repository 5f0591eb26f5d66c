"""Reads the drawing of one molecule with OSRA, and lets RDKit judge what it said.

OSRA is a program of its own (GPL), started as a bounded subprocess on a picture of one crop;
it is never linked and may be absent. What RDKit refuses is not an answer.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.bounded_process import run_bounded
from dsocr_integrations.molecules import MIN_HEAVY_ATOMS, Molecule, canonicalise

if TYPE_CHECKING:
    from PIL.Image import Image

SECONDS = 20.0
"""CPU time granted to one OSRA run; a usual crop takes about one second."""

MEMORY = 2 * 1024**3
"""Address-space limit of one OSRA run; a usual crop takes 0.1 GB."""

SURE_SCORE = 2.5
"""OSRA's own estimate from which an answer counts without a second one that agrees."""

SMALL_SIDE = 320
"""Pixels. Smaller drawings are enlarged, since OSRA misses their thin bonds."""

WANTED_SIDE = 400
LARGE_SIDE = 2600
REDUCED = 0.67

FIXED_RESOLUTION = ("-r", "300")
"""Saves OSRA from guessing, which takes half of its time."""


@dataclass(frozen=True)
class DrawnMolecule:
    """A molecule read from a drawing.

    Attributes:
        molecule: What RDKit made of OSRA's answer.
        score: OSRA's own estimate, unbounded; above about 3 it is usually right.
        votes: Runs at different scales that gave the same molecule.
    """

    molecule: Molecule
    score: float
    votes: int = 1

    @property
    def confidence(self) -> float:
        """The estimate on the scale 0–1."""
        agreed = 0.2 * (self.votes - 1)
        return round(min(0.95, max(0.05, 0.3 + self.score / 15 + agreed)), 2)


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

    OSRA is asked at two scales; where its answers differ, a third run decides. An answer that
    stands alone must be one that OSRA itself is sure of.

    Args:
        picture: The crop of one drawing, any mode.
        osra: Path of the OSRA program; found on the path when not given.
        seconds: CPU time granted to each run.

    Returns:
        The best valid answer, or `None` when there is none, or OSRA or RDKit is missing.
    """
    program = osra or find_osra()
    if program is None:
        return None
    drawing = _at_good_size(picture)
    answers = [
        *_best(_ask(program, drawing, FIXED_RESOLUTION, seconds)),
        *_best(_ask(program, _scaled(drawing, REDUCED), (), seconds)),
    ]
    if len({answer.molecule.smiles for answer in answers}) != 1 or len(answers) < 2:
        answers += _best(_ask(program, drawing, (), seconds))
    return _elected(answers)


def _best(answers: list[DrawnMolecule]) -> list[DrawnMolecule]:
    """OSRA's surest answer of one run, as a list of none or one."""
    return [max(answers, key=lambda answer: answer.score)] if answers else []


def _elected(answers: list[DrawnMolecule]) -> DrawnMolecule | None:
    """The molecule that most runs gave, the surest of them at a tie."""
    votes = Counter(answer.molecule.smiles for answer in answers)
    ranked = sorted(answers, key=lambda a: (votes[a.molecule.smiles], a.score), reverse=True)
    if not ranked:
        return None
    chosen = replace(ranked[0], votes=votes[ranked[0].molecule.smiles])
    return chosen if chosen.votes > 1 or chosen.score >= SURE_SCORE else None


def _at_good_size(picture: Image) -> Image:
    longest = max(picture.size)
    if longest < SMALL_SIDE:
        return _scaled(picture, min(2.67, WANTED_SIDE / longest))
    return _scaled(picture, LARGE_SIDE / longest) if longest > LARGE_SIDE else picture


def _scaled(picture: Image, factor: float) -> Image:
    width, height = (max(8, round(side * factor)) for side in picture.size)
    return picture.convert("L").resize((width, height), resample=1)


def _ask(
    program: str, picture: Image, options: tuple[str, ...], seconds: float
) -> list[DrawnMolecule]:
    with tempfile.TemporaryDirectory(prefix="dsocr-osra-") as name:
        folder = Path(name)
        path = folder / "drawing.png"
        picture.convert("L").save(path)
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

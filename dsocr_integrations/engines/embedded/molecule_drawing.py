"""Reads the drawing of one molecule with OSRA, and lets RDKit judge what it said.

OSRA is a program of its own (GPL), started as a bounded subprocess on a picture of one crop;
it is never linked and may be absent. What RDKit refuses is not an answer.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.bounded_process import run_bounded
from dsocr_integrations.engines.embedded.osra_records import OUTPUT, OsraAnswer, parse_osra
from dsocr_integrations.engines.embedded.stroke_width import stroke_width
from dsocr_integrations.molecules import Molecule

if TYPE_CHECKING:
    from PIL.Image import Image

SECONDS = 20.0
"""CPU time granted to one OSRA run; a usual crop takes about one second."""

MEMORY = 2 * 1024**3
"""Address-space limit of one OSRA run; a usual crop takes 0.1 GB."""

SURE_SCORE = 2.5
"""OSRA's own estimate from which an answer counts without a second one that agrees."""

AGREEMENT = 0.3
"""What each further run with the same answer adds to OSRA's estimate in the election."""

PRINTED_STROKE = 3.2
"""Pixels. Thickness of bonds as printed and scanned at 300 dpi, which OSRA reads best."""

THICK_STROKE = 3.8
"""Pixels. Drawings with thicker lines are reduced; thin ones only get ragged when enlarged."""

SMALL_SIDE = 320
"""Pixels. Smaller drawings are enlarged, since OSRA misses their thin bonds."""

WANTED_SIDE = 400
LARGE_SIDE = 3000
ENLARGED = 1.25
"""Scale of the second look; letters are told apart better, and mistakes are other ones."""

FIXED_RESOLUTION = ("-r", "300")
"""Saves OSRA from guessing, which takes half of its time."""


@dataclass(frozen=True)
class DrawnMolecule:
    """A molecule read from a drawing.

    Attributes:
        molecule: What RDKit made of OSRA's answer.
        score: OSRA's own estimate, unbounded; above about 3 it is usually right.
        votes: Runs that gave the same molecule.
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

    OSRA is asked at two scales; where its answers differ, a third run decides, which sees the
    picture as it is and finds the scale itself. An answer that stands alone must be one that
    OSRA itself is sure of.

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
        *_best(_ask(program, _scaled(drawing, ENLARGED), FIXED_RESOLUTION, seconds)),
    ]
    if len({answer.molecule.smiles for answer in answers}) != 1 or len(answers) < 2:
        answers += _best(_ask(program, _bounded(picture), (), seconds))
    return _elected(answers)


def _best(answers: list[OsraAnswer]) -> list[OsraAnswer]:
    """OSRA's surest answer of one run, as a list of none or one."""
    return [max(answers, key=lambda answer: answer.score)] if answers else []


def _elected(answers: list[OsraAnswer]) -> DrawnMolecule | None:
    """The surest molecule, where runs that agree make each other surer."""
    votes = Counter(answer.molecule.smiles for answer in answers)
    ranked = sorted(answers, key=lambda a: a.score + AGREEMENT * votes[a.molecule.smiles])
    if not ranked:
        return None
    chosen = ranked[-1]
    agreed = votes[chosen.molecule.smiles]
    if agreed == 1 and chosen.score < SURE_SCORE:
        return None
    return DrawnMolecule(chosen.molecule, chosen.score, agreed)


def _at_good_size(picture: Image) -> Image:
    longest = max(picture.size)
    if longest < SMALL_SIDE:
        return _scaled(picture, min(2.67, WANTED_SIDE / longest))
    stroke = stroke_width(picture)
    reduced = PRINTED_STROKE / stroke if stroke > THICK_STROKE else 1.0
    return _bounded(_scaled(picture, reduced) if reduced < 1.0 else picture)


def _bounded(picture: Image) -> Image:
    longest = max(picture.size)
    return _scaled(picture, LARGE_SIDE / longest) if longest > LARGE_SIDE else picture


def _scaled(picture: Image, factor: float) -> Image:
    width, height = (max(8, round(side * factor)) for side in picture.size)
    return picture.convert("L").resize((width, height), resample=1)


def _ask(
    program: str, picture: Image, options: tuple[str, ...], seconds: float
) -> list[OsraAnswer]:
    with tempfile.TemporaryDirectory(prefix="dsocr-osra-") as name:
        folder = Path(name)
        path = folder / "drawing.png"
        picture.convert("L").save(path)
        command = (program, *OUTPUT, *options, str(path))
        said = run_bounded(command, folder=folder, seconds=seconds, memory=MEMORY)
    return parse_osra(said or "")

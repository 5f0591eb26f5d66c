"""Reads the drawing of one molecule with OSRA, and lets RDKit judge what it said.

OSRA is a program of its own (GPL), started as a bounded subprocess on a picture of one crop;
it is never linked and may be absent. What RDKit refuses is not an answer.
"""

from __future__ import annotations

import math
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.molecules.bounded_process import run_bounded
from dsocr_integrations.engines.embedded.molecules.main_drawing import main_drawing
from dsocr_integrations.engines.embedded.molecules.osra_records import (
    OUTPUT,
    OsraAnswer,
    parse_osra,
)
from dsocr_integrations.engines.embedded.molecules.osra_report import OPTIONS, parse_report
from dsocr_integrations.engines.embedded.molecules.stroke_width import stroke_width
from dsocr_integrations.molecules import Molecule, fills_in

if TYPE_CHECKING:
    from PIL.Image import Image

SECONDS = 20.0
"""CPU time granted to one OSRA run; a usual crop takes about one second."""

MEMORY = 2 * 1024**3
"""Address-space limit of one OSRA run; a usual crop takes 0.1 GB."""

SURE_SCORE = 2.5
"""OSRA's own estimate from which an answer counts without a second one that agrees."""

OPEN_SCORE = 0.5
"""OSRA's own estimate below which an answer with open places does not count, though runs agree:
that is what it makes of charts and diagrams."""

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
    OSRA itself is sure of. Where no run answers, a molecule counts that OSRA reports to have
    made out at both scales.

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
    looks = _looks(main_drawing(picture))
    answers = [answer for look in looks for answer in _best(_ask(program, look, seconds))]
    if len({answer.molecule.smiles for answer in answers}) != 1 or len(answers) < len(looks):
        answers += _best(parse_osra(_said(program, _bounded(picture), OUTPUT, seconds)))
    if not answers:
        return _made_out(program, looks, seconds)
    return _elected(answers)


def _looks(drawing: Image) -> list[Image]:
    """A drawing at the scale that OSRA reads best, and at another where its mistakes differ."""
    good = _at_good_size(drawing)
    enlarged = max(good.size) > max(drawing.size)
    return [good, drawing if enlarged else _scaled(good, ENLARGED)]


def _made_out(program: str, looks: list[Image], seconds: float) -> DrawnMolecule | None:
    """What OSRA did not print, where its reports of all looks tell of the same molecule."""
    command = (*OUTPUT, *FIXED_RESOLUTION)
    found = [parse_report(_said(program, look, command, seconds)) for look in looks]
    first = found[0]
    same = first is not None and all(molecule == first for molecule in found)
    return DrawnMolecule(first, 0.0, len(found)) if first is not None and same else None


def _best(answers: list[OsraAnswer]) -> list[OsraAnswer]:
    """OSRA's surest answer of one run, as a list of none or one."""
    return [max(answers, key=lambda answer: answer.score)] if answers else []


def _elected(answers: list[OsraAnswer]) -> DrawnMolecule | None:
    """The surest molecule, where runs that agree make each other surer."""
    votes: Counter[str] = Counter()
    scores: dict[str, float] = {}
    for answer in answers:
        agreeing = [other for other in answers if _agrees(answer.molecule, other.molecule)]
        votes[answer.molecule.smiles] = len(agreeing)
        scores[answer.molecule.smiles] = max(other.score for other in agreeing)
    molecules = {answer.molecule.smiles: answer.molecule for answer in answers}
    if not molecules:
        return None
    chosen = max(molecules, key=lambda smiles: scores[smiles] + AGREEMENT * votes[smiles])
    least = SURE_SCORE if votes[chosen] == 1 else OPEN_SCORE if "*" in chosen else -math.inf
    if scores[chosen] < least:
        return None
    return DrawnMolecule(molecules[chosen], scores[chosen], votes[chosen])


def _agrees(molecule: Molecule, other: Molecule) -> bool:
    """Whether another answer is the same, but for labels that it left unread."""
    return molecule.smiles == other.smiles or fills_in(molecule, other)


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


def _ask(program: str, look: Image, seconds: float) -> list[OsraAnswer]:
    return parse_osra(_said(program, look, (*OUTPUT, *FIXED_RESOLUTION), seconds))


def _said(program: str, picture: Image, options: tuple[str, ...], seconds: float) -> str:
    """What OSRA printed about a picture; nothing where it failed."""
    with tempfile.TemporaryDirectory(prefix="dsocr-osra-") as name:
        folder = Path(name)
        path = folder / "drawing.png"
        picture.convert("L").save(path)
        command = (program, *options, str(path))
        return run_bounded(command, folder=folder, seconds=seconds, memory=MEMORY) or ""

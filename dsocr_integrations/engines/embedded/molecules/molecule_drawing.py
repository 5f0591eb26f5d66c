"""Reads the drawing of one molecule with OSRA and by its lines, and lets RDKit judge what they say.

OSRA is a program of its own (GPL), started as a bounded subprocess on a picture of one crop;
it is never linked and may be absent. What RDKit refuses is not an answer.
"""

from __future__ import annotations

import math
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.molecules.black_lines import as_black_lines
from dsocr_integrations.engines.embedded.molecules.bounded_process import run_bounded
from dsocr_integrations.engines.embedded.molecules.confidence import (
    AGREED,
    OPEN,
    TRACED,
    UNCHECKED,
    confidence,
    is_open,
    signs,
)
from dsocr_integrations.engines.embedded.molecules.counter_ions import with_counter_ions
from dsocr_integrations.engines.embedded.molecules.ink_check import InkCheck, check_ink
from dsocr_integrations.engines.embedded.molecules.main_drawing import parted
from dsocr_integrations.engines.embedded.molecules.osra_records import (
    HEADER,
    OUTPUT,
    OsraAnswer,
    parse_osra,
)
from dsocr_integrations.engines.embedded.molecules.osra_report import parse_report
from dsocr_integrations.engines.embedded.molecules.pixel_molecule import read_pixel_molecule
from dsocr_integrations.engines.embedded.molecules.raised_sign import raised_sign
from dsocr_integrations.engines.embedded.molecules.stroke_width import stroke_width
from dsocr_integrations.engines.embedded.scan.pages import read_boxes
from dsocr_integrations.errors import EngineUnavailableError
from dsocr_integrations.molecules import Molecule, fills_in, with_double_bonds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL.Image import Image

SECONDS = 8.0
"""CPU time granted to one OSRA run; 99 of 100 crops of molecules take less than 5 seconds."""

MEMORY = 2 * 1024**3
"""Address-space limit of one OSRA run; a usual crop takes 0.1 GB."""

SURE_SCORE = 2.5
"""OSRA's own estimate from which an answer counts without a second one that agrees."""

OPEN_SCORE = 0.5
"""OSRA's own estimate below which an answer with open places does not count, though runs agree:
that is what it makes of charts and diagrams."""

FITTING_SCORE = 0.0
"""OSRA's own estimate from which an answer that stands alone counts where it fits the drawing."""

FEW_SIGNS = 1
"""Small signs against an answer up to which it fits the drawing."""

UNCHECKED_SIGNS = 4
"""Small signs that an answer counts for which cannot be laid over the drawing."""

SMALLEST_LABEL = 12
"""Pixels. What is smaller beside a drawing is a speck."""

MAX_LABELS = 6
"""Pieces beside a drawing that are read."""

SIGNS = ("+", "-", "⁺", "⁻", "−", "–")
"""How a charge at the end of a label is written."""

AGREEMENT = 0.3
"""What each further run with the same answer adds to OSRA's estimate in the election."""

UNREAD = 0.5
"""What a label that was left unread takes from it."""

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

REDUCED = 0.75
"""Scale of the third look, which is taken where the first two differ."""

LARGE = 1.5
"""Scale of the fourth look, which is taken where no two of the first three agree."""

FIXED_RESOLUTION = ("-r", "300")
"""Saves OSRA from guessing, which takes half of its time."""


@dataclass(frozen=True)
class DrawnMolecule:
    """A molecule read from a drawing.

    Attributes:
        molecule: What RDKit made of OSRA's answer.
        confidence: On the scale 0–1; from 0.5 on, about 24 of 25 drawings of patents are right.
        votes: Looks at the drawing that gave the same molecule.
    """

    molecule: Molecule
    confidence: float
    votes: int = 1


@dataclass(frozen=True)
class _Answer:
    """OSRA's surest answer about one look, and how it fits that look."""

    molecule: Molecule
    score: float
    check: InkCheck | None = None

    @property
    def signs(self) -> int:
        return signs(self.check) if self.check is not None else UNCHECKED_SIGNS


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

    Its lines and letters are traced, where they are clean enough; what OSRA then says alike at one
    look counts. Else OSRA is asked at two scales; where its answers differ or leave a label unread, a third look
    decides, and a fourth one where that does not. No look is asked about twice, and none after one
    that took too long. An answer that stands alone must be one that OSRA itself is sure of. Where
    no look gives an answer, a molecule counts that OSRA reports to have made out at both scales.

    Args:
        picture: The crop of one drawing, any mode.
        osra: Path of the OSRA program; found on the path when not given.
        seconds: CPU time granted to each run.

    Returns:
        The best valid answer, or `None` when there is none, or RDKit is missing. Without OSRA
        there are fewer.
    """
    pieces = parted(as_black_lines(picture))
    traced = read_pixel_molecule(pieces.drawing)
    program = osra or find_osra()
    said = _asked(program, pieces.drawing, seconds, traced) if program is not None else None
    drawn = _weighed(traced, said) if traced is not None else said
    return _with_labels(drawn, picture, pieces.beside) if drawn and pieces.beside else drawn


def _asked(
    program: str, drawing: Image, seconds: float, traced: Molecule | None
) -> DrawnMolecule | None:
    """What OSRA makes of a drawing; it is asked but once where it says what was traced."""
    answers: list[_Answer] = []
    made_out: list[Molecule | None] = []
    for look in _looks(drawing):
        if traced is not None and any(answer.molecule == traced for answer in answers):
            return DrawnMolecule(traced, AGREED)
        if len(made_out) == 2 and (not answers or _all_agree(answers)):
            break
        if len(made_out) == 3 and _is_settled(answers):
            break
        said = _said(program, look, seconds)
        if not said:
            break
        made_out.append(parse_report(said))
        answers += _best(parse_osra(said), look)
    return _elected(answers) if answers else _without_record(made_out)


def _weighed(traced: Molecule, said: DrawnMolecule | None) -> DrawnMolecule:
    """What was traced, or what OSRA is surer of; neither is sure where they differ."""
    sure = OPEN if is_open(traced.smiles) else 1.0
    if said is not None and said.molecule == traced:
        return DrawnMolecule(traced, min(sure, AGREED), said.votes + 1)
    if said is None or said.votes < 2 or is_open(said.molecule.smiles):
        return DrawnMolecule(traced, min(sure, TRACED))
    return replace(said, confidence=min(said.confidence, UNCHECKED))


def _looks(drawing: Image) -> Iterator[Image]:
    """A drawing at the scale that OSRA reads best, and at three where its mistakes differ."""
    good = _at_good_size(drawing)
    yield good
    enlarged = max(good.size) > max(drawing.size)
    yield drawing if enlarged else _scaled(good, ENLARGED)
    yield _scaled(good, REDUCED)
    yield _scaled(good, LARGE)


def _with_labels(
    drawn: DrawnMolecule, picture: Image, beside: Sequence[tuple[int, int, int, int]]
) -> DrawnMolecule:
    """Add the counter-ions that stand beside a drawing."""
    sides = [(box[2] - box[0], box[3] - box[1]) for box in beside]
    large = [box for box, side in zip(beside, sides, strict=True) if min(side) >= SMALLEST_LABEL]
    large = large[:MAX_LABELS]
    try:
        lines = read_boxes(picture, large)
    except EngineUnavailableError:
        return drawn
    labels = [
        line.text if line.text.endswith(SIGNS) else line.text + raised_sign(picture.crop(box))
        for line, box in zip(lines, large, strict=True)
    ]
    salt = with_counter_ions(drawn.molecule, labels)
    sure = drawn.confidence if salt.balanced else min(drawn.confidence, UNCHECKED)
    return replace(drawn, molecule=salt.molecule, confidence=sure)


def _all_agree(answers: list[_Answer]) -> bool:
    return _is_settled(answers) and len({answer.molecule.smiles for answer in answers}) == 1


def _is_settled(answers: list[_Answer]) -> bool:
    """Whether looks agree on a molecule of which no label was left unread."""
    drawn = _elected(answers) if answers else None
    return drawn is not None and drawn.votes > 1 and not is_open(drawn.molecule.smiles)


def _without_record(made_out: list[Molecule | None]) -> DrawnMolecule | None:
    """What OSRA did not print, where its reports of two looks tell of the same molecule."""
    first = made_out[0] if made_out else None
    if first is None or made_out[:2] != [first, first]:
        return None
    return DrawnMolecule(first, confidence(first.smiles, 2, None), 2)


def _best(answers: list[OsraAnswer], look: Image) -> list[_Answer]:
    """OSRA's surest answer of one run, as a list of none or one."""
    if not answers:
        return []
    surest = max(answers, key=lambda answer: answer.score)
    if surest.drawn is None:
        return [_Answer(surest.molecule, surest.score)]
    check = check_ink(look, surest.drawn)
    molecule = with_double_bonds(surest.molecule, HEADER + surest.drawn.table, check.doubled)
    if molecule != surest.molecule:
        check = replace(check, missed_lines=check.missed_lines - len(check.doubled))
    return [_Answer(molecule, surest.score, check)]


def _elected(answers: list[_Answer]) -> DrawnMolecule | None:
    """The surest molecule, where runs that agree make each other surer."""
    chosen: list[_Answer] = []
    for answer in answers:
        agreeing = [one for one in answers if _agrees(answer.molecule, one.molecule)]
        if not chosen or _weight(agreeing) > _weight(chosen):
            chosen = agreeing
    full = min(chosen, key=lambda one: ("*" in one.molecule.smiles, one.signs))
    smiles, score = full.molecule.smiles, max(one.score for one in chosen)
    if score < _least_score(chosen, full):
        return None
    return DrawnMolecule(full.molecule, confidence(smiles, len(chosen), full.check), len(chosen))


def _least_score(chosen: list[_Answer], full: _Answer) -> float:
    """OSRA's own estimate below which answers that agree do not count."""
    if is_open(full.molecule.smiles):
        return SURE_SCORE if len(chosen) == 1 else OPEN_SCORE
    if len(chosen) == 1:
        return FITTING_SCORE if full.signs <= FEW_SIGNS else SURE_SCORE
    return -math.inf


def _weight(agreeing: list[_Answer]) -> float:
    unread = UNREAD * all(is_open(one.molecule.smiles) for one in agreeing)
    return max(one.score for one in agreeing) + AGREEMENT * len(agreeing) - unread


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


def _said(program: str, picture: Image, seconds: float) -> str:
    """What OSRA printed about a picture; nothing where it failed."""
    with tempfile.TemporaryDirectory(prefix="dsocr-osra-") as name:
        folder = Path(name)
        path = folder / "drawing.png"
        picture.convert("L").save(path)
        command = (program, *OUTPUT, *FIXED_RESOLUTION, str(path))
        return run_bounded(command, folder=folder, seconds=seconds, memory=MEMORY) or ""

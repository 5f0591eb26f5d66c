"""The embedded engine's answer to `Parse the figure.`: a chart's table, a SMILES, or nothing.

It never invents: what can be read neither as a chart nor as a molecule gets an empty answer
and stays a picture.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

from dsocr_integrations.engines.base import Reading
from dsocr_integrations.engines.embedded.charts.data import ChartData, to_html
from dsocr_integrations.engines.embedded.charts.reader import read_chart
from dsocr_integrations.engines.embedded.charts.vector_scene import vector_scene
from dsocr_integrations.engines.embedded.figure_kind import may_be_molecule
from dsocr_integrations.engines.embedded.molecules.molecule_drawing import (
    DrawnMolecule,
    read_molecule,
)
from dsocr_integrations.engines.embedded.molecules.reaction_scheme import molecules_apart
from dsocr_integrations.engines.embedded.molecules.vector_molecule import read_vector_molecule
from dsocr_integrations.engines.embedded.parts import CHECKED, MOLECULES, named
from dsocr_integrations.molecules import Molecule, is_bare_skeleton, is_hydrocarbon
from dsocr_integrations.records.documents import GRID, Evidence, FigureEvidence

if TYPE_CHECKING:
    from PIL.Image import Image

    from dsocr_integrations.engines.embedded.charts.scene import Scene
    from dsocr_integrations.rendering import PageRegion

MOLECULE_DPI = 300.0
SURE = 0.5
"""Confidence from which lines without any letter are a molecule, where they have double bonds."""

FROM_PATHS = 0.97
"""Confidence of a molecule of whose paths and text nothing was left over or guessed."""

LONE_RING = 6
"""Atoms of the largest molecule that a logo of a hexagon within a hexagon looks like."""

_RING_ENDS = re.compile(r"%\d\d|\d")

LATTICE = 6
"""Rings of a hydrocarbon without an aromatic one from which on a pattern of hexagons is drawn."""

MAX_WORDS = 10
"""Molecules carry atom labels and a name; more long words make a diagram."""


def parse_figure(region: PageRegion) -> Reading:
    """Read one figure.

    Args:
        region: The crop of a page, or a picture file.

    Returns:
        An HTML table for a chart, a SMILES for a molecule, empty text for anything else; with
        the confidence and, for a chart, whether values were printed or measured as evidence.
    """
    scene = None if region.is_raster else vector_scene(region)
    chart = read_chart(scene) if scene is not None else None
    if chart is not None:
        return _chart_reading(chart)
    if _is_wordy(region):
        return Reading(text="")
    return _molecules(region, scene)


def _molecules(region: PageRegion, scene: Scene | None) -> Reading:
    """Read a drawing's paths where it has such, else its pixels; a reaction one by one."""
    whole = _from_paths(region, scene) if scene is not None else None
    if whole is not None and "." not in whole.text:
        return whole
    picture = region.render_pixels(MOLECULE_DPI)
    if not may_be_molecule(picture):
        return whole or Reading(text="")
    molecules = molecules_apart(picture)
    if molecules:
        return _joined([parse_figure(_part(region, picture, box)) for box in molecules])
    return whole or _from_pixels(picture)


def _part(region: PageRegion, picture: Image, box: tuple[int, int, int, int]) -> PageRegion:
    x0, y0, x1, y1 = box
    across, down = GRID / picture.width, GRID / picture.height
    return region.crop((int(x0 * across), int(y0 * down), ceil(x1 * across), ceil(y1 * down)))


def _joined(readings: Sequence[Reading]) -> Reading:
    """The molecules of a reaction as parts of one SMILES; as sure as the least sure of them."""
    told = [one.evidence.figure for one in readings if one.evidence and one.evidence.figure]
    sure = min((figure.confidence or 0.0 for figure in told), default=0.0)
    return Reading(
        text=".".join(one.text for one in readings if one.text),
        evidence=Evidence(figure=FigureEvidence(confidence=sure)) if told else None,
        parts=tuple(sorted({part for one in readings for part in one.parts})),
    )


def _from_paths(region: PageRegion, scene: Scene) -> Reading | None:
    molecule = read_vector_molecule(region, scene)
    if molecule is None or not _is_lettered_or_aromatic(molecule):
        return None
    return _molecule_reading(DrawnMolecule(molecule, FROM_PATHS), named(CHECKED))


def _from_pixels(picture: Image) -> Reading:
    drawn, parts = read_molecule(picture), named(MOLECULES)
    if drawn is None or _may_be_lines(drawn):
        return Reading(text="", parts=parts)
    return _molecule_reading(drawn, parts)


def _is_lettered_or_aromatic(molecule: Molecule) -> bool:
    """Whether lines in a diagram cannot look like a molecule."""
    is_ring = "c" in molecule.smiles and molecule.heavy_atoms > LONE_RING
    return is_ring or not is_hydrocarbon(molecule.smiles.replace(".", ""))


def _molecule_reading(drawn: DrawnMolecule, parts: tuple[str, ...]) -> Reading:
    evidence = Evidence(figure=FigureEvidence(confidence=drawn.confidence))
    return Reading(text=drawn.molecule.smiles, evidence=evidence, parts=parts)


def _is_wordy(region: PageRegion) -> bool:
    words = [word for word in region.words() if len(word.text) >= 4 and word.text.isalpha()]
    return len(words) > MAX_WORDS


def _may_be_lines(drawn: DrawnMolecule) -> bool:
    """Whether a diagram may look like what was read: no letter, and nothing that makes it sure."""
    molecule = drawn.molecule
    # What could not be read as a label may be anything.
    smiles = molecule.smiles.replace("*", "C")
    if not is_hydrocarbon(smiles):
        return False
    is_ring = molecule.heavy_atoms <= LONE_RING
    return is_bare_skeleton(smiles) or is_ring or _is_lattice(smiles) or drawn.confidence < SURE


def _is_lattice(smiles: str) -> bool:
    """Whether a hydrocarbon has many rings and none of them is aromatic."""
    return "c" not in smiles and len(_RING_ENDS.findall(smiles)) >= 2 * LATTICE


def _chart_reading(chart: ChartData) -> Reading:
    facts = FigureEvidence(
        confidence=round(max(0.05, chart.confidence), 2),
        value_source="printed" if chart.is_printed else "measured",
    )
    return Reading(text=to_html(chart.rows()), evidence=Evidence(figure=facts))

"""Reads a molecule from the pixels of a clean drawing, by its lines and letters alone.

It gives no answer where anything in the drawing is not understood, so that what it says is seldom
wrong, and never for the reasons for which OSRA is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import ImageFilter, ImageOps
from PIL.Image import Resampling

from dsocr_integrations.engines.embedded.molecules.counter_ions import is_counter_ion
from dsocr_integrations.engines.embedded.molecules.drawn_bonds import DrawnBonds
from dsocr_integrations.engines.embedded.molecules.drawn_graph import DrawnGraph, drawn_graph
from dsocr_integrations.engines.embedded.molecules.drawn_letters import labels
from dsocr_integrations.engines.embedded.molecules.drawn_strokes import Stroke, bonds
from dsocr_integrations.engines.embedded.molecules.graph_molecule import molecule_of
from dsocr_integrations.engines.embedded.molecules.ink_check import check_ink
from dsocr_integrations.engines.embedded.molecules.label_spelling import spelt
from dsocr_integrations.engines.embedded.molecules.straight_chains import parted_chains
from dsocr_integrations.engines.embedded.molecules.stroke_width import MIDDLE_GREY, stroke_width
from dsocr_integrations.engines.embedded.molecules.traced_drawing import TracedDrawing, trace
from dsocr_integrations.molecules import MIN_HEAVY_ATOMS, Molecule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from dsocr_integrations.engines.embedded.molecules.drawn_letters import AtomLabel

THIN, THICK = 3.5, 8.0
"""Pixels. Lines that are thinner or thicker are scaled."""

GOOD = 5.0
"""Pixels that thick lines are reduced to."""

LARGE_SIDE = 3000
"""Pixels. Nothing is enlarged beyond."""

ENLARGED = 1.5
"""Scale from which on the steps of enlarged pixels are smoothed."""

SMOOTH = 0.4
"""Radius of that, in the drawing's own pixels."""

FINE = 1.8
"""Pixels. Lines that are thinner are steps of single pixels: they are melted together, and so
grow thick."""

FINE_SCALE, MELTED, DARKER = 3.0, 0.7, 0.75
"""How much such a drawing is enlarged, the radius in its own pixels, and what is left of brightness."""

MARGIN = 4
"""Pixels of paper around the ink."""

MEET = 0.2
"""Bond lengths between the ends of bonds that meet."""

DOT = 0.25
"""Bond lengths of what is no bond, but a dot where a wedge of dashes begins."""

UNEXPLAINED = 0.35
"""Bonds' worth of ink that may be left over."""


def read_pixel_molecule(picture: Image) -> Molecule | None:
    """The molecule of a drawing.

    Args:
        picture: Black lines on white paper, any mode.

    Returns:
        The molecule; `None` where there is none, or anything in the drawing is not understood.
    """
    scaled = _at_good_size(picture)
    graph = _graph(scaled) if scaled is not None else None
    molecule = molecule_of(graph) if graph is not None else None
    if molecule is None or molecule.heavy_atoms < MIN_HEAVY_ATOMS or "." in molecule.smiles:
        return None
    return molecule


def _graph(picture: Image) -> DrawnGraph | None:
    ink = np.asarray(picture) < MIDDLE_GREY
    traced = trace(ink, stroke_width(picture))
    if traced is None:
        return None
    said = [spelt(label) for label in labels(traced.letters)]
    graph = drawn_graph(_bonds(traced), said, traced.length, MEET)
    if graph is None or not all(is_counter_ion(label.text) for label in graph.beside):
        return None
    bare = _without_labels(picture, said, graph)
    check = check_ink(bare, _drawn(graph, traced.length))
    is_whole = check.unexplained <= UNEXPLAINED and not check.missed_lines
    return graph if is_whole else None


def _without_labels(picture: Image, said: Sequence[AtomLabel], graph: DrawnGraph) -> Image:
    """A drawing without the letters that are read as atoms: the long ones reach far."""
    beside = {letter for label in graph.beside for letter in label.letters}
    bare = picture.copy()
    for label in said:
        for letter in label.letters:
            if letter not in beside:
                left, top, right, bottom = (round(edge) for edge in letter.box)
                bare.paste(255, (left, top, right, bottom))
    return bare


def _bonds(traced: TracedDrawing) -> list[Stroke]:
    lines = parted_chains(traced.lines, traced.length)
    found = bonds(lines, traced.wedges, traced.length)
    return [
        bond
        for bond in found
        if bond.order > 1 or bond.mark != "plain" or bond.length > DOT * traced.length
    ]


def _drawn(graph: DrawnGraph, length: float) -> DrawnBonds:
    return DrawnBonds(
        tuple(atom.label.element if atom.label else "C" for atom in graph.atoms),
        tuple(atom.place for atom in graph.atoms),
        tuple((bond.start, bond.end, bond.order) for bond in graph.bonds),
        length,
        table="",
    )


def _at_good_size(picture: Image) -> Image | None:
    """The ink of a picture at a good thickness of lines; `None` where there is none."""
    grey = picture.convert("L")
    box = grey.point(lambda value: 255 * (value < MIDDLE_GREY)).getbbox()
    if box is None:
        return None
    cut = ImageOps.expand(grey.crop(box), MARGIN, fill=255)
    stroke = stroke_width(cut)
    if THIN <= stroke <= THICK:
        return cut
    wanted = FINE_SCALE if stroke < FINE else (THIN if stroke < THIN else GOOD) / stroke
    factor = min(wanted, LARGE_SIDE / max(cut.size))
    width, height = (max(8, round(side * factor)) for side in cut.size)
    scaled = cut.resize((width, height), Resampling.BICUBIC)
    if stroke < FINE:
        melted = scaled.filter(ImageFilter.GaussianBlur(MELTED * factor))
        return melted.point(lambda value: round(DARKER * value))
    return scaled.filter(ImageFilter.GaussianBlur(SMOOTH * factor)) if factor > ENLARGED else scaled

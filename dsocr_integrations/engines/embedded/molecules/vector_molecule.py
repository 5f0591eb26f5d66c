"""Reads a molecule from the paths and the text that draw it: nothing is recognised or guessed."""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.charts.vector_scene import glyphs
from dsocr_integrations.engines.embedded.molecules.drawn_graph import DrawnGraph, drawn_graph
from dsocr_integrations.engines.embedded.molecules.drawn_letters import labels, outlined, written
from dsocr_integrations.engines.embedded.molecules.drawn_strokes import (
    bond_length,
    bonds,
    straight_lines,
    wedge,
)
from dsocr_integrations.engines.embedded.molecules.graph_molecule import molecule_of
from dsocr_integrations.molecules import MIN_HEAVY_ATOMS, Molecule

if TYPE_CHECKING:
    from dsocr_integrations.engines.embedded.charts.scene import Color, Scene, Shape
    from dsocr_integrations.rendering import PageRegion

MOST_SHAPES = 2000
MOST_LINES = 500
"""Of the largest drawing that is looked at."""

LARGEST_LETTER = 0.9
"""Bond lengths that a letter is high or wide at most."""

UNEVEN = 0.15
"""Bond lengths by which a bond may be longer or shorter than usual."""

MOST = 0.6
"""Share of the bonds that are of the usual length."""

PAPER = 245
"""Brightness of each channel from which on a filled shape is paper."""


def read_vector_molecule(region: PageRegion, scene: Scene) -> Molecule | None:
    """Read the molecule that the paths of a region draw.

    Args:
        region: Of a page document.
        scene: What is drawn in it.

    Returns:
        The molecule; `None` where there is none, or anything in the drawing is not understood.
    """
    shapes = [shape for shape in scene.shapes if not _is_paper(shape)]
    if len(shapes) > MOST_SHAPES:
        return None
    lines = straight_lines(shapes)
    if not 0 < len(lines) <= MOST_LINES:
        return None
    length = bond_length(lines)
    wedges, letters = [], []
    for shape in shapes:
        if shape.fill is None:
            continue
        part = wedge(shape)
        if part is not None and part.length > 0.3 * length:
            wedges.append(part)
        elif max(shape.size) <= LARGEST_LETTER * length:
            letters.append(shape)
        else:
            return None
    said = labels([*written(glyphs(region)), *outlined(letters)])
    graph = drawn_graph(bonds(lines, wedges, length), said, length)
    if graph is None or not _is_regular(graph):
        return None
    molecule = molecule_of(graph)
    return molecule if molecule and molecule.heavy_atoms >= MIN_HEAVY_ATOMS else None


def _is_regular(graph: DrawnGraph) -> bool:
    """Whether most bonds between bare corners are of one length, as in no other diagram."""
    places = [None if atom.label else atom.place for atom in graph.atoms]
    ends = [(places[bond.start], places[bond.end]) for bond in graph.bonds]
    bare = [math.dist(start, end) for start, end in ends if start and end]
    usual = median(bare or [0.0])
    even = sum(abs(own - usual) <= UNEVEN * usual for own in bare)
    return bool(graph.bonds) and even >= MOST * len(bare)


def _is_paper(shape: Shape) -> bool:
    return _is_light(shape.fill) and (shape.stroke is None or _is_light(shape.stroke))


def _is_light(color: Color | None) -> bool:
    return color is not None and min(color) >= PAPER

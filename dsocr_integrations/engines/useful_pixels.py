"""Resolutions at which pages are drawn for models: no pixel more than a model can make use of.

A model sees a view and some tiles of fixed sizes. What a picture has beyond them is shrunk away
before the model sees it; until then it takes memory, and time on its way to a server. Pages of
usual sizes have nothing beyond: A4 at 144 dpi does not quite cover its six tiles of 640 pixels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dsocr_integrations.modes import Mode

if TYPE_CHECKING:
    from dsocr_integrations.rendering import PageRegion

_STEPS = 64
_INEXACT = 1e-6


def useful_dpi(region: PageRegion, dpi: float, seen_as: Sequence[Mode]) -> float:
    """The least resolution at which a model is shown all that it would be shown at another.

    Args:
        region: What is shown.
        dpi: That other resolution; it is never exceeded.
        seen_as: What may be made of the picture. It covers the tiles and the view of each, and
            is cut into the same grids.
    """
    page = region.drawn_size(dpi)
    longer = max(page)
    least = math.ceil(max(mode.useful_scale(*page) for mode in seen_as) * longer - _INEXACT)
    # Rounding to whole pixels changes the shape a little, on which the grid hangs.
    for side in range(least, min(least + _STEPS, longer)):
        less = 72 * side / max(region.width, region.height)
        size = region.drawn_size(less)
        if all(mode.grid(*size) == mode.grid(*page) for mode in seen_as):
            return less
    return dpi

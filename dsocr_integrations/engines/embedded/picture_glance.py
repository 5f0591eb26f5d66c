"""Tell a picture without any letter in it at a glance: ruled paper, a colour gradient, a tint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from dsocr_integrations.rendering import PageRegion

_DPI = 144.0
_STEP = 12
"""Steps of 255 between neighbouring pixels that make an edge; faint print has them larger."""

_ROWS = 5
"""Pixels that an edge of the smallest legible letters is high; the end of a ruled line is less."""

_FEWEST_EDGES = 6
"""One small digit has this many such edges, counted by the pixel."""


def may_hold_text(picture: PageRegion) -> bool:
    """Whether a picture has the edges of at least one letter.

    Strokes of letters stand upright or slant, so that edges from left to right count, and
    those only that go on over several rows.

    Raises:
        BrokenSourceError: If the page cannot be drawn.
    """
    grey = np.asarray(picture.render(_DPI).convert("L"), dtype=np.int16)
    if min(grey.shape) <= _ROWS:
        return True
    edges = np.abs(np.diff(grey, axis=1)) >= _STEP
    slanting = edges.copy()
    slanting[:, 1:] |= edges[:, :-1]
    slanting[:, :-1] |= edges[:, 1:]
    upright = sliding_window_view(slanting, _ROWS, axis=0).all(axis=-1)
    return int(upright.sum()) >= _FEWEST_EDGES

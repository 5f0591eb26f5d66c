"""How bold the lines of a scan are: the width of their strokes beside that of the page's text."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST_RUN = 0.45
"""Runs of ink longer than this share of the line's height are bars of letters, not their stems."""

LOWEST = 18
"""Pixels; the strokes of lower lines are a blur of one pixel or two."""

LEAST_CONTRAST = 40
"""Steps of 255 between ink and paper below which a line's strokes cannot be told."""


def boldness(grey: NDArray[np.uint8], lines: Sequence[TextLine]) -> dict[int, float]:
    """How much wider the strokes of each line are than those of most of the page's text.

    Args:
        grey: `(height, width)` picture, upright.
        lines: Level lines in its pixels.

    Returns:
        The ratio by the `id` of a line, 1 for ordinary type of any size; lines that are too
        low or of too little contrast are left out.
    """
    strokes = {id(line): stroke for line in lines if (stroke := _stroke(grey, line))}
    weighted = [
        strokes[id(line)] for line in lines if id(line) in strokes for _ in range(len(line.text))
    ]
    if not weighted:
        return {}
    usual = statistics.median(weighted)
    return {key: stroke / usual for key, stroke in strokes.items()}


def _stroke(grey: NDArray[np.uint8], line: TextLine) -> float:
    """Mean length of the runs of ink along a line's rows, as a share of its height; 0 if unknown.

    Grey edges count with their darkness, so that stems of a pixel or two are told apart.
    """
    x0, y0, x1, y1 = (max(0, round(v)) for v in line.box)
    crop = grey[y0:y1, x0:x1].astype(np.float32)
    if line.vertical or crop.shape[0] < LOWEST or not crop.shape[1]:
        return 0.0
    paper, ink = np.percentile(crop, (85, 4))
    if paper - ink < LEAST_CONTRAST:
        return 0.0
    dark = np.clip((paper - crop) / (paper - ink), 0, 1)
    steps = np.diff(np.pad(dark > 0.5, ((0, 0), (1, 1))).astype(np.int8), axis=1).ravel()
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    mass = np.add.reduceat(np.pad(dark, ((0, 0), (1, 0))).ravel(), starts) if len(starts) else dark
    stems = mass[(ends - starts) <= LONGEST_RUN * crop.shape[0]] if len(starts) else mass
    return float(np.median(stems)) / crop.shape[0] if len(stems) else 0.0

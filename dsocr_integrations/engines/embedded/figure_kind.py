"""Cheap looks at a picture: is it worth asking the slow readers about it?

No weights: the share of ink, of middle tones and of colour, and the longest straight stroke,
tell line drawings from photographs and molecules from charts and boxed diagrams.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.molecules.main_drawing import main_drawing

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

LOOK_SIDE = 700
"""Pictures are looked at no larger than this many pixels a side."""

MIN_SIDE = 24
PAPER_SHARE = 0.62
"""A line drawing leaves at least this share of the paper blank."""

MAX_INK = 0.22
MAX_MIDDLE = 0.25
MAX_COLOR = 0.08
LONGEST_STROKE = 0.5
"""Of the longer side. No bond is as long; axes, frames and table rules are."""


def is_line_drawing(picture: Image) -> bool:
    """Whether a picture is ink on even, light paper, without the tones of a photograph."""
    grey, color = _looked_at(picture)
    if min(grey.shape) < MIN_SIDE:
        return False
    paper = _paper_level(grey)
    if paper < 190:
        return False
    blank = float(np.mean(np.abs(grey - paper) <= 12))
    ink = float(np.mean(grey < paper - 100))
    middle = 1.0 - blank - ink
    return bool(
        blank >= PAPER_SHARE
        and ink + middle >= 0.001
        and ink <= MAX_INK
        and middle <= MAX_MIDDLE
        and float(np.mean(color > 60)) <= MAX_COLOR
    )


def may_be_molecule(picture: Image) -> bool:
    """Whether a picture could be the drawing of a molecule: lines, but no axes or frames."""
    if not is_line_drawing(picture):
        return False
    # A line under a title is long, but is none of the drawing's.
    return not _has_long_strokes(picture) or not _has_long_strokes(main_drawing(picture))


def _has_long_strokes(picture: Image) -> bool:
    grey, _ = _looked_at(picture)
    ink = grey < _paper_level(grey) - 60
    height, width = ink.shape
    longest = max(_longest_run(ink), _longest_run(ink.T))
    # A few strokes as long as the picture are normal for very small molecules.
    return bool(longest >= max(LONGEST_STROKE * max(height, width), 60))


def _looked_at(picture: Image) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Brightness and colourfulness of every pixel, 0–255, at a bounded size."""
    small = picture.convert("RGB")
    if max(small.size) > LOOK_SIDE:
        small.thumbnail((LOOK_SIDE, LOOK_SIDE))
    pixels = np.asarray(small, dtype=np.int16)
    color: NDArray[np.int16] = pixels.max(axis=2) - pixels.min(axis=2)
    grey: NDArray[np.int16] = np.asarray(small.convert("L"), dtype=np.int16)
    return grey, color


def _paper_level(grey: NDArray[np.int16]) -> int:
    return int(np.bincount(grey.ravel(), minlength=256).argmax())


def _longest_run(ink: NDArray[np.bool_]) -> int:
    """Longest unbroken stroke along the rows, in pixels."""
    run = np.zeros(ink.shape[0], dtype=np.int32)
    longest = 0
    for column in ink.T:
        run = (run + 1) * column
        longest = max(longest, int(run.max(initial=0)))
    return longest

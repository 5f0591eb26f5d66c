"""Where the words of a recognised line begin and end.

A recognition network says at which of its time steps it saw each character. That gives the
character's middle only roughly; the white gaps of the line's own pixels give the edges.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.scan.glued_words import glued_starts
from dsocr_integrations.engines.embedded.scan.recognised_line import WordBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dsocr_integrations.records.documents import PointBox

WIDE_GAP = 1.1
"""White of this many line heights parts two words even where no space was read."""


def place_words(
    text: str,
    columns: Sequence[int],
    steps: float,
    crop: NDArray[np.uint8],
    box: PointBox,
) -> tuple[WordBox, ...]:
    """Split a line into words and give each a box.

    Args:
        text: The line as read, spaces included.
        columns: Time step of each character that is not a space.
        steps: Time steps that the line's width covers.
        crop: `(height, width, 3)` pixels of the line.
        box: The line's box on the page.

    Returns:
        Words from left to right. Words without a space between them, such as Chinese ones, are
        parted at wide gaps only, those of letters also where their ink shows a space.
    """
    characters = [character for character in text if not character.isspace()]
    if not characters:
        return ()
    width = crop.shape[1]
    middles = character_middles(characters, columns, steps, width)
    inked = _inked_columns(crop)
    groups = _groups(text, middles, inked, crop.shape[0])
    edges = _edges(groups, middles, inked)
    scale = (box[2] - box[0]) / max(1, width)
    return tuple(
        WordBox(
            "".join(characters[start:stop]),
            (box[0] + left * scale, box[1], box[0] + right * scale, box[3]),
        )
        for (start, stop), (left, right) in zip(groups, edges, strict=True)
    )


def character_middles(
    characters: Sequence[str], columns: Sequence[int], steps: float, width: int
) -> NDArray[np.float64]:
    """Roughly where each character of a line stands, in pixels from the line's left edge.

    Args:
        characters: Those that are no space.
        columns: Time step of each; where they do not match, the characters are spread evenly.
        steps: Time steps that the line's width covers.
        width: Width of the line in pixels.
    """
    if len(columns) != len(characters) or steps <= 0:
        return np.linspace(0, width, 2 * len(characters) + 1)[1::2]
    return np.clip((np.array(columns) + 0.5) / steps * width, 0, width - 1)


def inked_pixels(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`(height, width)` of 1 where a pixel is far from the crop's prevailing brightness."""
    grey = crop.mean(axis=2)
    background = float(np.median(grey))
    contrast = max(24.0, 0.35 * float(np.abs(grey - background).max()))
    ink: NDArray[np.uint8] = (np.abs(grey - background) > contrast).astype(np.uint8)
    return ink


def _inked_columns(crop: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which pixel columns hold ink."""
    # The outer rows may hold rules or neighbours' feet; the middle of the line decides.
    margin = int(crop.shape[0] * 0.12)
    pixels = inked_pixels(crop[margin : crop.shape[0] - margin or None])
    inked: NDArray[np.bool_] = pixels.sum(axis=0) > 0
    return inked


def _groups(
    text: str, middles: NDArray[np.float64], inked: NDArray[np.bool_], height: int
) -> list[tuple[int, int]]:
    """Ranges of characters that make a word."""
    starts = [0]
    index = 0
    spaced = False
    for character in text.strip():
        if character.isspace():
            spaced = True
            continue
        if index and (spaced or _wide_gap(middles[index - 1], middles[index], inked, height)):
            starts.append(index)
        spaced = False
        index += 1
    whites = [
        stop - start
        for left, right in itertools.pairwise(middles)
        for start, stop in [_widest_white(inked, int(left), int(right))]
    ]
    characters = [character for character in text if not character.isspace()]
    starts = sorted({*starts, *glued_starts(characters, whites, starts, height)})
    return list(zip(starts, [*starts[1:], index], strict=True))


def _wide_gap(left: float, right: float, inked: NDArray[np.bool_], height: int) -> bool:
    if right - left < WIDE_GAP * height:
        return False
    start, stop = _widest_white(inked, int(left), int(right))
    return stop - start >= WIDE_GAP * height


def _widest_white(inked: NDArray[np.bool_], left: int, right: int) -> tuple[int, int]:
    """The longest run without ink within `[left, right)`; empty in the middle if none."""
    best = ((left + right) // 2, (left + right) // 2)
    start = None
    for x in range(left, right + 1):
        white = x < right and x < len(inked) and not inked[x]
        if white and start is None:
            start = x
        elif not white and start is not None:
            if x - start > best[1] - best[0]:
                best = (start, x)
            start = None
    return best


def _edges(
    groups: list[tuple[int, int]], middles: NDArray[np.float64], inked: NDArray[np.bool_]
) -> list[tuple[float, float]]:
    columns = np.flatnonzero(inked)
    first = float(columns[0]) if len(columns) else 0.0
    last = float(columns[-1] + 1) if len(columns) else float(len(inked))
    edges = [min(first, float(middles[0]))]
    for _, stop in groups[:-1]:
        edges.extend(_widest_white(inked, int(middles[stop - 1]), int(middles[stop])))
    edges.append(max(last, float(middles[-1])))
    return list(zip(edges[::2], edges[1::2], strict=True))

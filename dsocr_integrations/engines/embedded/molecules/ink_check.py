"""Lays a molecule over the picture it was read from, and tells what does not fit.

OSRA's own estimate says little of a part that it did not see, or of a bond that it made up. Ink
without a bond and bonds without ink do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dsocr_integrations.engines.embedded.molecules.stroke_width import MIDDLE_GREY, stroke_width

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    from dsocr_integrations.engines.embedded.molecules.drawn_bonds import DrawnBonds

BOND_REACH = 0.25
"""Bond lengths to each side of a bond: the second line of a double bond lies within."""

LABEL_REACH = 0.75
"""Bond lengths around an atom that has a label."""

PROFILE_REACH = 0.3
"""Bond lengths across a bond within which its lines are counted."""

NEAR = 0.2
"""Bond lengths from a bond at which ink is still its own."""

ALONG = (0.3, 0.4, 0.5, 0.6, 0.7)
"""Shares of a bond at which it is looked at; labels may cover its ends."""


@dataclass(frozen=True)
class InkCheck:
    """What of a picture and of a molecule does not fit together.

    Attributes:
        unexplained: Ink that no bond and no label accounts for, in bonds of the same ink.
        unseen: Bonds with no ink under them.
        missed_lines: Bonds drawn with more lines than their order. Lines that run into each other
            are common, and so fewer are no sign.
        doubled: Atoms of single bonds that are drawn with two lines and end at a bare oxygen.
    """

    unexplained: float
    unseen: int
    missed_lines: int
    doubled: tuple[tuple[int, int], ...] = ()


def check_ink(picture: Image, molecule: DrawnBonds) -> InkCheck:
    """Compare a molecule with the picture it was read from.

    Args:
        picture: What was read, dark lines on light paper, any mode.
        molecule: Places in pixels of it.
    """
    ink = np.asarray(picture.convert("L")) < MIDDLE_GREY
    places = np.asarray(molecule.places, dtype=float).reshape(-1, 2)
    bonds = np.asarray(molecule.drawn(), dtype=int).reshape(-1, 3)
    starts, ends, orders = places[bonds[:, 0]], places[bonds[:, 1]], bonds[:, 2]
    seen = _near_ink(ink, starts, ends, molecule.length)
    lines = _lines(ink, starts, ends, molecule.length)
    stroke = max(1.0, stroke_width(picture))
    left = np.count_nonzero(ink & ~_explained(ink.shape, molecule, starts, ends))
    return InkCheck(
        unexplained=float(left) / (stroke * molecule.length),
        unseen=int(np.count_nonzero(~seen)),
        missed_lines=int(np.count_nonzero(seen & (lines > orders))),
        doubled=tuple(
            (start, end)
            for (start, end, _), count in zip(bonds.tolist(), lines.tolist(), strict=True)
            if count == 2 and molecule.is_bare_oxygen(start, end)
        ),
    )


def _explained(
    shape: tuple[int, ...],
    molecule: DrawnBonds,
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
) -> NDArray[np.bool_]:
    import cv2

    mask = np.zeros(shape, np.uint8)
    width = max(3, round(2 * BOND_REACH * molecule.length))
    for start, end in zip(starts.round().astype(int), ends.round().astype(int), strict=True):
        cv2.line(mask, start.tolist(), end.tolist(), 1, width)
    bare_ends = molecule.ends()
    for atom, (symbol, place) in enumerate(zip(molecule.symbols, molecule.places, strict=True)):
        if symbol != "C" or atom in bare_ends:
            centre = (round(place[0]), round(place[1]))
            cv2.circle(mask, centre, round(LABEL_REACH * molecule.length), 1, -1)
    return mask.astype(bool)


def _near_ink(
    ink: NDArray[np.bool_],
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    length: float,
) -> NDArray[np.bool_]:
    """Whether at least half of the places along each bond have ink near them."""
    import cv2

    away = cv2.distanceTransform((~ink).astype(np.uint8), cv2.DIST_L2, 3)
    shares = np.asarray(ALONG)[None, :, None]
    places = starts[:, None] + shares * (ends - starts)[:, None]
    near = _at(away, places, np.inf) <= max(2.0, NEAR * length)
    found: NDArray[np.bool_] = near.mean(axis=1) >= 0.5
    return found


def _lines(
    ink: NDArray[np.bool_],
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    length: float,
) -> NDArray[np.int64]:
    """Lines of ink that run along each bond: the median of cuts across it."""
    along = ends - starts
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    across /= np.maximum(np.hypot(*across.T), 1e-6)[:, None]
    steps = np.arange(-PROFILE_REACH * length, PROFILE_REACH * length, 0.5)
    middles = starts[:, None] + np.asarray(ALONG)[None, :, None] * along[:, None]
    places = middles[:, :, None] + steps[None, None, :, None] * across[:, None, None]
    cut = _at(ink, places, 0)
    began = np.concatenate([cut[..., :1], cut[..., 1:] & ~cut[..., :-1]], axis=-1)
    counts: NDArray[np.int64] = np.median(began.sum(axis=-1), axis=1).astype(np.int64)
    return counts


def _at(values: NDArray[Any], places: NDArray[np.float64], outside: float) -> NDArray[Any]:
    """Values of pixels at places; what lies outside of the picture has the value given."""
    x, y = places[..., 0].round().astype(int), places[..., 1].round().astype(int)
    height, width = values.shape
    within = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    found = values[y.clip(0, height - 1), x.clip(0, width - 1)]
    return np.where(within, found, np.asarray(outside, dtype=values.dtype))

"""The lines, wedges and letters of a molecule that is drawn with pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.molecules.drawn_letters import Letter
from dsocr_integrations.engines.embedded.molecules.drawn_strokes import Stroke
from dsocr_integrations.engines.embedded.molecules.ink_pieces import (
    InkPiece,
    cut_out,
    ink_pieces,
)
from dsocr_integrations.engines.embedded.molecules.pixel_letters import (
    bar_character,
    is_certain,
    letters_of,
    touching_letters,
)
from dsocr_integrations.engines.embedded.molecules.straight_runs import (
    CurvedError,
    bond_lines,
    is_corner,
    straight_parts,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsocr_integrations.engines.embedded.molecules.ink_pieces import Ink

LONGEST = 40_000
"""Pixels of lines in a drawing, all together: some 400 bonds. A maze would take minutes."""

MOST_PIECES = 400
"""Of the largest drawing that is looked at."""

MOST_STROKES = 400
"""Of it: each is compared with each other."""

SHORTEST = 4.0
"""Line widths of the shortest bonds; what is shorter is a part of a letter."""

MOSTLY = 0.7
"""Share of the ink of all straight parts, letters' too, that is in those up to a bond."""

LARGEST = 1.3
"""Bond lengths that a piece which looks like a letter is large at most."""

FEW, APART = 3, 1.6
"""Pieces that look like letters from which on they tell of the least bond, and heights of one in it:
where atoms are written out, most straight parts are of letters."""

WIDENING = 1.6
"""Width of the wide end of a wedge, of the narrow one's."""

WIDE, BOLD = 1.5, 2.0
"""Line widths of a wedge's wide end at least, and of a line at most."""

EVENLY = 0.3
"""Share of its widening that a wedge has got at its middle at least."""


@dataclass(frozen=True)
class TracedDrawing:
    """What a picture shows.

    Attributes:
        lines: Of single bonds, of the lines of others, and dashes.
        wedges: From their narrow ends.
        letters: Of labels.
        length: Usual length of a bond, in pixels.
    """

    lines: tuple[Stroke, ...]
    wedges: tuple[Stroke, ...]
    letters: tuple[Letter, ...]
    length: float


def trace(ink: Ink, stroke: float) -> TracedDrawing | None:
    """Part the ink of a drawing into lines, wedges and letters.

    Args:
        ink: True where there is ink.
        stroke: Usual width of a line, in pixels.

    Returns:
        The drawing; `None` where it has curves, or lines of a width that is no bond's.
    """
    if ink.sum() > LONGEST * stroke:
        return None
    whole = ink_pieces(ink, stroke)
    length = _bond_length(whole, stroke) if len(whole) <= MOST_PIECES else 0.0
    if length < SHORTEST * stroke:
        return None
    pieces = [part for piece in whole for part in _parted(piece, length, stroke)]
    said = {
        piece: letters_of(piece, length)
        for piece in pieces
        if piece.line is None and not is_corner(piece.runs, length, stroke)
    }
    letters = [letter for own in said.values() for letter in own]
    bars = {piece: bar_character(piece, letters, pieces, length) for piece in pieces if piece.line}
    letters += [Letter(text, piece.box) for piece, text in bars.items() if text]
    drawn = [piece for piece in pieces if not bars.get(piece) and not said.get(piece)]
    try:
        found = (one for piece in drawn for one in _strokes(piece, length, stroke))
        strokes = list(islice(found, MOST_STROKES + 1))
    except CurvedError:
        return None
    if len(strokes) > MOST_STROKES:
        return None
    return TracedDrawing(
        tuple(one for one in strokes if one.mark == "plain"),
        tuple(one for one in strokes if one.mark == "wedge"),
        tuple(letters),
        length,
    )


def _bond_length(pieces: Sequence[InkPiece], stroke: float) -> float:
    """The usual length of a bond: first with the strokes of letters, then without them."""
    certain = {piece for piece in pieces if piece.line is None and is_certain(piece)}
    high = float(np.median([piece.extent for piece in certain])) if len(certain) >= FEW else 0.0
    rough = max(_usual_length(pieces, stroke, MOSTLY), APART * high)
    drawn = [
        piece
        for piece in pieces
        if piece.extent > LARGEST * rough
        or piece not in certain
        or is_corner(piece.runs, rough, stroke)
    ]
    return max(_usual_length(drawn, stroke, 0.5), APART * high) or rough


def _usual_length(pieces: Sequence[InkPiece], stroke: float, share: float) -> float:
    """The length of the straight part up to which all have a share of the ink."""
    parts = [
        part
        for piece in pieces
        for part in (
            [piece.line]
            if piece.line is not None
            else [part for run in piece.runs for part in straight_parts(run, WIDE * stroke)]
        )
    ]
    long = sorted(part.length for part in parts if part.length >= SHORTEST * stroke)
    place = int(np.searchsorted(np.cumsum(long), share * sum(long)))
    return long[place] if long else 0.0


def _parted(piece: InkPiece, length: float, stroke: float) -> list[InkPiece]:
    """A piece, or its bonds and the letters that touch them."""
    boxes = touching_letters(piece, length, stroke) if piece.line is None else []
    return cut_out(piece, boxes, stroke) if boxes else [piece]


def _strokes(piece: InkPiece, length: float, stroke: float) -> Iterator[Stroke]:
    if piece.line is not None:
        yield piece.line
        return
    widths = _widths(piece.ink)
    for line in bond_lines(piece.runs, length, stroke):
        profile = _profile(widths, line)
        placed = piece.placed(line)
        if _is_wedge(profile, stroke):
            narrow_first = profile[0] < profile[2]
            start, end = (placed if narrow_first else placed.turned()).ends()
            yield Stroke(start, end, "wedge")
        elif float(np.median(profile)) > BOLD * stroke:
            raise CurvedError
        else:
            yield placed


def _is_wedge(profile: NDArray[np.float64], stroke: float) -> bool:
    narrow, wide = sorted((profile[0], profile[2]))
    is_wide = wide > max(WIDENING * narrow, WIDE * stroke)
    return bool(is_wide and profile[1] - narrow > EVENLY * (wide - narrow))


def _widths(ink: Ink) -> NDArray[np.float32]:
    """Twice the distance of each pixel from paper."""
    import cv2

    away: NDArray[np.float32] = cv2.distanceTransform(ink.astype(np.uint8), cv2.DIST_L2, 5)
    # The next places are looked at too, since the middle line may lie beside the true one.
    widest: NDArray[np.float32] = cv2.dilate(2 * away - 1, np.ones((5, 5), np.uint8))
    return widest


def _profile(widths: NDArray[np.float32], line: Stroke) -> NDArray[np.float64]:
    """Mean widths of ink along the first, the second and the last third of a line."""
    shares = np.linspace(0.15, 0.85, 15)
    (x0, y0), (x1, y1) = line.start, line.end
    columns, rows = x0 + shares * (x1 - x0), y0 + shares * (y1 - y0)
    found = widths[rows.round().astype(int), columns.round().astype(int)]
    means: NDArray[np.float64] = found.reshape(3, 5).mean(axis=1)
    return means

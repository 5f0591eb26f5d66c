"""The pieces of a drawing's ink: straight lines are told from all others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.molecules.drawn_strokes import Stroke
from dsocr_integrations.engines.embedded.molecules.ink_skeleton import Run, runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsocr_integrations.engines.embedded.charts.scene import Box

    Ink = NDArray[np.bool_]
    PixelBox = tuple[int, int, int, int]

STRAIGHT = 1.7
"""Line widths that a single line is thick at most."""

SLIM = 0.25
"""Width of a straight piece with ragged edges, of its length."""

RAGGED = 2.5
"""Its width, of that of a line."""

FILLED = 1.5
"""Its ink, of that of a line as long."""


@dataclass(frozen=True, eq=False)
class InkPiece:
    """Ink that hangs together.

    Attributes:
        ink: Its own pixels, with a margin of one.
        box: Around them, in pixels of the drawing.
        line: The piece as one straight line in the drawing, where it is one.
    """

    ink: Ink
    box: Box
    line: Stroke | None

    @property
    def extent(self) -> float:
        """The longer side of its box."""
        return max(self.box[2] - self.box[0], self.box[3] - self.box[1])

    @cached_property
    def runs(self) -> list[Run]:
        """Its middle lines, in its own pixels."""
        return runs(self.ink)

    def placed(self, line: Stroke) -> Stroke:
        """A line in the piece's own pixels, in those of the drawing."""
        return _moved(line, self.box[0] - 1, self.box[1] - 1)


def ink_pieces(ink: Ink, stroke: float) -> list[InkPiece]:
    """Part ink into pieces; specks are left out.

    Args:
        ink: True where there is ink.
        stroke: Usual width of a line, in pixels.
    """
    import cv2

    count, piece_of, stats, _ = cv2.connectedComponentsWithStats(
        ink.astype(np.uint8), connectivity=8
    )
    found = []
    for number in range(1, count):
        left, top, width, height, area = stats[number].tolist()
        if area < stroke * stroke:
            continue
        own = piece_of[top : top + height, left : left + width] == number
        box = (float(left), float(top), float(left + width), float(top + height))
        line = _as_line(own, stroke)
        found.append(InkPiece(np.pad(own, 1), box, _moved(line, left, top) if line else None))
    return found


def cut_out(piece: InkPiece, boxes: Sequence[PixelBox], stroke: float) -> list[InkPiece]:
    """What lies in boxes of a piece, and what is left of it.

    Args:
        piece: To be cut.
        boxes: In its own pixels.
        stroke: Usual width of a line, in pixels.
    """
    rest = piece.ink.copy()
    layers = [rest]
    for x0, y0, x1, y1 in boxes:
        own = np.zeros_like(rest)
        own[y0:y1, x0:x1] = rest[y0:y1, x0:x1]
        rest[y0:y1, x0:x1] = False
        layers.append(own)
    return [
        replace(part, box=_placed(part.box, piece), line=part.line and piece.placed(part.line))
        for layer in layers
        for part in ink_pieces(layer, stroke)
    ]


def _placed(box: Box, piece: InkPiece) -> Box:
    x, y = piece.box[0] - 1, piece.box[1] - 1
    return box[0] + x, box[1] + y, box[2] + x, box[3] + y


def _as_line(ink: Ink, stroke: float) -> Stroke | None:
    """A piece of ink as a straight line along its middle; `None` where it is none."""
    rows, columns = np.nonzero(ink)
    points = np.stack([columns, rows], axis=1).astype(float)
    middle = points.mean(axis=0)
    way = np.linalg.svd(points - middle, full_matrices=False)[2][0]
    along = (points - middle) @ way
    across = (points - middle) @ np.array([-way[1], way[0]])
    long, wide = float(np.ptp(along)) + 1, float(np.ptp(across)) + 1
    most = max(STRAIGHT * stroke, min(SLIM * long, RAGGED * stroke))
    if wide > most or len(points) > FILLED * stroke * long:
        return None
    (x0, y0), (x1, y1) = (middle + end * way for end in (along.min(), along.max()))
    return Stroke((float(x0), float(y0)), (float(x1), float(y1)))


def _moved(line: Stroke, x: float, y: float) -> Stroke:
    (x0, y0), (x1, y1) = line.start, line.end
    return replace(line, start=(x0 + x, y0 + y), end=(x1 + x, y1 + y))

"""Turn a page upright: a photographed one is laid flat, then quarter turns, then the small skew."""

from __future__ import annotations

import bisect
import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.scan.detected_line import DetectedLine
from dsocr_integrations.engines.embedded.scan.photographs import (
    FEWEST_LINES,
    evenly_lit,
    flat,
    flattening,
    is_unevenly_lit,
)
from dsocr_integrations.engines.embedded.scan.recognised_line import Quad, quad_angle, quad_of
from dsocr_integrations.engines.embedded.scan.text_recognition import TextRecogniser
from dsocr_integrations.writing.letter_pairs import letter_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsocr_integrations.records.documents import PointBox

SAMPLE = 8
"""Lines looked at to tell how a page lies; the longest say it most surely."""

CERTAIN = 0.6
"""Share of the sampled lines that must agree before a page is turned."""

READABLE = 0.75
"""Score above which a turned sample is text; upright characters in a column score less."""

PARTS = 16
PART_RATIO = 4.0
"""Pieces of lines that the direction network looks at, and how much wider than high they are: so
is the picture that it sees."""

SUSPICIOUS = 0.3
"""Share of pieces seen upside down from which a few lines are read both ways."""

BOTH_WAYS = 3
"""Lines read both ways."""

LEAST_SKEW = 0.35
MOST_SKEW = 44.0
"""Degrees: less does no harm to layout, and from half a right angle on the page lies on its side."""

LEAST_RISE = 1.0
"""Pixels by which the ends of a line lie off each other at least; less is how it was found."""


@dataclass(frozen=True)
class UprightPicture:
    """A picture with horizontal text, and the way back.

    Attributes:
        image: `(height, width, 3)` RGB.
        lines: Lines found in `image`.
        to_source: `(3, 3)` matrix from pixels of `image` to those of the source.
    """

    image: NDArray[np.uint8]
    lines: tuple[DetectedLine, ...]
    to_source: NDArray[np.float64]


def turn_upright(image: NDArray[np.uint8], recogniser: TextRecogniser) -> UprightPicture:
    """Find the lines of a picture and make them horizontal.

    Args:
        image: `(height, width, 3)` RGB.
        recogniser: Finds lines and tells upside-down ones.
    """
    lines = recogniser.detect(image)
    to_source: NDArray[np.float64] = np.eye(3)
    laid = flattening(image, lines)
    if laid is not None:
        to_source = np.asarray(np.linalg.inv(laid[0]), np.float64)
        image = flat(image, *laid)
        lines = recogniser.detect(image)
    elif len(lines) >= FEWEST_LINES and is_unevenly_lit(image):
        image = evenly_lit(image)
    turns = quarter_turns(image, lines, recogniser)
    if turns:
        to_source = to_source @ _turned(image.shape, turns)
        image = np.ascontiguousarray(np.rot90(image, turns))
        lines = recogniser.detect(image)
    angle = skew(lines)
    if angle:
        image, lines, back = _straightened(image, lines, angle)
        to_source = to_source @ back
    return UprightPicture(image, tuple(lines), to_source)


def quarter_turns(
    image: NDArray[np.uint8], lines: Sequence[DetectedLine], recogniser: TextRecogniser
) -> int:
    """Anticlockwise quarter turns (0–3) that make the picture upright."""
    long = sorted(lines, key=_length, reverse=True)
    tall = [line for line in long if line.is_tall]
    if sum(map(_length, tall)) <= CERTAIN * sum(map(_length, long)):
        flat = [line for line in long if not line.is_tall][:SAMPLE]
        return 2 if _is_upside_down(image, flat, recogniser) else 0
    sample = tall[:SAMPLE]
    turned = np.ascontiguousarray(np.rot90(image))
    seen = [DetectedLine(_quad_after_turn(line.quad, image.shape[1]), 1.0) for line in sample]
    turns = 1
    if _is_upside_down(turned, seen, recogniser):
        turns = 3
        turned, seen = _half_turned(turned, seen)
    # Columns of upright Chinese characters are tall too, but no turn makes them readable.
    return turns if _legible(turned, seen, recogniser) >= CERTAIN else 0


def _is_upside_down(
    image: NDArray[np.uint8], lines: Sequence[DetectedLine], recogniser: TextRecogniser
) -> bool:
    """Whether level lines are upside down: the network suspects it, and turned they are language.

    The network squeezes what it sees into a picture of a fixed size; a whole line of print is a
    blur there, a word or two are as large as those it was taught with.
    """
    parts = [part for line in lines for part in _in_parts(line)]
    parts = parts[:: max(1, len(parts) // PARTS)][:PARTS]
    if recogniser.share_upside_down(image, parts) < SUSPICIOUS:
        return False
    few = lines[:BOTH_WAYS]
    turned, seen = _half_turned(image, few)
    return _legible(turned, seen, recogniser) > _legible(image, few, recogniser)


def _in_parts(line: DetectedLine) -> list[DetectedLine]:
    """A level line cut into pieces a few characters long."""
    a, b, c, d = (np.array(corner) for corner in line.quad)
    count = max(1, round(math.dist(a, b) / (PART_RATIO * max(1.0, math.dist(a, d)))))
    steps = [place / count for place in range(count + 1)]
    return [
        DetectedLine(
            quad_of(
                a + (b - a) * start, a + (b - a) * stop, d + (c - d) * stop, d + (c - d) * start
            ),
            line.score,
        )
        for start, stop in itertools.pairwise(steps)
    ]


def _half_turned(
    image: NDArray[np.uint8], lines: Sequence[DetectedLine]
) -> tuple[NDArray[np.uint8], list[DetectedLine]]:
    turned = np.ascontiguousarray(image[::-1, ::-1])
    return turned, [DetectedLine(_quad_half_turn(line.quad, turned.shape), 1.0) for line in lines]


def _legible(
    image: NDArray[np.uint8], lines: Sequence[DetectedLine], recogniser: TextRecogniser
) -> float:
    """Share of lines that are language when they are read, each weighed by its score."""
    read = recogniser.read_all(image, lines)
    sure = [
        line.score
        for line in read
        if line.score >= READABLE
        and len(line.text) > 1
        and not letter_pairs(line.text.split()).are_unusual
    ]
    return sum(sure) / len(read) if read else 0.0


def skew(lines: Sequence[DetectedLine]) -> float:
    """Degrees by which lines of text fall to the right; 0 where it does not matter."""
    flat = sorted((line for line in lines if not line.is_tall), key=_length, reverse=True)
    sample = flat[: max(5, len(flat) // 3)]
    if len(sample) < 3:
        return 0.0
    angle, length = _median_angle(sample), statistics.median(map(_length, sample))
    agreeing = sum(abs(quad_angle(line.quad) - angle) < 1.0 for line in sample)
    least = max(LEAST_SKEW, math.degrees(LEAST_RISE / length))
    usable = least <= abs(angle) <= MOST_SKEW and agreeing >= CERTAIN * len(sample)
    return angle if usable else 0.0


def _median_angle(lines: Sequence[DetectedLine]) -> float:
    """The median of some lines' slopes, each weighed by how surely its length tells it.

    Both ends of a line lie a pixel or two off, which is a degree in a title of two words.
    """
    slopes = sorted((quad_angle(line.quad), _length(line) ** 2) for line in lines)
    sums = list(itertools.accumulate(weight for _, weight in slopes))
    return slopes[bisect.bisect_left(sums, sums[-1] / 2)][0]


def transformed_box(box: PointBox, matrix: NDArray[np.float64]) -> PointBox:
    """Extent of a box once its corners are moved by a `(3, 3)` matrix, such as `to_source`."""
    x0, y0, x1, y1 = box
    corners = np.array([[x0, y0, 1.0], [x1, y0, 1.0], [x1, y1, 1.0], [x0, y1, 1.0]])
    placed = corners @ matrix.T
    placed = placed[:, :2] / placed[:, 2:]
    (left, top), (right, bottom) = placed.min(axis=0), placed.max(axis=0)
    return (float(left), float(top), float(right), float(bottom))


def _length(line: DetectedLine) -> float:
    a, b, _, d = line.quad
    return max(math.dist(a, b), math.dist(a, d))


def _turned(shape: tuple[int, ...], turns: int) -> NDArray[np.float64]:
    """Matrix from pixels of a picture turned anticlockwise back to the picture."""
    height, width = shape[:2]
    return {
        1: np.array([[0.0, -1.0, width], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]),
        2: np.array([[-1.0, 0.0, width], [0.0, -1.0, height], [0.0, 0.0, 1.0]]),
        3: np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, height], [0.0, 0.0, 1.0]]),
    }[turns]


def _quad_after_turn(quad: Quad, width: int) -> Quad:
    """A tall line's corners after one anticlockwise turn, in order along the text."""
    a, b, c, d = ((y, width - x) for x, y in quad)
    return (b, c, d, a)


def _quad_half_turn(quad: Quad, shape: tuple[int, ...]) -> Quad:
    a, b, c, d = ((shape[1] - x, shape[0] - y) for x, y in quad)
    return (c, d, a, b)


def _straightened(
    image: NDArray[np.uint8], lines: Sequence[DetectedLine], angle: float
) -> tuple[NDArray[np.uint8], list[DetectedLine], NDArray[np.float64]]:
    import cv2

    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (
        math.ceil(height * sine + width * cosine),
        math.ceil(height * cosine + width * sine),
    )
    matrix[:, 2] += ((size[0] - width) / 2, (size[1] - height) / 2)
    straight: NDArray[np.uint8] = cv2.warpAffine(
        image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    moved = [DetectedLine(_moved(line.quad, matrix), line.score) for line in lines]
    return straight, moved, np.linalg.inv(np.vstack([matrix, [0.0, 0.0, 1.0]]))


def _moved(quad: Quad, matrix: NDArray[np.float64]) -> Quad:
    return quad_of(*(np.column_stack([np.array(quad), np.ones(4)]) @ matrix.T))

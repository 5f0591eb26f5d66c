"""Pages that were photographed: the sheet is found, laid flat and evenly lit.

A scanner sees a sheet from right above; a phone sees it tilted, so that its edges and its lines of
text run together. Only where they do is anything changed.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.scan.recognised_line import Quad, quad_angle, quad_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dsocr_integrations.engines.embedded.scan.detected_line import DetectedLine

    Pixels = NDArray[np.uint8]
    Matrix = NDArray[np.float64]

WORK_SIDE = 800
"""Long side in pixels at which the edges of a sheet are looked for."""

SMALLEST = 0.3
"""Share of the picture that a sheet takes at least."""

CORNER = 0.02
"""Share of the outline by which an outline of four corners may leave a sheet's."""

CONTRAST, SUPPORT = 8.0, 0.75
"""Steps of 255 between a sheet and what it lies on, and the share of each edge that shows them."""

TEXT_WITHIN = 0.95
"""Share of the lines that stand on a sheet that was found."""

TILTED = 0.8
"""Degrees by which opposite edges, or lines of text, run together on a photograph."""

STRAIGHTER, LEVEL, ALIKE = 0.7, 0.4, 1.0
"""What is left at most of the lines' differences when a sheet lies flat, the degrees that are as good
as none, and those by which the lines of one sheet never differ: a block set aslant does not lie in
another plane."""

FEWEST_LINES, LONG_LINE = 6, 8.0
"""Lines that tell how a page is tilted, and how much wider than high they are."""

MARGIN_LINES, MARGIN = 4, 0.5
"""Lines that begin at one edge, and how far from it they do, in heights."""

GROUND_SIDE, GROUND_REACH = 240, 15
"""Size of the picture of the light, and pixels around a place in which there is bare paper."""

SLIGHT, GRADUAL = (0.3, 6.0), 0.45
"""Steps of 255 from one place of that picture to the next that are a change of light, and the share
of such places on a photograph: half and more, on scans a sixth at most, on charts a third."""

SAME_LIGHT, EVEN = 9, 0.5
"""Steps of 255 that are one brightness, and the share of a scan that has one: four fifths and more."""

DARKEST, WHITE = 0.3, 245.0
"""Share of the brightest light that a shadow leaves at least, and what paper becomes."""


def flattening(
    image: Pixels, lines: Sequence[DetectedLine]
) -> tuple[Matrix, tuple[int, int]] | None:
    """How a photographed page is to be warped to lie flat.

    Args:
        image: `(height, width, 3)` RGB.
        lines: The lines of text found in it.

    Returns:
        A `(3, 3)` matrix from pixels of the picture to those of the flat page, and the latter's
        width and height; `None` where no sign says that the page was seen from aside.
    """
    before = _spread(lines)
    for warp, size in _proposals(image, lines):
        if _spread(lines, warp) <= min(ALIKE, max(LEVEL, STRAIGHTER * before)):
            return warp, size
    return None


def flat(image: Pixels, warp: Matrix, size: tuple[int, int]) -> Pixels:
    """The page as `flattening` lays it, evenly lit."""
    import cv2

    seen = cv2.warpPerspective(
        image, warp, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return evenly_lit(np.asarray(seen, np.uint8))


def _proposals(
    image: Pixels, lines: Sequence[DetectedLine]
) -> Iterator[tuple[Matrix, tuple[int, int]]]:
    sheet = _sheet(image, lines)
    if sheet is not None and max(_convergence(sheet), _spread(lines)) >= TILTED:
        yield _onto_rectangle(sheet)
    if _spread(lines) >= TILTED:
        warp = _levelling(image.shape, lines)
        if warp is not None:
            yield _moved_into_view(warp, image.shape)


def _long(lines: Sequence[DetectedLine]) -> list[DetectedLine]:
    """The lines whose slope can be measured."""
    return [line for line in lines if _width(line.quad) >= LONG_LINE * _height(line.quad)]


def _width(quad: Quad) -> float:
    return math.dist(quad[0], quad[1])


def _height(quad: Quad) -> float:
    return max(1.0, math.dist(quad[0], quad[3]))


def _spread(lines: Sequence[DetectedLine], warp: Matrix | None = None) -> float:
    """Degrees between the slopes of a page's lines, warped or not, those of a few odd ones aside."""
    quads = [line.quad for line in _long(lines)]
    if warp is not None:
        quads = [quad_of(*_mapped(quad, warp)) for quad in quads]
    if len(quads) < FEWEST_LINES:
        return 0.0
    tenths = statistics.quantiles(map(quad_angle, quads), n=10)
    return tenths[-1] - tenths[0]


def _mapped(points: Sequence[tuple[float, float]], warp: Matrix) -> NDArray[np.float64]:
    placed = np.column_stack([np.array(points, np.float64), np.ones(len(points))]) @ warp.T
    return np.asarray(placed[:, :2] / placed[:, 2:])


def _sheet(image: Pixels, lines: Sequence[DetectedLine]) -> Quad | None:
    """The corners of a sheet of paper that holds the text and lies on something else."""
    import cv2

    scale = WORK_SIDE / max(image.shape[:2])
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), 1.5), np.uint8)
    middles = [tuple(np.mean(line.quad, axis=0) * scale) for line in lines]
    sheets = [
        quad
        for quad in _outlines(small)
        if sum(_holds(quad, middle) for middle in middles) >= TEXT_WITHIN * len(middles)
        and _support(small, quad) >= SUPPORT
    ]
    # The edge of a shadow makes a smaller one of it.
    largest = max(
        sheets, key=lambda quad: cv2.contourArea(np.array(quad, np.float32)), default=None
    )
    return None if largest is None else quad_of(*((x / scale, y / scale) for x, y in largest))


def _outlines(small: Pixels) -> Iterator[Quad]:
    """Outlines of four corners, of what is lighter or of other colour than its surroundings."""
    import cv2

    around = small.shape[0] * small.shape[1]
    planes = [
        cv2.cvtColor(small, cv2.COLOR_RGB2GRAY),
        *cv2.split(cv2.cvtColor(small, cv2.COLOR_RGB2LAB))[1:],
    ]
    masks = []
    for plane in planes:
        _, mask = cv2.threshold(plane, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        masks += [mask, cv2.bitwise_not(mask)]
    for low in (20, 50):
        edges = cv2.dilate(cv2.Canny(small, low, 3 * low), np.ones((5, 5), np.uint8))
        masks += [edges, cv2.bitwise_not(edges)]
    for mask in masks:
        found, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        for outline in found:
            hull = cv2.convexHull(outline)
            if cv2.contourArea(hull) < SMALLEST * around:
                continue
            corners = cv2.approxPolyDP(
                hull, CORNER * cv2.arcLength(hull, closed=True), closed=True
            )[:, 0]
            if len(corners) == 4:
                yield _from_top_left(corners.astype(float))


def _from_top_left(corners: NDArray[np.float64]) -> Quad:
    """Four corners as those of a line, clockwise from the top left."""
    middle = corners.mean(axis=0)
    turn = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    clockwise = corners[np.argsort(turn)]
    first = int(np.argmin(clockwise.sum(axis=1)))
    return quad_of(*np.roll(clockwise, -first, axis=0))


def _holds(quad: Quad, point: tuple[float, ...]) -> bool:
    x, y = point
    return all(
        (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0
        for (ax, ay), (bx, by) in itertools.pairwise([*quad, quad[0]])
    )


def _support(small: Pixels, quad: Quad) -> float:
    """Share of the weakest edge along which the picture changes from within to without."""
    middle = np.mean(quad, axis=0)
    shares = []
    for a, b in itertools.pairwise(np.array([*quad, quad[0]])):
        along = (b - a) / max(1.0, math.dist(a, b))
        outward = np.array([along[1], -along[0]])
        outward *= np.sign(outward @ (a - middle)) or 1.0
        places = a + np.linspace(0.03, 0.97, 60)[:, None] * (b - a)
        within, without = (_colours(small, places + reach * outward) for reach in (-5, 5))
        differs = np.abs(within - without).max(axis=1) >= CONTRAST
        shares.append(float(differs.mean()))
    return min(shares)


def _colours(small: Pixels, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Colours at places; outside of the picture those at its edge."""
    columns = places[:, 0].round().astype(int).clip(0, small.shape[1] - 1)
    rows = places[:, 1].round().astype(int).clip(0, small.shape[0] - 1)
    return np.asarray(small[rows, columns], np.float64)


def _convergence(quad: Quad) -> float:
    """Degrees by which opposite edges run together, at most."""
    a, b, c, d = (np.array(corner) for corner in quad)
    pairs = ((b - a, c - d), (d - a, c - b))
    return max(
        abs(math.degrees(math.atan2(u[0] * v[1] - u[1] * v[0], float(u @ v)))) for u, v in pairs
    )


def _onto_rectangle(quad: Quad) -> tuple[Matrix, tuple[int, int]]:
    import cv2

    a, b, c, d = quad
    width = max(math.dist(a, b), math.dist(d, c))
    height = max(math.dist(a, d), math.dist(b, c))
    size = (max(1, round(width)), max(1, round(height)))
    corners = np.array([(0, 0), (size[0], 0), size, (0, size[1])], np.float32)
    warp = cv2.getPerspectiveTransform(np.array(quad, np.float32), corners)
    return np.asarray(warp, np.float64), size


def _levelling(shape: tuple[int, ...], lines: Sequence[DetectedLine]) -> Matrix | None:
    """The matrix that makes lines level which run together far away, and their common edge upright."""
    height, width = shape[:2]
    unit = np.array([[2 / width, 0, -1], [0, 2 / width, -height / width], [0, 0, 1.0]])
    rows = []
    for line in _long(lines):
        a, b, c, d = (np.array(corner) for corner in _mapped(line.quad, unit))
        row = np.cross([*((a + d) / 2), 1.0], [*((b + c) / 2), 1.0])
        rows.append(row / np.hypot(row[0], row[1]) * math.dist(a, b))
    far = np.linalg.svd(np.array(rows))[2][-1]
    if abs(far[0]) <= abs(far[1]):
        return None
    # The horizon goes through that point, and straight down: nothing is known of the other.
    away = np.array([[1, 0, 0], [0, 1, 0], [-far[2] / far[0], 0, 1.0]])
    slope = far[1] / far[0]
    level = np.array([[1, 0, 0], [-slope, 1, 0], [0, 0, 1.0]])
    warp = level @ away @ unit
    edge = _upright_edge([_mapped(line.quad, warp) for line in _long(lines)])
    return np.asarray(edge @ warp, np.float64)


def _upright_edge(quads: Sequence[NDArray[np.float64]]) -> Matrix:
    """The matrix that makes the edge upright at which most lines begin."""
    starts = [(quad[0] + quad[3]) / 2 for quad in quads]
    near = MARGIN * statistics.median(math.dist(quad[0], quad[3]) for quad in quads)
    best: tuple[int, float] = (0, 0.0)
    for a, b in itertools.combinations(starts, 2):
        if abs(b[1] - a[1]) < 6 * near:
            continue
        lean = (b[0] - a[0]) / (b[1] - a[1])
        beside = sum(abs(x - a[0] - lean * (y - a[1])) <= near for x, y in starts)
        best = max(best, (beside, lean), key=lambda one: (one[0], -abs(one[1])))
    lean = best[1] if best[0] >= MARGIN_LINES and abs(best[1]) < 0.3 else 0.0
    return np.array([[1, -lean, 0], [0, 1, 0], [0, 0, 1.0]])


def _moved_into_view(warp: Matrix, shape: tuple[int, ...]) -> tuple[Matrix, tuple[int, int]]:
    """A matrix with the whole picture in view, about as large as it was."""
    height, width = shape[:2]
    corners = _mapped([(0, 0), (width, 0), (width, height), (0, height)], warp)
    low, high = corners.min(axis=0), corners.max(axis=0)
    scale = width / (high[0] - low[0])
    place = np.array([[scale, 0, -low[0] * scale], [0, scale, -low[1] * scale], [0, 0, 1.0]])
    return place @ warp, (width, max(1, round((high[1] - low[1]) * scale)))


def is_unevenly_lit(image: Pixels) -> bool:
    """Whether the paper's brightness changes little by little nearly everywhere, as under a lamp."""
    ground = _ground(image).mean(axis=2)
    down, across = (np.abs(change) for change in np.gradient(ground))
    change = np.maximum(down, across)
    gradual = np.mean((change > SLIGHT[0]) & (change < SLIGHT[1]))
    counts = np.bincount(ground.astype(int).ravel(), minlength=256)
    alike = np.convolve(counts, np.ones(SAME_LIGHT), "same").max() / ground.size
    return bool(gradual >= GRADUAL and alike <= EVEN)


def evenly_lit(image: Pixels) -> Pixels:
    """A page without the shadows on its paper."""
    import cv2

    height, width = image.shape[:2]
    ground = cv2.resize(_ground(image), (width, height), interpolation=cv2.INTER_LINEAR)
    light = np.maximum(ground.astype(np.float32), DARKEST * ground.max())
    return np.asarray((image * (WHITE / light)).clip(0, 255).round(), np.uint8)


def _ground(image: Pixels) -> Pixels:
    """A small picture of the bare paper."""
    import cv2

    scale = GROUND_SIDE / max(image.shape[:2])
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    reach = np.ones((GROUND_REACH, GROUND_REACH), np.uint8)
    bare = cv2.morphologyEx(small, cv2.MORPH_CLOSE, reach)
    return np.asarray(cv2.GaussianBlur(bare, (0, 0), 1.5), np.uint8)

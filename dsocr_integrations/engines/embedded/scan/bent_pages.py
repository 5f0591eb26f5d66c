"""Photographs of pages that do not lie flat: how their lines bend, found from their ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine
    from dsocr_integrations.grounding.writer import GroundedBlock, GroundedPage
    from dsocr_integrations.records.documents import PointBox

LIKELY = 0.8
"""Score below which what was read of a line says little of what stands there."""

FEWEST_LINES, GUESSED = 6, 0.3
"""Lines of a page, and share of them that is guessed, from which the page may be bent."""

WORKING_WIDTH = 1000
"""Pixels to which a picture is reduced to look at its bend."""

STRIP, STEP = 48, 16
"""Width of a strip of which the rows' ink is compared, and from one to the next, in these pixels."""

BANDS = 3
"""Parts of the height, each with a bend of its own."""

REACH = 6
"""Rows by which a strip may lie above or below where the one before it leads."""

LEAST_INK = 0.15
"""Share of the usual ink from which a strip's rows say where they lie."""

LEAST_BEND = 8.0
"""Rows between the highest and the lowest part of a line from which it is worth levelling."""

DEGREE = 5
_CONTRAST = 20


def is_mostly_guessed(lines: Sequence[TextLine]) -> bool:
    """Whether many lines of a page gave nothing sure."""
    guessed = sum(line.score < LIKELY for line in lines)
    return len(lines) >= FEWEST_LINES and guessed >= GUESSED * len(lines)


def sure_characters(lines: Sequence[TextLine]) -> int:
    """How many characters stand in lines that were read with confidence."""
    return sum(len(line.text) for line in lines if line.score >= LIKELY)


@dataclass(frozen=True)
class PageBend:
    """How far each place of a picture lies below where it would lie on a flat page.

    Attributes:
        drop: `(BANDS, columns)` pixels, at evenly spaced heights and places across the picture.
        size: Width and height of the picture in pixels.
    """

    drop: NDArray[np.float64]
    size: tuple[int, int]

    def levelled(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The picture with its lines made straight.

        Args:
            image: `(height, width, 3)` RGB, the one whose bend this is.
        """
        import cv2

        width, height = self.size
        shift = cv2.resize(self.drop.astype(np.float32), self.size, interpolation=cv2.INTER_LINEAR)
        x = np.broadcast_to(np.arange(width, dtype=np.float32), (height, width))
        y = np.arange(height, dtype=np.float32)[:, None] + shift
        level = cv2.remap(
            image, np.ascontiguousarray(x), y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(level, np.uint8)

    def as_photographed(self, page: GroundedPage) -> GroundedPage:
        """A page that was read from the levelled picture, its boxes where they are in the other."""
        return replace(page, blocks=tuple(self._placed(page, block) for block in page.blocks))

    def _placed(self, page: GroundedPage, block: GroundedBlock) -> GroundedBlock:
        def bent(box: PointBox) -> PointBox:
            return self._bent(box, page.width, page.height)

        return replace(
            block,
            boxes=tuple(map(bent, block.boxes)),
            lines=tuple(replace(line, box=bent(line.box)) for line in block.lines),
            words=tuple(replace(word, box=bent(word.box)) for word in block.words),
        )

    def _bent(self, box: PointBox, width: float, height: float) -> PointBox:
        """The extent of what a box of the levelled page holds, in points of the photographed one."""
        bands, columns = self.drop.shape
        first, last = (round(x / width * (columns - 1)) for x in (box[0], box[2]))
        middle = (box[1] + box[3]) / 2
        band = min(bands - 1, max(0, int(middle / height * bands)))
        part = self.drop[band, max(0, first) : max(0, last) + 1]
        drop = part if part.size else self.drop[band, -1:]
        scale = height / self.size[1]
        return (
            box[0],
            max(0.0, box[1] + float(drop.min()) * scale),
            box[2],
            min(height, box[3] + float(drop.max()) * scale),
        )


def find_bend(image: NDArray[np.uint8]) -> PageBend | None:
    """How the lines of a picture bend, if they do.

    The ink of each row in a narrow strip is compared with that in the strips before it, from the
    middle of the picture to both sides.

    Args:
        image: `(height, width, 3)` RGB with lines that run from left to right.
    """
    import cv2

    height, width = image.shape[:2]
    scale = min(1.0, WORKING_WIDTH / width)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    ink = cv2.adaptiveThreshold(
        grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, _CONTRAST
    )
    rows, columns = ink.shape
    if columns < 8 * STRIP or rows < 8 * STRIP:
        return None
    centres = np.arange(STRIP // 2, columns - STRIP // 2, STEP)
    strips = np.stack(
        [ink[:, x - STRIP // 2 : x + STRIP // 2].sum(axis=1) for x in centres], axis=1
    )
    profiles = cv2.GaussianBlur(strips.astype(np.float32), (1, 9), 0)
    across = np.arange(columns)
    drops = []
    for band in np.array_split(np.arange(rows), BANDS):
        fitted = _bend_of_band(profiles[band[0] : band[-1] + 1], centres, across)
        if fitted is None:
            return None
        drops.append(fitted / scale)
    drop = np.stack(drops)
    is_bent = float(np.ptp(drop, axis=1).max()) * scale >= LEAST_BEND
    return PageBend(drop, (width, height)) if is_bent else None


def _bend_of_band(
    profiles: NDArray[np.float32], centres: NDArray[np.int64], across: NDArray[np.int64]
) -> NDArray[np.float64] | None:
    """Rows by which print at each place across a band lies lower than in its middle.

    Args:
        profiles: `(rows, strips)` ink.
        centres: Where the strips stand.
        across: Places that are asked for.
    """
    amounts = profiles.sum(axis=0)
    inked = np.flatnonzero(amounts > LEAST_INK * np.quantile(amounts, 0.8))
    if len(inked) < 2 * DEGREE:
        return None
    middle = len(inked) // 2
    found = {int(inked[middle]): 0.0}
    for way in (inked[middle + 1 :], inked[:middle][::-1]):
        found |= _followed(profiles, int(inked[middle]), way)
    places = np.array(sorted(found))
    x = centres[places] / across[-1]
    shape = np.polynomial.Polynomial.fit(x, [found[int(n)] for n in places], DEGREE)
    inside = np.clip(across / across[-1], x[0], x[-1])
    return np.asarray(shape(inside), np.float64)


def _followed(
    profiles: NDArray[np.float32], start: int, way: NDArray[np.int64]
) -> dict[int, float]:
    """Rows by which each strip on a way from the first one lies lower than it."""
    level = profiles[:, start]
    at = slope = 0.0
    last = start
    found = {}
    for strip in map(int, way):
        steps = abs(strip - last)
        guess = round(at + slope * steps)
        shifts = range(guess - REACH, guess + REACH + 1)
        own = profiles[:, strip]
        fits = [float(np.dot(_shifted(own, -shift), level)) for shift in shifts]
        best = shifts[int(np.argmax(fits))]
        slope = 0.6 * slope + 0.4 * (best - at) / steps
        at, last = float(best), strip
        level = 0.7 * level + 0.3 * _shifted(own, -best)
        found[strip] = at
    return found


def _shifted(profile: NDArray[np.float32], rows: int) -> NDArray[np.float32]:
    """A profile moved down by some rows, with nothing where it came from."""
    moved = np.zeros_like(profile)
    size = len(profile)
    if abs(rows) >= size:
        return moved
    if rows >= 0:
        moved[rows:] = profile[: size - rows]
    else:
        moved[:rows] = profile[-rows:]
    return moved

"""Boxes to tick on scanned forms, which the recogniser passes over or knows as other signs.

A box is four straight strokes that meet at their corners, about as high as the print beside it. Ink
between them is its mark, whatever its form.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, WordBox, bounding_box
from dsocr_integrations.writing.scripts import scripts_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsocr_integrations.records.documents import PointBox

EMPTY, CHOSEN = "\u2610", "\u2611"

SIDES = (0.5, 1.3)
"""Heights of a line that a box is high and wide, from and to."""

OVER, ACROSS = 1.6, 0.55
"""How much larger a box is with a mark that leaves it, and the share of that which its edges are long."""

SQUARE = 1.25
"""Shares of its shorter side that a box's longer one has, at most."""

STROKE = 0.16
"""Share of a box's side within which a stroke of its edge runs."""

RIM = 0.1
"""Share of a box's side by which such a stroke leaves the edge; the bows of letters leave it further."""

FEWEST_PIXELS = 11
"""Sides of a box, in pixels, below which a letter looks like one."""

RUN = 0.3
"""Heights of a line that a straight stroke is long, at least."""

COVERED = 0.85
"""Share of an edge that its stroke covers."""

AT_EDGE = 0.5
"""Widths of a box between the edge of a word and the box at this edge, at most."""

MARKED, SOLID = 0.06, 0.6
"""Shares of a box's inside that are ink, from which it is marked, and from which it is a bullet."""

BESIDE, TOUCHING = 0.2, 0.12
"""Widths of a box to its left and right that are white, and the share of them that its mark may take."""

ALONE = 0.4
"""White beside a box that a word was found to reach over; letters of a word stand nearer."""

DARKER = 25
"""Steps of 255 by which ink is darker than the paper around it."""

LABEL = 2.4
"""Heights of a line between a box and the print behind it, at most."""

MOST = 300
"""A page with more small squares is a drawing."""

_READ_AS = frozenset(
    "\u2610\u2611\u2612\u25a1\u25a0\u53e3\u56d7\u56de\u533a\u5188\u51f6\u56f3\u7f51\u65e5\u53c8OoDXxVv\u221a\u2713\u2714\u00d7\u2717[]|I"
)
"""What a box, or its mark, is read as."""


@dataclass(frozen=True)
class CheckBox:
    """A box to tick.

    Attributes:
        box: In pixels of the picture.
        chosen: Whether it is marked.
        alone: Whether it stands further from its neighbours than letters do.
    """

    box: PointBox
    chosen: bool
    alone: bool

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return ((self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2)


def with_check_boxes(image: NDArray[np.uint8], lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines with a sign in the place of each box to tick, `☐` or `☑`.

    Args:
        image: `(height, width, 3)` RGB, upright.
        lines: As recognised, in pixels of the image.
    """
    level = [line for line in lines if not line.vertical and line.text]
    boxes = [box for box in find_check_boxes(image, level) if not _is_letter(box, level)]
    owners = [_owner(box, level) for box in boxes]
    if not boxes or (len(boxes) == 1 and owners[0] is None):
        return list(lines)
    found = []
    for line in lines:
        own = [box for box, owner in zip(boxes, owners, strict=True) if owner is line]
        if own or any(_holds(line.box, box.centre) for box in boxes):
            found += _with_signs(line, own, boxes)
        else:
            found.append(line)
    alone = [box for box, owner in zip(boxes, owners, strict=True) if owner is None]
    return found + [TextLine(sign.text, sign.box, 1.0, (sign,)) for sign in map(_sign, alone)]


def find_check_boxes(image: NDArray[np.uint8], lines: Sequence[TextLine]) -> list[CheckBox]:
    """Find the squares of a page that are about as high as its print.

    Args:
        image: `(height, width, 3)` RGB, upright.
        lines: Its level lines.
    """
    import cv2

    if not lines:
        return []
    height = statistics.median(line.height for line in lines)
    ink = _ink(image, height)
    run = max(6, round(RUN * height))
    level, upright = (
        cv2.morphologyEx(
            cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(gap, np.uint8)),
            cv2.MORPH_OPEN,
            np.ones(stroke, np.uint8),
        )
        for gap, stroke in (((1, 3), (1, run)), ((3, 1), (run, 1)))
    )
    strokes = level | upright
    _, _, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    low, high = max(FEWEST_PIXELS, SIDES[0] * height), SIDES[1] * height
    found: list[tuple[PointBox, float, bool]] = []
    for part in stats[1:, :4].tolist():
        if min(part[2:]) < low or max(part[2:]) > OVER * high:
            continue
        x, y, width, tall = _square(level, upright, part)
        if min(width, tall) < low or max(width, tall) > min(high, SQUARE * min(width, tall)):
            continue
        place = (x, y, width, tall)
        framed = _is_framed(strokes[y : y + tall, x : x + width])
        if not framed or not _stands_in_white(ink, place, BESIDE):
            continue
        edge = 1 + round(STROKE * min(width, tall))
        inside = ink[y + edge : y + tall - edge, x + edge : x + width - edge]
        share = float(inside.mean()) if inside.size else 0.0
        found.append(((x, y, x + width, y + tall), share, _stands_in_white(ink, place, ALONE)))
    if len(found) > MOST:
        return []
    has_empty = any(share < MARKED for _, share, _ in found)
    return [
        CheckBox(box, share >= MARKED, alone)
        for box, share, alone in found
        if share < SOLID or has_empty
    ]


def _stands_in_white(
    ink: NDArray[np.uint8], place: tuple[int, int, int, int], share: float
) -> bool:
    """Whether next to nothing is inked to the left and right of a square, by a share of its width."""
    x, y, width, tall = place
    beside = round(share * width)
    sides = (
        ink[y : y + tall, max(0, x - 1 - beside) : max(0, x - 1)],
        ink[y : y + tall, x + width + 1 : x + width + 1 + beside],
    )
    return not any(float(side.mean()) > TOUCHING for side in sides if side.size)


def _square(
    level: NDArray[np.uint8], upright: NDArray[np.uint8], part: Sequence[int]
) -> tuple[int, int, int, int]:
    """Left, top, width and height of what a connected part frames, without a tick's long arm."""
    x, y, width, tall = part
    rows = np.flatnonzero(level[y : y + tall, x : x + width].mean(axis=1) >= ACROSS)
    columns = np.flatnonzero(upright[y : y + tall, x : x + width].mean(axis=0) >= ACROSS)
    if not len(rows) or not len(columns):
        return x, y, 0, 0
    left, top = x + int(columns[0]), y + int(rows[0])
    return left, top, int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1


def _ink(image: NDArray[np.uint8], height: float) -> NDArray[np.uint8]:
    """1 where a pixel is darker than what is around it."""
    import cv2

    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    around = 2 * round(height) + 1
    dark: NDArray[np.uint8] = (
        cv2.blur(grey, (around, around)).astype(np.int16) - grey > DARKER
    ).astype(np.uint8)
    return dark


def _is_framed(strokes: NDArray[np.uint8]) -> bool:
    """Whether strokes run along all four edges of a square, meet at its corners and nowhere else."""
    tall, width = strokes.shape
    band, rim = (max(2, round(share * min(tall, width))) for share in (STROKE, RIM))
    edges = (
        strokes[:rim].any(axis=0),
        strokes[-rim:].any(axis=0),
        strokes[:, :rim].any(axis=1),
        strokes[:, -rim:].any(axis=1),
    )
    corners = (
        strokes[:band, :band],
        strokes[:band, -band:],
        strokes[-band:, :band],
        strokes[-band:, -band:],
    )
    inside = strokes[2 * band : -2 * band, 2 * band : -2 * band]
    is_parted = inside.size > 0 and (
        strokes[2 * band : -2 * band].mean(axis=1).max() >= COVERED
        or strokes[:, 2 * band : -2 * band].mean(axis=0).max() >= COVERED
    )
    is_solid = inside.size > 0 and inside.mean() >= SOLID
    return (
        all(edge.mean() >= COVERED for edge in edges)
        and all(corner.any() for corner in corners)
        and (is_solid or not is_parted)
    )


def _is_letter(box: CheckBox, lines: Sequence[TextLine]) -> bool:
    """Whether a square is a letter, frames a text of its own, or is of a Chinese or Japanese text."""
    left, _, right, _ = box.box
    for line in lines:
        if not _holds(line.box, box.centre):
            continue
        if scripts_in("".join(set(line.text) - _READ_AS))["Han"]:
            return True
        for word in line.words:
            first, _, last, _ = word.box
            if not first <= box.centre[0] <= last or set(word.text) <= _READ_AS:
                continue
            if left <= first and last <= right:
                return word.text.isalnum()
            # A word may begin where the box before it does, and end where the next one does.
            return not box.alone or min(left - first, last - right) > AT_EDGE * (right - left)
    return False


def _owner(box: CheckBox, lines: Sequence[TextLine]) -> TextLine | None:
    """The line that a box stands in, or closely before; `None` for one in a cell of its own."""
    x, y = box.centre
    beside = [line for line in lines if line.box[1] <= y <= line.box[3] and _has_words(line, box)]
    for line in beside:
        if line.box[0] <= x <= line.box[2]:
            return line
    behind = [line for line in beside if 0 <= line.box[0] - box.box[2] <= LABEL * line.height]
    return min(behind, key=lambda line: line.box[0], default=None)


def _has_words(line: TextLine, box: CheckBox) -> bool:
    return any(
        not box.box[0] <= (word.box[0] + word.box[2]) / 2 <= box.box[2] for word in line.words
    )


def _with_signs(
    line: TextLine, own: Sequence[CheckBox], boxes: Sequence[CheckBox]
) -> list[TextLine]:
    """A line with the signs of its boxes, without what these were read as."""
    words = [word for known in line.words if (word := _without_box(known, boxes)) is not None]
    words = sorted([*words, *map(_sign, own)], key=lambda word: word.box[0])
    if not words:
        return []
    text = " ".join(word.text for word in words)
    box = bounding_box([line.box, *(word.box for word in words)])
    score = line.score if any(word in line.words for word in words) else 1.0
    return [replace(line, text=text, words=tuple(words), box=box, score=score, marked="")]


def _without_box(word: WordBox, boxes: Sequence[CheckBox]) -> WordBox | None:
    """A word without the signs before it that a box was read as; `None` where nothing else is in it."""
    x0, y0, x1, y1 = word.box
    middle = (y0 + y1) / 2
    for box in boxes:
        left, top, right, bottom = box.box
        if not top <= middle <= bottom:
            continue
        if left <= (x0 + x1) / 2 <= right and set(word.text) <= _READ_AS:
            return None
        if left <= x0 + (right - left) and x0 < right < x1 and box.centre[0] <= (x0 + x1) / 2:
            is_sign = word.text[0] in _READ_AS and not (
                word.text[0].isascii() and word.text.isalpha()
            )
            rest = word.text[1:] if is_sign else word.text
            return WordBox(rest, (right, y0, x1, y1)) if rest else None
    return word


def _sign(box: CheckBox) -> WordBox:
    return WordBox(CHOSEN if box.chosen else EMPTY, box.box)


def _holds(box: PointBox, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]

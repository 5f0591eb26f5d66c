"""Capitals as high as several lines that open a paragraph: read alone, and put before their word."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dsocr_integrations.engines.embedded.scan.detected_line import DetectedLine
from dsocr_integrations.engines.embedded.scan.orientation import UprightPicture
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, WordBox, quad_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dsocr_integrations.engines.embedded.scan.text_recognition import TextRecogniser
    from dsocr_integrations.records.documents import PointBox

HIGH, WIDE = (1.3, 7.0), (0.12, 1.5)
"""Heights of a line that a drop capital is high, and its own heights that it is wide, from and to."""

PEER = 0.55
"""Share of its height from which a neighbour is another letter of the same word: a title."""

SURE = 0.6
"""Score from which a lone letter is taken as read."""

MOST = 12
"""So many on one page are letters of something else."""

SMALL = 1.5
"""Heights of a line that a letter of the text beside a capital is high at most."""

NEAR, FLUSH = 1.3, 0.6
"""Heights of a line between a capital and the lines beside it at most, and between its left edge
and that of the line below it."""

BELOW = 1.2
"""Heights of a line of white below a capital at most, before the line that goes on under it."""

WORD_SPACE = 0.45
"""Heights of a line from which the white behind a letter that is a word ends that word."""

_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ]")
_STROKES = {"l": "I", "|": "I", "1": "I", "0": "O"}
_WORDS_OF_ONE_LETTER = frozenset("AIO")
_SMALLEST_SIDE = 8
_CONTRAST = 40


def lift_drop_capitals(
    upright: UprightPicture, recogniser: TextRecogniser
) -> tuple[UprightPicture, list[TextLine]]:
    """Read the drop capitals of a picture and take them out of it.

    The detector takes one and the lines beside it for a single high line, or passes over it.

    Returns:
        The picture without them, with the lines that are found in it then; and the capitals.
    """
    boxes = _candidates(upright.image, upright.lines)
    if not boxes:
        return upright, []
    tiles = [_tile(upright.image, box) for box in boxes]
    capitals = [
        TextLine(letter, box, line.score, (WordBox(letter, box),))
        for box, tile in zip(boxes, tiles, strict=True)
        for line in recogniser.read_all(tile, [_whole(tile)])
        if (letter := _letter(line)) is not None
    ]
    if not capitals:
        return upright, []
    image = _painted_over(upright.image, [capital.box for capital in capitals])
    lines = recogniser.detect(image)
    level = [line.box for line in lines if line.is_level and not line.is_tall]
    if not all(_opens_a_paragraph(capital.box, level) for capital in capitals):
        capitals = [capital for capital in capitals if _opens_a_paragraph(capital.box, level)]
        image = _painted_over(upright.image, [capital.box for capital in capitals])
    if not capitals:
        return upright, []
    return replace(upright, image=image, lines=tuple(lines)), capitals


def with_drop_capitals(lines: Sequence[TextLine], capitals: Sequence[TextLine]) -> list[TextLine]:
    """Put capitals before the first words beside them.

    The boxes of the lines beside a capital begin where it does, as the lines below it.
    """
    result = list(lines)
    for capital in capitals:
        beside = [
            place
            for place, line in enumerate(result)
            if line.words and not line.vertical and _is_beside(capital.box, line.box)
        ]
        beside.sort(key=lambda place: result[place].box[1])
        for place in beside:
            line = result[place]
            result[place] = replace(line, box=(capital.box[0], *line.box[1:]))
        if beside:
            result[beside[0]] = _opened(result[beside[0]], capital)
    return result


def _opened(line: TextLine, capital: TextLine) -> TextLine:
    """A line with a capital before its first word, or as one of its own."""
    first = line.words[0]
    box = (capital.box[0], line.box[1], line.box[2], line.box[3])
    own = (capital.box[0], line.box[1], capital.box[2], line.box[3])
    apart = _is_word(capital, first)
    space = " " if apart else ""
    words = (
        (WordBox(capital.text, own), *line.words)
        if apart
        else (
            WordBox(capital.text + first.text, (own[0], *first.box[1:])),
            *line.words[1:],
        )
    )
    marked = f"{capital.text}{space}{line.marked}" if line.marked else ""
    return replace(
        line, text=f"{capital.text}{space}{line.text}", box=box, words=words, marked=marked
    )


def _is_word(capital: TextLine, following: WordBox) -> bool:
    if capital.text not in _WORDS_OF_ONE_LETTER:
        return False
    if following.text[:1].isupper() and following.text[1:2].islower():
        return True
    height = following.box[3] - following.box[1]
    return following.box[0] - capital.box[2] >= WORD_SPACE * height


def _candidates(image: NDArray[np.uint8], lines: Sequence[DetectedLine]) -> list[PointBox]:
    """Ink as large as a drop capital, without a peer beside it, and with rows of print behind it."""
    import cv2

    heights = [box[3] - box[1] for line in lines if line.is_level for box in [line.box]]
    if not heights:
        return []
    height = statistics.median(heights)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    window = max(15, int(4 * height) | 1)
    ink = cv2.adaptiveThreshold(
        grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, _CONTRAST
    )
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    x, y, wide, high = (stats[1:, n].astype(np.float64) for n in range(4))
    is_large = (high >= HIGH[0] * height) & (high <= HIGH[1] * height)
    is_large &= (wide >= WIDE[0] * high) & (wide <= WIDE[1] * high)
    found: list[PointBox] = []
    for n in np.flatnonzero(is_large):
        left, top, right, foot = x[n], y[n], x[n] + wide[n], y[n] + high[n]
        level = (y < foot) & (y + high > top)
        close = (x < right + high[n]) & (x + wide > left - high[n])
        if np.count_nonzero(level & close & (high >= PEER * high[n])) > 1:
            continue
        middle = y + high / 2
        print_beside = (middle > top) & (middle < foot) & (high <= SMALL * height)
        print_beside &= (x >= right) & (x <= right + 6 * height) & (high >= 0.2 * height)
        feet = (y + high)[print_beside]
        if len(feet) >= 6 and feet.max() - feet.min() >= 0.8 * height:
            found.append((left, top, right, foot))
    return found if len(found) <= MOST else []


def _tile(image: NDArray[np.uint8], box: PointBox) -> NDArray[np.uint8]:
    """A letter amid so much paper that it stands as one in a line."""
    x0, y0, x1, y1 = map(int, box)
    patch = image[y0:y1, x0:x1]
    high, wide = patch.shape[:2]
    beside = max(_SMALLEST_SIDE, high - wide // 2)
    above = max(2, high // 6)
    tile = np.empty((high + 2 * above, wide + 2 * beside, 3), np.uint8)
    tile[:] = _paper(image, box)
    tile[above : above + high, beside : beside + wide] = patch
    return tile


def _whole(tile: NDArray[np.uint8]) -> DetectedLine:
    high, wide = tile.shape[:2]
    return DetectedLine(quad_of((0, 0), (wide, 0), (wide, high), (0, high)), 1.0)


def _letter(line: TextLine) -> str | None:
    text = _STROKES.get(line.text, line.text)
    return text if line.score >= SURE and _CAPITAL.fullmatch(text) else None


def _painted_over(image: NDArray[np.uint8], boxes: Sequence[PointBox]) -> NDArray[np.uint8]:
    image = image.copy()
    for box in boxes:
        x0, y0, x1, y1 = map(int, box)
        image[max(0, y0 - 2) : y1 + 2, max(0, x0 - 2) : x1 + 2] = _paper(image, box)
    return image


def _paper(image: NDArray[np.uint8], box: PointBox) -> NDArray[np.uint8]:
    """The colour around some ink."""
    x0, y0, x1, y1 = map(int, box)
    x0, y0 = max(0, x0 - 2), max(0, y0 - 2)
    around = image[y0 : y1 + 2, x0 : x1 + 2]
    edge = np.concatenate([around[0], around[-1], around[:, 0], around[:, -1]])
    return np.asarray(np.median(edge, axis=0), np.uint8)


def _opens_a_paragraph(capital: PointBox, lines: Sequence[PointBox]) -> bool:
    """Whether two lines or more stand behind a capital, and one goes on under it."""
    beside = [box for box in lines if _is_beside(capital, box)]
    if len(beside) < 2:
        return False
    height = statistics.median(box[3] - box[1] for box in beside)
    return any(
        abs(box[0] - capital[0]) <= FLUSH * height
        and box[2] > beside[0][0]
        and -0.5 * height <= box[1] - capital[3] <= BELOW * height
        for box in lines
    )


def _is_beside(capital: PointBox, line: PointBox) -> bool:
    height = line[3] - line[1]
    middle = (line[1] + line[3]) / 2
    return (
        capital[1] - 0.3 * height <= middle <= capital[3] + 0.1 * height
        and -0.5 * height <= line[0] - capital[2] <= NEAR * height
    )

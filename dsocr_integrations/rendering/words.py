"""Words of a page's text layer in upright coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsocr_integrations.records.documents import PointBox
from dsocr_integrations.rendering.open_documents import mupdf

if TYPE_CHECKING:
    import pymupdf


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text layer.

    Attributes:
        box: In points, relative to the region's corner.
        text: The characters, ligatures taken apart.
        block: 0-based text block of the page it belongs to.
        line: 0-based line within the block.
    """

    box: PointBox
    text: str
    block: int
    line: int


def read_words(page: pymupdf.Page, within: PointBox) -> tuple[Word, ...]:
    """Words of `page` whose centre lies `within` the given box (points, upright)."""
    library = mupdf()
    flags = library.TEXTFLAGS_WORDS & ~library.TEXT_PRESERVE_LIGATURES
    # Plain numbers: a rectangle object for each word would cost more than finding the words.
    turn = tuple(page.rotation_matrix) if page.rotation else None
    x0, y0, x1, y1 = within
    words = []
    for left, top, right, bottom, text, block, line, _ in page.get_text("words", flags=flags):
        box = (left, top, right, bottom)
        if turn is not None:
            box = _turned(box, turn)
        if x0 <= (box[0] + box[2]) / 2 <= x1 and y0 <= (box[1] + box[3]) / 2 <= y1:
            place = (box[0] - x0, box[1] - y0, box[2] - x0, box[3] - y0)
            words.append(Word(place, text, block, line))
    return tuple(words)


def _turned(box: PointBox, matrix: tuple[float, ...]) -> PointBox:
    a, b, c, d, e, f = matrix
    first = a * box[0] + c * box[1] + e, b * box[0] + d * box[1] + f
    second = a * box[2] + c * box[3] + e, b * box[2] + d * box[3] + f
    return (
        min(first[0], second[0]),
        min(first[1], second[1]),
        max(first[0], second[0]),
        max(first[1], second[1]),
    )

"""Words of a page's text layer in upright coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsocr_integrations.documents import PointBox
from dsocr_integrations.open_documents import mupdf

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
    turn = page.rotation_matrix
    x0, y0, x1, y1 = within
    words = []
    for *corners, text, block, line, _ in page.get_text("words", flags=flags, sort=False):
        box = library.Rect(corners) * turn if page.rotation else library.Rect(corners)
        if x0 <= (box.x0 + box.x1) / 2 <= x1 and y0 <= (box.y0 + box.y1) / 2 <= y1:
            place = (box.x0 - x0, box.y0 - y0, box.x1 - x0, box.y1 - y0)
            words.append(Word(place, text, block, line))
    return tuple(words)

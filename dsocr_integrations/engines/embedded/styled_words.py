"""The words of a page's text layer with their looks, in points of the region."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from dsocr_integrations.documents import PointBox

_SUPERSCRIPT, _ITALIC, _MONOSPACED, _BOLD = 1, 2, 8, 16
_INK = 16 | 32
"""Character flags of stroked and filled text; text with neither is invisible (an OCR layer)."""


@dataclass(frozen=True)
class StyledWord:
    """A word of the text layer.

    Attributes:
        text: Its characters, without white space.
        box: Box in points.
        line: Number of the printed line it stands on; lines are numbered over the page.
        block: Number of MuPDF's text block.
        size: Font size in points.
        bold: Set in a bold face.
        italic: Set in an italic face.
        superscript: Raised and small.
        monospaced: Set in a typewriter face.
        visible: False for text that is neither filled nor stroked.
        horizontal: False for rotated text.
    """

    text: str
    box: PointBox
    line: int
    block: int
    size: float
    bold: bool = False
    italic: bool = False
    superscript: bool = False
    monospaced: bool = False
    visible: bool = True
    horizontal: bool = True

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of the box."""
        return ((self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2)

    def shifted(self, x: float, y: float) -> StyledWord:
        """The same word with its box moved."""
        x0, y0, x1, y1 = self.box
        return replace(self, box=(x0 + x, y0 + y, x1 + x, y1 + y))


@dataclass(frozen=True)
class PageText:
    """What a page's content stream shows.

    Attributes:
        words: Words in the order of the content stream.
        images: Boxes of raster images.
    """

    words: tuple[StyledWord, ...]
    images: tuple[PointBox, ...]


def extract(page: Any) -> PageText:
    """Read words and image boxes of an upright `pymupdf.Page`.

    Ligatures are resolved; text outside the page's box is left out, as it is not shown.
    """
    import pymupdf

    flags = (
        pymupdf.TEXT_COLLECT_STYLES
        | pymupdf.TEXT_PRESERVE_IMAGES
        | pymupdf.TEXT_ACCURATE_BBOXES
        | pymupdf.TEXT_MEDIABOX_CLIP
    )
    blocks = page.get_textpage(flags=flags).extractRAWDICT()["blocks"]
    words = tuple(_words(block for block in blocks if block["type"] == 0))
    images = tuple(_box(block["bbox"]) for block in blocks if block["type"] == 1)
    return PageText(words, images)


def _words(blocks: Iterator[dict[str, Any]]) -> Iterator[StyledWord]:
    line_number = 0
    for block_number, block in enumerate(blocks):
        for line in block["lines"]:
            horizontal = abs(line["dir"][1]) < 0.1 and line["dir"][0] > 0
            for span, characters in _split(line["spans"]):
                yield _word(span, characters, line_number, block_number, horizontal=horizontal)
            line_number += 1


def _split(
    spans: list[dict[str, Any]],
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Cut a line's characters at white space; a word belongs to the span it starts in."""
    pending: list[dict[str, Any]] = []
    owner: dict[str, Any] | None = None
    for span in spans:
        for character in span["chars"]:
            if character["c"].isspace():
                if owner is not None:
                    yield owner, pending
                pending, owner = [], None
            else:
                owner = owner or span
                pending.append(character)
    if owner is not None:
        yield owner, pending


def _word(
    span: dict[str, Any],
    characters: list[dict[str, Any]],
    line: int,
    block: int,
    *,
    horizontal: bool,
) -> StyledWord:
    flags, ink = int(span["flags"]), int(span.get("char_flags", _INK))
    boxes = [character["bbox"] for character in characters]
    return StyledWord(
        text="".join(character["c"] for character in characters),
        box=(
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        ),
        line=line,
        block=block,
        size=float(span["size"]),
        bold=bool(flags & _BOLD or ink & 8),
        italic=bool(flags & _ITALIC),
        superscript=bool(flags & _SUPERSCRIPT),
        monospaced=bool(flags & _MONOSPACED),
        visible=bool(ink & _INK),
        horizontal=horizontal,
    )


def _box(values: Any) -> PointBox:
    x0, y0, x1, y1 = (float(value) for value in values)
    return (x0, y0, x1, y1)

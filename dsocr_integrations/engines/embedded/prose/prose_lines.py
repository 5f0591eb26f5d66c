"""The printed lines of a page as its text layer has them: their ink, base lines and type."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dsocr_integrations.engines.embedded.born_digital.line_text import union
from dsocr_integrations.engines.embedded.page_layout import LayoutRegion
from dsocr_integrations.records.documents import PointBox

_BOLD, _FAKE_BOLD, _ITALIC = 16, 8, 2

_ONE_ROW = 0.35
"""Sizes of type by which the base lines of two pieces of one printed line may differ."""

_RAISED = 0.8
"""Type smaller than this share of its line's is a raised mark."""


@dataclass(frozen=True)
class ProseLine:
    """A printed line, or the part of one that stands in a column.

    Attributes:
        pieces: Boxes of the ink of its parts, in points, from left to right.
        base: Where its letters stand.
        size: Size of most of its type in points.
        bold: Whether all of its letters are bold.
        italic: Whether all of them are slanted.
        fonts: Names of its fonts.
        text: Its characters.
        marked: Whether it begins with a raised mark.
    """

    pieces: tuple[PointBox, ...]
    base: float
    size: float
    bold: bool
    italic: bool
    fonts: frozenset[str]
    text: str
    marked: bool = False

    @property
    def left(self) -> float:
        """Where its ink begins."""
        return self.pieces[0][0]

    @property
    def right(self) -> float:
        """Where its ink ends."""
        return max(piece[2] for piece in self.pieces)

    @property
    def top(self) -> float:
        """Upper edge of its ink."""
        return min(piece[1] for piece in self.pieces)

    @property
    def bottom(self) -> float:
        """Lower edge of its ink."""
        return max(piece[3] for piece in self.pieces)

    def is_level_with(self, other: ProseLine) -> bool:
        """Whether both stand on one row."""
        return abs(self.base - other.base) <= _ONE_ROW * max(self.size, other.size)

    def joined(self, other: ProseLine) -> ProseLine:
        """This line with another piece of it, which stands to its right."""
        longer = max(self, other, key=lambda line: len(line.text))
        return ProseLine(
            pieces=(*self.pieces, *other.pieces),
            base=longer.base,
            size=longer.size,
            bold=self.bold and other.bold,
            italic=self.italic and other.italic,
            fonts=self.fonts | other.fonts,
            text=f"{self.text} {other.text}",
            marked=self.marked,
        )


def prose_lines(page: Any) -> list[ProseLine]:
    """Read the lines of an upright `pymupdf.Page` in the order of its content stream."""
    import pymupdf

    # The layout model looks at the same boxes of ink.
    flags = (
        pymupdf.TEXT_ACCURATE_BBOXES
        | pymupdf.TEXT_PRESERVE_LIGATURES
        | pymupdf.TEXT_PRESERVE_WHITESPACE
        | pymupdf.TEXT_CLIP
        | pymupdf.TEXT_COLLECT_STRUCTURE
    )
    blocks = page.get_textpage(flags=flags).extractDICT()["blocks"]
    return [
        _line(line["bbox"], spans)
        for line in _lines_of(blocks)
        if (spans := [span for span in line["spans"] if span["text"].strip()])
    ]


def _lines_of(blocks: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The lines of blocks and of the parts of a tagged document that hold blocks."""
    for block in blocks:
        yield from block.get("lines", ())
        yield from _lines_of(block.get("blocks", ()))


def usual_size(lines: Iterable[ProseLine]) -> float:
    """The size of type in which most characters of some lines are set; 0 without lines."""
    characters = Counter[float]()
    for line in lines:
        characters[round(line.size, 1)] += len(line.text)
    return max(characters, key=lambda size: (characters[size], size)) if characters else 0.0


def _line(box: Sequence[float], spans: Sequence[dict[str, Any]]) -> ProseLine:
    characters = Counter[float]()
    for span in spans:
        characters[span["size"]] += len(span["text"].strip())
    size = max(characters, key=lambda size: (characters[size], size))
    on_base = [span for span in spans if span["size"] >= _RAISED * size]
    x0, y0, x1, y1 = box
    return ProseLine(
        pieces=((x0, y0, x1, y1),),
        base=statistics.median_low(span["origin"][1] for span in on_base),
        size=size,
        bold=all(span["flags"] & _BOLD or span["char_flags"] & _FAKE_BOLD for span in spans),
        italic=all(span["flags"] & _ITALIC for span in spans),
        fonts=frozenset(span["font"] for span in spans),
        text=" ".join("".join(span["text"] for span in spans).split()),
        marked=spans[0]["size"] < _RAISED * size,
    )


def rows(lines: Sequence[ProseLine]) -> Iterator[list[ProseLine]]:
    """Group lines into rows from top to bottom, each from left to right."""
    row: list[ProseLine] = []
    for line in sorted(lines, key=lambda line: line.base):
        if row and not line.is_level_with(row[0]):
            yield sorted(row, key=lambda line: line.left)
            row = []
        row.append(line)
    if row:
        yield sorted(row, key=lambda line: line.left)


def region_of(kind: str, lines: Sequence[ProseLine]) -> LayoutRegion:
    """A region with the ink of some lines."""
    pieces = tuple(piece for line in lines for piece in line.pieces)
    return LayoutRegion(kind, union(pieces), pieces)

"""Parts of an upright page that are printed sideways or upside down, such as a wide table."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from dsocr_integrations.engines.embedded.born_digital.line_text import union
from dsocr_integrations.engines.embedded.born_digital.styled_words import PageText, StyledWord
from dsocr_integrations.grounding.writer import GroundedBlock
from dsocr_integrations.records.documents import PointBox

_FEWEST, _FEWEST_IN_COLUMNS = 20, 12
"""Words of a part; a line in the margin has fewer."""

_SHARE = 0.12
"""Share of the page that a part covers if its lines are not in columns; headings of an upright
table's columns, turned to save width, cover less and are not."""

_GAP = 1.5
"""White between two cells is at least this many sizes of type wide."""

_ROWS = 4

_FOREIGN = 0.1
"""Upright words in the part, as a share of its own, from which on it is a drawing."""


@dataclass(frozen=True)
class SidewaysPart:
    """A part of a page.

    Attributes:
        box: Where it stands on the page, in points.
        turn: Clockwise quarter turns that make it upright: 1, 2 or 3.
        page: Width and height of the page.
    """

    box: PointBox
    turn: int
    page: tuple[float, float]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page when it is turned."""
        return self.page if self.turn == 2 else (self.page[1], self.page[0])

    def turned(self, box: PointBox) -> PointBox:
        """A box of the page on the turned one."""
        x0, y0, x1, y1 = box
        width, height = self.page
        if self.turn == 1:
            return (height - y1, x0, height - y0, x1)
        if self.turn == 2:
            return (width - x1, height - y1, width - x0, height - y0)
        return (y0, width - x1, y1, width - x0)

    def turned_back(self, box: PointBox) -> PointBox:
        """A box of the turned page on the page itself."""
        x0, y0, x1, y1 = box
        width, height = self.page
        if self.turn == 1:
            return (y0, height - x1, y1, height - x0)
        if self.turn == 2:
            return self.turned(box)
        return (width - y1, x0, width - y0, x1)

    def holds(self, word: StyledWord) -> bool:
        """Whether a word of the page belongs to it."""
        return word.turn == self.turn and _inside(word.centre, self.box)


def sideways_part(text: PageText, page: tuple[float, float]) -> SidewaysPart | None:
    """The part of a page that is turned, if it is a text or a table of its own, or all there is.

    Args:
        text: What the page shows.
        page: Its width and height.
    """
    for turn in (1, 2, 3):
        lying = [word for word in text.words if word.turn == turn]
        is_all = len(lying) == len(text.words) > 0
        if len(lying) < _FEWEST_IN_COLUMNS and not is_all:
            continue
        box = union(word.box for word in lying)
        foreign = sum(word.turn != turn and _inside(word.centre, box) for word in text.words)
        area = (box[2] - box[0]) * (box[3] - box[1])
        large = len(lying) >= _FEWEST and area >= _SHARE * page[0] * page[1]
        if is_all or (foreign <= _FOREIGN * len(lying) and (large or _is_in_columns(lying))):
            return SidewaysPart(box, turn, page)
    return None


def _is_in_columns(lying: Sequence[StyledWord]) -> bool:
    """Whether most lines of turned words are parted by white, as the rows of a table are."""
    lines: dict[int, list[StyledWord]] = {}
    for word in lying:
        lines.setdefault(round(word.centre[0] / max(word.size, 1.0)), []).append(word)
    parted = 0
    for line in lines.values():
        ordered = sorted(line, key=lambda word: word.box[1])
        parted += any(b.box[1] - a.box[3] > _GAP * a.size for a, b in itertools.pairwise(ordered))
    return parted >= _ROWS and 2 * parted > len(lines)


def without(text: PageText, part: SidewaysPart) -> PageText:
    """What a page shows but for the words of a part."""
    return replace(text, words=tuple(word for word in text.words if not part.holds(word)))


def upright_in(text: PageText, part: SidewaysPart) -> PageText:
    """What a turned page shows in a part, its other words left out."""
    box = part.turned(part.box)
    words = (word for word in text.words if word.horizontal and _inside(word.centre, box))
    return replace(text, words=tuple(words))


@contextmanager
def turned_page(page: Any, part: SidewaysPart) -> Iterator[Any]:
    """A copy of an upright `pymupdf.Page`, turned so that a part of it is upright."""
    import pymupdf

    with pymupdf.open() as document:
        width, height = part.size
        copy = document.new_page(width=width, height=height)
        copy.show_pdf_page(copy.rect, page.parent, page.number, rotate=-90 * part.turn)
        yield copy


def put_in(
    blocks: list[GroundedBlock], lying: list[GroundedBlock], box: PointBox
) -> list[GroundedBlock]:
    """Blocks of a page with those of its sideways part behind all that stands above it.

    Args:
        blocks: Those of the page, in reading order.
        lying: Those of the part, in reading order.
        box: Where the part stands, in the blocks' coordinates.
    """
    kept = [
        block
        for block in blocks
        if block.text.strip() or not (block.boxes and _inside(_middle(block.boxes[0]), box))
    ]
    place = next(
        (n for n, block in enumerate(kept) if block.boxes and block.boxes[0][1] > box[1]), len(kept)
    )
    return [*kept[:place], *lying, *kept[place:]]


def _inside(point: tuple[float, float], box: PointBox) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _middle(box: PointBox) -> tuple[float, float]:
    return ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)

"""Parts a picture of a reaction into one picture for each molecule, so that each is read and found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.molecules.reaction_scheme import molecules_apart
from dsocr_integrations.grounding.writer import GroundedBlock, GroundedPage

if TYPE_CHECKING:
    from dsocr_integrations.records.documents import PointBox
    from dsocr_integrations.rendering import PageRegion

DPI = 150.0
WIDE = 1.4
"""Width over height of a picture that may hold molecules beside each other."""

MIN_WIDTH = 100.0
"""Points."""

ABOVE = 0.15
"""Share of a row's height above and below it where letters of its molecules may stand."""


def with_reactions_parted(region: PageRegion, page: GroundedPage) -> GroundedPage:
    """Replace the pictures of reactions on a page by those of their molecules.

    Args:
        region: What was read.
        page: How; what was read from pixels has letters of drawings as text, and each drawing
            as a picture of its own, so that a row of the whole page is looked at.

    Returns:
        The page; as it was where no picture holds an arrow between molecules.
    """
    blocks = page.blocks
    for row in _rows([block.boxes[0] for block in blocks if _is_picture(block)]):
        band = row if page.layout else _widened(row, page)
        if band[2] - band[0] >= max(MIN_WIDTH, WIDE * (band[3] - band[1])):
            molecules = _molecules(region, band)
            if molecules:
                blocks = _replaced(blocks, molecules, row)
    return page if blocks is page.blocks else replace(page, blocks=blocks)


def _rows(boxes: Sequence[PointBox]) -> list[PointBox]:
    """Boxes that stand beside each other, as one around them."""
    rows: list[PointBox] = []
    for box in sorted(boxes, key=lambda one: one[1]):
        if rows and box[1] < rows[-1][3]:
            last = rows.pop()
            low, high = min(last[0], box[0]), max(last[2], box[2])
            rows.append((low, last[1], high, max(last[3], box[3])))
        else:
            rows.append(box)
    return rows


def _widened(row: PointBox, page: GroundedPage) -> PointBox:
    more = ABOVE * (row[3] - row[1])
    return 0.0, max(0.0, row[1] - more), page.width, min(page.height, row[3] + more)


def _molecules(region: PageRegion, band: PointBox) -> list[PointBox]:
    """The molecules of a reaction, in points of the region."""
    left, top = region.box[:2]
    clip = (left + band[0], top + band[1], left + band[2], top + band[3])
    picture = replace(region, clip=clip).render_pixels(DPI)
    scale = (band[2] - band[0]) / picture.width
    return [
        (band[0] + x0 * scale, band[1] + y0 * scale, band[0] + x1 * scale, band[1] + y1 * scale)
        for x0, y0, x1, y1 in molecules_apart(picture)
    ]


def _replaced(
    blocks: Sequence[GroundedBlock], molecules: Sequence[PointBox], row: PointBox
) -> tuple[GroundedBlock, ...]:
    """Blocks with the molecules in the place of the first one that showed a part of them.

    A letter alone in the row is an arrow's head or a plus.
    """
    gone = [
        any(_holds(box, block) for box in molecules)
        or (_holds(row, block) and (_is_picture(block) or len(block.text.strip()) == 1))
        for block in blocks
    ]
    place = gone.index(True)
    kept = [block for block, is_gone in zip(blocks, gone, strict=True) if not is_gone]
    kept[place:place] = [GroundedBlock("image", (box,)) for box in molecules]
    return tuple(kept)


def _holds(outer: PointBox, block: GroundedBlock) -> bool:
    """Whether the middle of a block lies in a box."""
    if not block.boxes:
        return False
    x0, y0, x1, y1 = block.boxes[0]
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _is_picture(block: GroundedBlock) -> bool:
    return block.label == "image" and bool(block.boxes)

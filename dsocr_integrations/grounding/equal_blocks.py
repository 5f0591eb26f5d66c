"""A column of blocks that say the same, one under the other: no page holds it, a loop does.

What is printed again and again down a page is a form, whose lines have blanks to fill in, or a
table, which is one block.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from dsocr_integrations.grounding.repetition import MIN_SENTENCE_REPEATS, Loop, is_wording
from dsocr_integrations.records.documents import Block

TREMBLE = 2
"""Grid units by which edges of a column's boxes may differ."""


def column_of_equal_blocks(blocks: Sequence[Block]) -> Loop | None:
    """Find blocks of one label and text that follow each other in one column.

    Args:
        blocks: The blocks of a page, in reading order; their boxes on the 0–999 grid.

    Returns:
        The first run of at least `MIN_SENTENCE_REPEATS`, its start and length counted in blocks,
        or `None`.
    """
    place = 0
    for (_, text), run in groupby(blocks, key=lambda block: (block.label, block.text)):
        equal = list(run)
        if len(equal) >= MIN_SENTENCE_REPEATS and is_wording(text) and _is_column(equal):
            return Loop("boxes", text[:80], len(equal), place, len(equal))
        place += len(equal)
    return None


def _is_column(blocks: Sequence[Block]) -> bool:
    boxes = [block.boxes[0] for block in blocks if block.boxes]
    return len(boxes) == len(blocks) and all(
        abs(box[side] - boxes[0][side]) <= TREMBLE for box in boxes for side in (0, 2)
    )

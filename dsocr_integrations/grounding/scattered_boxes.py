"""Boxes without text that no page holds: they walk about or lie anywhere, one over the other.

A decoder that has lost its page may go on naming pictures. Their boxes are all different, so
that nothing is repeated; but pictures printed on a page lie beside each other and are named in
reading order.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dsocr_integrations.grounding.repetition import Loop
from dsocr_integrations.records.documents import RawBox

MIN_BOXES = 40
MAX_BOXES = 200
"""Boxes without text that no page has, however they lie."""

LOOKED_AT = 400
"""Boxes that are compared with each other."""

OVERLAP = 0.2
"""Share of the smaller box that two boxes have in common when they lie over each other."""

OVERLAPPING_SHARE = 0.5
JUMPING_SHARE = 0.25
"""Share of steps back up the page; a column of pictures after another takes one."""


def scattered_boxes(boxes: Sequence[RawBox]) -> Loop | None:
    """Find boxes that are too many, lie over each other, or come in no order.

    Args:
        boxes: The boxes of all blocks without text, in order of the answer.

    Returns:
        The stretch of all of them, or `None`.
    """
    count = len(boxes)
    if count < MIN_BOXES:
        return None
    if count >= MAX_BOXES or _jump(boxes) or _lie_over_each_other(boxes[:LOOKED_AT]):
        return Loop("scattered", str(boxes[0]), count, 0, count)
    return None


def _jump(boxes: Sequence[RawBox]) -> bool:
    upward = sum(after[3] <= before[1] for before, after in pairwise(boxes))
    return upward >= JUMPING_SHARE * len(boxes)


def _lie_over_each_other(boxes: Sequence[RawBox]) -> bool:
    covered = sum(
        any(_overlap(box, other) for at, other in enumerate(boxes) if at != place)
        for place, box in enumerate(boxes)
    )
    return covered >= OVERLAPPING_SHARE * len(boxes)


def _overlap(one: RawBox, other: RawBox) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return False
    smaller = min(_area(one), _area(other))
    return across * down >= OVERLAP * smaller


def _area(box: RawBox) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])

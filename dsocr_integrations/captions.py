"""Link captions and footnotes to the table or picture they belong to."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.documents import Block, Box

PICTURE_LABELS = frozenset(
    {"image", "figure", "picture", "chart", "image_block", "diagram", "graph", "photo"}
)
TABLE_LABELS = frozenset({"table", "table_body"})
CAPTION_LABELS = frozenset(
    {"caption", "table_caption", "image_caption", "figure_caption", "figure_title", "chart_caption"}
)
FOOTNOTE_LABELS = frozenset({"table_footnote", "image_footnote", "figure_footnote"})

_WRONG_KIND = 2_000
"""Added to the distance, in grid units, where a table's caption stands by a picture."""

_MAX_DISTANCE = 2_200


def link_captions(blocks: Sequence[Block]) -> dict[int, tuple[int, ...]]:
    """Find the captions of each table and picture.

    The candidates are the nearest tables and pictures before and after a caption in the
    answer's order, with nothing but other captions between; of these the one that stands
    nearer on the page wins, and one whose kind the caption's label names.

    Args:
        blocks: Blocks of one page in order.

    Returns:
        For the place of each captioned block, the places of its captions and footnotes.
    """
    linked: dict[int, list[int]] = {}
    for place, block in enumerate(blocks):
        if block.label not in CAPTION_LABELS | FOOTNOTE_LABELS or block.table is not None:
            continue
        costs = [
            (_distance(block, blocks[other]), rank, other)
            for rank, other in enumerate(_neighbours(blocks, place))
        ]
        if costs and min(costs)[0] <= _MAX_DISTANCE:
            linked.setdefault(min(costs)[2], []).append(place)
    return {target: tuple(places) for target, places in linked.items()}


def is_captioned_kind(block: Block) -> bool:
    """Whether a block is something a caption can belong to."""
    return block.table is not None or block.label in PICTURE_LABELS | TABLE_LABELS


def _neighbours(blocks: Sequence[Block], place: int) -> list[int]:
    found = []
    for step in (-1, 1):
        other = place + step
        while 0 <= other < len(blocks) and not is_captioned_kind(blocks[other]):
            if blocks[other].label not in CAPTION_LABELS | FOOTNOTE_LABELS:
                break
            other += step
        else:
            if 0 <= other < len(blocks):
                found.append(other)
    return found


def _distance(caption: Block, target: Block) -> float:
    is_table = target.table is not None or target.label in TABLE_LABELS
    names_table = caption.label.startswith("table")
    names_picture = caption.label.startswith(("image", "figure", "chart"))
    wrong = (names_table and not is_table) or (names_picture and is_table)
    gap = min((_gap(own, other) for own in caption.boxes for other in target.boxes), default=0.0)
    return gap + (_WRONG_KIND if wrong else 0)


def _gap(one: Box, other: Box) -> float:
    across = max(0, one[0] - other[2], other[0] - one[2])
    down = max(0, one[1] - other[3], other[1] - one[3])
    return float(across + down)

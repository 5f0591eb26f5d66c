"""Link captions and footnotes to the table or picture they belong to."""

from __future__ import annotations

from collections.abc import Sequence

from dsocr_integrations.documents import Block, Box

_PICTURE_WORDS = frozenset(
    {"image", "figure", "picture", "chart", "diagram", "graph", "photo", "drawing", "molecule"}
)

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
        if not is_caption(block):
            continue
        costs = [
            (_distance(block, blocks[other]), rank, other)
            for rank, other in enumerate(_neighbours(blocks, place))
        ]
        if costs and min(costs)[0] <= _MAX_DISTANCE:
            linked.setdefault(min(costs)[2], []).append(place)
    return {target: tuple(places) for target, places in linked.items()}


def is_caption(block: Block) -> bool:
    """Whether a block is a caption, or a footnote of a table or picture, by its label."""
    parts = _words(block.label)
    if block.table is not None:
        return False
    named = "caption" in parts or parts >= {"figure", "title"}
    return named or ("footnote" in parts and bool(parts & (_PICTURE_WORDS | {"table"})))


def is_picture(block: Block) -> bool:
    """Whether a block is a picture by its label."""
    parts = _words(block.label)
    return bool(parts & _PICTURE_WORDS) and not parts & {"caption", "footnote", "title", "header"}


def is_captioned_kind(block: Block) -> bool:
    """Whether a block is something a caption can belong to."""
    return block.table is not None or is_picture(block) or _is_table(block)


def _is_table(block: Block) -> bool:
    return block.table is not None or block.label.lower() in {"table", "table_body"}


def _words(label: str) -> set[str]:
    return set(label.lower().replace("-", "_").replace(" ", "_").split("_"))


def _neighbours(blocks: Sequence[Block], place: int) -> list[int]:
    found = []
    for step in (-1, 1):
        other = place + step
        while 0 <= other < len(blocks) and not is_captioned_kind(blocks[other]):
            if not is_caption(blocks[other]):
                break
            other += step
        else:
            if 0 <= other < len(blocks):
                found.append(other)
    return found


def _distance(caption: Block, target: Block) -> float:
    named = _words(caption.label)
    is_table = _is_table(target)
    wrong = ("table" in named and not is_table) or (bool(named & _PICTURE_WORDS) and is_table)
    gap = min((_gap(own, other) for own in caption.boxes for other in target.boxes), default=0.0)
    return gap + (_WRONG_KIND if wrong else 0)


def _gap(one: Box, other: Box) -> float:
    across = max(0, one[0] - other[2], other[0] - one[2])
    down = max(0, one[1] - other[3], other[1] - one[3])
    return float(across + down)

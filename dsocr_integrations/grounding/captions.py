"""Link captions and footnotes to the table or picture they belong to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from dsocr_integrations.records.documents import Block, Box

_PICTURE_WORDS = frozenset(
    """image figure picture chart diagram graph plot photo drawing molecule
    geometry""".split()  # noqa: SIM905 - reads as a list
)
_NAMES_TABLE = re.compile(r"\W{0,4}(?:table|tab\.|tabelle|tableau|tabla|表)", re.IGNORECASE)
_NAMES_PICTURE = re.compile(
    r"\W{0,4}(?:fig(?:\.|ure|ura)?|abb(?:\.|ildung)?|chart|photo|scheme|图|圖)(?![a-z])",
    re.IGNORECASE,
)

_REACH = 8
"""Tables and pictures before and after a caption that are looked at."""

_NOT_ADJACENT = 150
"""Added to the distance, in grid units, where text stands between in the answer's order."""

_WRONG_KIND = 1_000
_ALREADY_CAPTIONED = 300
_MAX_COST = 700


@dataclass(frozen=True, order=True)
class _Candidate:
    cost: float
    caption: int
    target: int


def captions_of(blocks: Sequence[Block]) -> dict[int, tuple[int, ...]]:
    """The captions of each table and picture of a page, as its blocks keep them.

    Args:
        blocks: Blocks of one page in order.

    Returns:
        For the place of each captioned block, the places of its captions and footnotes.
    """
    kept = {place: block.captions for place, block in enumerate(blocks) if block.captions}
    # Of a page that was recorded before blocks kept them, they are found anew.
    return kept or (link_captions(blocks) if any(b.captions is None for b in blocks) else {})


def with_captions(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks of a page, each with the places of its captions."""
    links = link_captions(blocks)
    return tuple(
        block.model_copy(update={"captions": links.get(place, ())})
        for place, block in enumerate(blocks)
    )


def link_captions(blocks: Sequence[Block]) -> dict[int, tuple[int, ...]]:
    """Find the captions of each table and picture.

    A caption goes to what stands nearest on the page, what stands next to it in the answer
    coming first, and never to a picture when it calls itself a table's. A second caption
    looks for something that has none yet.

    Args:
        blocks: Blocks of one page in order.

    Returns:
        For the place of each captioned block, the places of its captions and footnotes.
    """
    targets = [place for place, block in enumerate(blocks) if is_captioned_kind(block)]
    if not targets:
        return {}
    candidates = sorted(_candidates(blocks, targets))
    linked: dict[int, int] = {}
    captioned: set[int] = set()
    for fee in (0, _ALREADY_CAPTIONED):
        for candidate in candidates:
            if candidate.caption in linked or candidate.cost + fee > _MAX_COST:
                continue
            is_note = "footnote" in _words(blocks[candidate.caption].label)
            if fee or is_note or candidate.target not in captioned:
                linked[candidate.caption] = candidate.target
                if not is_note:
                    captioned.add(candidate.target)
    places: dict[int, list[int]] = {}
    for caption, target in sorted(linked.items()):
        places.setdefault(target, []).append(caption)
    return {target: tuple(captions) for target, captions in places.items()}


def is_caption(block: Block) -> bool:
    """Whether a block is a caption, or a footnote of a table or picture, by its label."""
    parts = _words(block.label)
    if block.table is not None:
        return False
    named = "caption" in parts or parts >= {"figure", "title"}
    return named or ("footnote" in parts and bool(parts & (_PICTURE_WORDS | {"table"})))


def has_block(caption: str, texts: Collection[str]) -> bool:
    """Whether a caption stands in blocks of its own, as a whole or line by line.

    Args:
        caption: Caption of a figure; several printed ones are parted by line breaks.
        texts: Texts of the page's blocks as `on_one_line` writes them.
    """
    return on_one_line(caption) in texts or all(
        on_one_line(line) in texts for line in caption.split("\n")
    )


def on_one_line(text: str) -> str:
    """A text with each run of white space as one blank."""
    return " ".join(text.split())


def is_picture(block: Block) -> bool:
    """Whether a block is a picture by its label."""
    parts = _words(block.label)
    return bool(parts & _PICTURE_WORDS) and not parts & {"caption", "footnote", "title", "header"}


def is_captioned_kind(block: Block) -> bool:
    """Whether a block is something a caption can belong to."""
    return _is_table(block) or is_picture(block)


def _is_table(block: Block) -> bool:
    return block.table is not None or block.label.lower() in {"table", "table_body"}


def _words(label: str) -> set[str]:
    return set(label.lower().replace("-", "_").replace(" ", "_").split("_"))


def _candidates(blocks: Sequence[Block], targets: list[int]) -> Iterator[_Candidate]:
    first = 0
    for place, block in enumerate(blocks):
        if not is_caption(block):
            continue
        while first < len(targets) and targets[first] < place:
            first += 1
        for target in targets[max(0, first - _REACH) : first + _REACH]:
            cost = _cost(blocks, place, target)
            if cost <= _MAX_COST:
                yield _Candidate(cost, place, target)


def _cost(blocks: Sequence[Block], caption: int, target: int) -> float:
    between = blocks[min(caption, target) + 1 : max(caption, target)]
    adjacent = len(between) <= _REACH and all(is_caption(block) for block in between)
    gap = min(
        (_gap(own, other) for own in blocks[caption].boxes for other in blocks[target].boxes[:8]),
        default=0.0 if adjacent else float(_MAX_COST),
    )
    wrong = _names_table(blocks[caption]) is not (_is_table(blocks[target]))
    undecided = _names_table(blocks[caption]) is None
    fee = (0 if adjacent else _NOT_ADJACENT) + (_WRONG_KIND if wrong and not undecided else 0)
    return gap + fee


def _names_table(caption: Block) -> bool | None:
    """Whether a caption says it is a table's, by its words before its label."""
    if _NAMES_TABLE.match(caption.text):
        return True
    if _NAMES_PICTURE.match(caption.text):
        return False
    parts = _words(caption.label)
    if "table" in parts:
        return True
    return False if parts & _PICTURE_WORDS else None


def _gap(one: Box, other: Box) -> float:
    across = max(0, one[0] - other[2], other[0] - one[2])
    down = max(0, one[1] - other[3], other[1] - one[3])
    return float(across + down)

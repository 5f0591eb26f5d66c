"""Answers about the pieces of one page as one answer about the page.

Boxes are rewritten to the whole page's grid in whatever form the model wrote them. Pieces that
overlap say some things twice, and cut some in two: what stands in both is said once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dsocr_integrations.grounding.tags import BOXES, Tag, find_tags
from dsocr_integrations.records.documents import GRID, RawBox

CUT = 6
"""Grid units of a piece up to which a box at its edge may be cut off there."""

MAX_GARBLED = 12
"""Words of a line cut in two that each piece may have read as something else."""

MIN_SHARED = 3
"""Words in a row that must agree."""

MAX_COMPARED = 200

_WORD = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)


@dataclass(frozen=True)
class SliceAnswer:
    """What was said about one piece.

    Attributes:
        text: The answer as said.
        place: The piece on the whole page's 0–999 grid.
    """

    text: str
    place: RawBox


@dataclass(frozen=True)
class _Passage:
    """A tag with the text that follows it; without a tag, text that has none."""

    head: str
    body: str
    box: RawBox | None = None


def join_slices(answers: Sequence[SliceAnswer]) -> str:
    """Join the answers in order.

    Args:
        answers: Of pieces below each other, or beside each other.

    Returns:
        One answer, its boxes on the whole page's grid.
    """
    passages: list[_Passage] = []
    for place, answer in enumerate(answers):
        more = _passages(answer)
        if place:
            passages, more = _said_once(passages, more, answers[place - 1].place, answer.place)
        passages.extend(more)
    return "\n\n".join(f"{one.head}{one.body}".strip("\n") for one in passages) + "\n"


def move_boxes(text: str, move: Callable[[RawBox], RawBox]) -> str:
    """Rewrite the boxes in the tags of an answer, and nothing else."""
    parts, position = [], 0
    for tag in find_tags(text):
        parts += [text[position : tag.start], _moved(text[tag.start : tag.end], move)]
        position = tag.end
    return "".join([*parts, text[position:]])


def _moved(head: str, move: Callable[[RawBox], RawBox]) -> str:
    def written(match: re.Match[str]) -> str:
        x0, y0, x1, y1 = move((float(match[1]), float(match[2]), float(match[3]), float(match[4])))
        # Never less than was meant: a line is a unit or two high on a long page.
        return f"[{math.floor(x0)}, {math.floor(y0)}, {math.ceil(x1)}, {math.ceil(y1)}]"

    return BOXES.sub(written, head)


def _passages(answer: SliceAnswer) -> list[_Passage]:
    text = answer.text
    tags = find_tags(text)
    found = [_Passage("", text[: tags[0].start] if tags else text)]
    for place, tag in enumerate(tags):
        end = tags[place + 1].start if place + 1 < len(tags) else len(text)
        head = _moved(text[tag.start : tag.end], lambda box: _onto(box, answer.place))
        box = _around(tag)
        onto = None if box is None else _onto(box, answer.place)
        found.append(_Passage(head, text[tag.end : end], onto))
    return [one for one in found if one.head or one.body.strip()]


def _around(tag: Tag) -> RawBox | None:
    if not tag.boxes:
        return None
    return (
        min(box[0] for box in tag.boxes),
        min(box[1] for box in tag.boxes),
        max(box[2] for box in tag.boxes),
        max(box[3] for box in tag.boxes),
    )


def _onto(box: RawBox, place: RawBox) -> RawBox:
    wide, high = (place[2] - place[0]) / GRID, (place[3] - place[1]) / GRID
    return (
        place[0] + box[0] * wide,
        place[1] + box[1] * high,
        place[0] + box[2] * wide,
        place[1] + box[3] * high,
    )


def _said_once(
    before: list[_Passage], behind: list[_Passage], first: RawBox, second: RawBox
) -> tuple[list[_Passage], list[_Passage]]:
    """Take out of two neighbours what both say of the stretch they share."""
    shared = (second[0], second[1], first[2], first[3])
    if shared[0] >= shared[2] or shared[1] >= shared[3] or not before or not behind:
        return before, behind
    # A neighbour sees whole what is cut off at the end of a piece, unless it is long.
    kept = [one for one in before if not (_is_cut(one, first, second) and _within(one, shared))]
    behind = [one for one in behind if not (_is_cut(one, second, first) and _within(one, shared))]
    seen = [one for one in kept if _overlap(one.box, shared)]
    behind = [
        other
        for other in behind
        if not any(
            _overlap(mine.box, other.box) and (_same(mine, other) or _within(other, shared))
            for mine in seen
        )
    ]
    if kept and behind:
        last, following = _without_shared_words(kept[-1].body, behind[0].body)
        kept[-1] = replace(kept[-1], body=last)
        behind[0] = replace(behind[0], body=following)
    return kept, behind


def _overlap(one: RawBox | None, other: RawBox | None) -> bool:
    if one is None or other is None:
        return False
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return across > 0 and down > 0 and 2 * across * down >= smaller


def _within(passage: _Passage, shared: RawBox) -> bool:
    box = passage.box
    return box is not None and (
        shared[0] - 1 <= box[0]
        and shared[1] - 1 <= box[1]
        and box[2] <= shared[2] + 1
        and box[3] <= shared[3] + 1
    )


def _is_cut(passage: _Passage, piece: RawBox, neighbour: RawBox) -> bool:
    """Whether a box reaches the end of its piece, on the side of a neighbour."""
    if passage.box is None:
        return False
    side = 1 if piece[1] != neighbour[1] else 0
    near = CUT * (piece[side + 2] - piece[side]) / GRID
    if piece[side] < neighbour[side]:
        return passage.box[side + 2] >= piece[side + 2] - near
    return passage.box[side] <= piece[side] + near


def _same(one: _Passage, other: _Passage) -> bool:
    return one.body.split() == other.body.split()


def _without_shared_words(before: str, behind: str) -> tuple[str, str]:
    """Cut two texts where the end of the first is the start of the second."""
    ends, starts = list(_WORD.finditer(before)), list(_WORD.finditer(behind))
    first = [match[0] for match in ends[-MAX_COMPARED:]]
    second = [match[0] for match in starts[:MAX_COMPARED]]
    for size in range(min(len(first), len(second)), MIN_SHARED - 1, -1):
        for tail in range(min(MAX_GARBLED, len(first) - size) + 1):
            stop = len(first) - tail
            for head in range(min(MAX_GARBLED, len(second) - size) + 1):
                if first[stop - size : stop] == second[head : head + size]:
                    kept = before[: ends[len(ends) - tail - 1].end()]
                    return kept, behind[starts[head + size - 1].end() :]
    return before, behind

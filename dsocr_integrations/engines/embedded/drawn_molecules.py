"""Makes each molecule that is drawn on a page one picture, with what is written below as its caption."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dsocr_integrations.engines.embedded.figure_kind import may_be_molecule
from dsocr_integrations.engines.embedded.molecules.counter_ions import is_counter_ion
from dsocr_integrations.engines.embedded.molecules.page_drawings import drawings_on
from dsocr_integrations.grounding.writer import (
    GroundedBlock,
    GroundedLine,
    GroundedPage,
    GroundedWord,
)

if TYPE_CHECKING:
    from dsocr_integrations.records.documents import PointBox
    from dsocr_integrations.rendering import PageRegion

GLANCE_DPI, DPI = 72.0, 150.0

FEWEST = 2
"""Drawings of a page that is read anew; of one alone the layout is right more often."""

MOST_WORDS = 2000
"""Words of a page that is read anew; pages of molecules have few."""

WHOLE = 0.9
"""Share of a drawing that its picture holds at least."""

MARGIN = 3.0
"""Points of paper around a drawing."""

SPACE = 1.0
"""Heights of a line between words of one caption at most."""

NAMES = ("text", "image_caption", "table_caption")
"""Kinds of blocks that may be the caption of a drawing."""

BELOW = 8.0
"""Heights of a line, or once the drawing's, between a drawing and its caption at most."""

ASIDE = 0.25
"""Widths of a drawing that the middle of its caption may lie beside it, and its acid too."""


@dataclass(frozen=True)
class _Run:
    """Words that stand close beside each other in one line."""

    words: tuple[GroundedWord, ...]

    @property
    def box(self) -> PointBox:
        return _around([word.box for word in self.words])

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def with_molecules_whole(region: PageRegion, page: GroundedPage) -> GroundedPage:
    """Give each drawn molecule of a page its own picture and caption.

    Args:
        region: What was read.
        page: How.

    Returns:
        The page; as it was where it shows fewer than two molecules, or a picture for each, or
        more than `MOST_WORDS` words.
    """
    pictures = [block.boxes[0] for block in page.blocks if _is_picture(block)]
    if not pictures or not _may_show_molecules(region, pictures):
        return page
    picture = region.render_pixels(DPI)
    scale = region.width / picture.width
    drawn = [_scaled(box, scale) for box in drawings_on(picture)]
    if len(drawn) < FEWEST or all(_has_own(box, drawn, pictures) for box in drawn):
        return page
    words = _words(region, page)
    if len(words) > MOST_WORDS:
        return page
    runs = list(_runs(words))
    return _redrawn(page, _with_ions(drawn, runs), runs)


def _may_show_molecules(region: PageRegion, pictures: Sequence[PointBox]) -> bool:
    glance = region.render_pixels(GLANCE_DPI).convert("RGB")
    scale = glance.width / region.width
    return any(
        may_be_molecule(glance.crop(tuple(round(edge * scale) for edge in box)))  # type: ignore[arg-type]
        for box in pictures
    )


def _has_own(box: PointBox, drawn: Sequence[PointBox], pictures: Sequence[PointBox]) -> bool:
    """Whether there is one picture of a drawing and of no other."""
    own = [picture for picture in pictures if _shared(box, picture) > 0]
    return (
        len(own) == 1
        and _shared(box, own[0]) >= WHOLE * _area(box)
        and sum(_shared(other, own[0]) > 0 for other in drawn) == 1
    )


def _redrawn(page: GroundedPage, drawn: Sequence[PointBox], runs: Sequence[_Run]) -> GroundedPage:
    """The page with pictures and captions for what showed or described drawings before."""
    captions = _captions(page, drawn, runs)
    told = [word for own in captions for run in own for word in run.words]
    kept = [block for block in page.blocks if not _is_replaced(block, drawn, told, runs)]
    places: list[list[int]] = [[] for _ in range(len(kept) + 1)]
    for number, box in enumerate(drawn):
        places[_place(kept, box)].append(number)
    blocks: list[GroundedBlock] = []
    for place, numbers in enumerate(places):
        for number in _in_rows(numbers, drawn):
            blocks.append(_as_picture(page, drawn[number], runs))
            blocks += _as_caption(captions[number])
        blocks += kept[place : place + 1]
    return replace(page, blocks=tuple(blocks))


def _is_replaced(
    block: GroundedBlock,
    drawn: Sequence[PointBox],
    told: Sequence[GroundedWord],
    runs: Sequence[_Run],
) -> bool:
    """Whether a block is a part of drawings, or all of its words are in them or their captions."""
    if not block.boxes:
        return False
    own = [word for run in runs for word in run.words if _holds(block.boxes[0], word.box)]
    is_told = all(word in told or any(_holds(box, word.box) for box in drawn) for word in own)
    if _is_picture(block):
        return any(_shared(box, block.boxes[0]) for box in drawn) or (bool(own) and is_told)
    return bool(own) and is_told


def _captions(
    page: GroundedPage, drawn: Sequence[PointBox], runs: Sequence[_Run]
) -> list[list[_Run]]:
    """For each drawing what is written below it, if that stands in no text beside other words."""
    found: list[list[_Run]] = [[] for _ in drawn]
    for run in sorted(runs, key=lambda run: run.box[1]):
        below = [n for n, box in enumerate(drawn) if _is_below(run.box, box)]
        if below and not any(_holds(box, run.box) for box in drawn):
            found[max(below, key=lambda n: drawn[n][3])].append(run)
    captions = {run for own in found for run in own}
    prose = [
        block.boxes[0]
        for block in page.blocks
        if block.boxes
        and not _is_picture(block)
        and (
            block.label not in NAMES
            or any(
                _holds(block.boxes[0], run.box)
                for run in runs
                if run not in captions and not any(_holds(box, run.box) for box in drawn)
            )
        )
    ]
    return [[run for run in own if not any(_holds(box, run.box) for box in prose)] for own in found]


def _is_below(run: PointBox, box: PointBox) -> bool:
    high, wide = run[3] - run[1], box[2] - box[0]
    gap, middle = run[1] - box[3], (run[0] + run[2]) / 2
    near = -high / 2 <= gap <= max(BELOW * high, box[3] - box[1])
    return near and box[0] - ASIDE * wide <= middle <= box[2] + ASIDE * wide


def _as_picture(page: GroundedPage, box: PointBox, runs: Sequence[_Run]) -> GroundedBlock:
    """The picture of a drawing; its labels are told where they are words of the text layer."""
    own = [run for run in runs if _holds(box, run.box)] if page.layout else []
    lines = tuple(GroundedLine(run.box, run.text) for run in own)
    text = "\n".join(line.text for line in lines)
    return GroundedBlock("image", (_within(page, box),), text, lines=lines)


def _as_caption(runs: Sequence[_Run]) -> list[GroundedBlock]:
    if not runs:
        return []
    return [
        GroundedBlock(
            "image_caption",
            (_around([run.box for run in runs]),),
            "\n".join(run.text for run in runs),
            lines=tuple(GroundedLine(run.box, run.text) for run in runs),
            words=tuple(word for run in runs for word in run.words),
        )
    ]


def _with_ions(drawn: Sequence[PointBox], runs: Sequence[_Run]) -> list[PointBox]:
    """Drawings with the acids and counter-ions that are written beside them."""
    found = list(drawn)
    for run in runs:
        if any(_holds(box, run.box) for box in drawn) or not is_counter_ion(run.text):
            continue
        away = [
            (max(box[0] - run.box[2], run.box[0] - box[2]) / (box[2] - box[0]), n)
            for n, box in enumerate(drawn)
            if box[1] < (run.box[1] + run.box[3]) / 2 < box[3]
        ]
        if away and min(away)[0] <= ASIDE:
            nearest = min(away)[1]
            found[nearest] = _around([found[nearest], run.box])
    return found


def _words(region: PageRegion, page: GroundedPage) -> list[GroundedWord]:
    """The words of the text layer, or those that were read."""
    if page.layout:
        return [GroundedWord(word.box, word.text) for word in region.words()]
    return [word for block in page.blocks for word in block.words]


def _runs(words: Sequence[GroundedWord]) -> Iterator[_Run]:
    """Words in lines, parted at wide gaps."""
    left = sorted(words, key=lambda word: word.box[0])
    while left:
        own = [left.pop(0)]
        for word in list(left):
            if word.box[0] > own[-1].box[2] + SPACE * _height(own[-1].box):
                break
            if _is_level(word.box, own[-1].box):
                own.append(word)
                left.remove(word)
        yield _Run(tuple(own))


def _is_level(one: PointBox, other: PointBox) -> bool:
    shared = min(one[3], other[3]) - max(one[1], other[1])
    return shared > min(_height(one), _height(other)) / 2


def _place(kept: Sequence[GroundedBlock], box: PointBox) -> int:
    """Behind the last of the blocks that stand above a drawing."""
    above = [
        place
        for place, block in enumerate(kept, 1)
        if block.boxes
        and block.boxes[0][3] <= box[1] + MARGIN
        and min(block.boxes[0][2], box[2]) > max(block.boxes[0][0], box[0])
    ]
    return max(above, default=0)


def _in_rows(numbers: Sequence[int], drawn: Sequence[PointBox]) -> list[int]:
    """Drawings from left to right, row by row."""
    rows: list[list[int]] = []
    for number in sorted(numbers, key=lambda n: drawn[n][1] + drawn[n][3]):
        middle = (drawn[number][1] + drawn[number][3]) / 2
        if rows and middle < max(drawn[n][3] for n in rows[-1]):
            rows[-1].append(number)
        else:
            rows.append([number])
    return [n for row in rows for n in sorted(row, key=lambda n: drawn[n][0])]


def _within(page: GroundedPage, box: PointBox) -> PointBox:
    return (
        max(0.0, box[0] - MARGIN), max(0.0, box[1] - MARGIN),
        min(page.width, box[2] + MARGIN), min(page.height, box[3] + MARGIN),
    )  # fmt: skip


def _scaled(box: tuple[int, int, int, int], scale: float) -> PointBox:
    return box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale


def _around(boxes: Sequence[PointBox]) -> PointBox:
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _holds(outer: PointBox, inner: PointBox) -> bool:
    """Whether the middle of a box lies in another."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _shared(one: PointBox, other: PointBox) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, wide) * max(0.0, high)


def _area(box: PointBox) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _height(box: PointBox) -> float:
    return box[3] - box[1]


def _is_picture(block: GroundedBlock) -> bool:
    return block.label == "image" and bool(block.boxes)

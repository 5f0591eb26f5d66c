"""Figures that stand in rows and columns, each with its caption."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.order.order_pieces import TOUCH, Piece, by_rows, overlap
from dsocr_integrations.engines.embedded.scan.recognised_line import bounding_box
from dsocr_integrations.records.documents import PointBox

_CAPTION_LINES = 4
"""Text of no more lines than this may be the caption of a figure beside figures."""


def figure_rows(items: Sequence[int], pieces: Sequence[Piece], height: float) -> list[int] | None:
    """Order figures that stand side by side row by row, each with its caption.

    Headings and text with white all along their sides part the figures above from those
    below.

    Args:
        items: Indices into `pieces`.
        pieces: All pieces of the page.
        height: Prevailing height of a line.

    Returns:
        The items in order; `None` where no figures stand side by side, where anything but
        captions stands beside figures, or where white does not part the rows.
    """
    if sum(pieces[i].role == "figure" for i in items) < 2:
        return None
    touch = TOUCH * height
    apart = {i for i in items if _is_apart(i, items, pieces, touch)}
    ordered: list[int] = []
    side_by_side = False
    downwards = sorted(items, key=lambda i: pieces[i].box[1])
    for is_apart, strip in itertools.groupby(downwards, key=apart.__contains__):
        if is_apart:
            ordered += strip
            continue
        rows = _rows_of(list(strip), pieces, touch)
        if rows is None:
            return None
        side_by_side |= any(len(row) > 1 for row in rows)
        ordered += [i for row in rows for unit in row for i in by_rows(unit, pieces)]
    return ordered if side_by_side else None


def _is_apart(item: int, items: Sequence[int], pieces: Sequence[Piece], touch: float) -> bool:
    """Whether a heading or text, but no caption, has nothing beside it."""
    return pieces[item].role in {"heading", "text"} and all(
        overlap(pieces[item].box, pieces[other].box, 1) <= touch for other in items if other != item
    )


def _rows_of(
    items: Sequence[int], pieces: Sequence[Piece], touch: float
) -> list[list[list[int]]] | None:
    """Rows of figures, each figure with its captions; `None` where these are no such rows."""
    figures = [i for i in items if pieces[i].role == "figure"]
    captions = [i for i in items if pieces[i].role != "figure"]
    if not all(_may_be_caption(pieces[i]) for i in captions):
        return None
    units = {figure: [figure] for figure in figures}
    for caption, named in zip(captions, _named(captions, figures, pieces), strict=True):
        if named is None:
            return None
        units[named].append(caption)
    boxes = {figure: bounding_box([pieces[i].box for i in units[figure]]) for figure in figures}
    rows = _rows(boxes)
    if not _are_parted(rows, boxes, touch):
        return None
    return [[units[figure] for figure in row] for row in rows]


def _may_be_caption(piece: Piece) -> bool:
    return piece.role == "caption" or (
        piece.role == "text" and 0 < len(piece.lines) <= _CAPTION_LINES
    )


def _named(
    captions: Sequence[int], figures: Sequence[int], pieces: Sequence[Piece]
) -> list[int | None]:
    """The figure of each caption: all of them below their figures, or all above, or the nearest.

    In a grid a caption may stand nearer to a small figure's neighbour than to the figure.
    """
    over = [_nearest(i, [f for f in figures if _is_over(f, i, pieces)], pieces) for i in captions]
    under = [_nearest(i, [f for f in figures if _is_over(i, f, pieces)], pieces) for i in captions]
    if None not in over:
        return over
    return under if None not in under else [_nearest(i, figures, pieces) for i in captions]


def _is_over(upper: int, lower: int, pieces: Sequence[Piece]) -> bool:
    return pieces[upper].middle < pieces[lower].middle


def _nearest(caption: int, figures: Sequence[int], pieces: Sequence[Piece]) -> int | None:
    """The figure that has the least white between itself and a caption above or below."""
    box = pieces[caption].box
    near = [
        (max(-overlap(box, pieces[i].box, 1), 0.0), i)
        for i in figures
        if overlap(box, pieces[i].box, 0) > 0
    ]
    return min(near)[1] if near else None


def _rows(boxes: dict[int, PointBox]) -> list[list[int]]:
    """Figures that stand beside the first ones of a row, from left to right."""
    rows: list[list[int]] = []
    bottom = float("-inf")
    for figure in sorted(boxes, key=lambda i: boxes[i][1]):
        box = boxes[figure]
        if (box[1] + box[3]) / 2 >= bottom:
            rows.append([])
            bottom = box[3]
        rows[-1].append(figure)
        bottom = min(bottom, box[3])
    return [sorted(row, key=lambda i: boxes[i][0]) for row in rows]


def _are_parted(rows: Sequence[Sequence[int]], boxes: dict[int, PointBox], touch: float) -> bool:
    """Whether white parts the rows, and the figures of each row."""
    hulls = [bounding_box([boxes[i] for i in row]) for row in rows]
    return all(upper[3] <= lower[1] + touch for upper, lower in itertools.pairwise(hulls)) and all(
        boxes[left][2] <= boxes[right][0] + touch
        for row in rows
        for left, right in itertools.pairwise(row)
    )

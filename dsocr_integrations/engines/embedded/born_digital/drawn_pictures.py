"""Drawings that the layout model overlooks, and the true edges of those that it sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dsocr_integrations.engines.embedded.born_digital.drawn_marks import Mark
from dsocr_integrations.engines.embedded.born_digital.line_text import union
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.engines.embedded.page_layout import LayoutRegion
from dsocr_integrations.records.documents import PointBox

_GAP = 4.0
"""Points of white that may part the marks of one drawing: a bond ends short of its atom."""

_LABEL_CHARACTERS = 6
"""A line with no more characters than this may be a label within a drawing."""

_RULE = 0.3
"""Lines and boxes along the axes longer than this share of the page join no drawings."""

_MIN_SIDE = 28.0
_MIN_SHARE = 0.003
_MAX_SHARE = 0.5
"""A drawing that covers more of the page than this is its background."""

_MIN_STROKES = 6
"""Fewer slanting or bent pieces make an arrow, a bullet or an ornament."""

_MAX_PROSE = 0.15
"""Share of a drawing's box that lines of text may cover; beyond it is a box round a text."""

_EDGE = 0.07
"""Drawings within this outer share of the page's height are logos and ornaments."""

_CUT_REST = 0.2
"""A mark cut off by a picture's edge may lie outside by this share of the picture's side."""


@dataclass
class _Cluster:
    box: PointBox
    strokes: int
    drawn: PointBox | None


def find_drawings(
    marks: Sequence[Mark], words: Sequence[StyledWord], page: tuple[float, float]
) -> list[PointBox]:
    """Find the drawings among a page's paths.

    Args:
        marks: The paths.
        words: The words of the page; short labels at a drawing's lines belong to it.
        page: Width and height of the page, in the unit of the boxes.

    Returns:
        Boxes of drawings, labels included. Rules, underlines, frames, boxes round text, page
        borders and backgrounds give none.
    """
    if sum(mark.strokes for mark in marks) < _MIN_STROKES:
        return []
    longest = _RULE * min(page)
    parts = [
        _Cluster(mark.box, mark.strokes, mark.box if mark.strokes else None)
        for mark in marks
        if mark.longer_side <= (max(page) * _MAX_SHARE if mark.strokes else longest)
    ]
    characters = Counter[int]()
    for word in words:
        characters[word.line] += len(word.text)
    labels = [word for word in words if characters[word.line] <= _LABEL_CHARACTERS]
    parts.extend(_Cluster(word.box, 0, None) for word in labels)
    prose = [word.box for word in words if characters[word.line] > _LABEL_CHARACTERS]
    return [cluster.box for cluster in _joined(parts, _GAP) if _is_drawing(cluster, prose, page)]


def whole_pictures(regions: Sequence[LayoutRegion], marks: Sequence[Mark]) -> list[LayoutRegion]:
    """Widen pictures to the marks that their edges cut through.

    Args:
        regions: The layout model's regions.
        marks: All paths of the page.

    Returns:
        The regions; a picture is larger on any side where a mark that lies mostly inside
        sticks out, as long as it does not reach into another region.
    """
    return [
        replace(
            region,
            box=_widened(
                region.box, marks, [other.box for other in regions if other is not region]
            ),
        )
        if region.kind == "picture"
        else region
        for region in regions
    ]


def _widened(box: PointBox, marks: Sequence[Mark], others: Sequence[PointBox]) -> PointBox:
    width, height = box[2] - box[0], box[3] - box[1]
    limit = (
        box[0] - _CUT_REST * width,
        box[1] - _CUT_REST * height,
        box[2] + _CUT_REST * width,
        box[3] + _CUT_REST * height,
    )
    cut = [
        mark.box
        for mark in marks
        if _inside(mark.box, limit) and not _inside(mark.box, box) and _mostly(mark.box, box)
    ]
    wide = union([box, *cut])
    reaches = any(_shared(wide, other) > _shared(box, other) + 1.0 for other in others)
    return box if reaches else wide


def _is_drawing(cluster: _Cluster, prose: Sequence[PointBox], page: tuple[float, float]) -> bool:
    x0, y0, x1, y1 = cluster.box
    width, height = x1 - x0, y1 - y0
    share = width * height / (page[0] * page[1])
    if cluster.drawn is None or cluster.strokes < _MIN_STROKES:
        return False
    if min(width, height) < _MIN_SIDE or not _MIN_SHARE <= share <= _MAX_SHARE:
        return False
    drawn = cluster.drawn
    if drawn[2] - drawn[0] < 0.5 * width or drawn[3] - drawn[1] < 0.5 * height:
        return False
    if not _EDGE * page[1] <= (y0 + y1) / 2 <= (1 - _EDGE) * page[1]:
        return False
    return sum(_shared(cluster.box, word) for word in prose) <= _MAX_PROSE * width * height


def _joined(parts: Sequence[_Cluster], gap: float) -> list[_Cluster]:
    """Join parts whose boxes lie within a gap of each other, from top to bottom."""
    done: list[_Cluster] = []
    open_: list[_Cluster] = []
    for part in sorted(parts, key=lambda part: part.box[1]):
        top = part.box[1] - gap
        done.extend(cluster for cluster in open_ if cluster.box[3] < top)
        open_ = [cluster for cluster in open_ if cluster.box[3] >= top]
        grown = part
        while near := [c for c in open_ if _near(c.box, grown.box, gap)]:
            open_ = [c for c in open_ if not _near(c.box, grown.box, gap)]
            for cluster in near:
                grown = _merged(grown, cluster)
        open_.append(grown)
    return done + open_


def _merged(first: _Cluster, second: _Cluster) -> _Cluster:
    drawn = [box for box in (first.drawn, second.drawn) if box is not None]
    return _Cluster(
        union([first.box, second.box]),
        first.strokes + second.strokes,
        union(drawn) if drawn else None,
    )


def _near(first: PointBox, second: PointBox, gap: float) -> bool:
    return (
        first[0] <= second[2] + gap
        and second[0] <= first[2] + gap
        and first[1] <= second[3] + gap
        and second[1] <= first[3] + gap
    )


def _inside(inner: PointBox, outer: PointBox) -> bool:
    return (
        inner[0] >= outer[0]
        and inner[1] >= outer[1]
        and inner[2] <= outer[2]
        and inner[3] <= outer[3]
    )


def _mostly(box: PointBox, outer: PointBox) -> bool:
    """Whether more than half of a box lies in another; lines count by their length."""
    thick = (box[0] - 0.5, box[1] - 0.5, box[2] + 0.5, box[3] + 0.5)
    size = (thick[2] - thick[0]) * (thick[3] - thick[1])
    return _shared(thick, outer) > 0.5 * size


def _shared(first: PointBox, second: PointBox) -> float:
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return width * height if width > 0 and height > 0 else 0.0

"""Check boxes and radio buttons that are drawn: small squares and circles, with or without a mark.

The text layer of a form does not hold them, and a reading without them says nothing of what was
chosen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dsocr_integrations.engines.embedded.born_digital.choice_marks import TICKS
from dsocr_integrations.engines.embedded.born_digital.rule_runs import THIN, joined, sides
from dsocr_integrations.records.documents import PointBox

if TYPE_CHECKING:
    from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord

_SMALLEST, _LARGEST = 4.0, 24.0
"""Points of a box's side."""

_SQUARE = 0.75
"""Shorter side of a box as a share of its longer one, at least."""

_TO_TYPE = (0.4, 2.2)
"""A box is this many sizes of its label's type high."""

_LABEL_GAP, _LABEL_BEFORE = 2.6, 1.6
"""Sizes of type between a box and the label behind or before it, at most."""

_PALE, _DARK = 0.85, 0.5
_REACH = 0.4
"""Share of its side by which a cross may reach out of its box."""

_SLANT = 0.2
"""A line that leaves its axis by more than this share of its length is a stroke of a mark."""

_ROUNDING = 0.15
"""Share of a box's side by which an outline may leave its edges."""

_EDGE = 0.2
"""Share of a box's side that its edge takes, at most."""

_TOUCH = 1.2
"""Points between two boxes that are cells of one row rather than boxes to tick."""

_SAME_SIDE = 0.12
_MOST = 400
"""A page with more small squares is a drawing or a chart."""


@dataclass(frozen=True)
class DrawnChoice:
    """A box to tick.

    Attributes:
        box: Where it is drawn, in points of the page.
        chosen: Whether it holds a mark or is filled.
        ticks: Places of the words that are its mark.
    """

    box: PointBox
    chosen: bool
    ticks: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Shape:
    """A small path.

    Its kind is `frame` for an empty outline, `solid` for a dark area, `hollow` for a pale one,
    `mark` for slanting strokes.
    """

    kind: str
    box: PointBox
    round: bool = False


def find_drawn_choices(
    words: Sequence[StyledWord], paths: Sequence[dict[str, Any]]
) -> list[DrawnChoice]:
    """Find the check boxes and radio buttons among a page's paths.

    Args:
        words: Words of the page.
        paths: Its vector paths as `Page.get_cdrawings` gives them.

    Returns:
        Boxes with text beside them, or in columns of a table, from top to bottom. Small squares in rows that touch are
        cells, those that hold letters are keys or numbers, and filled ones without an empty one
        of their size are bullets or the keys of a chart: none of these is returned.
    """
    shapes = _with_hollows([shape for path in paths for shape in _shapes(path)])
    frames = [s for s in shapes if s.kind == "frame"] + _framed_by_lines(paths)
    if not frames or len(frames) > _MOST:
        return []
    edges = [edge for path in paths for edge in sides(path)]
    edges += joined([line for path in paths for line in _lines(path)])
    cells = [_box(item[1]) for path in paths for item in path["items"] if item[0] == "re"]
    cells += [frame.box for frame in frames]
    frames = _distinct(
        [f for f in frames if not _in_a_row(f.box, cells) and not _is_cell(f.box, edges)]
    )
    found = [_choice(frame, shapes, words) for frame in frames]
    empty = [one for one in found if one is not None]
    empty += [
        DrawnChoice(solid.box, chosen=True)
        for solid in shapes
        if solid.kind == "solid" and _is_twin(solid, frames) and not _lies_in(solid.box, frames)
    ]
    distinct = _distinct_choices(empty)
    kept = [one for one in distinct if label_of(one.box, words) is not None]
    apart = [one for one in _in_columns(distinct, words) if one not in kept]
    return sorted([*kept, *apart], key=lambda one: (one.box[1], one.box[0]))


def _in_columns(found: Sequence[DrawnChoice], words: Sequence[StyledWord]) -> list[DrawnChoice]:
    """Boxes in the columns of a table: below each other, and on the line of what they tell of."""
    in_rows = [one for one in found if any(_stands_behind(one.box, word) for word in words)]
    if len({one.chosen for one in in_rows}) < 2:
        return []
    return [
        one
        for one in in_rows
        if any(
            other is not one
            and abs(other.box[0] - one.box[0]) <= _TOUCH
            and abs(other.box[2] - one.box[2]) <= _TOUCH
            for other in in_rows
        )
    ]


def _stands_behind(box: PointBox, word: StyledWord) -> bool:
    side = box[3] - box[1]
    return (
        word.box[2] <= box[0]
        and word.box[1] <= (box[1] + box[3]) / 2 <= word.box[3]
        and _TO_TYPE[0] * word.size <= side <= _TO_TYPE[1] * word.size
    )


def label_of(box: PointBox, words: Sequence[StyledWord]) -> StyledWord | None:
    """The word that a box stands before, else the one it stands behind."""
    behind: tuple[float, StyledWord] | None = None
    before: tuple[float, StyledWord] | None = None
    side = max(box[2] - box[0], box[3] - box[1])
    middle = (box[1] + box[3]) / 2
    for word in words:
        if not word.box[1] <= middle <= word.box[3]:
            continue
        if not _TO_TYPE[0] * word.size <= side <= _TO_TYPE[1] * word.size:
            continue
        to_right, to_left = word.box[0] - box[2], box[0] - word.box[2]
        if -0.3 * side <= to_right <= _LABEL_GAP * word.size:
            behind = min(behind or (math.inf, word), (to_right, word), key=lambda pair: pair[0])
        elif -0.3 * side <= to_left <= _LABEL_BEFORE * word.size:
            before = min(before or (math.inf, word), (to_left, word), key=lambda pair: pair[0])
    nearest = behind or before
    return nearest[1] if nearest else None


def _choice(
    frame: _Shape, shapes: Sequence[_Shape], words: Sequence[StyledWord]
) -> DrawnChoice | None:
    """A frame with its mark; `None` for one with other text in it."""
    inside = [place for place, word in enumerate(words) if _holds(frame.box, word.centre)]
    if any(words[place].text not in TICKS for place in inside):
        return None
    marked = any(
        shape.kind in {"solid", "mark"} and _marks(shape.box, frame.box) for shape in shapes
    )
    return DrawnChoice(frame.box, bool(inside) or marked, tuple(inside))


def _shapes(path: dict[str, Any]) -> Iterator[_Shape]:
    box = _box(path["rect"])
    width, height = box[2] - box[0], box[3] - box[1]
    if max(width, height) > (1 + 2 * _REACH) * _LARGEST or max(width, height) < 1.5:
        return
    stroked = path.get("color") is not None and path.get("stroke_opacity") != 0
    filled = path.get("fill") is not None and path.get("fill_opacity") != 0
    rectangles = [_box(item[1]) for item in path["items"] if item[0] == "re"]
    slanting = [item for item in path["items"] if _slants(item)]
    curves = sum(item[0] == "c" for item in path["items"])
    is_round = curves >= 4 and curves >= len(path["items"]) - 1
    is_outline = not slanting or is_round or _is_rounded(path["items"], box)
    is_frame = _is_box(box) and bool(rectangles or is_outline)
    light = not filled or _grey(path["fill"]) >= _PALE
    if stroked and light and is_frame and _grey(path["color"]) < _PALE:
        yield _Shape("frame", rectangles[0] if rectangles else box, is_round)
        if rectangles and any(item[0] == "l" for item in slanting):
            yield _Shape("mark", rectangles[0])
    elif filled and len(rectangles) == 2 and _is_box(box) and path.get("even_odd"):
        yield _Shape("frame", box)
    elif not is_outline and (stroked or filled):
        yield _Shape("mark", box)
    elif filled and _SQUARE * max(width, height) <= min(width, height):
        grey = _grey(path["fill"])
        if grey < _DARK or grey >= _PALE:
            yield _Shape("solid" if grey < _DARK else "hollow", box, is_round)


def _is_rounded(items: Sequence[Any], box: PointBox) -> bool:
    """Whether a path keeps to the edges of its box, as a square with rounded corners does."""
    near = _ROUNDING * (box[2] - box[0])
    for item in items:
        if item[0] == "l" and _slants(item):
            return False
        for x, y in (item[1], item[-1]) if item[0] in {"l", "c"} else ():
            if min(x - box[0], y - box[1], box[2] - x, box[3] - y) > near:
                return False
    return True


def _with_hollows(shapes: list[_Shape]) -> list[_Shape]:
    """Make a frame of each dark area that a pale one was laid on later, edges left free."""
    hollows = [(place, one.box) for place, one in enumerate(shapes) if one.kind == "hollow"]
    return [
        replace(shape, kind="frame")
        if shape.kind == "solid"
        and any(later > place and _hollows(box, shape.box) for later, box in hollows)
        else shape
        for place, shape in enumerate(shapes)
    ]


def _hollows(inner: PointBox, outer: PointBox) -> bool:
    edges = [inner[0] - outer[0], inner[1] - outer[1], outer[2] - inner[2], outer[3] - inner[3]]
    return min(edges) > 0 and max(edges) <= _EDGE * (outer[2] - outer[0])


def _slants(item: Sequence[Any]) -> bool:
    if item[0] != "l":
        return bool(item[0] == "c")
    (x0, y0), (x1, y1) = item[1], item[2]
    across, down = abs(float(x1 - x0)), abs(float(y1 - y0))
    return min(across, down) > _SLANT * max(across, down)


def _framed_by_lines(paths: Sequence[dict[str, Any]]) -> list[_Shape]:
    """Squares of four lines, each a path or a thin rectangle of its own."""
    level: list[PointBox] = []
    upright: list[PointBox] = []
    for path in paths:
        for box in _lines(path):
            width, height = box[2] - box[0], box[3] - box[1]
            if _SMALLEST <= max(width, height) <= _LARGEST:
                (level if width > height else upright).append(box)
    if not 2 <= len(level) <= _MOST or not 2 <= len(upright) <= _MOST:
        return []
    found = []
    for top in level:
        below = [b for b in level if _SMALLEST <= b[1] - top[1] <= _LARGEST and _ends_alike(top, b)]
        for bottom in below:
            box = (min(top[0], bottom[0]), top[1], max(top[2], bottom[2]), bottom[3])
            sides = [line for line in upright if _is_side(line, box)]
            left = any(abs(line[0] - box[0]) <= THIN for line in sides)
            right = any(abs(line[2] - box[2]) <= THIN for line in sides)
            if _is_box(box) and left and right:
                found.append(_Shape("frame", box))
    return found


def _lines(path: dict[str, Any]) -> Iterator[PointBox]:
    if path.get("color") is not None and path["type"] == "s":
        items = path["items"]
        if any(item[0] != "l" for item in items):
            return
        for item in items:
            (x0, y0), (x1, y1) = item[1], item[2]
            if abs(x1 - x0) < 0.5 or abs(y1 - y0) < 0.5:
                yield (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    elif path.get("fill") is not None:
        for item in path["items"]:
            if item[0] == "re":
                x0, y0, x1, y1 = _box(item[1])
                if min(x1 - x0, y1 - y0) <= THIN:
                    yield (x0, y0, x1, y1)


def _ends_alike(first: PointBox, second: PointBox) -> bool:
    return abs(first[0] - second[0]) <= THIN and abs(first[2] - second[2]) <= THIN


def _is_side(line: PointBox, box: PointBox) -> bool:
    return abs(line[1] - box[1]) <= 2 * THIN and abs(line[3] - box[3]) <= 2 * THIN


def _is_box(box: PointBox) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return (
        min(width, height) >= _SMALLEST
        and max(width, height) <= _LARGEST
        and min(width, height) >= _SQUARE * max(width, height)
    )


def _in_a_row(box: PointBox, others: Sequence[PointBox]) -> bool:
    """Whether a box touches another one of its height side by side, as cells do."""
    return any(
        other[2] - other[0] > THIN
        and abs(other[1] - box[1]) <= _TOUCH
        and abs(other[3] - box[3]) <= _TOUCH
        and -_TOUCH <= max(other[0], box[0]) - min(other[2], box[2]) <= _TOUCH
        for other in others
    )


def _is_cell(box: PointBox, edges: Sequence[PointBox]) -> bool:
    """Whether a longer line runs along a side of a box, as in a table."""
    x0, y0, x1, y1 = box
    for left, top, right, bottom in edges:
        if bottom - top <= THIN and right - left > 1.3 * (x1 - x0):
            near = min(abs(top - y0), abs(top - y1)) <= _TOUCH
            if near and left <= x0 + _TOUCH and right >= x1 - _TOUCH:
                return True
        elif right - left <= THIN and bottom - top > 1.3 * (y1 - y0):
            near = min(abs(left - x0), abs(left - x1)) <= _TOUCH
            if near and top <= y0 + _TOUCH and bottom >= y1 - _TOUCH:
                return True
    return False


def _distinct(frames: Sequence[_Shape]) -> list[_Shape]:
    """The outermost of frames drawn in each other, such as a bevelled edge."""
    kept: list[_Shape] = []
    for frame in sorted(frames, key=lambda one: -_area(one.box)):
        if not any(_holds(known.box, _middle(frame.box)) for known in kept):
            kept.append(frame)
    return kept


def _distinct_choices(found: Sequence[DrawnChoice]) -> list[DrawnChoice]:
    kept: list[DrawnChoice] = []
    for one in found:
        if not any(_holds(known.box, _middle(one.box)) for known in kept):
            kept.append(one)
    return kept


def _is_twin(solid: _Shape, frames: Sequence[_Shape]) -> bool:
    """Whether there is an empty box of the same form and size."""
    side = solid.box[2] - solid.box[0]
    return _is_box(solid.box) and any(
        frame.round == solid.round and abs(frame.box[2] - frame.box[0] - side) <= _SAME_SIDE * side
        for frame in frames
    )


def _lies_in(box: PointBox, frames: Sequence[_Shape]) -> bool:
    return any(_holds(frame.box, _middle(box)) for frame in frames)


def _marks(mark: PointBox, box: PointBox) -> bool:
    """Whether a path stands in a box and is large enough for a mark."""
    side = box[2] - box[0]
    reach = _REACH * side
    return (
        _holds(box, _middle(mark))
        and mark[0] >= box[0] - reach
        and mark[1] >= box[1] - reach
        and mark[2] <= box[2] + reach
        and mark[3] <= box[3] + reach
        and max(mark[2] - mark[0], mark[3] - mark[1]) >= 0.25 * side
    )


def _holds(box: PointBox, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _middle(box: PointBox) -> tuple[float, float]:
    return ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)


def _area(box: PointBox) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _grey(colour: Sequence[float]) -> float:
    return sum(colour) / len(colour) if colour else 0.0


def _box(values: Any) -> PointBox:
    x0, y0, x1, y1 = (float(value) for value in tuple(values)[:4])
    return (x0, y0, x1, y1)

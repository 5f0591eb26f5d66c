"""The vector paths of a page as marks: where they lie, and whether they draw or only rule.

Rules, frames, fills and boxes round text run along the axes; what slants or bends is a
drawing. A mark keeps how much of it does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dsocr_integrations.records.documents import PointBox

_LEVEL = 0.05
"""A line that leaves its axis by less than this share of its length runs along it."""


@dataclass(frozen=True)
class Mark:
    """One path.

    Attributes:
        box: Its box in points of the page, line width left aside.
        strokes: Number of its slanting or bent pieces; 0 where most of it runs along the axes.
    """

    box: PointBox
    strokes: int = 0

    @property
    def longer_side(self) -> float:
        """The longer side of its box."""
        return max(self.box[2] - self.box[0], self.box[3] - self.box[1])

    def scaled(self, scale: float) -> Mark:
        """The same mark on a page enlarged by a factor."""
        x0, y0, x1, y1 = self.box
        return Mark((x0 * scale, y0 * scale, x1 * scale, y1 * scale), self.strokes)


def marks_of(paths: Iterable[dict[str, Any]], page: Sequence[float]) -> tuple[Mark, ...]:
    """Collect the visible ones of a page's paths.

    Args:
        paths: As `Page.get_cdrawings` gives them.
        page: Box of the page.

    Returns:
        Marks in the order they are painted.
    """
    found = (_mark(path, page) for path in paths)
    return tuple(mark for mark in found if mark is not None)


def _mark(path: dict[str, Any], page: Sequence[float]) -> Mark | None:
    filled = path.get("fill") is not None and path.get("fill_opacity") != 0
    stroked = path.get("color") is not None and path.get("stroke_opacity") != 0
    x0, y0 = max(path["rect"][0], page[0]), max(path["rect"][1], page[1])
    x1, y1 = min(path["rect"][2], page[2]), min(path["rect"][3], page[3])
    if not (filled or stroked) or x1 < x0 or y1 < y0:
        return None
    level = free = 0.0
    strokes = 0
    for length, slanting in _pieces(path["items"]):
        if slanting:
            free += length
            strokes += 1
        else:
            level += length
    return Mark((x0, y0, x1, y1), strokes if free > level else 0)


def _pieces(items: Sequence[Any]) -> Iterator[tuple[float, bool]]:
    """Length of each piece of a path, and whether it leaves the axes."""
    for item in items:
        if item[0] == "re":
            x0, y0, x1, y1 = item[1][:4]
            yield 2 * (abs(x1 - x0) + abs(y1 - y0)), False
        elif item[0] == "qu":
            corners = item[1]
            for start, end in ((0, 1), (1, 3), (3, 2), (2, 0)):
                yield _line(corners[start], corners[end])
        elif item[0] == "l":
            yield _line(item[1], item[2])
        else:
            yield math.dist(item[1][:2], item[-1][:2]), True


def _line(start: Sequence[float], end: Sequence[float]) -> tuple[float, bool]:
    across, down = abs(end[0] - start[0]), abs(end[1] - start[1])
    return math.hypot(across, down), min(across, down) > _LEVEL * max(across, down)

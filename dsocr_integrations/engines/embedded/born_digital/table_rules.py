"""The level and upright lines that are drawn on a page, as the rules of its tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from dsocr_integrations.records.documents import PointBox

_THIN = 3.0
"""A filled rectangle of at most so many points is a line."""

_LEVEL = 0.6
"""Points by which a line may leave its axis."""

_TOUCH = 1.5
"""Points of white between pieces of one line at most."""

_SHORTEST = 3.0
"""Points."""


@dataclass(frozen=True)
class TableRules:
    """Lines as boxes without thickness, in points.

    Attributes:
        level: From top to bottom, those that pieces make together among them.
        upright: From left to right.
    """

    level: tuple[PointBox, ...] = ()
    upright: tuple[PointBox, ...] = ()

    def scaled(self, scale: float) -> TableRules:
        """The same on a page enlarged by a factor."""
        level, upright = (
            tuple((x0 * scale, y0 * scale, x1 * scale, y1 * scale) for x0, y0, x1, y1 in lines)
            for lines in (self.level, self.upright)
        )
        return TableRules(level, upright)

    def within(self, box: PointBox) -> TableRules:
        """Those that meet a box."""
        level, upright = (
            tuple(one for one in lines if _meet(one, box)) for lines in (self.level, self.upright)
        )
        return TableRules(level, upright)


def rules_of(paths: Iterable[dict[str, Any]]) -> TableRules:
    """The lines of a page's paths, drawn as lines, as thin rectangles or as frames.

    Args:
        paths: As `Page.get_cdrawings` gives them.
    """
    lines = {line for path in paths for line in _lines(path)}
    level = {line for line in lines if line[2] - line[0] >= _SHORTEST}
    upright = {line for line in lines if line[3] - line[1] >= _SHORTEST}
    return TableRules(
        tuple(sorted(level | set(_joined(level)), key=lambda line: (line[1], line[0]))),
        tuple(sorted(upright)),
    )


def _lines(path: dict[str, Any]) -> Iterator[PointBox]:
    stroke, fill = path.get("color"), path.get("fill")
    is_stroked = stroke is not None and path.get("stroke_opacity") != 0 and not _is_white(stroke)
    is_filled = fill is not None and path.get("fill_opacity") != 0 and not _is_white(fill)
    for item in path["items"]:
        if item[0] == "l" and is_stroked:
            (x0, y0), (x1, y1) = item[1], item[2]
            yield from _line(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), _LEVEL)
        elif item[0] == "re" and (is_stroked or is_filled):
            x0, y0, x1, y1 = item[1][:4]
            box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
            thin = list(_line(*box, _THIN))
            yield from thin
            if not thin and is_stroked:
                yield from _sides(box)


def _line(x0: float, y0: float, x1: float, y1: float, thick: float) -> Iterator[PointBox]:
    """The middle of what is long in one direction alone."""
    across, down = x1 - x0, y1 - y0
    if down <= thick < across:
        yield (x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
    elif across <= thick < down:
        yield ((x0 + x1) / 2, y0, (x0 + x1) / 2, y1)


def _sides(box: PointBox) -> Iterator[PointBox]:
    x0, y0, x1, y1 = box
    yield from ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1))


def _joined(level: Iterable[PointBox]) -> Iterator[PointBox]:
    """Lines that pieces drawn one behind the other make together."""
    whole: list[PointBox] = []
    for x0, y0, x1, y1 in sorted(level, key=lambda line: (round(line[1]), line[0])):
        before = whole[-1] if whole else None
        if before and abs(before[1] - y0) <= _TOUCH and x0 - before[2] <= _TOUCH:
            whole[-1] = (before[0], before[1], max(before[2], x1), before[3])
        else:
            whole.append((x0, y0, x1, y1))
    yield from whole


def _is_white(colour: Iterable[float]) -> bool:
    return min(colour, default=0.0) > 0.99


def _meet(first: PointBox, second: PointBox) -> bool:
    across = max(first[0], second[0]) <= min(first[2], second[2]) + _TOUCH
    return across and max(first[1], second[1]) <= min(first[3], second[3]) + _TOUCH

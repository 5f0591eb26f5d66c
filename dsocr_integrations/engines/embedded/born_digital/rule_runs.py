"""The drawn lines of a page, each run in one piece, and whether they part all cells of a grid."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dsocr_integrations.engines.embedded.born_digital.grid_tables import GridCell, GridTable
from dsocr_integrations.engines.embedded.born_digital.table_rules import TableRules
from dsocr_integrations.records.documents import PointBox

THIN = 1.6
"""Points; a filled rectangle thinner than this is a line."""

_TOUCH = 1.2
"""Points of white between two pieces of one line, at most."""

_NEAR = 3.0
"""Points by which a rule may lie beside the edges of two cells that it parts."""


def sides(path: dict[str, Any]) -> Iterator[PointBox]:
    """The lines of a path, slanting ones too, and the sides of its rectangles."""
    for item in path["items"]:
        if item[0] == "l":
            (x0, y0), (x1, y1) = item[1], item[2]
            yield (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        elif item[0] == "re":
            x0, y0, x1, y1 = (float(value) for value in item[1][:4])
            yield from ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1))


def joined(lines: Sequence[PointBox]) -> list[PointBox]:
    """The lines that several make which go on from each other, as browsers rule each cell alone.

    Args:
        lines: Level and upright ones.
    """
    whole: list[PointBox] = []
    for across in (True, False):
        start, end, side = (0, 2, 1) if across else (1, 3, 0)
        own = [line for line in lines if (line[2] - line[0] > line[3] - line[1]) is across]
        run: PointBox | None = None
        for line in sorted(own, key=lambda one: (round(one[side]), one[start])):
            if (
                run is not None
                and abs(line[side] - run[side]) <= THIN
                and run[start] <= line[start] <= run[end] + _TOUCH
            ):
                x0, y0, x1, y1 = run
                run = (min(x0, line[0]), min(y0, line[1]), max(x1, line[2]), max(y1, line[3]))
                whole[-1] = run
            else:
                run = line
                whole.append(run)
    return whole


@dataclass(frozen=True)
class RuleRuns:
    """The drawn lines of a page, each run in one piece.

    Attributes:
        level: Their first and last x by their height in whole points.
        upright: Their first and last y by their place in whole points.
    """

    level: dict[int, list[tuple[float, float]]]
    upright: dict[int, list[tuple[float, float]]]

    @classmethod
    def of(cls, rules: TableRules) -> RuleRuns:
        """The runs that lines make together."""
        level: dict[int, list[tuple[float, float]]] = {}
        upright: dict[int, list[tuple[float, float]]] = {}
        for x0, y0, x1, _ in joined(rules.level):
            level.setdefault(round(y0), []).append((x0, x1))
        for x0, y0, _, y1 in joined(rules.upright):
            upright.setdefault(round(x0), []).append((y0, y1))
        for runs in (*level.values(), *upright.values()):
            runs.sort()
        return cls(level, upright)

    def part_all(self, grid: GridTable) -> bool:
        """Whether a line is drawn between any two cells of a grid that stand side by side or below each other."""
        owners = {
            (cell.row + down, cell.column + across): cell
            for cell in grid.cells
            for down in range(cell.rows)
            for across in range(cell.columns)
        }
        parted = 0
        for (row, column), cell in owners.items():
            for other, across in (
                (owners.get((row, column + 1)), True),
                (owners.get((row + 1, column)), False),
            ):
                if other is None or other is cell:
                    continue
                if not self._parts(cell, other, across=across):
                    return False
                parted += 1
        return parted > 0

    def _parts(self, cell: GridCell, other: GridCell, *, across: bool) -> bool:
        """Whether a line runs between two cells along the middle half of what they share."""
        near, far, start, end = (0, 2, 1, 3) if across else (1, 3, 0, 2)
        first, last = max(cell.box[start], other.box[start]), min(cell.box[end], other.box[end])
        quarter = (last - first) / 4
        runs = self.upright if across else self.level
        low, high = sorted((cell.box[far], other.box[near]))
        return any(
            _covers(runs.get(place, ()), first + quarter, last - quarter)
            for place in range(round(low - _NEAR), round(high + _NEAR) + 1)
        )


def _covers(runs: Sequence[tuple[float, float]], first: float, last: float) -> bool:
    """Whether one of several runs, which do not overlap, holds a stretch."""
    place = bisect.bisect_right(runs, (first, float("inf")))
    return place > 0 and runs[place - 1][1] >= last

"""Draw docs/images/floors.svg: the rooms of the package on their floors, and what imports what.

usage: python docs/draw_floors.py

The floors are those of the import contract in pyproject.toml; the arrows are the package's own
imports, counted a room. An import that others imply is left out: `cli` imports `records`, but also
`doctor`, which leads there too.
"""

from __future__ import annotations

import functools
import itertools
import math
import tomllib
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "images" / "floors.svg"
PACKAGE = "dsocr_integrations"

WIDTH, ROW, BOX, MARGIN, GAP = 860, 60, 28, 30, 4
LETTER = 7.4
"""Width of a letter at the font's size."""

_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.1f} 0 {width:.1f} {height}" \
width="{width:.0f}" font-family="ui-monospace, monospace" font-size="12">
<rect x="{left:.1f}" width="{width:.1f}" height="{height}" fill="#ffffff"/>
<marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" \
orient="auto"><path d="M0 0L8 4L0 8z" fill="#7a8794"/></marker>"""

Imports = dict[str, set[str]]


def floors() -> list[list[str]]:
    """The rooms of each floor, from the doors down."""
    (contract,) = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
    return [
        [name.strip().removeprefix(f"{PACKAGE}.") for name in floor.split("|")]
        for floor in contract["layers"]
    ]


def imports() -> Imports:
    """Which rooms each room imports from."""
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    found: Imports = {}
    for module in graph.modules - {PACKAGE}:
        room = module.split(".")[1]
        for imported in graph.find_modules_directly_imported_by(module) - {PACKAGE}:
            found.setdefault(room, set()).add(imported.split(".")[1])
    return {room: others - {room} for room, others in found.items()}


def not_implied(found: Imports) -> Imports:
    """The imports of a room that do not follow from those of the rooms it imports."""

    @functools.cache
    def below(room: str) -> frozenset[str]:
        direct = found.get(room, set())
        return frozenset(direct).union(*map(below, direct))

    return {
        room: {one for one in others if not any(one in below(other) for other in others - {one})}
        for room, others in found.items()
    }


class Drawing:
    """Rooms in rows, and a lane through each row that an arrow passes.

    Args:
        rows: The rooms of each floor, from the top.
        arrows: Which rooms each room imports from.
    """

    def __init__(self, rows: list[list[str]], arrows: Imports) -> None:
        self._row_of = {room: number for number, row in enumerate(rows) for room in row}
        self._rows = [list(row) for row in rows]
        self._paths = [
            self._lanes(room, other)
            for room, others in sorted(arrows.items())
            for other in sorted(others)
        ]
        self._x = {
            name: self._even(row, index) for row in self._rows for index, name in enumerate(row)
        }
        for _ in range(24):
            self._settle()

    def _lanes(self, room: str, other: str) -> list[str]:
        """The places an arrow goes through; those between its ends are added to their rows."""
        between = range(self._row_of[room] + 1, self._row_of[other])
        lanes = [f"{room}>{other}>{row}" for row in between]
        for row, lane in zip(between, lanes, strict=True):
            self._rows[row].append(lane)
        return [room, *lanes, other]

    def _even(self, row: list[str], index: int) -> float:
        return MARGIN + (WIDTH - 2 * MARGIN) * (index + 0.5) / len(row)

    def _settle(self) -> None:
        """Move each place towards those it is joined to, keeping neighbours apart."""
        joined: dict[str, list[str]] = {}
        for one, other in itertools.chain.from_iterable(map(itertools.pairwise, self._paths)):
            joined.setdefault(one, []).append(other)
            joined.setdefault(other, []).append(one)
        for row in (*self._rows, *reversed(self._rows)):
            wanted = {
                name: math.fsum(self._x[other] for other in joined[name]) / len(joined[name])
                if name in joined
                else self._x[name]
                for name in row
            }
            row.sort(key=lambda name: (wanted[name], name))
            self._place(row, wanted)

    def _place(self, row: list[str], wanted: dict[str, float]) -> None:
        """Place a row in its order, halfway between shifting it right and shifting it left."""
        right, edge = {}, MARGIN
        for name in row:
            right[name] = max(wanted[name], edge + self._half(name))
            edge = right[name] + self._half(name)
        left, edge = {}, WIDTH - MARGIN
        for name in reversed(row):
            left[name] = min(wanted[name], edge - self._half(name))
            edge = left[name] - self._half(name)
        for name in row:
            self._x[name] = (right[name] + left[name]) / 2

    def _half(self, name: str) -> float:
        """Half the room that a box or a lane takes, with the gap beside it."""
        return 6.0 if ">" in name else len(name) * LETTER / 2 + 13

    def svg(self) -> str:
        """The picture, the same for the same rooms and arrows."""
        left = min(self._x[name] - self._half(name) for name in self._x) - MARGIN
        width = max(self._x[name] + self._half(name) for name in self._x) + MARGIN - left
        height = ROW * len(self._rows)
        shaded = "".join(
            f"M{left:.1f} {row * ROW}h{width:.1f}v{ROW}h-{width:.1f}z"
            for row in range(0, len(self._rows), 2)
        )
        return "\n".join(
            (
                _HEAD.format(left=left, width=width, height=height),
                f'<path d="{shaded}" fill="#f4f6f8"/>',
                *map(self._arrow, self._paths),
                *map(self._box, self._row_of),
                "</svg>\n",
            )
        )

    def _middle(self, row: int) -> float:
        return row * ROW + ROW / 2

    def _arrow(self, path: list[str]) -> str:
        first, last = self._row_of[path[0]], self._row_of[path[-1]]
        tops = [self._middle(row) - BOX / 2 for row in range(first, last + 1)]
        bottoms = [self._middle(row) + BOX / 2 for row in range(first, last + 1)]
        drawn = f"M{self._x[path[0]]:.1f} {bottoms[0]:.1f}"
        for step, name in enumerate(path[1:], start=1):
            x, turn = self._x[name], (bottoms[step - 1] + tops[step]) / 2
            drawn += f"C{self._x[path[step - 1]]:.1f} {turn:.1f} {x:.1f} {turn:.1f} {x:.1f} {tops[step]:.1f}"
            if step < len(path) - 1:
                drawn += f"V{bottoms[step]:.1f}"
        return f'<path d="{drawn}" fill="none" stroke="#7a8794" marker-end="url(#head)"/>'

    def _box(self, room: str) -> str:
        x, middle, half = self._x[room], self._middle(self._row_of[room]), self._half(room) - GAP
        return (
            f'<rect x="{x - half:.1f}" y="{middle - BOX / 2:.1f}" width="{2 * half:.1f}" '
            f'height="{BOX}" rx="4" fill="#ffffff" stroke="#1f5a8c"/>'
            f'<text x="{x:.1f}" y="{middle + 4:.1f}" text-anchor="middle">{room}</text>'
        )


def picture() -> str:
    """The picture as it is now."""
    return Drawing(floors(), not_implied(imports())).svg()


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")

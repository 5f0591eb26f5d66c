"""The grid of a table whose cells are drawn with rules."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from dsocr_integrations.engines.embedded.scan.cells import Cell, CellGrid
from dsocr_integrations.engines.embedded.scan.paragraphs import join_text
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, bounding_box
from dsocr_integrations.engines.embedded.scan.rules import DrawnRules
from dsocr_integrations.engines.embedded.scan.segments import split
from dsocr_integrations.engines.embedded.scan.text_rows import text_rows
from dsocr_integrations.records.documents import PointBox

FRAMES = 6
"""Cells of a grid at most that are frames around texts."""

FRAMED_LINES, FRAMED_LENGTH = 8, 24
"""So many lines of a text in a frame are long at least, and how many characters that is."""

MIN_DRAWN = 0.35
"""Share of the edges of a table's cells, level or upright, that are drawn at least."""

DOOR = 1.5
"""Line heights between the end of a wall and the next one; strokes of a worn rule are nearer."""

BARE_CORNERS, FILLED = 2, 6
"""Corners of a grid without any outer edge, from which on boxes that overlap or that lines link are
drawn rather than a table, unless so many cells hold text."""

ROOMS = 2
"""Rooms side by side, at most, where open doors make a floor plan; a larger grid is a table."""


@dataclass(frozen=True)
class RuledArea:
    """Rules that touch each other.

    Attributes:
        box: Their extent.
        rules: The rules themselves.
    """

    box: PointBox
    rules: DrawnRules


def ruled_areas(rules: DrawnRules, line_height: float) -> list[RuledArea]:
    """Groups of crossing rules that make at least two cells.

    Args:
        rules: All rules of a page.
        line_height: Prevailing line height in the same unit.
    """
    slack = 0.4 * line_height
    crossing = _crossing(rules, slack)
    areas = []
    while crossing:
        across, down = crossing.popitem()
        horizontal, vertical = [across], list(down)
        grew = True
        while grew:
            near = [h for h, vs in crossing.items() if set(vs) & set(vertical)]
            for h in near:
                vertical.extend(v for v in crossing.pop(h) if v not in vertical)
                horizontal.append(h)
            grew = bool(near)
        area = RuledArea(
            bounding_box([*horizontal, *vertical]), DrawnRules(tuple(horizontal), tuple(vertical))
        )
        if len(_levels(horizontal, 1, slack)) + len(_levels(vertical, 0, slack)) >= 5:
            areas.append(area)
    return areas


def _crossing(rules: DrawnRules, slack: float) -> dict[PointBox, list[PointBox]]:
    """Verticals that each horizontal meets; rules that meet fewer than two are no borders."""
    horizontal, vertical = list(rules.horizontal), list(rules.vertical)
    while True:
        kept = [h for h in horizontal if sum(_cross(h, v, slack) for v in vertical) >= 2]
        upright = [v for v in vertical if sum(_cross(h, v, slack) for h in kept) >= 2]
        if len(kept) == len(horizontal) and len(upright) == len(vertical):
            return {h: [v for v in vertical if _cross(h, v, slack)] for h in horizontal}
        horizontal, vertical = kept, upright


def _has_loose_end(area: RuledArea, reach: float) -> bool:
    """Whether a rule ends further than `reach` from any other rule and the border."""
    for axis, own, others in (
        (0, area.rules.horizontal, area.rules.vertical),
        (1, area.rules.vertical, area.rules.horizontal),
    ):
        for rule in own:
            level = (rule[1 - axis] + rule[3 - axis]) / 2
            for end in (rule[axis], rule[axis + 2]):
                at_border = min(end - area.box[axis], area.box[axis + 2] - end) <= reach
                point = (end, level) if axis == 0 else (level, end)
                rest = [other for other in (*own, *others) if other is not rule]
                if not at_border and not any(_is_near(point, other, reach) for other in rest):
                    return True
    return False


def _is_near(point: tuple[float, float], box: PointBox, reach: float) -> bool:
    x, y = point
    return box[0] - reach <= x <= box[2] + reach and box[1] - reach <= y <= box[3] + reach


def are_frames(area: RuledArea, lines: Sequence[TextLine], line_height: float) -> bool:
    """Whether rules part texts of many long lines, such as pages set four on a sheet, or rooms.

    Args:
        area: The rules.
        lines: Lines that stand in the area.
        line_height: Prevailing line height.
    """
    xs, ys = _borders(area, line_height)
    if max(len(xs), len(ys)) <= ROOMS + 1 and _has_loose_end(area, DOOR * line_height):
        return True
    if (len(xs) - 1) * (len(ys) - 1) > FRAMES or len(xs) < 3:
        return False
    texts: dict[tuple[int, int], list[TextLine]] = {}
    for piece in _cut(lines, xs):
        place = (_between(ys, piece.box[1], piece.box[3]), _between(xs, piece.box[0], piece.box[2]))
        texts.setdefault(place, []).append(piece)
    return all(
        sum(len(piece.text) >= FRAMED_LENGTH for piece in pieces) >= FRAMED_LINES
        for pieces in texts.values()
    )


def _borders(area: RuledArea, line_height: float) -> tuple[list[float], list[float]]:
    slack = 0.5 * line_height
    xs = _closed(_levels(area.rules.vertical, 0, slack), area.box[0], area.box[2], slack)
    ys = _closed(_levels(area.rules.horizontal, 1, slack), area.box[1], area.box[3], slack)
    return xs, ys


def grid_from_rules(
    area: RuledArea, lines: Sequence[TextLine], line_height: float
) -> CellGrid | None:
    """Cells between the rules of an area.

    Args:
        area: The rules.
        lines: Lines that stand in the area.
        line_height: Prevailing line height.

    Returns:
        The grid; `None` where the rules make fewer than two columns or rows, or are those of
        boxes that overlap or are linked.
    """
    slack = 0.5 * line_height
    xs, ys = _borders(area, line_height)
    if not _part_all_along(area, xs, ys, slack):
        return None
    ys = _with_text_rows(ys, xs, lines, line_height)
    if len(xs) < 3 or len(ys) < 3:
        return None
    owner = _owners(area, xs, ys, slack)
    texts: dict[tuple[int, int], list[TextLine]] = {}
    for piece in _cut(lines, xs):
        place = (_between(ys, piece.box[1], piece.box[3]), _between(xs, piece.box[0], piece.box[2]))
        texts.setdefault(owner[place], []).append(piece)
    cells = []
    for place in dict.fromkeys(owner.values()):
        members = [p for p, o in owner.items() if o == place]
        pieces = _in_order(texts.get(place, []))
        cells.append(
            Cell(
                *place,
                text=join_text(pieces),
                lines=pieces,
                row_span=1 + max(p[0] for p in members) - place[0],
                column_span=1 + max(p[1] for p in members) - place[1],
            )
        )
    filled = sum(bool(cell.text) for cell in cells)
    if filled < FILLED and _bare_corners(area, xs, ys, slack) >= BARE_CORNERS:
        return None
    return CellGrid(len(ys) - 1, len(xs) - 1, tuple(cells))


def _bare_corners(area: RuledArea, xs: Sequence[float], ys: Sequence[float], slack: float) -> int:
    """How many corner cells have neither of their outer edges drawn."""
    sides = [(xs[0], xs[0], xs[1]), (xs[-1], xs[-2], xs[-1])]
    ends = [(ys[0], ys[0], ys[1]), (ys[-1], ys[-2], ys[-1])]
    return sum(
        not _drawn(area.rules.horizontal, 1, y, left, right, slack)
        and not _drawn(area.rules.vertical, 0, x, top, bottom, slack)
        for x, left, right in sides
        for y, top, bottom in ends
    )


def _part_all_along(
    area: RuledArea, xs: Sequence[float], ys: Sequence[float], slack: float
) -> bool:
    """Whether rules part most rows and columns from each other, not some places only."""
    across = [
        _drawn(area.rules.horizontal, 1, y, *span, slack)
        for y in ys
        for span in itertools.pairwise(xs)
    ]
    down = [
        _drawn(area.rules.vertical, 0, x, *span, slack)
        for x in xs
        for span in itertools.pairwise(ys)
    ]
    return all(sum(edges) >= MIN_DRAWN * len(edges) for edges in (across, down))


def _in_order(pieces: list[TextLine]) -> tuple[TextLine, ...]:
    return tuple(fragment for row in text_rows(pieces) for fragment in row.fragments)


def _cut(lines: Sequence[TextLine], xs: Sequence[float]) -> list[TextLine]:
    """Split lines where a vertical rule stands between two of their words."""
    pieces: list[TextLine] = []
    for line in lines:
        groups: list[list[TextLine]] = []
        home = None
        for word in split(line, gap=-1e9):
            column = _between(xs, word.box[0], word.box[2])
            if column != home:
                groups.append([])
                home = column
            groups[-1].append(word)
        pieces.extend(_rejoined(group, line) for group in groups)
    return pieces


def _rejoined(words: list[TextLine], line: TextLine) -> TextLine:
    text = (" " if " " in line.text else "").join(word.text for word in words)
    boxes = [word.box for word in words]
    inner = tuple(box for word in words for box in word.words)
    return TextLine(text, bounding_box(boxes), line.score, inner)


def _cross(across: PointBox, down: PointBox, slack: float) -> bool:
    return (
        across[0] - slack <= down[2]
        and down[0] <= across[2] + slack
        and down[1] - slack <= across[3]
        and across[1] <= down[3] + slack
    )


def _levels(rules: Sequence[PointBox], axis: int, slack: float) -> list[float]:
    """Positions of rules, near ones taken as one."""
    positions = sorted((rule[axis] + rule[axis + 2]) / 2 for rule in rules)
    levels: list[list[float]] = []
    for position in positions:
        if levels and position - levels[-1][-1] <= slack:
            levels[-1].append(position)
        else:
            levels.append([position])
    return [sum(level) / len(level) for level in levels]


def _closed(levels: list[float], low: float, high: float, slack: float) -> list[float]:
    """Add the outer borders of a table that is open at its sides."""
    closed = list(levels)
    if not closed or closed[0] - low > 2 * slack:
        closed.insert(0, low)
    if high - closed[-1] > 2 * slack:
        closed.append(high)
    return closed


def _with_text_rows(
    ys: list[float], xs: list[float], lines: Sequence[TextLine], line_height: float
) -> list[float]:
    """Cut bands without rules between rows that several columns agree upon."""
    cut = list(ys)
    for top, bottom in itertools.pairwise(ys):
        if bottom - top < 2.2 * line_height:
            continue
        band = [p for p in _cut(lines, xs) if top < (p.box[1] + p.box[3]) / 2 < bottom]
        rows = text_rows(band)
        complete = [row for row in rows if len(row.fragments) >= max(2, 0.6 * (len(xs) - 1))]
        if len(rows) > 1 and len(complete) >= 0.8 * len(rows):
            cut.extend((a.box[3] + b.box[1]) / 2 for a, b in itertools.pairwise(rows))
    return sorted(cut)


def _owners(
    area: RuledArea, xs: Sequence[float], ys: Sequence[float], slack: float
) -> dict[tuple[int, int], tuple[int, int]]:
    """The top left place of the cell that each place of the grid belongs to."""
    rows, columns = len(ys) - 1, len(xs) - 1
    owner = {(r, c): (r, c) for r in range(rows) for c in range(columns)}
    drawn = _levels(area.rules.horizontal, 1, slack)
    for r in range(rows):
        for c in range(1, columns):
            if not _drawn(area.rules.vertical, 0, xs[c], ys[r], ys[r + 1], slack):
                owner[r, c] = owner[r, c - 1]
    for r in range(1, rows):
        # A border found from text is no rule, yet it parts rows.
        if min(abs(ys[r] - level) for level in drawn) > slack:
            continue
        for c in range(columns):
            whole = [x for x in range(columns) if owner[r, x] == owner[r, c]]
            above = [x for x in range(columns) if owner[r - 1, x] == owner[r - 1, c]]
            open_top = not any(
                _drawn(area.rules.horizontal, 1, ys[r], xs[x], xs[x + 1], slack) for x in whole
            )
            if open_top and whole == above and owner[r, c][0] == r:
                for x in whole:
                    owner[r, x] = owner[r - 1, c]
    return owner


def _drawn(  # noqa: PLR0917 - a rule and a stretch, as plain numbers
    rules: Sequence[PointBox], axis: int, level: float, start: float, stop: float, slack: float
) -> bool:
    """Whether rules at `level` cover most of the way from `start` to `stop`."""
    other = 1 - axis
    covered = sum(
        max(0.0, min(stop, rule[other + 2]) - max(start, rule[other]))
        for rule in rules
        if rule[axis] - slack <= level <= rule[axis + 2] + slack
    )
    return covered >= 0.5 * (stop - start)


def _between(levels: Sequence[float], low: float, high: float) -> int:
    middle = (low + high) / 2
    return min(max(sum(level < middle for level in levels) - 1, 0), len(levels) - 2)

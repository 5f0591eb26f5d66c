"""Tables on scans: where they stand, and the lines they take from the page's text."""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dsocr_integrations.engines.embedded.scan.cells import CellGrid
from dsocr_integrations.engines.embedded.scan.paragraphs import is_wide
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, bounding_box
from dsocr_integrations.engines.embedded.scan.row_labels import with_labels
from dsocr_integrations.engines.embedded.scan.ruled_tables import (
    are_frames,
    grid_from_rules,
    ruled_areas,
)
from dsocr_integrations.engines.embedded.scan.rules import DrawnRules, without_strokes
from dsocr_integrations.engines.embedded.scan.segments import same_row, split
from dsocr_integrations.engines.embedded.scan.statements import statement_around
from dsocr_integrations.engines.embedded.scan.text_rows import CELL_GAP, goes_on, text_rows
from dsocr_integrations.engines.embedded.scan.unruled_tables import ACROSS, grid_from_text
from dsocr_integrations.records.documents import PointBox

LONG_CELL = 36
"""Half-width characters; prose in columns has longer lines than the cells of most tables."""

MOSTLY_TEXT = 0.82
"""Share of a row's width that text covers in columns of prose, and hardly in tables."""

CUT_OUT, SHORT = 0.6, 0.9
"""Share of a picture's rows that have several pieces where it is that of a table, and share of the
pieces that are no longer than those of cells."""

MOST_ROWS, WIDEST_STEP = 40, 4.0
"""Rows of such a picture, more are a page; and line heights from one to the next, at most."""

FEW_RULES, FEW_PIECES, FAR_ROW = 3, 12, 6.0
"""Rules from which on they part a table's rows; between fewer, so few pieces of text of which one
row is so many line heights below another stand in rooms or boxes."""

LONG_PIECE = 18.0
"""Line heights; a longer piece of text is prose rather than a cell."""

MANY_COLUMNS, MOSTLY_NUMBERS = 3, 0.6
"""Columns of a grid, and share of its cells behind the first that are numbers, with long heads."""

FAR_CELL = 12.0
"""Line heights between two cells of one row, at most."""

TEARING, SENTENCE = 4, 6
"""Columns that tear sentences, and words of a line that is one."""

PROSE_WORDS = 4
"""Words of a cell that may be a line of a narrow column of prose."""

_NUMBER = re.compile(r"^[\W_]*\d[\d.,:%/()\s±+*-]*[\w%*]{0,3}$")


@dataclass(frozen=True)
class ScanTable:
    """A table.

    Attributes:
        box: Its extent, rules included.
        grid: Its cells.
        lines: The lines it holds.
    """

    box: PointBox
    grid: CellGrid
    lines: tuple[TextLine, ...]


def find_tables(
    lines: Sequence[TextLine],
    rules: DrawnRules,
    line_height: float,
    hints: Sequence[PointBox] = (),
) -> list[ScanTable]:
    """Find tables: drawn grids first, then text between rules, then aligned text.

    Args:
        lines: All lines of the page with their words.
        rules: Rules of the page.
        line_height: Prevailing line height.
        hints: Boxes that a layout model takes for tables.

    Returns:
        Tables that share no line.
    """
    rules = without_strokes(rules, [line.box for line in lines])
    found, lines = _drawn(lines, rules, line_height)
    if not found and _is_cut_out(lines, rules, line_height):
        grid = grid_from_text(lines, line_height, rules.as_drawn)
        if grid is not None and not _is_prose(grid):
            return [ScanTable(bounding_box([line.box for line in lines]), grid, tuple(lines))]
    for strip in _between_rules(rules, _free(lines, found), line_height):
        statement = statement_around(strip.box, _free(lines, found), line_height)
        if statement is not None:
            _add(found, lines, statement, line_height, rules.as_drawn)
    for strip in _between_rules(rules, _free(lines, found), line_height):
        is_open = strip.rules < FEW_RULES
        if is_open and _gapes(_inside(strip.box, _free(lines, found)), line_height):
            continue
        of_numbers = 0.5 if is_open else 0.0
        _add(found, lines, strip.box, line_height, rules.as_drawn, of_numbers)
    for hint in hints:
        box = with_labels(hint, _free(lines, found), line_height)
        far = _gapes(_inside(hint, _free(lines, found)), line_height)
        if not far and all(_overlap_share(hint, table.box) < 0.2 for table in found):
            _add(found, lines, box, line_height, rules.as_drawn)
    for box in _aligned(_free(lines, found), line_height):
        _add(found, lines, box, line_height, rules.as_drawn, 0.35)
    return found


def _drawn(
    lines: Sequence[TextLine], rules: DrawnRules, line_height: float
) -> tuple[list[ScanTable], Sequence[TextLine]]:
    """Tables whose cells are drawn, and the lines that frames around texts leave."""
    found: list[ScanTable] = []
    for area in ruled_areas(rules, line_height):
        inside = _inside(area.box, _free(lines, found))
        if inside and are_frames(area, inside, line_height):
            framed = {id(line) for line in inside}
            lines = [line for line in lines if id(line) not in framed]
            continue
        grid = grid_from_rules(area, inside, line_height) if inside else None
        if grid is not None and _is_ruled_well(grid, inside):
            found.append(ScanTable(area.box, grid, tuple(inside)))
    return found, lines


def _add(  # noqa: PLR0917 - three callers below and above
    found: list[ScanTable],
    lines: Sequence[TextLine],
    box: PointBox,
    line_height: float,
    rules: Sequence[PointBox],
    of_numbers: float = 0.0,
) -> None:
    """Add the table that stands in `box`, if its text looks like one.

    A table of few columns that nothing but white tells from a list must hold at least the
    share `of_numbers` of numbers.
    """
    inside = _inside(box, _free(lines, found))
    if not inside:
        return
    extent = bounding_box([line.box for line in inside])
    grid = grid_from_text(inside, line_height, [rule for rule in rules if _inner(rule, extent)])
    if grid is None or not _plausible(grid) or not _airy(inside) or _is_prose(grid):
        return
    if grid.columns < 4 and _number_share(grid) < of_numbers:
        return
    found.append(ScanTable(extent, grid, tuple(inside)))


def _is_cut_out(lines: Sequence[TextLine], rules: DrawnRules, line_height: float) -> bool:
    """Whether a picture is that of a table: rows of short pieces, and a rule across all of them."""
    rows = text_rows(lines)
    if not 2 <= len(rows) <= MOST_ROWS or not _airy(lines):
        return False
    x0, y0, x1, _ = bounding_box([line.box for line in lines])
    across = [r for r in rules.horizontal if r[2] - r[0] >= ACROSS * (x1 - x0)]
    widest = max(b.middle - a.middle for a, b in itertools.pairwise(rows))
    several = sum(len(row.fragments) > 1 for row in rows)
    widths = sorted(_width(piece.text) for row in rows for piece in row.fragments)
    begins = len(rows[0].fragments) > 1 or any(rule[1] <= y0 for rule in across)
    return (
        bool(across)
        and begins
        and widest <= WIDEST_STEP * line_height
        and several >= CUT_OUT * len(rows)
        and widths[int(SHORT * len(widths))] <= LONG_CELL
    )


def _gapes(lines: Sequence[TextLine], line_height: float) -> bool:
    """Whether rows of a few pieces of text are far apart."""
    rows = text_rows(lines)
    far = any(b.middle - a.middle > FAR_ROW * line_height for a, b in itertools.pairwise(rows))
    return far and sum(len(row.fragments) for row in rows) <= FEW_PIECES


def _is_ruled_well(grid: CellGrid, lines: Sequence[TextLine]) -> bool:
    """Whether cells hold text and part no running text: pale letters on a dark ground look ruled."""
    tears = grid.columns >= TEARING and 2 * sum(map(_is_sentence, lines)) > len(lines)
    return not tears and sum(bool(cell.text) for cell in grid.cells) >= 3


def _is_sentence(line: TextLine) -> bool:
    """Whether a line is of many words without wide white between them."""
    words = line.text.split()
    small = sum(word[:1].islower() for word in words)
    return len(words) >= SENTENCE and 2 * small > len(words) and len(split(line, CELL_GAP)) == 1


def _free(lines: Sequence[TextLine], found: Sequence[ScanTable]) -> list[TextLine]:
    taken = {id(line) for table in found for line in table.lines}
    return [line for line in lines if id(line) not in taken]


def _inside(box: PointBox, lines: Sequence[TextLine]) -> list[TextLine]:
    """Lines whose middle lies in a box and that do not reach far out of it."""
    inside = []
    for line in lines:
        x0, y0, x1, y1 = line.box
        middle = box[1] <= (y0 + y1) / 2 <= box[3] and box[0] <= (x0 + x1) / 2 <= box[2]
        out = max(0.0, box[0] - x0) + max(0.0, x1 - box[2])
        if middle and out <= 0.3 * (x1 - x0) and not line.vertical:
            inside.append(line)
    return inside


def _plausible(grid: CellGrid) -> bool:
    """Whether cells are short and full enough, and few of them cross columns."""
    if grid.columns < 2 or grid.rows < 2:
        return False
    texts = [cell.text for cell in grid.cells if cell.text]
    crossing = {cell.row for cell in grid.cells if cell.column_span > 1 and cell.row > 1}
    if any(cell.column_span > 1 and _width(cell.text) > LONG_CELL for cell in grid.cells):
        return _has_headed_rows(grid)
    return (
        len(texts) >= 4
        and statistics.median(_width(text) for text in texts) <= LONG_CELL
        and grid.filled >= 0.35
        and len(crossing) <= 0.3 * grid.rows
    )


def _is_prose(grid: CellGrid) -> bool:
    """Whether most cells go on with the one above them, as lines of columns do."""
    texts = [cell.text for cell in grid.cells if cell.text]
    long = [text for text in texts if len(text.split()) >= PROSE_WORDS]
    return 2 * len(long) > len(texts) and 2 * sum(t[0].islower() for t in long) > len(long)


def _has_headed_rows(grid: CellGrid) -> bool:
    """Whether what is long in a grid of numbers heads its rows, as prose beside it does not."""
    filled = Counter(cell.row for cell in grid.cells if cell.text)
    heads = [cell for cell in grid.cells if cell.column_span > 1 and _width(cell.text) > LONG_CELL]
    return (
        all(cell.column == 0 and filled[cell.row] == 1 for cell in heads)
        and len(heads) <= 0.3 * grid.rows
        and grid.columns >= MANY_COLUMNS
        and _number_share(grid) >= MOSTLY_NUMBERS
    )


def _width(text: str) -> int:
    """Length in half-width characters."""
    return sum(1 + is_wide(character) for character in text)


def _airy(lines: Sequence[TextLine]) -> bool:
    """Whether rows of several pieces leave white between them, as columns of prose do not."""
    shares = []
    for row in text_rows(lines):
        if len(row.fragments) > 1:
            x0, _, x1, _ = row.box
            shares.append(sum(f.box[2] - f.box[0] for f in row.fragments) / max(1.0, x1 - x0))
    return not shares or statistics.median(shares) <= MOSTLY_TEXT


def _number_share(grid: CellGrid) -> float:
    body = [cell.text for cell in grid.cells if cell.column > 0 and cell.text]
    return sum(bool(_NUMBER.match(text)) for text in body) / max(1, len(body))


@dataclass
class _Strip:
    """Rows of text between rules of one width."""

    box: PointBox
    rules: int


def _between_rules(
    rules: DrawnRules, lines: Sequence[TextLine], line_height: float
) -> list[_Strip]:
    """Strips of text in rows between rules of one width, joined where they touch."""
    strips: list[_Strip] = []
    for family in _families(rules.horizontal, line_height):
        current: _Strip | None = None
        for upper, lower in itertools.pairwise(family):
            box = (upper[0], upper[1], upper[2], lower[3])
            if not _tabular(box, lines):
                current = None
            elif current is None:
                current = _Strip(box, 2)
                strips.append(current)
            else:
                current.box = bounding_box([current.box, box])
                current.rules += 1
    # Inner tables first: what remains of a page's frame then no longer looks like a table.
    high = [strip for strip in strips if strip.box[3] - strip.box[1] > 2 * line_height]
    return sorted(high, key=lambda strip: strip.box[3] - strip.box[1])


def _inner(rule: PointBox, box: PointBox) -> bool:
    """Whether a rule stands between the lines of a table."""
    return box[1] < rule[1] < box[3] and min(rule[2], box[2]) > max(rule[0], box[0])


def _families(horizontal: Sequence[PointBox], line_height: float) -> list[list[PointBox]]:
    """Rules of the same left and right end, from top to bottom."""
    families: list[list[PointBox]] = []
    for rule in sorted(horizontal, key=lambda r: r[1]):
        for family in families:
            same = max(abs(family[0][0] - rule[0]), abs(family[0][2] - rule[2]))
            if same <= 1.5 * line_height:
                family.append(rule)
                break
        else:
            families.append([rule])
    return [family for family in families if len(family) > 1]


def _tabular(strip: PointBox, lines: Sequence[TextLine]) -> bool:
    rows = text_rows(_inside(strip, lines))
    several = sum(len(row.fragments) > 1 for row in rows)
    wrapped = sum(goes_on(b, a, a.fragments[0].height) for a, b in itertools.pairwise(rows))
    return bool(rows) and several >= 0.5 * (len(rows) - min(wrapped, 2 * several))


def _aligned(lines: Sequence[TextLine], line_height: float) -> list[PointBox]:
    """Extents of short pieces of text that stand in rows and columns."""
    pieces = [
        piece
        for line in lines
        if not line.vertical
        for piece in split(line, CELL_GAP)
        if piece.box[2] - piece.box[0] <= LONG_PIECE * line_height
    ]
    group = list(range(len(pieces)))

    def root(i: int) -> int:
        while group[i] != i:
            i = group[i]
        return i

    prose = [line for line in lines if line.box[2] - line.box[0] >= 0.75 * LONG_PIECE * line_height]
    for i, a in enumerate(pieces):
        for j, b in enumerate(pieces):
            beside = _beside(a, b, line_height) and not _gutter_of_prose(a, b, prose)
            if i != j and (beside or _beneath(a, b)):
                group[root(i)] = root(j)
    members: dict[int, list[TextLine]] = {}
    for i, piece in enumerate(pieces):
        members.setdefault(root(i), []).append(piece)
    boxes = []
    for cluster in members.values():
        rows = [row for row in text_rows(cluster) if len(row.fragments) > 1]
        if len(rows) >= 3:
            boxes.append(bounding_box([f.box for row in rows for f in row.fragments]))
    return boxes


def _beside(a: TextLine, b: TextLine, line_height: float) -> bool:
    return same_row(a, b) and 0 <= b.box[0] - a.box[2] <= FAR_CELL * line_height


def _gutter_of_prose(a: TextLine, b: TextLine, prose: Sequence[TextLine]) -> bool:
    """Whether one of two neighbours is a line of a prose column: flush with its lines."""

    def flush(piece: TextLine, edge: int, other: TextLine) -> bool:
        near = abs(piece.box[edge] - other.box[edge]) < 0.7 * piece.height
        apart = max(piece.box[1], other.box[1]) - min(piece.box[3], other.box[3])
        return near and apart < 12 * piece.height

    left = sum(flush(a, 2, line) or flush(a, 0, line) for line in prose)
    right = sum(flush(b, 0, line) for line in prose)
    return left >= 3 or right >= 3


def _beneath(a: TextLine, b: TextLine) -> bool:
    overlap = min(a.box[2], b.box[2]) - max(a.box[0], b.box[0])
    gap = b.box[1] - a.box[3]
    return overlap > 0 and -0.5 * a.height <= gap <= 1.2 * a.height and not same_row(a, b)


def _overlap_share(a: PointBox, b: PointBox) -> float:
    """Overlap as a share of the smaller box."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return width * height / max(1e-6, smaller)

"""Blocks of short lines that stand side by side: addresses, signatures, cards.

The layout model takes them for one text, whose lines would then run across the blocks. Names and
their values stand side by side as well, but there each row belongs together; so that blocks are
parted only where they look like what people set side by side.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.born_digital.line_text import Line, line_text, union
from dsocr_integrations.engines.embedded.born_digital.table_cells import FilledTable
from dsocr_integrations.engines.embedded.born_digital.zones import Zone

_KINDS = frozenset({"text", "list-item", "section-header", "caption"})
_ROW_KINDS = frozenset({"text", "list-item"})
_MOST_ROWS, _LABEL_WORDS = 20, 4
_LEVEL = 0.3
"""Sizes of type by which the feet of two lines of one row may differ."""

_GUTTER = 1.8
"""White between two blocks is at least this many sizes of type wide."""

_NEW_ROW = 1.45
"""A wider step than this many usual ones begins another row of blocks."""

_EVEN = 1.6
"""Lines of a block follow each other at even steps: the widest is this many narrowest, at most."""

_MOST_COLUMNS, _LEAST_ROWS = 4, 3
_ALIKE = 0.7
"""Share of a table's rows whose cells are alike, if it is made of blocks."""

_MOST_ROWS_OF_ADDRESS = 7
_TOWN = re.compile(r"(?:[A-Z]{1,2}-)?\d{4,6} [^\W\d_][^\d]{2,}$")

_FORMS = 3
"""Kinds of lines that an address has."""

_ADDRESS = re.compile(r"(?=.*\d)(?=.*[^\W\d_]{3})")
_VALUE = re.compile(r"^\W*[\d.,:%/\s–-]+(?:[^\W\d_]{1,3}|to [\d:. ]+)?\W*$")
_GOES_ON = re.compile(r"(?:\b(?:and|of|for|the|und|et|de|y|og|och)|[&,/-])$")
_OFFICES = re.compile(
    r"\b(?:institut\w*|universi\w+|dep(?:artmen)?t|ltd|gmbh|inc|llc|ag|faculty|office|director|"
    r"professor|prof|dr|manager|president|chair\w*|street|road|company|bank|ministry|school|"
    r"society|trust|agency|council|signature|signed|witness|tenant|landlord|buyer|seller|date|"
    r"head|chief|officer|secretary|treasurer|deputy|partner|engineer|clinic|hospital|committee|"
    r"association|foundation|plc|llp|[bn]\.?v\.?|ab|a/s|oy|kg|sarl|s\.?p\.?a\.?|zonen|sons|"
    r"jefe|jefa|gerente|presidente?|président\w*|präsident\w*|direct(?:eur|rice)|directora|"
    r"direttore|administra\w+|amministra\w+|secretari\w+|secrétaire|segretari\w+|tesorer\w+|"
    r"trésori\w+|schatzmeister\w*|geschäftsführer\w*|vorstand\w*|vorsitzende\w*|\w*leiter(?:in)?|"
    r"prokurist\w*|gérant\w*|responsable|banco|banque|société|sociedad|stiftung|verein|"
    r"(?:ver)?mieter\w*|(?:ver)?käufer\w*|arrenda\w+|locataire|bailleur|vendedor\w*|comprador\w*|"
    r"unterschrift|firma|fecha|datum|zeug(?:e|in)|testigo|témoin|"
    r"einkauf|verkauf|vertrieb|purchasing|sales|ventas|compras|ventes|achats|vendite|acquisti|"
    r"söhne|fils|hijos|figli)\b",
    re.IGNORECASE,
)


def part_blocks(zone: Zone) -> list[Zone]:
    """Part a region of text into the blocks that stand in it side by side.

    Args:
        zone: Any region; one without such blocks comes back as it is.

    Returns:
        Regions in reading order: what is above, the blocks from left to right, what is below.
    """
    if not all(word.horizontal for word in zone.words):
        return [zone]
    if zone.table is not None and _is_of_blocks(zone.table):
        zone = replace(zone, kind="text", table=None, grid=None)
    if zone.kind not in _KINDS:
        return [zone]
    parts = _parts(zone.lines)
    return [zone] if len(parts) == 1 else [_zone_of(part, zone) for part in parts]


def join_rows(zones: Sequence[Zone]) -> list[Zone]:
    """Join a column of short labels with the lines that stand beside them, one for each.

    The layout model may take names and their values for two texts, one of which would be read
    after the other.

    Args:
        zones: Regions in any order.

    Returns:
        The same regions, with one in the place of each such pair.
    """
    joined = list(zones)
    labels = [zone for zone in zones if _may_be_labels(zone)]
    for left in labels:
        beside = [zone for zone in joined if zone is not left and _is_beside(left, zone)]
        if len(beside) != 1 or not any(zone is left for zone in joined):
            continue
        (right,) = beside
        words = [*left.words, *right.words]
        whole = replace(left, box=union((left.box, right.box)), words=words, pieces=())
        joined = [zone for zone in joined if zone is not left and zone is not right]
        joined.append(whole)
    return joined


def _may_be_labels(zone: Zone) -> bool:
    if zone.kind not in _ROW_KINDS or not all(word.horizontal for word in zone.words):
        return False
    lines = zone.lines
    return 1 < len(lines) <= _MOST_ROWS and max(len(line) for line in lines) <= _LABEL_WORDS


def _is_beside(left: Zone, right: Zone) -> bool:
    """Whether a text has a line at the height of each line of a label's column, and no others."""
    if right.kind not in _ROW_KINDS or right.box[0] < left.box[2]:
        return False
    first, second = left.lines, right.lines
    return len(first) == len(second) and all(
        abs(a[0].box[3] - b[0].box[3]) <= _LEVEL * a[0].size
        for a, b in zip(first, second, strict=True)
    )


def _is_of_blocks(table: FilledTable) -> bool:
    """Whether the cells of a table are lines of addresses that stand side by side.

    The entries of a table are alike down a column; those of such blocks are alike in a row, names
    beside names and towns beside towns.
    """
    if table.column_count > _MOST_COLUMNS or table.row_count < _LEAST_ROWS:
        return False
    columns = [
        [cell.text for cell in table.cells if cell.column == number and cell.words]
        for number in range(table.column_count)
    ]
    if _is_of_addresses(table):
        return True
    if not all(any(_ADDRESS.match(text) for text in column) for column in columns):
        return False
    rows = [
        [_form(cell.text) for cell in table.row(n) if cell.words] for n in range(table.row_count)
    ]
    alike = sum(len(set(row)) == 1 for row in rows if len(row) > 1)
    return alike >= _ALIKE * len(rows) and all(
        len({_form(text) for text in column}) >= _FORMS for column in columns
    )


def _is_of_addresses(table: FilledTable) -> bool:
    """Whether one row is of towns with their postcodes, below others, the first without figures."""
    rows = [[cell.text for cell in table.row(number)] for number in range(table.row_count)]
    towns = [n for n, row in enumerate(rows) if all(_TOWN.match(text) for text in row)]
    named = not any(character.isdigit() for text in rows[0] for character in text)
    return len(rows) <= _MOST_ROWS_OF_ADDRESS and len(towns) == 1 and towns[0] > 0 and named


def _form(text: str) -> str:
    """What kind of line a text is: where figures stand in it, if anywhere."""
    figures = [any(c.isdigit() for c in word) for word in text.split()]
    if not any(figures):
        return "words"
    if all(figures):
        return "figures"
    return "figures first" if figures[0] else "figures behind"


def _parts(lines: list[Line]) -> list[list[Line]]:
    for first, last in _rows(lines):
        run = lines[first:last]
        gutter = _gutter(run)
        if gutter is None:
            continue
        left = [side for line in run if (side := [w for w in line if w.centre[0] < gutter])]
        right = [side for line in run if (side := [w for w in line if w.centre[0] > gutter])]
        if _are_blocks(left, right):
            around = [part for part in (lines[:first], lines[last:]) if part]
            above = _parts(around.pop(0)) if first else []
            below = _parts(around.pop(0)) if last < len(lines) else []
            return [*above, *_parts(left), *_parts(right), *below]
    return [lines]


def _rows(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Runs of lines at even steps, of which there is at least one of two lines."""
    steps = [b[0].box[3] - a[0].box[3] for a, b in itertools.pairwise(lines)]
    if not steps:
        return []
    usual = statistics.median_low(steps)
    cuts = [n + 1 for n, step in enumerate(steps) if step > _NEW_ROW * usual]
    bounds = itertools.pairwise([0, *cuts, len(lines)])
    return [(first, last) for first, last in bounds if last - first > 1]


def _gutter(run: Sequence[Line]) -> float | None:
    """Middle of the widest white from the first line to the last, between words on both sides."""
    words = sorted((word for line in run for word in line), key=lambda word: word.box[0])
    size = statistics.median(word.size for word in words)
    best, place, right = _GUTTER * size, None, words[0].box[2]
    for word in words[1:]:
        if word.box[0] - right >= best:
            best, place = word.box[0] - right, (word.box[0] + right) / 2
        right = max(right, word.box[2])
    return place


def _are_blocks(left: Sequence[Line], right: Sequence[Line]) -> bool:
    if min(len(left), len(right)) < 2 or not _stand_abreast(left, right):
        return False
    before, behind = [line_text(line) for line in left], [line_text(line) for line in right]
    if behind[0][:1].islower() or _are_labels(before, behind):
        return False
    if len(left) != len(right) and min(len(left), len(right)) > 2:
        return True
    both = (before, behind)
    return (
        all(any(_ADDRESS.match(text) for text in side) for side in both)
        or all(any(_OFFICES.search(text) for text in side) for side in both)
        or any(_wraps(side) for side in both)
    )


def _are_labels(before: Sequence[str], behind: Sequence[str]) -> bool:
    """Whether texts name the values behind them: by colons, in capitals, or since these are figures."""
    return (
        2 * sum(text.endswith(":") for text in before) >= len(before)
        or 2 * sum(_VALUE.match(text) is not None for text in behind) >= len(behind)
        or (all(map(str.isupper, before)) and not any(map(str.isupper, behind)))
    )


def _stand_abreast(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Whether both sides are lines at the same even steps."""
    steps = []
    for side in (left, right):
        own = [b[0].box[3] - a[0].box[3] for a, b in itertools.pairwise(side)]
        if min(own) <= 0 or max(own) > _EVEN * min(own):
            return False
        steps.append(statistics.median(own))
    return max(steps) <= 1.25 * min(steps)


def _wraps(texts: Sequence[str]) -> bool:
    return any(
        _GOES_ON.search(upper) is not None or lower[:1].islower()
        for upper, lower in itertools.pairwise(texts)
    )


def _zone_of(lines: Sequence[Line], zone: Zone) -> Zone:
    words = [word for line in lines for word in line]
    return replace(zone, box=union(word.box for word in words), words=words)

"""The header and the footer of a page of prose."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.page_layout import LayoutRegion
from dsocr_integrations.engines.embedded.prose.prose_columns import DoubtfulLayoutError
from dsocr_integrations.engines.embedded.prose.prose_lines import ProseLine, region_of, rows

_HEAD, _FOOT = 0.085, 0.84
"""Shares of the page's height above which a header, and below which a footer stands."""

_HEAD_BAND = 0.14
"""A line alone above this share of the height may be a header that stands low."""

_GAP, _NUMBER_GAP = 2.0, 1.1
"""Sizes of type from a running line to the text, and from a number alone."""

_NUMBERED_HEAD, _NUMBERED_GAP = 0.16, 2.5
"""The same of a header with the page's number beside its text, which says what it is."""

_LOWEST, _LOWEST_GAP = 0.94, 2.5
"""The same of a footer without a number."""

_JOINED, _PARTED = 3.3, 6.0
"""Sizes of type that the white between parts of a running line is narrower than where they are one
region, and wider than where they are two."""

_MOST_FOOTERS = 2
"""Rows of a footer, at most."""

_NUMBER = re.compile(
    r"(?:page )?[-–—]? ?(?:\d{1,4}|[ivxlc]{1,7})(?: (?:of|/) \d{1,4})? ?[-–—]?$", re.IGNORECASE
)


def part_running_lines(
    lines: Sequence[ProseLine], height: float
) -> tuple[list[LayoutRegion], list[ProseLine]]:
    """Tell the header and the footer from the text.

    Args:
        lines: All lines of the page, of which there are more than two rows.
        height: Height of the page.

    Returns:
        The regions of header and footer, and the lines of the text.
    """
    by_row = list(rows(lines))
    found: list[LayoutRegion] = []
    for _ in range(_MOST_FOOTERS):
        if len(by_row) > 2 and _is_footer(by_row[-1], by_row[-2], height):
            found.extend(region_of("page-footer", part) for part in _parts(by_row.pop()))
    if _is_header(by_row[0], by_row[1], height):
        found.extend(region_of("page-header", part) for part in _parts(by_row.pop(0)))
    return found, [line for row in by_row for line in row]


def check_outermost(
    columns: Sequence[Sequence[LayoutRegion]], running: Sequence[LayoutRegion], height: float
) -> None:
    """Look for lines alone at the head or foot of a page that has no running line there.

    Raises:
        DoubtfulLayoutError: If there is one, since it may be a running line itself.
    """
    kinds = {region.kind for region in running}
    for column in columns:
        first, last = column[0], column[-1]
        is_high, is_low = first.box[1] < _HEAD_BAND * height, last.box[3] > _FOOT * height
        if "page-header" not in kinds and is_high and len(first.pieces) == 1:
            raise DoubtfulLayoutError("a line alone at the head")
        if "page-footer" not in kinds and is_low and len(last.pieces) == 1:
            raise DoubtfulLayoutError("a line alone at the foot")


def _is_footer(row: Sequence[ProseLine], above: Sequence[ProseLine], height: float) -> bool:
    """Whether the last row of a page is a footer, with the page's number or at the page's end."""
    gap = (row[0].base - above[0].base) / row[0].size
    if len(row) == 1 and _NUMBER.match(row[0].text):
        # Browsers print what follows the text, wherever it ends.
        return gap > _NUMBER_GAP
    if row[0].top >= _LOWEST * height and gap >= _LOWEST_GAP:
        return _are_apart(row)
    is_numbered = any(_NUMBER.match(line.text) for line in row)
    return is_numbered and gap > _GAP and row[0].top >= _FOOT * height and _are_apart(row)


def _is_header(row: Sequence[ProseLine], below: Sequence[ProseLine], height: float) -> bool:
    if any(line.bold for line in row):
        return False
    gap = (below[0].base - row[0].base) / row[0].size
    if row[0].base < _HEAD * height and gap > _GAP:
        return _are_apart(row)
    is_numbered = len(row) > 1 and any(_NUMBER.match(line.text) for line in (row[0], row[-1]))
    is_high = row[0].base < _NUMBERED_HEAD * height and gap >= _NUMBERED_GAP
    return is_numbered and is_high and _are_apart(row)


def _parts(row: Sequence[ProseLine]) -> list[list[ProseLine]]:
    """The parts of a running line that stand apart."""
    parts = [[row[0]]]
    for before, line in itertools.pairwise(row):
        if _white(before, line) < _JOINED:
            parts[-1].append(line)
        else:
            parts.append([line])
    return parts


def _are_apart(row: Sequence[ProseLine]) -> bool:
    """Whether it is clear which parts of a running line stand apart."""
    return not any(_JOINED <= _white(a, b) <= _PARTED for a, b in itertools.pairwise(row))


def _white(before: ProseLine, line: ProseLine) -> float:
    """Sizes of type between two parts of a row."""
    return (line.left - before.right) / line.size

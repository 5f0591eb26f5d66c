"""Which level a heading has: as in the whole document, else by its number and size on its page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dsocr_integrations.engines.embedded.born_digital.line_text import line_text, running_text
from dsocr_integrations.engines.embedded.born_digital.looks import look_of
from dsocr_integrations.engines.embedded.born_digital.zones import Zone
from dsocr_integrations.rendering.heading_levels import HeadingLevels
from dsocr_integrations.rendering.heading_numbers import section_depth

_NUMBER = re.compile(r"^(?:[A-Z]|\d{1,3})((?:\.\d{1,3}){0,4})\.?\s+\S")
_DEEPEST = 6
HEADINGS = frozenset({"title", "section-header"})
"""Kinds of regions that are headings."""

_SAME_SIZE = 0.6
"""Type sizes that differ by less than this many points are one size."""

_TITLE_RATIO = 1.2
"""A title is at least this much larger than every other heading of its page."""


@dataclass(frozen=True)
class PageHeadings:
    """What is known of the headings of a page before it is read.

    Attributes:
        known: What the whole document tells.
        page: 1-based number of the page.
    """

    known: HeadingLevels
    page: int

    def levels(self, headings: Sequence[Zone], scale: float) -> list[int]:
        """Give each heading of the page its level, 1 for the document's title.

        Args:
            headings: Zones of kind `title` and `section-header` in reading order.
            scale: How much larger they are than in the document.

        Returns:
            Levels from 1 to 6.
        """
        if not self.known.looks and self.known.title is None:
            return _levels_on_page(headings)
        return [self._level(zone, scale) for zone in headings]

    def _level(self, zone: Zone, scale: float) -> int:
        text = running_text(zone.lines, bold=False)
        is_opening = self.page == self.known.opening
        if zone.kind == "title" and is_opening and not section_depth(text):
            return 1
        return self.known.level(text, look_of(zone.words, text, scale))


def _levels_on_page(headings: Sequence[Zone]) -> list[int]:
    """Levels where the document tells nothing.

    A number such as `2.1` tells the level; headings without one are ranked by type size,
    together with the numbered ones.
    """
    title = _title(headings)
    sizes = _ranked_sizes([zone for zone in headings if zone is not title])
    depths = dict(_numbered(headings, sizes, title))
    levels = []
    for zone in headings:
        if zone is title or zone.kind == "title":
            levels.append(1)
            continue
        depth = _depth(zone)
        rank = _rank(zone.font_size, sizes)
        level = depth + 1 if depth else depths.get(rank, 1 + _nearest_rank(rank, depths)) + 1
        levels.append(min(max(level, 2), _DEEPEST))
    return levels


def _title(headings: Sequence[Zone]) -> Zone | None:
    """The heading that towers over the others, where the layout model named no title."""
    if not headings or any(zone.kind == "title" for zone in headings):
        return None
    first, others = headings[0], headings[1:]
    if not others or _depth(first):
        return None
    largest = max(zone.font_size for zone in others)
    return first if first.font_size >= _TITLE_RATIO * largest else None


def _depth(zone: Zone) -> int:
    """Depth of a section number such as `2.1`, 0 without one."""
    lines = zone.lines
    match = _NUMBER.match(line_text(lines[0])) if lines else None
    return 1 + match.group(1).count(".") if match else 0


def _ranked_sizes(headings: Sequence[Zone]) -> list[float]:
    sizes: list[float] = []
    for size in sorted((zone.font_size for zone in headings), reverse=True):
        if not sizes or sizes[-1] - size > _SAME_SIZE:
            sizes.append(size)
    return sizes


def _rank(size: float, sizes: Sequence[float]) -> int:
    return min(range(len(sizes)), key=lambda place: abs(sizes[place] - size), default=0)


def _numbered(
    headings: Sequence[Zone], sizes: Sequence[float], title: Zone | None
) -> list[tuple[int, int]]:
    return [
        (_rank(zone.font_size, sizes), _depth(zone))
        for zone in headings
        if zone is not title and _depth(zone)
    ]


def _nearest_rank(rank: int, depths: dict[int, int]) -> int:
    """Depth for a size that no numbered heading has, from the next larger size that has one."""
    larger = [known for known in depths if known < rank]
    if larger:
        nearest = max(larger)
        return depths[nearest] + rank - nearest - 1
    smaller = [known for known in depths if known > rank]
    if smaller:
        return max(0, depths[min(smaller)] - 2)
    return rank

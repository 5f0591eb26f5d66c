"""Which level each look of headings has, from the highest to the lowest."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from dsocr_integrations.rendering.heading_levels import (
    HIGHEST,
    SAME_SIZE,
    HeadingLevels,
    HeadingLine,
    Look,
)
from dsocr_integrations.rendering.heading_numbers import (
    DIVISIONS,
    NUMBER_KINDS,
    number_kind,
    section_depth,
)

_TITLE_RATIO = 1.2
"""A title is at least this much larger than every heading that there is more than one of."""

_MOST_BEFORE = 3
"""Lines that stand out above a title, at most."""

_SHORT_DOCUMENT = 10
"""In a document of fewer pages a look may be that of a single heading."""


@dataclass(frozen=True)
class Opening:
    """What stands out on the page that a document opens on.

    Attributes:
        standing_out: The first line of each piece of it.
        above: How many of these stand above the text of the page.
    """

    standing_out: Sequence[HeadingLine] = ()
    above: int = 0

    @property
    def page(self) -> int:
        """1-based number of the page, 1 where nothing stands out on the first ones."""
        return self.standing_out[0].page if self.standing_out else 1


@dataclass
class _Group:
    """Headings of one look: the kinds of their numbers in reading order, and their pages."""

    kinds: list[str] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)


def give_levels(
    headings: Sequence[HeadingLine],
    opening: Opening,
    page_count: int,
    bookmarks: Mapping[tuple[str, int], int],
) -> HeadingLevels:
    """Give each look and kind of number of a document's headings its level.

    Args:
        headings: All of its headings, in reading order.
        opening: The page that it opens on.
        page_count: How many pages it has.
        bookmarks: Level of the headings that its outline names, by `spelled` text and page.
    """
    groups: dict[Look, _Group] = {}
    sizes: list[float] = []
    votes: dict[tuple[Look, str], Counter[int]] = {}
    for heading in headings:
        size = next((n for n in sizes if abs(n - heading.look.smallness) <= SAME_SIZE), None)
        if size is None:
            sizes.append(size := heading.look.smallness)
        look = replace(heading.look, smallness=size)
        kind = number_kind(heading.text) or str(section_depth(heading.text) or "")
        group = groups.setdefault(look, _Group())
        group.kinds.append(kind)
        group.pages.add(heading.page)
        named = bookmarks.get((spelled(heading.text), heading.page))
        if named is not None:
            votes.setdefault((look, kind), Counter())[named] += 1
    title = _title(opening, groups)
    groups = {look: group for look, group in groups.items() if look != title}
    if page_count >= _SHORT_DOCUMENT:
        groups = {look: group for look, group in groups.items() if len(group.pages) > 1}
    said = {key: max(found, key=lambda n: (found[n], -n)) for key, found in votes.items()}
    return _Ladder({look: groups[look].kinds for look in sorted(groups)}, said).levels(title)


def _title(opening: Opening, groups: Mapping[Look, _Group]) -> Look | None:
    """The largest look of the opening, where no other page has it or nearly as large ones.

    A title is the first that stands out, or towers over the few that do so before it, such as a
    journal's name, and has no number.
    """
    lines = opening.standing_out
    largest = min((line.look for line in lines), default=None)
    if largest is None:
        return None
    before = list(takewhile(lambda look: look != largest, (line.look for line in lines)))
    if len(before) >= opening.above or len(before) > _MOST_BEFORE:
        return None
    if before and largest.smallness > _TITLE_RATIO * min(before).smallness:
        return None
    if any(
        number_kind(line.text) or section_depth(line.text) for line in lines if line.look == largest
    ):
        return None
    others = [look.smallness for look, group in groups.items() if group.pages != {opening.page}]
    return largest if largest.smallness <= _TITLE_RATIO * min(others, default=0.0) else None


class _Ladder:
    """Gives levels from the highest heading to the lowest.

    Args:
        looks: Kinds of the headings of each look, the highest look first.
        said: Levels that bookmarks tell.
    """

    def __init__(
        self, looks: Mapping[Look, Sequence[str]], said: Mapping[tuple[Look, str], int]
    ) -> None:
        self._looks = looks
        self._said = said
        self._next = HIGHEST
        self._kinds: dict[str, int] = {}
        self._sections: int | None = None

    def levels(self, title: Look | None) -> HeadingLevels:
        """The levels of all looks and kinds."""
        levels: list[tuple[Look, int]] = []
        for _, sized in itertools.groupby(self._looks, key=lambda look: look.smallness):
            of_size = list(sized)
            for kind in DIVISIONS:
                for look in of_size:
                    self._place(kind, look)
            levels.extend((look, self._level(look)) for look in of_size)
        kinds = tuple(sorted(self._kinds.items()))
        return HeadingLevels(tuple(levels), kinds, self._sections, title)

    def _place(self, kind: str, look: Look) -> None:
        if kind in self._looks[look] and kind not in self._kinds:
            self._kinds[kind] = self._said.get((look, kind), self._next)
            self._next = self._kinds[kind] + 1

    def _level(self, look: Look) -> int:
        """Level of the headings of a look that have no number."""
        headings = self._looks[look]
        for kind in NUMBER_KINDS:
            self._place(kind, look)
        own = self._next
        numbered = [self._kinds[kind] for kind in NUMBER_KINDS if kind in headings]
        depths = sorted({int(kind) for kind in headings if kind.isdigit()})
        if depths:
            if self._sections is None:
                first = self._said.get((look, str(depths[0])), self._next)
                self._sections = max(HIGHEST, first - depths[0] + 1)
            numbered = [self._sections + depths[0] - 1]
            own = self._next = max(self._next, self._sections + depths[-1])
        if numbered and not _are_between(headings):
            own = numbered[-1]
        own = self._said.get((look, ""), own)
        self._next = max(self._next, own + 1)
        return own


def _are_between(kinds: Sequence[str]) -> bool:
    """Whether most headings without a number stand between numbered ones, and so below them.

    Before the first and behind the last stand a preface and references, which are no part of them.
    """
    numbered = [place for place, kind in enumerate(kinds) if kind]
    within = kinds[numbered[0] : numbered[-1]].count("")
    return 2 * within > kinds.count("")


def spelled(text: str) -> str:
    """Letters and digits of a heading, which are the same wherever it is set."""
    return re.sub(r"\W+", "", text).casefold()

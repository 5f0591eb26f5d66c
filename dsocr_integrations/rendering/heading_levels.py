"""What is known of a document's headings: how each is set, and which level such a look has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dsocr_integrations.rendering.heading_numbers import number_kind, section_depth
from dsocr_integrations.rendering.running_lines import RunningLines

SAME_SIZE = 0.6
"""Type sizes that differ by no more than this many points are one size."""

_MOST = 0.6
"""Share of a text's letters that one look has, if it is the text's."""

HIGHEST, DEEPEST = 2, 6
_CAPITALS = 5


@dataclass(frozen=True, order=True)
class Look:
    """How a heading is set; looks that stand higher sort first.

    Attributes:
        smallness: Its size in points, negative.
        lightness: 0 for bold capitals, 2 for bold type, 4 for capitals and 8 for plain type; one
            more for italics.
    """

    smallness: float
    lightness: int

    @classmethod
    def of(cls, text: str, size: float, *, bold: bool, italic: bool) -> Look:
        """The look of a heading.

        Args:
            text: Its words.
            size: Size of its type in points.
            bold: Whether it is set in a bold face.
            italic: Whether it is set in a slanted face.
        """
        letters = [character for character in text if character.isalpha()]
        capitals = len(letters) >= _CAPITALS and all(character.isupper() for character in letters)
        weight = (0 if bold else 4) if capitals else 2 if bold else 8
        return cls(-round(2 * size) / 2, weight + italic)

    @classmethod
    def any_of(cls, size: float, *, italic: bool) -> tuple[Look, ...]:
        """The looks that words of some size may have, as they are printed or come to be read."""
        return tuple(cls(-round(2 * size) / 2, weight + italic) for weight in (0, 2, 4, 8))

    @classmethod
    def prevailing(cls, text: str, parts: Iterable[tuple[str, float, bool, bool]]) -> Look | None:
        """The look that most of a text's letters have, if that is clearly one.

        Args:
            text: All of it.
            parts: Pieces of it with the size of their type, whether bold, and whether italic.
        """
        letters: Counter[tuple[float, bool, bool]] = Counter()
        for said, size, bold, italic in parts:
            letters[round(2 * size) / 2, bold, italic] += sum(c.isalnum() for c in said)
        if not letters:
            return None
        (size, bold, italic), most = max(letters.items(), key=lambda item: (item[1], item[0]))
        if most < _MOST * letters.total():
            return None
        return cls.of(text, size, bold=bold, italic=italic)

    def is_same(self, other: Look) -> bool:
        """Whether the two differ by no more than type of one size does."""
        is_same_size = abs(self.smallness - other.smallness) <= SAME_SIZE
        return self.lightness == other.lightness and is_same_size


@dataclass(frozen=True)
class HeadingLevels:
    """The levels that a document's headings have.

    Attributes:
        looks: Level of each look that headings have, from the highest look on.
        kinds: Level of headings with a number of a kind, such as `section` for `Item 7`.
        sections: Level of headings numbered with a single number, if there are numbered ones.
        title: Look of the document's title, if the page that it opens on has one.
        opening: 1-based number of that page: the first that has a heading.
        running: Lines that are none, whatever they look like: the document's running heads and
            feet.
    """

    looks: tuple[tuple[Look, int], ...] = ()
    kinds: tuple[tuple[str, int], ...] = ()
    sections: int | None = None
    title: Look | None = None
    opening: int = 1
    running: RunningLines = field(default_factory=RunningLines)

    def for_page(self, page: int, looks: Iterable[Look], edges: Sequence[tuple[str, float]]) -> str:
        """All of it that the reading of one page depends on.

        Args:
            page: 1-based number of the page.
            looks: Those that headings on it may have.
            edges: Letters of the lines at its edges, and the heights of their middles.
        """
        has_levels = bool(self.looks) or self.title is not None
        levels = [(look, self.level("", look)) for look in sorted(looks)]
        running = self.running.among(edges)
        told = (has_levels, levels, self.kinds, self.sections, page == self.opening, running)
        return repr(told)

    def level(self, text: str, look: Look | None) -> int:
        """Level of a heading, 1 for the document's title.

        Args:
            text: Its words.
            look: How it is set, if in one way.
        """
        if self.title is not None and look is not None and look.is_same(self.title):
            return 1
        depth = section_depth(text)
        kind = number_kind(text)
        if depth:
            level = (self.sections or HIGHEST) + depth - 1
        else:
            level = dict(self.kinds).get(kind) or (self._level_of(look) if look else HIGHEST)
        return min(max(level, HIGHEST), DEEPEST)

    def _level_of(self, look: Look) -> int:
        for known, level in self.looks:
            if known.is_same(look):
                return level
        higher = [level for known, level in self.looks if known < look]
        lower = [level for known, level in self.looks if known > look]
        return lower[0] if lower else higher[-1] + 1 if higher else HIGHEST


@dataclass(frozen=True)
class HeadingLine:
    """A line of one look, and what stands in it."""

    text: str
    look: Look
    box: tuple[float, float, float, float]
    page: int

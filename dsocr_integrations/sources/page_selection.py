"""Which pages of a document to read: `1-3,7,10-`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from dsocr_integrations.errors import ConfigurationError

_PART = re.compile(r"(?:(\d{1,9})?\s*-\s*(\d{1,9})?|(\d{1,9}))")


@dataclass(frozen=True)
class PageSelection:
    """1-based page ranges, both ends included.

    Attributes:
        ranges: `(first, last)` pairs; `last` is `None` for an open end.
    """

    ranges: tuple[tuple[int, int | None], ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a selection such as `1-3,7,10-` or `-5`.

        Raises:
            ConfigurationError: If the text is not a list of pages and ranges, or a range is
                empty or starts below 1.
        """
        ranges = tuple(_parse_part(part.strip(), text) for part in text.split(","))
        return cls(ranges)

    @classmethod
    def of(cls, pages: PageSelectionLike) -> Self | None:
        """Take a selection in any accepted form: text, numbers, or a ready selection.

        Raises:
            ConfigurationError: As `parse`.
        """
        if pages is None:
            return None
        if isinstance(pages, PageSelection):
            return cls(pages.ranges)
        if isinstance(pages, str):
            return cls.parse(pages) if pages.strip() else None
        if isinstance(pages, int):
            pages = (pages,)
        return cls.parse(",".join(str(number) for number in pages)) if pages else None

    def numbers(self, page_count: int) -> list[int]:
        """Page numbers of a document of `page_count` pages, ascending, each once."""
        chosen: set[int] = set()
        for first, last in self.ranges:
            end = page_count if last is None else min(last, page_count)
            chosen.update(range(first, end + 1))
        return sorted(chosen)

    def beyond(self, page_count: int) -> Self | None:
        """The ranges of which a document of `page_count` pages has nothing, if there are any."""
        ranges = tuple(pages for pages in self.ranges if pages[0] > page_count)
        return type(self)(ranges) if ranges else None

    def __str__(self) -> str:
        return ",".join(
            str(first) if first == last else f"{first}-{'' if last is None else last}"
            for first, last in self.ranges
        )


PageSelectionLike = str | int | list[int] | tuple[int, ...] | range | PageSelection | None
"""What callers may give: `"1-3,7"`, a number, a list of numbers, or a selection."""


def _parse_part(part: str, whole: str) -> tuple[int, int | None]:
    match = _PART.fullmatch(part)
    if match is None or part == "-":
        raise _not_a_selection(whole)
    start, end, single = match.groups()
    first = int(single or start or 1)
    last = int(single or end) if single or end else None
    if first < 1 or (last is not None and last < first):
        raise _not_a_selection(whole)
    return first, last


def _not_a_selection(text: str) -> ConfigurationError:
    return ConfigurationError(
        f"{text!r} is not a page selection.", remedy="Write pages like 1-3,7,10- (from 1 up)."
    )

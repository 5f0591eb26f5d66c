"""Blocks of a text, before anybody knows where they stand on a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dsocr_integrations.errors import SourceTooLargeError
from dsocr_integrations.records.documents import Table

MAX_TEXT_BYTES = 5_000_000
"""Largest text, about 1,600 pages."""

LONGEST = 3_000
"""Characters of a block; a longer paragraph is parted between words."""

_EMPTY_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


@dataclass(frozen=True)
class PageStart:
    """A page that begins with a block, whatever room there is before.

    Attributes:
        label: What it is called; `None` where it has but its number.
        width: Points that its blocks want, where they want more than usual ones.
        height: Points down to which blocks are put on it, where that is more than usual.
    """

    label: str | None = None
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True)
class TextBlock:
    """A piece of a text.

    Attributes:
        label: As in `Block`: `title`, `sub_title`, `text`, `table`.
        text: As it is written, Markdown where that is what it is written in.
        table: The table, for a block that is one.
        begins: The page that begins here, if one must.
    """

    label: str
    text: str
    table: Table | None = None
    begins: PageStart | None = None


def check_size(size: int, name: str) -> None:
    """Refuse a text that is over the limit.

    Raises:
        SourceTooLargeError: If it is.
    """
    if size > MAX_TEXT_BYTES:
        raise SourceTooLargeError(
            f"{name} is a text of more than {MAX_TEXT_BYTES / 1_000_000:g} MB.",
            remedy="Split it.",
        )


def paragraphs(text: str) -> Iterator[TextBlock]:
    """The paragraphs of a plain text, as they are written; a form feed begins a page."""
    for number, page in enumerate(text.split("\f")):
        begins = PageStart() if number else None
        for paragraph in _EMPTY_LINES.split(page):
            for part in parted(paragraph):
                yield TextBlock("text", part, begins=begins)
                begins = None


def parted(paragraph: str) -> Iterator[str]:
    """A paragraph without empty lines around it, in parts that are not too long."""
    left = paragraph.strip("\n").rstrip()
    while len(left) > LONGEST:
        end = max(left.rfind("\n", 0, LONGEST), left.rfind(" ", LONGEST // 2, LONGEST)) + 1
        end = end or LONGEST
        yield left[:end].rstrip()
        left = left[end:]
    if left.strip():
        yield left

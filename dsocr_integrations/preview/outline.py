"""The headings of a document as they were read, to go to; else the bookmarks of its source."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import TypedDict

from dsocr_integrations.preview.inline_text import runs
from dsocr_integrations.preview.page_view import block_id
from dsocr_integrations.preview.plain_text import clean
from dsocr_integrations.records.documents import Block, OutlineEntry, Page

MAX_ENTRIES = 3_000
MAX_TEXT = 160
_MARKS = re.compile(r"\s*(#{1,6})\s")
_LEVELS = {"title": 1, "sub_title": 2, "section_header": 2}


class OutlineItem(TypedDict):
    """A heading: its level, text, page and the name of its block, empty for a bookmark."""

    level: int
    text: str
    page: int
    id: str


def page_headings(page: Page) -> list[OutlineItem]:
    """The headings of a page in reading order."""
    return [
        {
            "level": _level(block),
            "text": _plain(block.text),
            "page": page.number,
            "id": block_id(page.number, place),
        }
        for place, block in enumerate(page.blocks)
        if block.label in _LEVELS and _plain(block.text)
    ]


def outline(
    headings: Iterable[OutlineItem], bookmarks: Iterable[OutlineEntry]
) -> list[OutlineItem]:
    """What is shown as outline, bounded.

    Args:
        headings: Those of all pages.
        bookmarks: Those of the source, where nothing was read as a heading.
    """
    if read := list(islice(headings, MAX_ENTRIES)):
        return read
    return [
        {"level": entry.level, "text": clean(entry.title, MAX_TEXT), "page": entry.page, "id": ""}
        for entry in islice(bookmarks, MAX_ENTRIES)
        if entry.page is not None
    ]


def _level(block: Block) -> int:
    marks = _MARKS.match(block.text)
    return len(marks[1]) if marks else _LEVELS[block.label]


def _plain(text: str) -> str:
    marked = runs(clean(_MARKS.sub("", text), MAX_TEXT))
    return " ".join("".join(run["text"] for run in marked).split())

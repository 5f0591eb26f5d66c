"""Plain-text search in shown pages: what is typed is looked for as it is, never as a pattern.

`search.js` compares in the same way where there is no Python, and marks what was found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypedDict

MAX_MATCHES = 500
MAX_QUERY = 200
EXCERPT = 60
"""Characters shown on either side of what was found."""

_LETTERS = re.compile("[\u1100-\u11ff]+|.", re.DOTALL)


class Match(TypedDict):
    """A block that holds the query; its excerpt is as printed, in whole words."""

    page: int
    id: str
    excerpt: str


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        matches: The first `MAX_MATCHES` blocks that hold the query.
        count: How many do.
    """

    matches: list[Match]
    count: int


@dataclass(frozen=True)
class SearchedBlock:
    """A block made ready to be searched."""

    page: int
    id: str
    plain: str
    folded: str


def searched_blocks(view: dict[str, Any]) -> list[SearchedBlock]:
    """The blocks of a page view, as `page_view` makes it."""
    return [
        SearchedBlock(view["number"], block["id"], block["plain"], folded(block["plain"]))
        for block in view["blocks"]
    ]


def find(blocks: Iterable[SearchedBlock], query: str) -> Found:
    """Find the blocks whose text holds the query, case folded.

    Args:
        blocks: The blocks of the pages searched.
        query: Any text; blanks count as one.
    """
    wanted = folded(query[:MAX_QUERY])
    holding = [block for block in blocks if wanted in block.folded] if wanted else []
    matches: list[Match] = [
        {"page": block.page, "id": block.id, "excerpt": _excerpt(block.plain, wanted)}
        for block in holding[:MAX_MATCHES]
    ]
    return Found(matches, len(holding))


def folded(text: str) -> str:
    """Text as it is compared: compatibility forms, lower case, single blanks."""
    return " ".join(_letters(text).split())


def _letters(text: str) -> str:
    # The last letter of a Greek word is the same letter as elsewhere.
    return unicodedata.normalize("NFKC", text).lower().replace("ς", "σ")


def _excerpt(plain: str, wanted: str) -> str:
    text, places = _folded_with_places(plain)
    at = text.find(wanted)
    if at < 0:
        return plain[: 2 * EXCERPT]
    first, last = places[at][0], places[at + len(wanted) - 1][1]
    start, end = max(0, first - EXCERPT), min(len(plain), last + EXCERPT)
    if start > 0 and 0 <= (blank := plain.find(" ", start - 1)) < first:
        start = blank + 1
    if end < len(plain) and (blank := plain.rfind(" ", 0, end + 1)) >= last:
        end = blank
    return ("… " if start else "") + plain[start:end] + (" …" if end < len(plain) else "")


def _folded_with_places(plain: str) -> tuple[str, list[tuple[int, int]]]:
    """Folded text, and for each of its characters the places in the text that it comes from."""
    out: list[str] = []
    places: list[tuple[int, int]] = []
    for start, end in _clusters(plain):
        for letter in _letters(plain[start:end]):
            blank = letter.isspace()
            if blank and (not out or out[-1] == " "):
                continue
            out.append(" " if blank else letter)
            places.append((start, end))
    return "".join(out), places


def _clusters(text: str) -> Iterable[tuple[int, int]]:
    """Places of letters with their accents, and of letters that may make up a Korean syllable."""
    start = 0
    for found in _LETTERS.finditer(text):
        if found.start() > start and not unicodedata.category(found[0][0]).startswith("M"):
            yield start, found.start()
            start = found.start()
    if text:
        yield start, len(text)

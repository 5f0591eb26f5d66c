"""Plain-text search in shown pages: what is typed is looked for as it is, never as a pattern."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any, TypedDict

MAX_MATCHES = 500
MAX_QUERY = 200
EXCERPT = 60


class Match(TypedDict):
    """A block that holds the query."""

    page: int
    id: str
    excerpt: str


def find(pages: Iterable[dict[str, Any]], query: str) -> list[Match]:
    """Return the blocks of page views whose text holds the query, case folded.

    Args:
        pages: Views as `page_view` makes them.
        query: Any text; blanks count as one.
    """
    wanted = folded(query[:MAX_QUERY])
    matches: list[Match] = []
    if not wanted:
        return matches
    for page in pages:
        for block in page["blocks"]:
            text = folded(block["plain"])
            at = text.find(wanted)
            if at < 0:
                continue
            excerpt = text[max(0, at - EXCERPT) : at + len(wanted) + EXCERPT]
            matches.append({"page": page["number"], "id": block["id"], "excerpt": excerpt})
            if len(matches) >= MAX_MATCHES:
                return matches
    return matches


def folded(text: str) -> str:
    """Text as it is compared: compatibility forms, lower case, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())

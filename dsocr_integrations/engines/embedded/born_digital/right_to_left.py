"""Arabic and Hebrew lines in the order in which they are read, from where their letters stand.

MuPDF turns such lines around itself, but puts numbers and spaces into wrong places where a file
shows letter by letter from the left. What is seen from right to left is what is read, except that
numbers and words of other scripts run from left to right.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

_SPACE = 0.15
"""White of this many sizes of type parts two words."""

_FIRST = "\u0590"
"""Characters before this one run from left to right."""

_MARK = frozenset({"Mn", "Me"})
_KINDS = {"L": "L", "EN": "N", "AN": "N", "CS": "C", "ES": "E", "ET": "T", "R": "R", "AL": "R"}
_FOREIGN = r"(?:N[NCE]{0,40})?L(?:[^R]*L)?(?:[NCE]{0,40}N)?"
_HEBREW = re.compile(rf"{_FOREIGN}|T?N(?:[CE]?N)*T?")
_ARABIC = re.compile(rf"{_FOREIGN}|N(?:C?N)*")
"""What runs from left to right. Between Arabic letters a hyphen parts two numbers, and a sign of
per cent is no part of one."""

Character = tuple[dict[str, Any], dict[str, Any]]
"""A character and the span that it is set in."""


def is_right_to_left(text: str) -> bool:
    """Whether most of a text's letters are Arabic or Hebrew ones."""
    if max(text, default="") < _FIRST:
        return False
    letters = [unicodedata.bidirectional(c) for c in text if c.isalpha()]
    return 2 * sum(kind in {"R", "AL"} for kind in letters) > len(letters)


def as_read(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A line's spans in the order of reading; as they are where the line is not right to left.

    Args:
        spans: Spans of a level line, as `rawdict` has them.
    """
    text = "".join(character["c"] for span in spans for character in span["chars"])
    if not is_right_to_left(text):
        return spans
    seen = _from_the_right(spans)
    kinds = "".join(_kind(cluster) for cluster in seen)
    is_arabic = any(unicodedata.bidirectional(c) == "AL" for c in text)
    for run in (_ARABIC if is_arabic else _HEBREW).finditer(kinds):
        seen[run.start() : run.end()] = reversed(seen[run.start() : run.end()])
    characters = [character for cluster in seen for character in cluster]
    return [
        {**group[0][1], "chars": [character for character, _ in group]}
        for _, found in itertools.groupby(characters, key=lambda item: id(item[1]))
        for group in [list(found)]
    ]


def _from_the_right(spans: Sequence[dict[str, Any]]) -> list[list[Character]]:
    """Characters with their marks, from right to left, with a space where white parts two."""
    clusters: list[list[Character]] = []
    for span in spans:
        for character in span["chars"]:
            if clusters and _belongs(character, clusters[-1][-1][0]):
                clusters[-1].append((character, span))
            elif not character["c"].isspace():
                clusters.append([(character, span)])
    clusters.sort(key=lambda cluster: -_middle(cluster))
    seen: list[list[Character]] = []
    for cluster in clusters:
        if seen:
            right = min(character["bbox"][0] for character, _ in seen[-1])
            left = max(character["bbox"][2] for character, _ in cluster)
            character, span = cluster[0]
            if right - left > _SPACE * span["size"]:
                seen.append([({**character, "c": " "}, span)])
        seen.append(cluster)
    return seen


def _belongs(character: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether a character is a mark on the one before it, or comes from the same glyph."""
    if unicodedata.category(character["c"]) in _MARK:
        return True
    no_width = before["bbox"][2] - before["bbox"][0] < 0.01
    touches = abs(before["bbox"][0] - character["bbox"][2]) < 0.01
    touches = touches or abs(before["bbox"][2] - character["bbox"][0]) < 0.01
    return no_width and touches and not before["c"].isspace()


def _middle(cluster: Sequence[Character]) -> float:
    left, _, right, _ = max(
        (character["bbox"] for character, _ in cluster), key=lambda box: box[2] - box[0]
    )
    return float(left + right) / 2


def _kind(cluster: Sequence[Character]) -> str:
    text = cluster[0][0]["c"]
    if text == " ":
        return "W"
    return _KINDS.get(unicodedata.bidirectional(text), "O")

"""Words to lines, and lines to running text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from dsocr_integrations.documents import PointBox
from dsocr_integrations.engines.embedded.styled_words import StyledWord

_HYPHENATED = re.compile(r"[^\W\d_]{2,}[-\u00ad\u2010]$")
_CONTINUES = re.compile(r"^[^\W\d_]")


def union(boxes: Iterable[PointBox]) -> PointBox:
    """Smallest box around the given ones, of which there must be one."""
    corners = list(zip(*boxes, strict=True))
    return (min(corners[0]), min(corners[1]), max(corners[2]), max(corners[3]))


def printed_lines(words: Sequence[StyledWord]) -> list[list[StyledWord]]:
    """Group words into printed lines, top to bottom, each left to right.

    The content stream may cut a printed line into several pieces; pieces that share most of
    their height stand on one line.
    """
    pieces = [list(group) for _, group in itertools.groupby(words, key=lambda word: word.line)]
    pieces.sort(key=lambda piece: union(word.box for word in piece)[1])
    lines: list[list[StyledWord]] = []
    for piece in pieces:
        if lines and _same_line(lines[-1], piece):
            lines[-1].extend(piece)
        else:
            lines.append(piece)
    for line in lines:
        if all(word.horizontal for word in line):
            line.sort(key=lambda word: word.box[0])
    return lines


def join_lines(words: Sequence[StyledWord]) -> str:
    """Running text of words on one or more lines, without markup."""
    return join_text(" ".join(word.text for word in line) for line in printed_lines(words))


def join_text(lines: Iterable[str]) -> str:
    """Join printed lines; a word divided at a line's end becomes whole again."""
    text = ""
    for line in lines:
        if text and _HYPHENATED.search(text) and _CONTINUES.match(line) and line[0].islower():
            text = text[:-1] + line
        else:
            text = f"{text} {line}" if text else line
    return text


def _same_line(line: Sequence[StyledWord], piece: Sequence[StyledWord]) -> bool:
    first, second = union(word.box for word in line), union(word.box for word in piece)
    shared = min(first[3], second[3]) - max(first[1], second[1])
    return shared > 0.5 * min(first[3] - first[1], second[3] - second[1])

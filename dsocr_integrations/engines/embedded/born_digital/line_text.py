"""Words to printed lines, and lines to running text."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dsocr_integrations.engines.embedded.born_digital.right_to_left import is_right_to_left
from dsocr_integrations.engines.embedded.born_digital.styled_words import StyledWord
from dsocr_integrations.records.documents import PointBox

_DIVIDED = re.compile(r"(?:^|[^\w])([^\W\d_]{2,})[-\u00ad\u2010]$")
_FIRST_LETTERS = re.compile(r"^[^\W\d_]+")
CJK = re.compile(r"[\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")
_TALL = 1.8
"""A word this many times as high as its neighbours is an initial over several lines."""

_WORDS_OF_ONE_LETTER = frozenset("AEIOUYaeiouy")
_WORD_SPACE = 0.25
"""Share of the type size from which a gap beside such an initial parts two words."""

_STRUCK = "~~"

Line = list[StyledWord]


def union(boxes: Iterable[PointBox]) -> PointBox:
    """Smallest box around the given ones, of which there must be one."""
    corners = list(zip(*boxes, strict=True))
    return (min(corners[0]), min(corners[1]), max(corners[2]), max(corners[3]))


def printed_lines(words: Sequence[StyledWord]) -> list[Line]:
    """Group words into printed lines, top to bottom, each left to right.

    The content stream may cut a printed line into several pieces; pieces that share most of
    their height stand on one line. Rotated text keeps the order of the content stream.
    """
    if not all(word.horizontal for word in words):
        return [list(line) for _, line in itertools.groupby(words, key=lambda word: word.line)]
    usual = statistics.median(word.height for word in words) if words else 0.0
    pieces = [list(piece) for _, piece in itertools.groupby(words, key=lambda word: word.line)]
    initials = [p for p in pieces if len(p) == 1 and p[0].height > _TALL * usual]
    pieces = [p for p in pieces if not any(p is initial for initial in initials)] or pieces
    pieces.sort(key=_middle)
    lines: list[Line] = []
    for piece in pieces:
        if lines and _same_line(lines[-1], piece):
            lines[-1].extend(piece)
        else:
            lines.append(list(piece))
    for initial in initials:
        _put_initial(lines, initial[0])
    return [_across(line) for line in lines]


def line_text(line: Sequence[StyledWord]) -> str:
    """A line as printed, without markup."""
    return "".join(
        word.text if word.glued or place == 0 else f" {word.text}"
        for place, word in enumerate(line)
    )


def running_text(lines: Sequence[Line], *, bold: bool = True) -> str:
    """Join printed lines to one paragraph of Markdown.

    Words divided at a line's end become whole again, unless the same compound stands with its
    hyphen elsewhere in the text. Raised characters are kept as `<sup>`, passages that are struck
    out as `~~`, bold ones as `**` where not all of the text is bold.

    Args:
        lines: Printed lines in reading order.
        bold: Whether to mark bold passages.
    """
    words = [word for line in lines for word in line]
    mark_bold = bold and 0 < sum(word.bold for word in words) < 0.8 * len(words)
    compounds = {word.text.casefold() for line in lines for word in line[:-1] if "-" in word.text}
    parts: list[str] = []
    for line in lines:
        _append_line(parts, _marked(line, mark_bold=mark_bold), compounds)
    return "".join(parts).replace(f"{_STRUCK} {_STRUCK}", " ")


def _append_line(parts: list[str], line: str, compounds: set[str]) -> None:
    if not parts or not line:
        parts.append(line)
        return
    before = parts[-1]
    divided = _DIVIDED.search(before)
    continued = _FIRST_LETTERS.match(line)
    if divided and continued and line[0].islower():
        whole = f"{divided.group(1)}-{continued.group()}".casefold()
        if not any(compound.startswith(whole) for compound in compounds):
            parts[-1] = before[:-1]
        parts.append(line)
    elif _runs_on(before, line):
        parts.append(line)
    else:
        parts.append(f" {line}")


def _runs_on(before: str, line: str) -> bool:
    """Whether a line goes on without a space: Chinese and Japanese, or a broken address."""
    if CJK.match(before[-1:]) and CJK.match(line[0]):
        return True
    return before.endswith("/") and "://" in before.rsplit(" ", 1)[-1]


def _marked(line: Line, *, mark_bold: bool) -> str:
    """One line with raised characters, and bold and struck passages marked."""
    text = ""
    runs = itertools.groupby(line, key=lambda word: (mark_bold and word.bold, word.struck))
    for (is_bold, is_struck), words in runs:
        run, glued = "", False
        for place, word in enumerate(words):
            shown = f"<sup>{word.text}</sup>" if word.superscript else word.text
            if place == 0:
                run, glued = shown, word.glued
            else:
                run += shown if word.glued else f" {shown}"
        marked = f"**{run}**" if is_bold else run
        marked = f"{_STRUCK}{marked}{_STRUCK}" if is_struck else marked
        text += marked if glued or not text else f" {marked}"
    return text


def _across(line: Line) -> Line:
    """Order a line from left to right; Arabic and Hebrew by pieces from right to left.

    Within a piece MuPDF gives right-to-left text in the order it is read.
    """
    if not is_right_to_left(line_text(line)):
        return sorted(line, key=lambda word: word.box[0])
    pieces = [list(piece) for _, piece in itertools.groupby(line, key=lambda word: word.line)]
    pieces.sort(key=lambda piece: -max(word.box[2] for word in piece))
    return [word for piece in pieces for word in piece]


def _middle(piece: Sequence[StyledWord]) -> float:
    box = _band(piece)
    return (box[1] + box[3]) / 2


def _band(piece: Sequence[StyledWord]) -> PointBox:
    """The box of a piece without the words that are much higher than most of it.

    Recognition stretches the type of a dash or a bracket until it is as wide as on the scan.
    """
    if len(piece) == 1:
        return piece[0].box
    usual = statistics.median_high(word.height for word in piece)
    return union(word.box for word in piece if word.height <= _TALL * usual)


def _same_line(line: Sequence[StyledWord], piece: Sequence[StyledWord]) -> bool:
    first, second = _band(line), _band(piece)
    shared = min(first[3], second[3]) - max(first[1], second[1])
    return shared > 0.5 * min(first[3] - first[1], second[3] - second[1])


def _put_initial(lines: list[Line], initial: StyledWord) -> None:
    """Set a large initial before the first line it reaches, as a part of that line's word."""
    for line in lines:
        box = union(word.box for word in line)
        if box[3] > initial.box[1] and box[1] < initial.box[3] and initial.box[0] < box[0]:
            first = min(range(len(line)), key=lambda place: line[place].box[0])
            line[first] = replace(line[first], glued=_begins(initial, line[first]))
            line.insert(0, initial)
            return
    lines.append([initial])


def _begins(initial: StyledWord, word: StyledWord) -> bool:
    """Whether an initial is the first letter of the word beside it."""
    if not (initial.text[-1:].isalpha() and word.text[:1].isalpha()):
        return False
    gap = word.box[0] - initial.box[2]
    alone = len(initial.text) > 1 or initial.text in _WORDS_OF_ONE_LETTER
    return gap < (_WORD_SPACE if alone else 1.0) * word.size

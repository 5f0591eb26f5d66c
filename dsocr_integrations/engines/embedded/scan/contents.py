"""Tables of contents: entries with the numbers of their pages at the right, each a line of its own."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dsocr_integrations.engines.embedded.scan.paragraphs import join_text
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, bounding_box
from dsocr_integrations.engines.embedded.scan.segments import split
from dsocr_integrations.engines.embedded.scan.text_rows import CELL_GAP, text_rows
from dsocr_integrations.records.documents import PointBox

FEWEST, MANY = 3, 5
"""Entries that make a table of contents; more where neither dots nor a name tell it."""

SHORT = 30
"""Characters of its name at most."""

FLUSH = 0.8
"""Line heights by which the numbers' right ends differ at most."""

STEP = 3.0
"""Line heights of white between two entries, at most."""

MISREAD = 0.1
"""Share of the numbers that may be less than the one above."""

WRAPPED = 0.55
"""Share of the way to the numbers that a line takes whose entry goes on in the next one."""

LEADER = " … "
"""What stands between an entry and its number."""

_NUMBER = r"(?:\d{1,4}|[ivxl]{1,7})"
_DOTTED = re.compile(
    rf"^(?P<title>.*?\w.*?)\s*(?:[.·…‥・]\s*){{3,}}(?P<number>{_NUMBER})?$", re.IGNORECASE
)
_DOTS = re.compile(r"^(?:[.·…‥・]\s*)+")
_TRAIL = re.compile(r"(?:\s[.·…‥・]|[.·…‥・]{2})[\s.·…‥・]*$")
_BARE = re.compile(_NUMBER, re.IGNORECASE)
_NAME = re.compile(
    r"contents|inhalt|sommaire|table des mati|índice|indice|目\s*录|目\s*次", re.IGNORECASE
)
_NUMBERED = re.compile(
    r"^(?:\d+(?:\.\d+)*\.?|[A-Z]\.|(?:chapter|part)\b|第.{1,3}[章节])\s?", re.IGNORECASE
)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}


@dataclass(frozen=True)
class Contents:
    """A table of contents.

    Attributes:
        entries: Titles, each with the number of its page behind a leader.
        lines: All it was read from.
    """

    entries: tuple[str, ...]
    lines: tuple[TextLine, ...]

    @property
    def box(self) -> PointBox:
        """Its extent."""
        return bounding_box([line.box for line in self.lines])


@dataclass(frozen=True)
class _Row:
    """A row of the page, its number apart.

    Attributes:
        pieces: Its title.
        number: Of the page; empty for the first lines of an entry, and for a heading.
        lines: All of the row.
        dotted: Whether dots lead to the number.
    """

    pieces: tuple[TextLine, ...]
    number: str
    lines: tuple[TextLine, ...]
    dotted: bool

    @property
    def box(self) -> PointBox:
        return bounding_box([line.box for line in self.lines])


def find_contents(
    lines: Sequence[TextLine], line_height: float
) -> tuple[list[Contents], list[TextLine]]:
    """Find tables of contents.

    Args:
        lines: All lines of the page with their words.
        line_height: Prevailing line height, in the unit of the boxes.

    Returns:
        The tables, and the lines that none of them holds.
    """
    pieces = {id(line): split(line, CELL_GAP) for line in lines if not line.vertical}
    is_named = any(_NAME.search(line.text) and len(line.text) < SHORT for line in lines)
    rows = text_rows([piece for own in pieces.values() for piece in own])
    found = []
    for block in _blocks([_row(tuple(row.fragments)) for row in rows], line_height):
        numbered = [row for row in block if row.number]
        least = FEWEST if is_named or 2 * sum(row.dotted for row in block) >= len(block) else MANY
        if len(numbered) >= least and _count_on([row.number for row in numbered]):
            held = tuple(line for row in block for line in row.lines)
            found.append(Contents(tuple(_entries(block)), held))
    taken = {id(line) for one in found for line in one.lines}
    rest: list[TextLine] = []
    for line in lines:
        own = pieces.get(id(line), [line])
        left = [piece for piece in own if id(piece) not in taken]
        rest += [line] if len(left) == len(own) else left
    return found, rest


def _row(pieces: tuple[TextLine, ...]) -> _Row:
    last = pieces[-1]
    led = _DOTTED.match(last.text)
    if led and led["number"]:
        title = _cut(last, led["title"])
        return _Row((*pieces[:-1], title), led["number"], pieces, dotted=True)
    if len(pieces) > 1 and _BARE.fullmatch(bare := _DOTS.sub("", last.text)):
        kept = tuple(p for p in pieces[:-1] if not _DOTS.fullmatch(p.text))
        dotted = len(kept) < len(pieces) - 1 or bare != last.text
        dotted = dotted or any(_TRAIL.search(p.text) for p in kept)
        if dotted:
            kept = tuple(_cut(p, p.text.rstrip(" .·…‥・")) for p in kept)
        if (kept and any(map(str.isalpha, kept[0].text))) or len(kept) > 1:
            return _Row(kept, bare, pieces, dotted)
    return _Row(pieces, "", pieces, dotted=False)


def _cut(line: TextLine, text: str) -> TextLine:
    return replace(line, text=text, marked="")


def _blocks(rows: Sequence[_Row], line_height: float) -> list[list[_Row]]:
    """Runs of rows whose numbers end at one place; other rows between them are short of it."""
    blocks: list[list[_Row]] = []
    waiting: list[_Row] = []
    for row in rows:
        block = blocks[-1] if blocks else None
        above = (waiting or block or [row])[-1]
        near = row.box[1] - above.box[3] <= STEP * line_height
        if row.number:
            if block and near and abs(row.box[2] - _end(block)) <= FLUSH * line_height:
                block += [*waiting, row]
            else:
                first = [w for w in waiting[-1:] if near and _runs_into(w, row)]
                blocks.append([*first, row])
            waiting = []
        elif near and len(row.pieces) == 1:
            waiting.append(row)
        else:
            waiting = [row]
            blocks.append([])
    return [block for block in blocks if block]


def _end(block: Sequence[_Row]) -> float:
    return next(row.box[2] for row in reversed(block) if row.number)


def _runs_into(upper: _Row, lower: _Row) -> bool:
    """Whether an entry begins in a row without a number and ends in the next one."""
    left = min(upper.box[0], lower.box[0])
    taken = (upper.box[2] - left) / max(1.0, lower.box[2] - left)
    return (
        WRAPPED <= taken < 1.0
        and len(lower.pieces) == 1
        and not _NUMBERED.match(lower.pieces[0].text)
        and lower.pieces[0].text[:1].islower()
    )


def _count_on(numbers: Sequence[str]) -> bool:
    """Whether pages follow each other, roman ones before the others."""
    values = [_value(number) for number in numbers]
    falls = sum(after < before for before, after in itertools.pairwise(values))
    return falls <= MISREAD * len(values) and len(set(values)) > len(values) // 2


def _value(number: str) -> int:
    if number.isdigit():
        return 1000 + int(number)
    digits = [_ROMAN[letter] for letter in number.lower()]
    return sum(
        -digit if digit < max(digits[n:], default=0) else digit for n, digit in enumerate(digits)
    )


def _entries(block: Sequence[_Row]) -> Iterator[str]:
    small = any(row.number.islower() for row in block)
    begun: list[TextLine] = []
    for row, following in zip(block, [*block[1:], None], strict=True):
        begun += row.pieces
        if not row.number and following is not None and _runs_into(row, following):
            continue
        number = row.number.lower() if small else row.number
        yield f"{join_text(begun)}{LEADER}{number}" if number else join_text(begun)
        begun = []

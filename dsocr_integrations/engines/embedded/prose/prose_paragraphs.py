"""The headings and paragraphs of a column of prose."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from dsocr_integrations.engines.embedded.page_layout import LayoutRegion
from dsocr_integrations.engines.embedded.prose.prose_columns import DoubtfulLayoutError
from dsocr_integrations.engines.embedded.prose.prose_lines import ProseLine, region_of
from dsocr_integrations.engines.embedded.prose.prose_lists import items_of

_SAME_SIZE = 0.04
"""Share by which sizes of type of one text differ, at most."""

_LARGER, _LARGEST = 1.08, 1.7
"""Type this many times as large as the body's is a heading's; above the second a title's."""

_SHORT_STEP, _USUAL_STEP, _WIDE_STEP = 0.93, 1.08, 1.3
"""Lines of one paragraph follow at 0.93 to 1.08 usual steps, paragraphs apart at 1.3 or more."""

_ABOVE_HEADING, _BELOW_HEADING = 1.45, 1.15
"""Usual steps from the text to a heading, and from a heading to its text, at least."""

_ALONE = 1.6
"""Usual steps from a slanted heading without a number to the text on either side, at least."""

_FLUSH, _INDENT = 0.3, (0.8, 4.0)
"""Sizes of type by which a line stands in if it is flush, or the first of a paragraph."""

_DOUBLE_SPACED = 2.0
"""Sizes of type from which on a usual step leaves open what stands apart."""

_HEADING_LINES = 3
_HEADING_STEP, _HEADINGS_STEP = 1.4, 1.6
"""Sizes of type between two lines of a heading, at most, and between two headings, at least."""

_FULL = 0.85
"""Share of a column's width that a line fills behind which a sentence goes on."""

_BROKEN = 0.6
"""A line that ends a sentence within this share of the width ends its paragraph; a line alone that
is no longer may be a heading."""

_CENTRED = 0.6
"""Sizes of type by which the middle of a centred line lies off its column's, at most."""

_LIST_MARK = re.compile(
    r"[^\w\s\"'“”‘’«»(\[$€£§¿¡]|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)](?:\s|$)|\[\w{1,12}\]|\(\d"
)
_CAPTION = re.compile(
    r"(?:fig(?:ure|\.)|table|tab\.|exhibit|chart|listing|algorithm|abb(?:ildung|\.)|tabelle)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[A-Z]\.|[IVX]{1,4}\.)\s?[A-Z]")
"""How a heading of a numbered section begins."""

_ENDS, _CLOSING = (".", "!", "?", ":"), "\"'”’»)]*"


@dataclass(frozen=True)
class ProseType:
    """How the running text of a page is set.

    Attributes:
        size: Size of its type in points.
        step: From one base line to the next, usually.
    """

    size: float
    step: float

    def is_body(self, line: ProseLine) -> bool:
        """Whether a line is set as running text is."""
        return abs(line.size - self.size) <= _SAME_SIZE * self.size and not line.bold


def prose_type(columns: Sequence[Sequence[ProseLine]], size: float) -> ProseType:
    """Measure how running text of a size is set.

    Raises:
        DoubtfulLayoutError: If no line of it follows another, or all follow from afar.
    """
    made = ProseType(size, size)
    steps = [
        lower.base - upper.base
        for column in columns
        for upper, lower in itertools.pairwise(column)
        if made.is_body(upper) and made.is_body(lower)
    ]
    if not steps:
        raise DoubtfulLayoutError("no running text")
    # Items of a list stand further apart than their lines do.
    step = sorted(steps)[len(steps) // 10]
    if step > _DOUBLE_SPACED * size:
        raise DoubtfulLayoutError("double spacing")
    return ProseType(size, step)


def paragraphs_of(column: Sequence[ProseLine], body: ProseType) -> list[LayoutRegion]:
    """Part a column into its headings and paragraphs.

    Raises:
        DoubtfulLayoutError: If a line may be anything else, or part of either neighbour.
    """
    return _ColumnOfProse(column, body).regions()


def _is_slanted(line: ProseLine) -> bool:
    return line.italic and not line.bold


class _ColumnOfProse:
    """A column while it is being parted."""

    def __init__(self, column: Sequence[ProseLine], body: ProseType) -> None:
        self._body = body
        self._column = column
        self._items = items_of(column)
        self._first_of_items = {id(item) for item in self._items if item is not None}
        self._in_items = {
            id(line) for line, item in zip(column, self._items, strict=True) if item is not None
        }
        running = [line for line, item in zip(column, self._items, strict=True) if item is None]
        self._left = statistics.median_low(line.left for line in running or column)
        self._right = max(line.right for line in column)

    def regions(self) -> list[LayoutRegion]:
        found = [[self._column[0]]]
        self._check(0)
        for place in range(1, len(self._column)):
            self._check(place)
            if self._goes_on(place):
                found[-1].append(self._column[place])
            else:
                found.append([self._column[place]])
        if self._is_heading(found[-1][0]):
            raise DoubtfulLayoutError("a heading without text")
        for first, second in itertools.pairwise(found):
            self._check_indent(first, second)
        for lines in found[1:-1]:
            self._check_alone(lines)
        return [self._region(lines) for lines in found]

    def _region(self, lines: Sequence[ProseLine]) -> LayoutRegion:
        if self._begins_item(lines[0]):
            return region_of("list-item", lines)
        if not self._is_heading(lines[0]):
            return region_of("text", lines)
        if len(lines) > _HEADING_LINES:
            raise DoubtfulLayoutError("a long heading")
        return region_of("section-header", lines)

    def _check(self, place: int) -> None:
        """Whether a line is one of a heading or of a paragraph by its looks."""
        line = self._column[place]
        if self._goes_on_within(place):
            return
        if _CAPTION.match(line.text):
            raise DoubtfulLayoutError(f"a caption: {line.text}")
        if line.marked:
            raise DoubtfulLayoutError(f"a note: {line.text}")
        if self._items[place] is not None and not self._is_heading(line):
            return
        if _is_slanted(line) and not self._is_slanted_heading(place):
            raise DoubtfulLayoutError(f"slanted type: {line.text}")
        if self._is_heading(line):
            if not (self._may_head(line) or self._goes_on_in_bold(place)):
                raise DoubtfulLayoutError(f"odd type: {line.text}")
        elif _LIST_MARK.match(line.text):
            raise DoubtfulLayoutError(f"an entry of a list: {line.text}")
        elif not (self._is_flush(line) or self._is_first(place)):
            raise DoubtfulLayoutError(f"odd indent: {line.text}")

    def _goes_on_within(self, place: int) -> bool:
        """Whether a line goes on a sentence of the full line above it, whatever it begins with."""
        if not place:
            return False
        before, line = self._column[place - 1 : place + 1]
        is_full = before.right - self._left >= _FULL * (self._right - self._left)
        return (
            is_full
            and self._body.is_body(before)
            and self._body.is_body(line)
            and not (line.italic or line.marked or self._items[place])
            and self._is_flush(line)
            and _SHORT_STEP <= (line.base - before.base) / self._body.step <= _USUAL_STEP
            and not before.text.rstrip(_CLOSING).endswith((*_ENDS, ";"))
        )

    def _goes_on(self, place: int) -> bool:
        """Whether a line goes on the heading or the paragraph of the line before."""
        before, line = self._column[place - 1 : place + 1]
        steps = (line.base - before.base) / self._body.step
        if self._is_heading(line):
            return self._heading_goes_on(before, line, steps)
        if self._is_heading(before):
            if steps < _BELOW_HEADING:
                raise DoubtfulLayoutError(f"text close to a heading: {line.text}")
            return False
        if self._items[place] is not None:
            return self._item_goes_on(place, steps)
        is_first = self._is_first(place)
        if steps < _SHORT_STEP or (_USUAL_STEP < steps < _WIDE_STEP and not is_first):
            raise DoubtfulLayoutError(f"odd step {steps:.2f}: {line.text}")
        if self._items[place - 1] is not None:
            if steps <= _USUAL_STEP:
                raise DoubtfulLayoutError(f"text close to a list: {line.text}")
            return False
        if steps <= _USUAL_STEP and not is_first:
            self._check_broken(before)
            return True
        if not before.text.rstrip(_CLOSING).endswith(_ENDS):
            raise DoubtfulLayoutError(f"a paragraph without end {steps:.2f}: {before.text}")
        return False

    def _check_broken(self, before: ProseLine) -> None:
        """A line that ends a sentence early may end a paragraph with no white below."""
        if self._is_short(before) and before.text.rstrip(_CLOSING).endswith("."):
            raise DoubtfulLayoutError(f"a paragraph right above another: {before.text}")

    def _item_goes_on(self, place: int, steps: float) -> bool:
        line = self._column[place]
        begins = self._begins_item(line)
        if steps < _SHORT_STEP or (steps > _USUAL_STEP and not begins):
            raise DoubtfulLayoutError(f"odd step in a list {steps:.2f}: {line.text}")
        return not begins

    def _begins_item(self, line: ProseLine) -> bool:
        return id(line) in self._first_of_items

    def _heading_goes_on(self, before: ProseLine, line: ProseLine, steps: float) -> bool:
        if not self._is_heading(before):
            if steps < _ABOVE_HEADING:
                raise DoubtfulLayoutError(f"a heading close to text: {line.text}")
            return False
        step = (line.base - before.base) / before.size
        if step >= _HEADINGS_STEP:
            return False
        is_alike = before.bold == line.bold and abs(before.size - line.size) < _SAME_SIZE
        if not is_alike or step > _HEADING_STEP:
            raise DoubtfulLayoutError(f"a heading below another: {line.text}")
        return True

    def _goes_on_in_bold(self, place: int) -> bool:
        """Whether a line is a further one of a bold heading, which may be a whole sentence."""
        before, line = self._column[max(0, place - 1)], self._column[place]
        is_near = before.base < line.base <= before.base + _HEADING_STEP * before.size
        is_alike = abs(before.size - line.size) < _SAME_SIZE
        return before.bold and line.bold and is_near and is_alike and self._is_flush(line)

    def _is_heading(self, line: ProseLine) -> bool:
        is_slanted = _is_slanted(line) and id(line) not in self._in_items
        return not self._body.is_body(line) or is_slanted

    def _is_slanted_heading(self, place: int) -> bool:
        """Whether a slanted line, which may be a name or a motto too, heads what is below it."""
        line = self._column[place]
        beside = [*self._column[max(0, place - 1) : place], *self._column[place + 1 : place + 2]]
        if any(_is_slanted(one) for one in beside):
            return False
        if _NUMBERED.match(line.text):
            return True
        white = min(abs(one.base - line.base) for one in beside) / self._body.step
        return white >= _ALONE and self._is_short(line) and not line.text.endswith(_ENDS)

    def _may_head(self, line: ProseLine) -> bool:
        """Whether a line that is not set as the text is set as a heading is."""
        share, text = line.size / self._body.size, line.text
        stands_out = share >= _LARGER or ((line.bold or line.italic) and share >= 1 - _SAME_SIZE)
        ends = (",", ";") if text[0].isdigit() or line.bold else (".", ",", ";")
        return (
            stands_out
            and share <= _LARGEST
            and (text[0].isupper() or text[0].isdigit())
            and sum(character.isalpha() for character in text) > 2
            and not text.endswith(ends)
            and (self._is_flush(line) or self._is_centred(line) or self._stands_in(line))
        )

    def _is_flush(self, line: ProseLine) -> bool:
        return abs(line.left - self._left) <= _FLUSH * line.size

    def _is_first(self, place: int) -> bool:
        """Whether a line stands in as the first of a paragraph does."""
        line, after = self._column[place], self._column[place + 1 : place + 2]
        return self._stands_in(line) and all(self._is_flush(one) for one in after)

    def _stands_in(self, line: ProseLine) -> bool:
        return _INDENT[0] <= (line.left - self._left) / line.size <= _INDENT[1]

    def _is_centred(self, line: ProseLine) -> bool:
        return abs(line.left + line.right - self._left - self._right) <= 2 * _CENTRED * line.size

    def _is_short(self, line: ProseLine) -> bool:
        return line.right - self._left < _BROKEN * (self._right - self._left)

    def _check_alone(self, lines: Sequence[ProseLine]) -> None:
        """A short line between others, set as they are, may be a heading or part of a list."""
        is_text = not (self._begins_item(lines[0]) or self._is_heading(lines[0]))
        if is_text and len(lines) == 1 and self._is_short(lines[0]):
            raise DoubtfulLayoutError(f"a short line alone: {lines[0].text}")

    def _check_indent(self, first: Sequence[ProseLine], second: Sequence[ProseLine]) -> None:
        """Of two paragraphs most lines must be flush, or the indent of the second says little."""
        lines = [*first, *second]
        flush = sum(self._is_flush(line) for line in lines)
        is_indented = not self._begins_item(second[0]) and not self._is_flush(second[0])
        if is_indented and 2 * flush < len(lines):
            raise DoubtfulLayoutError(f"mostly indents: {second[0].text}")

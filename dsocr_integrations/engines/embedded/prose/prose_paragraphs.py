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
from dsocr_integrations.engines.embedded.prose.prose_lists import is_item, items_of

_SAME_SIZE = 0.04
"""Share by which sizes of type of one text differ, at most."""

_LARGER, _LARGEST = 1.08, 1.7
"""Type this many times as large as the body's is a heading's; above the second a title's."""

_SHORT_STEP, _USUAL_STEP, _WIDE_STEP = 0.93, 1.08, 1.3
"""Lines of one paragraph follow at 0.93 to 1.08 usual steps, paragraphs apart at 1.3 or more."""

_ABOVE_HEADING, _BELOW_HEADING = 1.45, 1.15
"""Usual steps from the text to a heading, and from a heading to its text, at least."""

_FLUSH, _INDENT = 0.3, (0.8, 4.0)
"""Sizes of type by which a line stands in if it is flush, or the first of a paragraph."""

_DOUBLE_SPACED = 2.0
"""Sizes of type from which on a usual step leaves open what stands apart."""

_HEADING_LINES = 2
_HEADING_STEP, _HEADINGS_STEP = 1.4, 1.6
"""Sizes of type between the two lines of a heading, at most, and between two headings, at least."""

_CENTRED = 0.6
"""Sizes of type by which the middle of a centred line lies off its column's, at most."""

_LIST_MARK = re.compile(
    r"[^\w\s\"'“”‘’«»(\[$€£§¿¡]|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)](?:\s|$)|\[\w{1,12}\]|\(\d"
)
_CAPTION = re.compile(
    r"(?:fig(?:ure|\.)|table|tab\.|exhibit|chart|listing|algorithm|abb(?:ildung|\.)|tabelle)\b",
    re.IGNORECASE,
)
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


class _ColumnOfProse:
    """A column while it is being parted."""

    def __init__(self, column: Sequence[ProseLine], body: ProseType) -> None:
        self._body = body
        self._column = column
        self._items = items_of(column)
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
        return [self._region(lines) for lines in found]

    def _region(self, lines: Sequence[ProseLine]) -> LayoutRegion:
        if is_item(lines[0]):
            return region_of("list-item", lines)
        if not self._is_heading(lines[0]):
            return region_of("text", lines)
        if len(lines) > _HEADING_LINES:
            raise DoubtfulLayoutError("a long heading")
        return region_of("section-header", lines)

    def _check(self, place: int) -> None:
        """Whether a line is one of a heading or of a paragraph by its looks."""
        line = self._column[place]
        if _CAPTION.match(line.text) or line.marked:
            raise DoubtfulLayoutError(f"a caption or a note: {line.text}")
        if line.italic and not line.bold:
            raise DoubtfulLayoutError(f"slanted type: {line.text}")
        if self._is_heading(line):
            if not self._may_head(line):
                raise DoubtfulLayoutError(f"odd type: {line.text}")
        elif self._items[place] is not None:
            return
        elif _LIST_MARK.match(line.text):
            raise DoubtfulLayoutError(f"an entry of a list: {line.text}")
        elif not (self._is_flush(line) or self._is_first(place)):
            raise DoubtfulLayoutError(f"odd indent: {line.text}")

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
            return True
        if not before.text.rstrip(_CLOSING).endswith(_ENDS):
            raise DoubtfulLayoutError(f"a paragraph without end {steps:.2f}: {before.text}")
        return False

    def _item_goes_on(self, place: int, steps: float) -> bool:
        line = self._column[place]
        begins = is_item(line)
        if steps < _SHORT_STEP or (steps > _USUAL_STEP and not begins):
            raise DoubtfulLayoutError(f"odd step in a list {steps:.2f}: {line.text}")
        return not begins

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

    def _is_heading(self, line: ProseLine) -> bool:
        return not self._body.is_body(line)

    def _may_head(self, line: ProseLine) -> bool:
        """Whether a line that is not set as the text is set as a heading is."""
        share, text = line.size / self._body.size, line.text
        stands_out = share >= _LARGER or (line.bold and share >= 1 - _SAME_SIZE)
        ends = (",", ";") if text[0].isdigit() else (".", ",", ";")
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

    def _check_indent(self, first: Sequence[ProseLine], second: Sequence[ProseLine]) -> None:
        """Of two paragraphs most lines must be flush, or the indent of the second says little."""
        lines = [*first, *second]
        flush = sum(self._is_flush(line) for line in lines)
        is_indented = not is_item(second[0]) and not self._is_flush(second[0])
        if is_indented and 2 * flush < len(lines):
            raise DoubtfulLayoutError(f"mostly indents: {second[0].text}")

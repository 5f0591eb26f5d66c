"""What the paragraphs of a scan are compared with to tell what they are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dsocr_integrations.engines.embedded.page_layout import LayoutRegion
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine
from dsocr_integrations.engines.embedded.scan.segments import median_height
from dsocr_integrations.records.documents import PointBox

BOLD = 1.35
"""Strokes so many times as wide as those of the page's text are bold; ordinary type stays below
1.2 where it is large enough to be measured."""

SHORTEST_BOLD = 4
"""Characters; the strokes of fewer say little."""

LINES_OF_TEXT = 6
"""So many lines have a height and a width of their own."""


@dataclass(frozen=True)
class LabelContext:
    """What a paragraph is compared with.

    Attributes:
        width: Width of the page in pixels.
        height: Height of the page in pixels.
        line_height: Prevailing line height in pixels.
        hints: Regions of the layout model, in pixels; may be empty.
        is_page: Whether the picture is a whole page rather than a clipping of one.
        boldness: Of the page's lines by `id`, 1 for the prevailing type.
        text_width: Width of the text around it in pixels; unknown where there is little.
        is_note: Whether it stands in the margin beside a text.
    """

    width: float
    height: float
    line_height: float
    hints: tuple[LayoutRegion, ...]
    is_page: bool
    boldness: Mapping[int, float] = field(default_factory=dict)
    text_width: float = math.inf
    is_note: bool = False

    def within(self, run: Sequence[TextLine]) -> LabelContext:
        """What the paragraphs of one run of lines are compared with."""
        if len(run) < LINES_OF_TEXT:
            return self
        width = max(line.box[2] for line in run) - min(line.box[0] for line in run)
        height = max(self.line_height, median_height(run))
        return replace(self, line_height=height, text_width=width)

    def is_bold(self, line: TextLine) -> bool:
        """Whether a line is set in bold type; never for a few characters."""
        return len(line.text) >= SHORTEST_BOLD and self.boldness.get(id(line), 1.0) >= BOLD


def hint_of(box: PointBox, hints: Sequence[LayoutRegion]) -> LayoutRegion | None:
    """The smallest region that holds the middle of a line."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    around = [h for h in hints if h.box[0] <= x <= h.box[2] and h.box[1] <= y <= h.box[3]]
    return min(around, key=lambda h: (h.box[2] - h.box[0]) * (h.box[3] - h.box[1]), default=None)

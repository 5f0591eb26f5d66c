"""What a paragraph of a scan is: heading, caption, header, footer, page number or text."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from dsocr_integrations.engines.embedded.page_layout import LayoutRegion
from dsocr_integrations.engines.embedded.scan.formulas import is_formula
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, bounding_box
from dsocr_integrations.records.documents import PointBox

MARGIN = 0.12
"""Headers and footers stand within this share of the page's height from its edges."""

EDGE = 0.08
"""A number this near to an edge is a page number even where the layout model is silent."""

RUNNING_LINES = 2
LARGE = 1.3
"""A short paragraph set this much larger than the text is a heading."""

LARGEST = 1.75
HEADING_LENGTH = 120
_PAGE_NUMBER = re.compile(
    r"^(?:page\s*|第\s*)?[-–—·\s]*(?:\d{1,4}|[ivxlc]{1,6})[-–—·\s]*(?:页|(?:/|of)\s*\d{1,4})?$",
    re.IGNORECASE,
)
_TABLE_CAPTION = re.compile(
    r"^\W{0,2}(?:tab(?:le|\.)?\s?\d|table\b|exhibit\b|表\s?\d)", re.IGNORECASE
)
_FIGURE_CAPTION = re.compile(
    r"^\W{0,2}(?:fig(?:ure|\.)?\s?\d|figure\b|图\s?\d|圖\s?\d)", re.IGNORECASE
)
_EQUATION = re.compile(r"[=≤≥≈∑∫]")
_WORD = re.compile(r"[^\W\d_]{4}")
_GOES_ON = (",", ";", "，", "；", "、")
_FURNITURE = {"page-header": "header", "page-footer": "footer"}
_HEADINGS = frozenset({"title", "section-header"})


@dataclass(frozen=True)
class LabelContext:
    """What a paragraph is compared with.

    Attributes:
        width: Width of the page in pixels.
        height: Height of the page in pixels.
        line_height: Prevailing line height in pixels.
        hints: Regions of the layout model, in pixels; may be empty.
        is_page: Whether the picture is a whole page rather than a clipping of one.
    """

    width: float
    height: float
    line_height: float
    hints: tuple[LayoutRegion, ...]
    is_page: bool


def hint_of(box: PointBox, hints: Sequence[LayoutRegion]) -> LayoutRegion | None:
    """The smallest region that holds the middle of a line."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    around = [h for h in hints if h.box[0] <= x <= h.box[2] and h.box[1] <= y <= h.box[3]]
    return min(around, key=lambda h: (h.box[2] - h.box[0]) * (h.box[3] - h.box[1]), default=None)


def is_furniture(lines: Sequence[TextLine], context: LabelContext) -> str | None:
    """`header`, `footer` or `page_number` for lines in the margin that belong to no text."""
    if not context.is_page:
        return None
    box = bounding_box([line.box for line in lines])
    if lines[0].vertical and (
        box[2] <= EDGE * context.width or box[0] >= (1 - EDGE) * context.width
    ):
        return "header"
    at_top = box[3] <= MARGIN * context.height
    at_bottom = box[1] >= (1 - MARGIN) * context.height
    if not (at_top or at_bottom):
        return None
    text = " ".join(line.text for line in lines)
    kinds = {hint.kind for line in lines if (hint := hint_of(line.box, context.hints))}
    hinted = _FURNITURE.get(kinds.pop()) if len(kinds) == 1 else None
    outermost = box[3] <= EDGE * context.height or box[1] >= (1 - EDGE) * context.height
    if _PAGE_NUMBER.match(text) and (hinted or outermost):
        return "page_number"
    # A header of several lines is a letterhead, which is said once and belongs to the text.
    return hinted if len(lines) <= RUNNING_LINES else None


def label_of(lines: Sequence[TextLine], context: LabelContext) -> str:  # noqa: PLR0911 - one label a return
    """Label of a paragraph in the body of the page."""
    text = " ".join(line.text for line in lines)
    hints = [hint_of(line.box, context.hints) for line in lines]
    kinds = {hint.kind for hint in hints if hint is not None}
    size = statistics.median(line.height for line in lines) / context.line_height
    if _TABLE_CAPTION.match(text) and (len(lines) <= 4 or "caption" in kinds):
        return "table_caption"
    if _FIGURE_CAPTION.match(text) and (len(lines) <= 8 or "caption" in kinds):
        return "image_caption"
    if kinds == {"formula"} or is_formula(text):
        return "equation"
    if kinds == {"footnote"}:
        return "footnote"
    short = len(text) <= HEADING_LENGTH and len(lines) <= 3 and _may_head(text)
    if short and size >= LARGEST:
        return "title"
    if short and (size >= LARGE or (kinds and kinds <= _HEADINGS)):
        return "sub_title"
    return "text"


def _may_head(text: str) -> bool:
    """Whether a short text can be a heading: no formula, and no piece of a sentence."""
    letters = sum(character.isalpha() for character in text)
    if letters < 2 or r"\(" in text or (_EQUATION.search(text) and not _WORD.search(text)):
        return False
    return not (text.split(maxsplit=1)[0].islower() or text.rstrip().endswith(_GOES_ON))


def parts_paragraphs(upper: TextLine, lower: TextLine, context: LabelContext) -> bool:
    """Whether a heading or caption ends between two lines that follow each other."""
    a, b = hint_of(upper.box, context.hints), hint_of(lower.box, context.hints)
    special = {"title", "section-header", "caption", "formula", "footnote", *_FURNITURE}
    if a is not b and any(hint is not None and hint.kind in special for hint in (a, b)):
        return True
    heights = sorted((upper.height, lower.height))
    return heights[1] > LARGE * heights[0] and heights[1] > LARGE * context.line_height

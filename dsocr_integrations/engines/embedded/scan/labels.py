"""What a paragraph of a scan is: heading, caption, header, footer, page number or text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dsocr_integrations.engines.embedded.scan.formulas import is_formula
from dsocr_integrations.engines.embedded.scan.headings import heading_label
from dsocr_integrations.engines.embedded.scan.label_context import LabelContext, hint_of
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine, bounding_box
from dsocr_integrations.engines.embedded.scan.segments import same_row
from dsocr_integrations.records.documents import PointBox

MARGIN = 0.12
"""Headers and footers stand within this share of the page's height from its edges."""

EDGE = 0.08
"""A number this near to an edge is a page number even where the layout model is silent."""

CORNER = 2.0
"""Line heights from the side of the text within which a number stands at its corner."""

HEADING_GAP = 4.0
"""Line heights of white between a number and the heading that it numbers, at most."""

RUNNING_LINES = 2
_PAGE_NUMBER = re.compile(
    r"^(?:page\s*|第\s*)?[-–—·\s]*(?:\d{1,5}|[ivxlc]{1,6})[-–—·\s]*(?:页|(?:/|of)\s*\d{1,4})?$",
    re.IGNORECASE,
)
_TABLE_CAPTION = re.compile(
    r"^\W{0,2}(?:tab(?:le|\.)?\s?\d|table\b(?!\s*of\s*contents)|exhibit\b|表\s?\d)", re.IGNORECASE
)
_FIGURE_CAPTION = re.compile(
    r"^\W{0,2}(?:fig(?:ure|\.)?\s?\d|figure\b|图\s?\d|圖\s?\d)", re.IGNORECASE
)
_FURNITURE = {"page-header": "header", "page-footer": "footer"}


def furniture_labels(runs: Sequence[Sequence[TextLine]], context: LabelContext) -> list[str | None]:
    """`header`, `footer` or `page_number` for each run in the margin that belongs to no text.

    A single line at the page's end, in one row with its number, is a running title.
    """
    lines = [line for run in runs for line in run]
    labels = [
        _furniture_label(run, context) or _number_at_corner(run, lines, context) for run in runs
    ]
    numbered = zip(runs, labels, strict=True)
    numbers = [line for run, label in numbered if label == "page_number" for line in run]
    return [
        label or _running_title(run, numbers, context)
        for run, label in zip(runs, labels, strict=True)
    ]


def _furniture_label(lines: Sequence[TextLine], context: LabelContext) -> str | None:
    if not context.is_page:
        return None
    box = bounding_box([line.box for line in lines])
    if _is_at_side(box, context):
        is_tab = len(lines) <= RUNNING_LINES and not lines[0].text[:1].isdigit()
        return "header" if lines[0].vertical or is_tab else None
    at_top = box[3] <= MARGIN * context.height
    at_bottom = box[1] >= (1 - MARGIN) * context.height
    if not (at_top or at_bottom):
        return None
    text = " ".join(line.text for line in lines)
    kinds = {hint.kind for line in lines if (hint := hint_of(line.box, context.hints))}
    hinted = _FURNITURE.get(kinds.pop()) if len(kinds) == 1 else None
    outermost = _is_at_end(box, context)
    if _PAGE_NUMBER.match(text) and (hinted or outermost):
        return "page_number"
    # A header of several lines is a letterhead, which is said once and belongs to the text.
    return hinted if len(lines) <= RUNNING_LINES else None


def _number_at_corner(
    run: Sequence[TextLine], lines: Sequence[TextLine], context: LabelContext
) -> str | None:
    """`page_number` for a number above or below all text, at its corner or between dashes.

    What surrounds the sheet on a photograph or a scanner's glass moves it far from the edges.
    """
    if not context.is_page or len(run) > 1 or not _PAGE_NUMBER.match(run[0].text):
        return None
    box, height = run[0].box, context.line_height
    others = [line for line in lines if line is not run[0]]
    at_top = box[3] <= MARGIN * context.height
    at_bottom = box[1] >= (1 - MARGIN) * context.height
    above = any(line.box[3] <= box[1] + height / 2 for line in others)
    below = any(line.box[1] >= box[3] - height / 2 for line in others)
    if not others or not ((at_top and not above) or (at_bottom and not below)):
        return None
    left, right = min(line.box[0] for line in others), max(line.box[2] for line in others)
    at_corner = box[0] <= left + CORNER * height or box[2] >= right - CORNER * height
    numbers_heading = any(
        same_row(run[0], line) and 0 <= line.box[0] - box[2] < HEADING_GAP * height
        for line in others
    )
    is_dashed = not run[0].text.isalnum()
    return "page_number" if (at_corner or is_dashed) and not numbers_heading else None


def _running_title(
    lines: Sequence[TextLine], numbers: Sequence[TextLine], context: LabelContext
) -> str | None:
    if len(lines) > 1 or not any(same_row(lines[0], number) for number in numbers):
        return None
    box = lines[0].box
    if box[3] <= MARGIN * context.height:
        return "header"
    return "footer" if box[1] >= (1 - MARGIN) * context.height else None


def is_outermost(box: PointBox, context: LabelContext) -> bool:
    """Whether nothing but furniture stands where a box does: along one of the page's edges."""
    return _is_at_end(box, context) or _is_at_side(box, context)


def _is_at_end(box: PointBox, context: LabelContext) -> bool:
    return box[3] <= EDGE * context.height or box[1] >= (1 - EDGE) * context.height


def _is_at_side(box: PointBox, context: LabelContext) -> bool:
    return box[2] <= EDGE * context.width or box[0] >= (1 - EDGE) * context.width


def label_of(lines: Sequence[TextLine], context: LabelContext) -> str:
    """Label of a paragraph in the body of the page."""
    text = " ".join(line.text for line in lines)
    hints = [hint_of(line.box, context.hints) for line in lines]
    kinds = {hint.kind for hint in hints if hint is not None}
    if _TABLE_CAPTION.match(text) and (len(lines) <= 4 or "caption" in kinds):
        return "table_caption"
    if _FIGURE_CAPTION.match(text) and (len(lines) <= 8 or "caption" in kinds):
        return "image_caption"
    if kinds == {"formula"} or is_formula(text):
        return "equation"
    if kinds == {"footnote"}:
        return "footnote"
    return heading_label(lines, kinds, context) or "text"

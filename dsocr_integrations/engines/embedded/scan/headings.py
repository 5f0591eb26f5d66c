"""Which paragraphs of a scan are headings: by size, boldness, numbers and what the model says."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Collection, Sequence

from dsocr_integrations.engines.embedded.scan.label_context import LabelContext, hint_of
from dsocr_integrations.engines.embedded.scan.recognised_line import TextLine

LARGE = 1.3
"""A short paragraph set this much larger than the text is a heading."""

SMALL_PRINT, LARGER = 18, 1.5
"""The same in print of fewer pixels, whose boxes differ by a third anyway."""

LARGEST = 1.75
LENGTH = 120
LINES = 3
NUMBERED_LENGTH = 30
"""Characters of a heading that nothing but its Chinese number tells."""

SENTENCE = 6
"""Words that make a sentence with a full stop behind them; headings may have one behind fewer."""

FULL = 0.9
"""Share of the text's width that a line of it takes."""

ENDS_EARLY = 3.0
"""Line heights by which a bold line ends before the text below it, when it is a line of its own."""

_KINDS = frozenset({"title", "section-header"})
_BOUNDARIES = frozenset({*_KINDS, "caption", "formula", "footnote", "page-header", "page-footer"})
_EQUATION = re.compile(r"[=≤≥≈∑∫]")
_WORD = re.compile(r"[^\W\d_]{4}")
_ITEMS = ("•", "✓")
_GOES_ON = (",", ";", "，", "；", "、")
_VALUE = re.compile(r"^[^:：]{1,12}[:：]\s*[$€£¥]?\d[\d.,%]*\s?\S?$")
_BRACKETS = re.compile(r"[(（\[][^)）\]]*[)）\]]")
_BYLINE = re.compile(r"^(?:By|by|BY|Von|von|Par|par|Por|por)(?:\s[A-Z]\S*){2,6}$")
"""Who wrote what stands below; the layout model takes a line under a title for another one."""

_NUMBER = re.compile(
    r"^(?:第[一二三四五六七八九十百\d]{1,3}(?:[章节節部篇课]|单元)"
    r"|[一二三四五六七八九十]{1,3}[、，.．]|[（(][一二三四五六七八九十]{1,3}[)）])\s?(?=\S)"
)


def heading_label(
    lines: Sequence[TextLine], kinds: Collection[str], context: LabelContext
) -> str | None:
    """`title` or `sub_title` for a paragraph that is a heading.

    Args:
        lines: The paragraph.
        kinds: What the layout model says of its lines.
        context: The page.
    """
    text = " ".join(line.text for line in lines)
    if len(text) > LENGTH or len(lines) > LINES or not _may_head(text):
        return None
    size = statistics.median(line.height for line in lines) / context.line_height
    if size >= LARGEST:
        return "title"
    hinted = bool(kinds) and set(kinds) <= _KINDS and not _is_full_line(lines, context)
    hinted = hinted and not context.is_note and _BYLINE.match(text) is None
    large = size >= (LARGE if context.line_height >= SMALL_PRINT else LARGER)
    amid_text = context.text_width < math.inf
    bold = amid_text and all(map(context.is_bold, lines)) and not text.endswith((":", "："))
    if large or hinted or bold or is_numbered_heading(text):
        return "sub_title"
    return None


def _is_full_line(lines: Sequence[TextLine], context: LabelContext) -> bool:
    """Whether lines go from edge to edge of the text around them, as headings hardly do."""
    width = min(line.box[2] - line.box[0] for line in lines)
    return width >= FULL * context.text_width and not any(map(context.is_bold, lines))


def is_numbered_heading(text: str) -> bool:
    """Whether a text is short and begins with a number as Chinese headings have it."""
    return len(text) <= NUMBERED_LENGTH and _NUMBER.match(text) is not None and _may_head(text)


def _may_head(text: str) -> bool:
    """Whether a short text can be a heading: no formula, no value, and no piece of a sentence."""
    letters = sum(character.isalpha() for character in text)
    if (
        text.startswith(_ITEMS)
        or letters < 2
        or r"\(" in text
        or (_EQUATION.search(text) and not _WORD.search(text))
    ):
        return False
    if _VALUE.match(text) or len(_BRACKETS.findall(text)) > 1:
        return False
    said = text.rstrip()
    if "。" in said:
        return False
    if said.endswith(_GOES_ON) or (said.endswith(".") and len(said.split()) >= SENTENCE):
        return False
    return not text.split(maxsplit=1)[0].islower()


def parts_paragraphs(upper: TextLine, lower: TextLine, context: LabelContext) -> bool:
    """Whether a heading or caption begins or ends between two lines that follow each other."""
    a, b = hint_of(upper.box, context.hints), hint_of(lower.box, context.hints)
    if a is not b and any(hint is not None and hint.kind in _BOUNDARIES for hint in (a, b)):
        return True
    if is_numbered_heading(upper.text) or is_numbered_heading(lower.text):
        return True
    short = upper.box[2] < lower.box[2] - ENDS_EARLY * context.line_height
    if short and context.is_bold(upper) and not context.is_bold(lower):
        return True
    heights = sorted((upper.height, lower.height))
    return heights[1] > LARGE * heights[0] and heights[1] > LARGE * context.line_height

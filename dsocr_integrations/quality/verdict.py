"""The verdict on a page's reading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dsocr_integrations.grounding.aperiodic import find_aperiodic
from dsocr_integrations.grounding.captions import is_picture
from dsocr_integrations.grounding.repetition import MIN_REPEATS, find_loop
from dsocr_integrations.quality.agreement import agreement, words
from dsocr_integrations.quality.shapes import (
    boxes_outside_page,
    has_broken_formulas,
    has_odd_table,
)
from dsocr_integrations.records.readings import FinishReason, PageQuality
from dsocr_integrations.tables.doubts import DOUBTFUL_TABLE

if TYPE_CHECKING:
    from dsocr_integrations.grounding import ParsedPage
    from dsocr_integrations.records.documents import Block, ParseWarning

MIN_AGREEMENT = 0.6
"""Share of the text layer's words that a sound reading holds at least.

Text inside pictures, watermarks and the like is in the layer but not in the reading.
"""

MIN_REFRAIN_AGREEMENT = 0.9
"""Share of the text layer's words from which on it may answer for a page that repeats itself."""

MAX_SURPLUS = 0.1
"""Share of words beyond those of the text layer up to which it may answer for a page of junk."""

_MARKUP = re.compile(r"<[^<>]{0,200}>|[#*|]")
_CUT_OFF = frozenset({"truncated_tag", "unclosed_table"})


def says_nothing(parsed: ParsedPage) -> bool:
    """Whether an answer holds neither text nor a place where a picture stands.

    Special tokens, tags without text and tables without cells are no answer.
    """
    return not any(
        _text_of(block) or (block.boxes and is_picture(block)) for block in parsed.blocks
    )


def assess(
    finish_reason: FinishReason,
    parsed: ParsedPage,
    text_layer_words: Iterable[str] = (),
    *,
    page_has_ink: bool | None = None,
    doubts: Iterable[ParseWarning] = (),
) -> PageQuality:
    """Judge a reading.

    Args:
        finish_reason: How the answer ended.
        parsed: The answer, taken apart.
        text_layer_words: Words of the page's text layer, sound or not; they are compared with
            only where they can be what is printed.
        page_has_ink: Whether there is anything on the page, where that is known.
        doubts: What the engine itself could not read or check.

    Returns:
        The verdict. Reasons are `loop`, `truncated`, `error`, `empty`,
        `disagrees_with_text_layer`, `boxes_outside_page`, `broken_formula`, `odd_table`,
        `doubtful_table`, and the kinds of the doubts.
    """
    kinds = {warning.kind for warning in parsed.warnings}
    layer = list(text_layer_words)
    text = "\n".join(block.text for block in parsed.blocks)
    found = words(text)
    agreed = agreement(layer, found)
    is_printed_so = (
        "loop" in kinds
        and agreed is not None
        and agreed >= MIN_REFRAIN_AGREEMENT
        and _is_printed_so(text, found, words(" ".join(layer)))
    )
    # A blank page has nothing to say.
    is_lost = bool(page_has_ink) and says_nothing(parsed)
    faults = {
        "loop": finish_reason == "loop" or ("loop" in kinds and not is_printed_so),
        "truncated": finish_reason == "length" or bool(kinds & _CUT_OFF),
        "error": finish_reason == "error",
        "empty": (not found and bool(words(" ".join(layer)))) or is_lost,
        "disagrees_with_text_layer": agreed is not None and agreed < MIN_AGREEMENT,
        "boxes_outside_page": boxes_outside_page(parsed.blocks),
        "broken_formula": has_broken_formulas(parsed.blocks),
        "odd_table": has_odd_table(parsed.blocks),
        DOUBTFUL_TABLE: DOUBTFUL_TABLE in kinds,
    }
    reasons = (
        *(name for name, holds in faults.items() if holds),
        *dict.fromkeys(doubt.kind for doubt in doubts),
    )
    return PageQuality(trusted=not reasons, reasons=reasons, text_layer_agreement=agreed)


def _text_of(block: Block) -> str:
    if block.table is not None:
        return "".join(cell for row in (*block.table.header, *block.table.rows) for cell in row)
    return _MARKUP.sub("", block.text).strip()


def _is_printed_so(text: str, found: Counter[str], printed: Counter[str]) -> bool:
    """Whether what looks like a loop stands on the page as it was read.

    A loop says every word of its unit at least `MIN_REPEATS` times, and the page may have it
    once; one that never repeats itself says words that the page does not have.
    """
    surplus = found - printed
    loop = find_loop(text)
    if loop is not None:
        return bool(words(loop.unit)) and max(surplus.values(), default=0) < MIN_REPEATS - 1
    return find_aperiodic(text) is not None and surplus.total() <= MAX_SURPLUS * found.total()

"""Judge whether a page's reading can be trusted, and say why not."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dsocr_integrations.documents import FinishReason, PageQuality

if TYPE_CHECKING:
    from dsocr_integrations.grounding import ParsedPage

MIN_WORDS = 10
"""Fewer words in a text layer are a stamp or a page number, no measure of a reading."""

MIN_AGREEMENT = 0.6
"""Share of the text layer's words that a sound reading holds at least.

Text inside pictures, watermarks and the like is in the layer but not in the reading.
"""

_WORD = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\\W_]+")
_CUT_OFF = frozenset({"truncated_tag", "unclosed_table"})


def assess(
    reading_text: str,
    finish_reason: FinishReason,
    parsed: ParsedPage,
    text_layer_words: Iterable[str] = (),
    *,
    page_has_ink: bool | None = None,
) -> PageQuality:
    """Judge a reading.

    Args:
        reading_text: The answer as said.
        finish_reason: How the answer ended.
        parsed: The same answer, taken apart.
        text_layer_words: Words of the page's text layer; empty where there is none that can
            be trusted.
        page_has_ink: Whether there is anything on the page, where that is known.

    Returns:
        The verdict. Reasons are `loop`, `truncated`, `error`, `empty` and
        `disagrees_with_text_layer`.
    """
    kinds = {warning.kind for warning in parsed.warnings}
    expected = words(" ".join(text_layer_words))
    found = words("\n".join(block.text for block in parsed.blocks))
    reasons = []
    if finish_reason == "loop" or "loop" in kinds:
        reasons.append("loop")
    if finish_reason == "length" or kinds & _CUT_OFF:
        reasons.append("truncated")
    if finish_reason == "error":
        reasons.append("error")
    # A picture without words is an answer too; a blank page has nothing to say.
    has_answer = bool(found) or any(block.boxes for block in parsed.blocks)
    if (expected and not found) or (page_has_ink and not has_answer and not reading_text.strip()):
        reasons.append("empty")
    agreement = recall(expected, found) if expected.total() >= MIN_WORDS else None
    if agreement is not None and agreement < MIN_AGREEMENT:
        reasons.append("disagrees_with_text_layer")
    return PageQuality(trusted=not reasons, reasons=tuple(reasons), text_layer_agreement=agreement)


def words(text: str) -> Counter[str]:
    """Count the words of a text, whatever their order, case or typographic form.

    A CJK character counts as a word of its own; words broken at line ends are joined.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"(?<=[a-z])[-\u00ad\u2010] ?\n?(?=[a-z])", "", plain)
    return Counter(_WORD.findall(plain))


def recall(expected: Counter[str], found: Counter[str]) -> float:
    """Share of the expected words that were found, each as often as expected; 1 for none."""
    total = expected.total()
    return round((expected & found).total() / total, 4) if total else 1.0

"""Whether a page shows nothing but text: what only the layout network can judge is told first."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from dsocr_integrations.engines.embedded.born_digital.styled_words import PageText, StyledWord

_LEAST_WORDS, _MOST_WORDS = 80, 2000
_SMALLEST_PAGE = 500.0
"""The layout network sees pages whose longer side has fewer points enlarged."""

_THIN, _MOST_RULES = 2.0, 6
"""Points that a rule is thick, at most, and how many of them a page of prose has."""

_TYPED = 0.1
"""Share of words in a typewriter face from which on a page may hold code."""

_MATHEMATICS = 0.02
"""Share of words with signs of mathematics from which on a page may hold formulas."""

_SCRIPTS = ("LATIN", "CYRILLIC")
_MATHEMATICAL = frozenset("=<>|{}\\^_~")
_MATH_FONTS = (
    "cmmi", "cmsy", "cmex", "msam", "msbm", "math", "symbol", "rsfs", "eufm", "mtmi", "mtsy",
)  # fmt: skip
_WHITE = (1.0, 1.0, 1.0)


def may_be_prose(page: Any, text: PageText) -> bool:
    """Whether nothing on an upright `pymupdf.Page` needs a look by the layout network.

    Args:
        page: The page.
        text: What it shows; its text layer gives no sign of being wrong.
    """
    if max(page.rect.width, page.rect.height) < _SMALLEST_PAGE:
        return False
    if text.images or text.is_artwork or not _only_rules(text.paths):
        return False
    if not _LEAST_WORDS <= len(text.words) <= _MOST_WORDS or page.first_widget or page.first_annot:
        return False
    if sum(word.monospaced for word in text.words) > _TYPED * len(text.words):
        return False
    if sum(_is_mathematical(word) for word in text.words) > _MATHEMATICS * len(text.words):
        return False
    characters = set("".join(word.text for word in text.words))
    return all(map(_is_plain, text.words)) and all(map(_is_plain_character, characters))


def _is_plain(word: StyledWord) -> bool:
    """Whether a word is one of running text as most people write it."""
    return word.horizontal and word.visible and not word.pale and not word.struck and not word.drawn


def _is_mathematical(word: StyledWord) -> bool:
    if not _MATHEMATICAL.isdisjoint(word.text):
        return True
    return not word.text.isalnum() and any(name in word.font.lower() for name in _MATH_FONTS)


def _is_plain_character(character: str) -> bool:
    if character.isascii():
        return True
    category = unicodedata.category(character)
    if category[0] == "L":
        return unicodedata.name(character, "").startswith(_SCRIPTS)
    return category[0] in "PNSM" and category not in {"Sm", "Co", "Cn"}


def _only_rules(paths: Sequence[dict[str, Any]]) -> bool:
    """Whether the page's paths are a few level rules and white grounds."""
    rules = 0
    for path in paths:
        top, bottom = path["rect"][1::2]
        if path.get("fill") == _WHITE and path.get("color") is None:
            continue
        if bottom - top > _THIN:
            return False
        rules += 1
    return rules <= _MOST_RULES

"""Whether a page shows nothing but text: what only the layout network can judge is told first."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from dsocr_integrations.engines.embedded.born_digital.styled_words import PageText, StyledWord
from dsocr_integrations.records.documents import PointBox

_LEAST_WORDS, _MOST_WORDS = 80, 2000
_SMALLEST_PAGE = 500.0
"""The layout network sees pages whose longer side has fewer points enlarged."""

_THIN, _MOST_RULES = 2.0, 6
"""Points that a rule is thick, at most, and how many of them a page of prose has."""

_TYPED = 0.1
"""Share of words in a typewriter face from which on a page may hold code."""

_MATHEMATICS = 0.02
"""Share of words with signs of mathematics from which on a page may hold formulas."""

_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")
_SOFT_HYPHEN = "\u00ad"
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
    if any(map(_is_seen, text.images)) or text.is_artwork or not _only_rules(page, text.paths):
        return False
    if not _LEAST_WORDS <= len(text.words) <= _MOST_WORDS or page.first_widget or page.first_annot:
        return False
    if sum(word.monospaced for word in text.words) > _TYPED * len(text.words):
        return False
    if sum(map(_is_mathematical, text.words)) > _MATHEMATICS * len(text.words):
        return False
    characters = set("".join(word.text for word in text.words))
    return all(map(_is_plain, text.words)) and all(map(_is_plain_character, characters))


def _is_plain(word: StyledWord) -> bool:
    """Whether a word is one of running text as most people write it."""
    return word.horizontal and word.visible and not word.pale and not word.struck and not word.drawn


def _is_mathematical(word: StyledWord) -> bool:
    if not _MATHEMATICAL.isdisjoint(word.text) or any(map(_is_sign, word.text)):
        return True
    return not word.text.isalnum() and any(name in word.font.lower() for name in _MATH_FONTS)


def _is_sign(character: str) -> bool:
    """Whether a character is a sign of mathematics, or a letter that mostly is one."""
    if character.isascii():
        return False
    is_greek = unicodedata.name(character, "").startswith("GREEK")
    return is_greek or unicodedata.category(character) == "Sm"


def _is_plain_character(character: str) -> bool:
    if character.isascii() or character == _SOFT_HYPHEN:
        return True
    category = unicodedata.category(character)
    if category[0] == "L":
        return unicodedata.name(character, "").startswith(_SCRIPTS)
    return category[0] in "PNSM" and category not in {"Co", "Cn"}


def _is_seen(image: PointBox) -> bool:
    """Whether an image is more than a rule."""
    return min(image[2] - image[0], image[3] - image[1]) > _THIN


def _only_rules(page: Any, paths: Sequence[dict[str, Any]]) -> bool:
    """Whether the page's paths are a few level rules, white grounds and marks beyond its edges."""
    rules = 0
    for path in paths:
        top, bottom = path["rect"][1::2]
        if path.get("fill") == _WHITE and path.get("color") is None:
            continue
        if _is_beyond(path, page.rect.width, page.rect.height):
            continue
        if bottom - top > _THIN:
            return False
        rules += 1
    return rules <= _MOST_RULES


def _is_beyond(path: dict[str, Any], width: float, height: float) -> bool:
    """Whether a path shows nothing on the page, as crop marks and frames around it do not."""
    x0, y0, x1, y1 = path["rect"]
    around = x0 < 0 and y0 < 0 and x1 > width and y1 > height
    aside = x1 <= 0 or y1 <= 0 or x0 >= width or y0 >= height
    return aside or (around and path.get("fill") is None and _is_frame(path))


def _is_frame(path: dict[str, Any]) -> bool:
    return all(item[0] in {"re", "qu"} for item in path.get("items", ()))

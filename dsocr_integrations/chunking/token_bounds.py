"""Count tokens cheaply and cut text so that a bound holds."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator

TokenCounter = Callable[[str], int]
"""Number of tokens of a text; may be any tokenizer."""

FRAME = 8
"""Tokens that a model puts around a text, such as `passage:` between two marks, and some to spare."""

_CJK = "\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef\U00010000-\U0010ffff"
_LATIN = "A-Za-z\u00c0-\u024f"
_PARTS = re.compile(
    rf"(?P<capitals>[A-Z]{{2,}}(?![{_LATIN}]))|(?P<word>[A-Za-z]+(?![{_LATIN}]))"
    rf"|(?P<accented>[{_LATIN}]+)|(?P<digits>\d+)|(?P<rule>-{{3,}})"
    rf"|(?P<lone>(?<!\S)(?:[^\w\s]|[{_CJK}]))|(?P<other>\S)"
)
_TO_SPARE = 50
"""One in so many is added for words that no tokenizer knows, such as those of a bad scan."""

_WIDE_SPACE = "\u3000"
"""White space that counts as a character of its own."""

_LONG = 32
"""Characters of the longest words that are remembered."""

_LETTERS_A_TOKEN = {"capitals": 2, "word": 3, "accented": 2, "digits": 2, "rule": 8}
_PARAGRAPHS = re.compile(r"\n\s*\n")
_LINES = re.compile(r"\n")
_SENTENCES = re.compile("(?<=[.!?])[\"')\\]]{0,3}\\s+|(?<=[。！？；])(?!$)")
_CLAUSES = re.compile("(?<=[,;:，、：])\\s*")
_SPACES = re.compile(r"\s+")
_LEVELS = (_PARAGRAPHS, _LINES, _SENTENCES, _CLAUSES, _SPACES)


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of a subword tokenizer without one, never below what it counts.

    Three letters of a word (two where some are accented), two capitals, two digits or any
    other character are a token, a mark after a space two; a text's frame is counted in. Prose
    comes out a good half above what the usual multilingual models count, tables a third: where
    that matters, count with the embedder's own tokenizer.
    """
    # No part goes over white space, and the words of a text come again: within it, and as it grows.
    words = [text] if _WIDE_SPACE in text else text.split()
    tokens = sum([_known_word(word) if len(word) <= _LONG else _word(word) for word in words])
    return FRAME + tokens + tokens // _TO_SPARE


def _word(word: str) -> int:
    return sum(map(_part, _PARTS.finditer(word)))


_known_word = functools.lru_cache(maxsize=1 << 15)(_word)


def _part(part: re.Match[str]) -> int:
    kind = part.lastgroup or "other"
    if kind in _LETTERS_A_TOKEN:
        return 1 + (part.end() - part.start() - 1) // _LETTERS_A_TOKEN[kind]
    return 2 if kind == "lone" else 1


def without_frame(count: TokenCounter) -> TokenCounter:
    """The same counter without what it counts for an empty text, so that counts add up."""
    frame = count("")
    return (lambda text: count(text) - frame) if frame else count


def fit(text: str, budget: int, count: TokenCounter) -> list[str]:
    """Cut a text into parts of at most `budget` tokens each.

    Paragraphs are kept whole where they fit, then lines, sentences, clauses, words; only a
    word that alone is over the bound is cut inside. The parts hold every character but
    white space.

    Args:
        text: Any text.
        budget: Most tokens a part may have, at least 1.
        count: The token counter the bound is meant for.

    Returns:
        The parts in order; none for a text of white space.
    """
    return [part for part in _fit(text.strip(), budget, count, 0) if part]


def shorten(text: str, budget: int, count: TokenCounter) -> str:
    """Cut a text to its first `budget` tokens, at least 2, an ellipsis in place of the rest."""
    flat = " ".join(text.split())
    if count(flat) <= budget:
        return flat
    parts = fit(flat, budget - 1, count)
    return f"{parts[0]}…" if parts else ""


def _fit(text: str, budget: int, count: TokenCounter, level: int) -> Iterator[str]:
    if not text:
        return
    if count(text) <= budget or len(text) == 1:
        yield text
        return
    while level < len(_LEVELS):
        ends = [match.end() for match in _LEVELS[level].finditer(text) if match.end() > 0]
        if ends and ends[0] < len(text):
            yield from _gather(text, ends, budget, count, level)
            return
        level += 1
    middle = len(text) // 2
    yield from _fit(text[:middle].strip(), budget, count, level)
    yield from _fit(text[middle:].strip(), budget, count, level)


def _gather(
    text: str, ends: list[int], budget: int, count: TokenCounter, level: int
) -> Iterator[str]:
    """Join as many pieces as fit; the sum of counts stands in for counting each joint text."""
    start = end = 0
    filled = 0
    for stop in [*ends, len(text)]:
        if stop <= end:
            continue
        size = count(text[end:stop])
        if end > start and filled + size > budget:
            yield from _checked(text[start:end].strip(), budget, count, level)
            start, filled = end, 0
        filled += size
        end = stop
    yield from _checked(text[start:].strip(), budget, count, level)


def _checked(text: str, budget: int, count: TokenCounter, level: int) -> Iterator[str]:
    # One piece alone may be over the bound, and a tokenizer may count a joint text above the
    # sum of its parts.
    if count(text) <= budget:
        yield text
    else:
        yield from _fit(text, budget, count, level + 1)

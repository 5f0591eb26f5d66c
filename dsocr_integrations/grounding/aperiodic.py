"""Tell text that no page holds although no piece of it comes back.

A decoder that has lost its page need not say the same again: it counts on for ever, shuffles a
handful of words, or strings characters together. What gives it away are figures that no page of
print has; they are told apart by far on the genuine pages they were compared with, each bound
standing between (`benchmarks/aperiodic_loops.py`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from dsocr_integrations.grounding.repetition import Loop

MIN_COUNT = 150
"""Numbers that follow on each other with the same words between; schools print 1 to 120."""

MIN_NUMBERED_LINES = 500
"""Lines numbered one by one, whatever they say; no sheet has room for them."""

MAX_STRIDE = 4
"""Numbers of one item, as the three of a date."""

BREAK_COST = 9
"""Numbers in step that make up for one that is not, as where a decimal carries over."""

MAX_BETWEEN = 200
"""Characters between two numbers of a count; more is text with numbers in it."""

WORDS = 300
MIN_DISTINCT_WORDS = 20
"""Of `WORDS` words in a row; genuine pages have 69 and more."""

CHARACTERS = 600
MAX_DISTINCT_TRIPLES = 0.9
"""Share of three-letter runs that are new among `CHARACTERS`; genuine pages have 0.83 and less,
letters drawn at random 0.98."""

HAN = 300
MIN_COMMON_HAN = 0.8
"""Share of Chinese characters that are among the commonest; 0.97 and more on genuine pages."""

MAX_DISTINCT_PAIRS = 0.985
"""Share of pairs of Chinese characters that are new; 0.94 and less on genuine pages."""

MAX_UNBROKEN = 300
"""Letters and figures without a blank."""

_NUMBER = re.compile(r"[0-9]{1,12}")
_NUMBERED_LINE = re.compile(r"^\W{0,4}([0-9]{1,12})\b", re.MULTILINE)
_WORD = re.compile("[\u3400-\u9fff]|[^\\W\\d_\u3400-\u9fff][^\\W_\u3400-\u9fff]+")
_HAN = re.compile("[\u4e00-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af]")
_UNBROKEN = re.compile(rf"[A-Za-z0-9]{{{MAX_UNBROKEN}}}")
_TABLE = re.compile(r"<table\b.*?(?:</table|\Z)", re.DOTALL | re.IGNORECASE)
_PIPE_ROW = re.compile(r"^[ \t]*\|.*$", re.MULTILINE)
_MARKUP = re.compile(r"<[^<>]{0,200}>")
_FORMULA = re.compile(r"\\\((?:[^\\]|\\(?![()]))*\\\)|\\\[(?:[^\\]|\\(?![\[\]]))*\\\]")

_FREQUENT = (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6), ("shift_jis", 0x88, 0x97))
"""National character sets and the first bytes of the half that they hold to be frequent."""


def find_aperiodic(text: str) -> Loop | None:
    """Find text that runs on without saying anything and without repeating itself.

    Args:
        text: The text of a page's blocks. Formulas and tables, whose cells often are few words,
            are left out, except from counting.

    Returns:
        The first such stretch, or `None`. Takes time linear in the text.
    """
    prose = _FORMULA.sub(" ", _MARKUP.sub(" ", _PIPE_ROW.sub(" ", _TABLE.sub(" ", text))))
    return _find_counting(text) or _find_few_words(prose) or _find_random(prose)


def _find_counting(text: str) -> Loop | None:
    found = list(_NUMBER.finditer(text))
    between = [
        " ".join(text[before.end() : match.start()].split())
        if match.start() - before.end() <= MAX_BETWEEN
        else None
        for before, match in pairwise(found)
    ]
    for stride in range(1, MAX_STRIDE + 1):
        loop = _longest_count(text, found, between, stride, MIN_COUNT)
        if loop is not None:
            return loop
    lines = list(_NUMBERED_LINE.finditer(text))
    return _longest_count(text, lines, [""] * len(lines), 1, MIN_NUMBERED_LINES)


def _longest_count(
    text: str,
    found: Sequence[re.Match[str]],
    between: Sequence[str | None],
    stride: int,
    needed: int,
) -> Loop | None:
    """First run of numbers of which every `stride`-th goes on by the same step."""
    numbers = [int(match[match.lastindex or 0]) for match in found]
    start, score, in_step, moves = 0, 0, 0, 0
    for place in range(2 * stride, len(numbers)):
        step = numbers[place] - numbers[place - stride]
        goes_on = (
            step == numbers[place - stride] - numbers[place - 2 * stride]
            and between[place - 1] is not None
            and between[place - 1] == between[place - 1 - stride]
        )
        score += 1 if goes_on else -BREAK_COST
        if score <= 0:
            start, score, in_step, moves = place, 0, 0, 0
            continue
        in_step += goes_on
        moves += goes_on and step != 0
        if in_step >= needed * stride and moves >= needed:
            first, end = found[start].start(), found[place].end()
            return Loop("counting", text[first : first + 80], moves, first, end - first)
    return None


def _find_few_words(text: str) -> Loop | None:
    words = [match[0].casefold() for match in _WORD.finditer(text)]
    seen: Counter[str] = Counter()
    for place, word in enumerate(words):
        seen[word] += 1
        if place >= WORDS:
            gone = words[place - WORDS]
            seen[gone] -= 1
            if not seen[gone]:
                del seen[gone]
        if place >= WORDS - 1 and len(seen) < MIN_DISTINCT_WORDS:
            return Loop("few_words", " ".join(seen)[:80], WORDS // len(seen), 0, len(text))
    return None


def _find_random(text: str) -> Loop | None:
    unbroken = _UNBROKEN.search(text)
    if unbroken:
        return Loop("random", unbroken[0][:80], 1, unbroken.start(), MAX_UNBROKEN)
    for stretch in _windows("".join(text.split()), CHARACTERS):
        if _is_random(stretch):
            return Loop("random", stretch[:80], 1, 0, len(text))
    han = "".join(_HAN.findall(text))
    # Japanese leaves its endings between the characters: they do not follow on each other.
    if 10 * len(_KANA.findall(text)) < len(han):
        for stretch in _windows(han, HAN):
            if _is_random_han(stretch):
                return Loop("random", stretch[:80], 1, 0, len(text))
    return None


def _windows(text: str, length: int) -> Iterator[str]:
    for start in range(0, len(text) - length + 1, length // 2):
        yield text[start : start + length]


def _is_random(stretch: str) -> bool:
    if len(_UNSPACED.findall(stretch)) > len(stretch) // 10:
        return False
    plain = _NUMBER.sub(lambda number: "0" * len(number[0]), stretch.casefold())
    count = len(plain) - 2
    return len({plain[place : place + 3] for place in range(count)}) > MAX_DISTINCT_TRIPLES * count


def _is_random_han(stretch: str) -> bool:
    common = sum(map(_is_common, stretch)) / len(stretch)
    new = len(set(pairwise(stretch))) / (len(stretch) - 1)
    return common < MIN_COMMON_HAN or new > MAX_DISTINCT_PAIRS


@cache
def _is_common(character: str) -> bool:
    for encoding, first, last in _FREQUENT:
        encoded = character.encode(encoding, "ignore")
        if len(encoded) == 2 and first <= encoded[0] <= last:
            return True
    return False

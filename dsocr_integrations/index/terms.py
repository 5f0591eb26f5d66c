"""Text to search terms: words, single CJK characters, numbers and codes kept whole.

The same function cuts chunks and queries, so what was printed and what is typed meet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_QUERY_CHARACTERS = 2_000
MAX_QUERY_TERMS = 64

# Scripts written without spaces: Han, Kana, Hangul syllables and their extensions.
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(
    rf"[{_CJK}]"  # one character of a script without spaces
    rf"|[^\W_{_CJK}]+(?:[-._/,+:'][^\W_{_CJK}]+)*%?"  # word, number or code, joints inside
)
# Letters grown together with digits part too: `FY2022` and `2022E` are also found by `2022`.
_JOINTS = re.compile(r"[-._/,+:'%]+|(?<=[^\W\d_]{2})(?=\d{2})|(?<=\d{4})(?=[^\W\d_])")
_GROUPED_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?%?")
_IS_CJK = re.compile(rf"[{_CJK}]")

STOP_WORDS = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being
    below between both but by can could did do does doing during each few for from further had
    has have having he her here hers him his how i if in into is it its itself just me more most
    my no nor not now of off on once only or other our out over own same she should so some such
    than that the their them then there these they this those through to too under until up very
    was we were what when where which while who whom why will with would you your
    der die das und ist von mit für le la les des et est un une el los las y de del en
    的 了 是 在 和 与 及 或 也 就 都 而 着 吗 呢 吧 啊 之 为 被 把 对 从 这 那 有 什 么
    哪 谁 怎 几 多 少 个 会 能 要 不 没
    """.split()  # noqa: SIM905 - a word list is read more easily as prose than as a list
)
"""Words that say nothing about a passage; a query of nothing else keeps them."""

_MONTHS = """
    january jan|february feb|march mar|april apr|may|june jun|july jul|august aug
    |september sept sep|october oct|november nov|december dec
"""
_SAME_MONTH = {
    name: tuple(other for other in names.split() if other != name)
    for names in _MONTHS.split("|")
    for name in names.split()
}
"""Axes of charts and columns of tables have months cut short; people who ask write either."""

_NEVER_IN_WORDS = frozenset("的吗呢吧啊么哪谁怎")
"""Characters that only ask or join: no word of a passage begins or ends with them."""


Phrase = tuple[str, ...]
"""Terms that stand one after the other; a word is a phrase of one."""

Ways = tuple[tuple[Phrase, ...], ...]
"""How a word of a query may stand in a passage: each way is the phrases that it needs."""


@dataclass(frozen=True)
class QueryTerms:
    """A query cut into what the full text is asked for.

    Attributes:
        words: Terms of which any may match, stop words removed.
        phrases: Runs of CJK characters, two by two, of which any may match. Most words of
            these scripts have two characters, and a pair says far more than either of them.
        characters: The characters of those pairs, for passages that hold none of the pairs.
        codes: Numbers and codes as typed, which should match exactly.
        informative: All of it once that says something: words, pairs and their characters, each
            with the ways in which it may stand in a passage: as typed, in parts, or under
            another name.
    """

    words: tuple[str, ...]
    phrases: tuple[tuple[str, str], ...]
    characters: tuple[str, ...]
    codes: tuple[str, ...]
    informative: tuple[Ways, ...] = ()

    @property
    def length(self) -> float:
        """How many words say something; pairs of CJK characters overlap, so two are one word."""
        return len(self.informative) - len(self.characters) - len(self.phrases) / 2


def terms(text: str) -> Iterator[str]:
    """Yield the terms of a text in order, lower case.

    `1,234.5` gives `1234.5`; `ISO-9001` gives `iso-9001`, `iso` and `9001`; `FY2022` gives
    `fy2022`, `fy` and `2022`; `北京` gives two terms.
    """
    for match in _TOKEN.finditer(_folded(text)):
        yield from _spellings(match.group())


def has_terms(text: str) -> bool:
    """Whether there is any word, number or code in a text."""
    return _TOKEN.search(_folded(text)) is not None


def term_places(text: str) -> list[tuple[int, int]]:
    """Tell where each term that `terms` yields stands: ranges of characters of the text.

    Returns:
        As many `(start, end)` as there are terms, in the same order; nothing for a text whose
        characters cannot be matched with their normal form one by one.
    """
    origin = _origin(text)
    if origin is None:
        return []
    return [
        (origin[match.start() + start][0], origin[match.start() + end - 1][1])
        for match in _TOKEN.finditer(_folded(text))
        for start, end in _spelling_places(match.group())
    ]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _origin(text: str) -> Sequence[tuple[int, int]] | None:
    """For each character of the folded text, the range of those it comes from."""
    folded = _folded(text)
    if text.isascii():
        return [(at, at + 1) for at in range(len(text))]
    places: list[tuple[int, int]] = []
    parts: list[str] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and unicodedata.combining(text[end]):
            continue
        part = _folded(text[start:end])
        parts.append(part)
        places.extend([(start, end)] * len(part))
        start = end
    return places if "".join(parts) == folded else None


def query_terms(query: str) -> QueryTerms:
    """Cut a query into terms; everything in it is plain text, operators included."""
    folded = unicodedata.normalize("NFKC", query[:MAX_QUERY_CHARACTERS]).casefold()
    tokens = [match.group() for match in _TOKEN.finditer(folded)][:MAX_QUERY_TERMS]
    every = [spelling for token in tokens for spelling in _spellings(token)]
    useful = [term for term in every if term not in STOP_WORDS]
    ends = [match.span() for match in _TOKEN.finditer(folded)][:MAX_QUERY_TERMS]
    phrases = [
        (tokens[at], tokens[at + 1])
        for at in range(len(tokens) - 1)
        if ends[at][1] == ends[at + 1][0]
        and _IS_CJK.match(tokens[at])
        and _IS_CJK.match(tokens[at + 1])
        and _says_something(tokens[at], tokens[at + 1])
    ]
    paired = {character for phrase in phrases for character in phrase}
    characters = [term for term in useful if term in paired]
    useful = [term for term in useful if term not in paired]
    if not useful and not phrases:
        useful = every
    codes = [next(_spellings(token)) for token in tokens if any(c.isdigit() for c in token)]
    asked = frozenset(useful)
    ways = [_ways(token) for token in tokens if not asked.isdisjoint(_spellings(token))]
    pairs = [((phrase,),) for phrase in phrases]
    singles = [(((character,),),) for character in characters]
    useful += [other for term in useful for other in _SAME_MONTH.get(term, ())]
    return QueryTerms(
        words=tuple(dict.fromkeys(useful))[:MAX_QUERY_TERMS],
        phrases=tuple(dict.fromkeys(phrases)),
        characters=tuple(dict.fromkeys(characters)),
        codes=tuple(dict.fromkeys(codes)),
        informative=tuple(dict.fromkeys([*ways, *pairs, *singles])),
    )


def _ways(token: str) -> Ways:
    whole, *spelt = _spellings(token)
    # Not the letter that an apostrophe leaves.
    parts = tuple((part,) for part in spelt if len(part) > 1 or part.isdigit())
    others = (((name,),) for name in _SAME_MONTH.get(whole, ()))
    return (((whole,),), *([parts] if parts else []), *others)


def _says_something(first: str, second: str) -> bool:
    both = {first, second}
    return not (both <= STOP_WORDS or both & _NEVER_IN_WORDS)


def _spellings(token: str) -> Iterator[str]:
    """Yield the token as it is matched exactly, then its parts."""
    if token.isalpha():
        yield token
        return
    if _GROUPED_NUMBER.fullmatch(token):
        token = token.replace(",", "")
    whole = token.replace("'", "").rstrip("%")
    yield whole
    if token.endswith("%"):
        yield f"{whole}%"
    parts = [part for part in _JOINTS.split(token) if part]
    if len(parts) > 1 and not _is_number(whole):
        yield from parts


def _spelling_places(token: str) -> Iterator[tuple[int, int]]:
    """Yield where in the token each of its spellings stands, in the order of `_spellings`."""
    if token.isalpha():
        yield 0, len(token)
        return
    spellings = list(_spellings(token))
    wholes = 1 + (token.endswith("%") and spellings[1:2] == [f"{spellings[0]}%"])
    yield from [(0, len(token))] * wholes
    if len(spellings) > wholes:
        start = 0
        for joint in _JOINTS.finditer(token):
            if joint.start() > start:
                yield start, joint.start()
            start = joint.end()
        if start < len(token):
            yield start, len(token)


def _is_number(token: str) -> bool:
    return token.replace(".", "", 1).isdigit()

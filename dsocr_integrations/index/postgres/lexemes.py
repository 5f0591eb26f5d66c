"""Our terms as PostgreSQL's lexemes: stemmed by a dictionary of its own, never parsed by it.

PostgreSQL's parser would cut `ISO-9001` and `4.2%` its own way and knows no Chinese, so texts
come with `terms.py` cut and are written as finished `tsvector` and `tsquery` literals. Like
the SQLite index, words lose their accents and their endings (the Porter stemmer).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from dsocr_integrations.index.postgres.connection import Link
from dsocr_integrations.index.searching import Question
from dsocr_integrations.index.terms import terms

MAX_LEXEME = 255
"""Characters of a word that count; PostgreSQL takes 2,046 bytes."""

MAX_POSITION = 16_383
"""PostgreSQL counts no further; words beyond still match, phrases there do not."""

MAX_POSITIONS = 255
"""Places of one word in one chunk that PostgreSQL keeps."""

MAX_BYTES = 900_000
"""Of a `tsvector`, which takes 1 MiB; what a chunk holds beyond is not searched by words."""

MAX_REMEMBERED = 100_000
"""Words whose stems are kept in memory."""

LEAST_STEMMED = 3
"""Shorter words have no endings."""


class Stemmer:
    """Words to lexemes, by the dictionary in the index's schema.

    Args:
        link: The open index.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._known: dict[str, str] = {}

    def lexemes(self, words: Sequence[str]) -> list[str]:
        """The lexeme of each word, in order."""
        folded = [_folded(word) for word in words]
        self._learn({word for word in folded if word not in self._known and _has_endings(word)})
        return [self._known.get(word, word) for word in folded]

    def of_text(self, text: str) -> list[str]:
        """The lexemes of a text, one for each of its terms."""
        return self.lexemes(list(terms(text)))

    def of_question(self, question: Question) -> Question:
        """The same question in lexemes."""
        return Question(
            every=tuple(dict.fromkeys(self.lexemes(question.every))),
            some=tuple(dict.fromkeys(self.lexemes(question.some))),
            phrases=question.phrases,
        )

    def _learn(self, words: set[str]) -> None:
        if not words:
            return
        if len(self._known) + len(words) > MAX_REMEMBERED:
            self._known.clear()
        stems = self._link.run(
            "SELECT word, (ts_lexize('stem', word))[1] FROM unnest(%s::text[]) AS word",
            (sorted(words),),
        )
        self._known.update({word: stem or word for word, stem in stems})


def tsvector(context: Iterable[str], body: Iterable[str]) -> str:
    """A `tsvector` literal: lexemes of the context weigh A, those of the text D.

    No phrase reaches from one into the other: a place between them stays empty.
    """
    places: dict[str, list[str]] = {}
    size = 0
    at = 0
    for lexemes, weight in ((context, "A"), (body, "")):
        for lexeme in lexemes:
            at += 1
            if lexeme not in places:
                size += len(lexeme.encode()) + 4
            size += 2
            if size > MAX_BYTES:
                break
            stored = places.setdefault(lexeme, [])
            if len(stored) < MAX_POSITIONS:
                stored.append(f"{min(at, MAX_POSITION)}{weight}")
        at += 1
    return " ".join(f"{_quoted(lexeme)}:{','.join(at)}" for lexeme, at in places.items())


def tsquery(lexemes: Sequence[str]) -> str:
    """A `tsquery` literal: lexemes that stand one after the other."""
    return " <-> ".join(map(_quoted, lexemes))


def _folded(word: str) -> str:
    """A word without accents on its Latin letters, cut to what is stored."""
    word = word[:MAX_LEXEME]
    if word.isascii():
        return word
    return "".join(_without_accents(letter) for letter in word)


def _without_accents(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    # Other scripts keep their marks: they are letters of their own there.
    return base if base.isascii() else letter


def _has_endings(word: str) -> bool:
    return len(word) >= LEAST_STEMMED and word.isascii() and word.isalpha()


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"

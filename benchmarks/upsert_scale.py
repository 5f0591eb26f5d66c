"""CPU of putting one document into an index, by how many documents it holds already.

usage: python benchmarks/upsert_scale.py [--small 1000] [--large 100000] [--postgres URL]

Fills one index with few documents and one with many, of a chunk each, then replaces documents in
both in turn, so that what else the machine does falls on both alike. Prints microseconds of CPU of
each, those in the system (reading and writing pages of the file) apart, and the ratio (to reach: 1.2
or less). With the URL of a PostgreSQL database, whose server spends the CPU, it is wall-clock time.
"""

from __future__ import annotations

import argparse
import os
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


def document(number: int, version: str) -> Chunk:
    source = f"folder/report-{number}.pdf"
    doc_id = document_id(source)
    text = f"Report {number} of the {version} pump: {number * 7919 % 100_000} bar at night."
    span = ChunkSpan(page=1, box=(50, 50, 950, 300), page_width=595, page_height=842)
    return Chunk(
        chunk_id=chunk_id(doc_id, 1, "text", 0, text), doc_id=doc_id, revision="0",
        source=source, kind="text", ordinal=0, text=text, spans=(span,), engine="generated",
        fingerprint="generated/1 parser/1 figures/1",
    )  # fmt: skip


def put(index: Index, number: int, version: str) -> None:
    chunk = document(number, version)
    index.upsert_document(
        chunk.doc_id, [chunk], revision=version, engine=chunk.engine, fingerprint=chunk.fingerprint
    )


def cpu() -> tuple[float, float]:
    spent = os.times()
    return spent.user, spent.system


def wall() -> tuple[float, float]:
    return time.monotonic(), 0.0


def seconds(index: Index, numbers: list[int], version: str, clock: Clock) -> tuple[float, float]:
    own, system = clock()
    for number in numbers:
        put(index, number, version)
    own_after, system_after = clock()
    return own_after - own, system_after - system


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=100_000)
    parser.add_argument("--postgres", help="URL of a database; two schemas are made in it")
    asked = parser.parse_args()
    clock = wall if asked.postgres else cpu
    with tempfile.TemporaryDirectory() as folder:

        def opened(name: str) -> Index:
            if asked.postgres:
                mark = "&" if "?" in asked.postgres else "?"
                return open_index(f"{asked.postgres}{mark}schema=upsert_{name}", embedder=None)
            return open_index(Path(folder, name), embedder=None)

        with opened("small") as small, opened("large") as large:
            sizes = {asked.small: small, asked.large: large}
            for size, index in sizes.items():
                for number in range(size):
                    put(index, number, "old")
            spent = dict.fromkeys(sizes, (0.0, 0.0))
            for turn in range(ROUNDS):
                for size, index in sizes.items():
                    # Spread over the whole index, as documents of a run are.
                    numbers = [(turn * BLOCK + at) * 7919 % size for at in range(BLOCK)]
                    own, system = seconds(index, numbers, f"new {turn}", clock)
                    spent[size] = spent[size][0] + own, spent[size][1] + system
    for size, (own, system) in spent.items():
        each = 1e6 / (ROUNDS * BLOCK)
        told = f"{(own + system) * each:6.0f} µs a document ({system * each:.0f} in the system)"
        print(f"{size:>9,} documents: {told}")
    total = {size: sum(parts) for size, parts in spent.items()}
    own_ratio = spent[asked.large][0] / spent[asked.small][0]
    ratio = total[asked.large] / total[asked.small]
    print(f"ratio {ratio:.2f}, without the system {own_ratio:.2f} (to reach: {TARGET})")


if __name__ == "__main__":
    main()

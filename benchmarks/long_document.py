"""Measure a long document: memory of the parent, and what a second run costs.

usage: python benchmarks/long_document.py [PAGES] [WORKERS]

Makes a PDF of 1,000 pages and reads it page by page, twice, with one page cache; then ingests
it twice into one output folder. Every step runs in a process of its own, whose peak memory is
taken from the system.

Prints: seconds of each step by the clock (with workers a process cannot count their CPU), the
parent's peak memory (to stay under: 600 MB), and second run / first (to stay under: 0.03).
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import tempfile
import time
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

from bench_documents import born_digital

from dsocr_integrations.ingestion import ingest
from dsocr_integrations.runner import Runner


def step(kind: str, document: str, folder: str, workers: int, results: Queue[Any]) -> None:
    began, pages = time.perf_counter(), 0
    with Runner("embedded", cache=f"{folder}/cache", workers=workers) as runner:
        if kind == "ingest":
            report = ingest(document, f"{folder}/out", runner=runner)
            pages = report.pages
            assert report.complete
        else:
            pages = sum(1 for _ in runner.pages(document))
    wall = time.perf_counter() - began
    own = resource.getrusage(resource.RUSAGE_SELF)
    results.put(
        {
            "pages": pages,
            "wall": wall,
            "peak": own.ru_maxrss / 1024,
        }
    )


def run(kind: str, document: Path, folder: Path, workers: int) -> dict[str, float]:
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    process = context.Process(
        target=step, args=(kind, str(document), str(folder), workers, results)
    )
    process.start()
    found = results.get()
    process.join()
    print(kind, json.dumps({name: round(value, 2) for name, value in found.items()}), flush=True)
    return found


def main(pages: int, workers: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        document = born_digital(folder / "long.pdf", pages)
        print(f"{pages} pages, {document.stat().st_size / 1e6:.1f} MB, {workers} workers")
        first = run("pages", document, folder, workers)
        second = run("pages", document, folder, workers)
        written = run("ingest", document, folder, workers)
        skipped = run("ingest", document, folder, workers)
    peak = max(one["peak"] for one in (first, second, written, skipped))
    print(f"peak memory of the parent        {peak:7.0f} MB (to stay under: 600)")
    print(
        f"second run / first               {second['wall'] / first['wall']:8.4f}"
        "  (to stay under: 0.03)"
    )
    print(f"unchanged ingest / first run     {skipped['wall'] / first['wall']:8.4f}")


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 1000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 0,
    )

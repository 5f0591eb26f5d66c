"""Measure what a second worker process brings over 60 mixed pages.

usage: python benchmarks/workers.py [PAGES]

Two thirds of the pages are born digital, one third are scans. Each run starts with warm
workers and without a cache. Run it on an idle machine with at least two cores: it measures
wall-clock time.

Prints: seconds with one and with two workers, and their ratio (to reach: 1.7).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from bench_documents import mixed

from dsocr_integrations.runner import Runner


def seconds(workers: int, document: Path, warm_up: Path) -> float:
    with Runner("embedded", cache=False, workers=workers) as runner:
        runner.read(warm_up)
        began = time.perf_counter()
        read = runner.read(document)
        spent = time.perf_counter() - began
    assert not read.errors, read.errors
    return spent


def main(pages: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        document = mixed(Path(folder, "mixed.pdf"), pages)
        # Enough pages that every worker has loaded its models before the clock starts.
        warm_up = mixed(Path(folder, "warm.pdf"), 9)
        one = seconds(1, document, warm_up)
        two = seconds(2, document, warm_up)
    load = os.getloadavg()[0]
    print(f"{pages} mixed pages on {os.cpu_count()} cores (load {load:.1f} at the end)")
    print(f"one worker  {one:7.1f} s  {pages / one:5.2f} pages/s")
    print(f"two workers {two:7.1f} s  {pages / two:5.2f} pages/s")
    print(f"ratio       {one / two:7.2f}    (to reach: 1.7)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)

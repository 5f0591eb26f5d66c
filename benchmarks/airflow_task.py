"""Measure one Airflow task: what it leaves in XCom, its memory, and its CPU beside the Runner's.

usage: python benchmarks/airflow_task.py [--long 500] [--pages 200] [--repeats 5]

Makes a born-digital PDF of `--long` pages and executes the operator over it, then one of `--pages`
pages, over which operator, ingest and Runner take turns. Every step runs in a process of its own,
with its own folders and the embedded engine in one worker process of it. A one-page document is read
first; imports of the parent do not count and are told apart, as a task with one document pays for
them too.

Prints: bytes of XCom (to stay under: 65,536); resident memory after each hundred pages and its
growth from the first hundred on (to stay under: 10 %); CPU of the operator over that of the same
Runner in an ingest without Airflow, and over that of the Runner alone, which writes nothing, as
medians of `--repeats` turns (to stay under: 1.1); CPU seconds of imports and first page.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench_documents import born_digital

HUNDRED = 100
XCOM_BOUND, GROWTH_BOUND, CPU_BOUND = 65_536, 0.10, 1.10


class Instance:
    """What the operator needs of a task instance outside a task."""

    try_number = 1

    def __init__(self) -> None:
        self.pushed: dict[str, Any] = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value


def by_operator(document: str, folder: str) -> dict[str, Any]:
    from dsocr_integrations.airflow import DeepSeekOCROperator

    instance = Instance()
    operator = DeepSeekOCROperator(
        task_id="read", sources=document, output_uri=f"{folder}/out", cache=f"{folder}/cache"
    )
    manifest = operator.execute({"ti": instance})
    return {**manifest, "pushed": instance.pushed}


def by_ingest(document: str, folder: str) -> dict[str, Any]:
    from dsocr_integrations.ingestion import ingest
    from dsocr_integrations.preview.folder import write_source_html
    from dsocr_integrations.runner import Runner

    with Runner("embedded", cache=f"{folder}/cache") as runner:
        report = ingest(document, f"{folder}/out", runner=runner, preview=write_source_html)
    return {"pages": report.pages}


def by_runner(document: str, folder: str) -> dict[str, Any]:
    from dsocr_integrations.runner import Runner

    with Runner("embedded", cache=f"{folder}/cache") as runner:
        return {"pages": sum(1 for _ in runner.pages(document))}


STEPS = {"operator": by_operator, "ingest": by_ingest, "runner": by_runner}


def watched_memory(levels: list[float]) -> None:
    """Note the process's memory after each hundred pages that the runner has read."""
    from dsocr_integrations.runner.progress import ProgressWatch

    page_came, numbers = ProgressWatch.page_came, itertools.count(1)

    def noted(watch: ProgressWatch, *given: Any, **options: Any) -> None:
        page_came(watch, *given, **options)
        if next(numbers) % HUNDRED == 0:
            levels.append(resident())

    ProgressWatch.page_came = noted  # type: ignore[method-assign]


def resident() -> float:
    """Megabytes of memory that the process and its worker hold."""
    children = Path("/proc/self/task").glob("*/children")
    processes = ["self", *(child for one in children for child in one.read_text().split())]
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in processes)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def cpu_seconds() -> float:
    """CPU of the process and of the workers that have ended."""
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + workers.ru_utime + workers.ru_stime


def measure(step: str, document: str, first: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        STEPS[step](first, f"{folder}/first")
        imports = cpu_seconds()
        levels: list[float] = []
        watched_memory(levels)
        result = STEPS[step](document, folder)
        cpu = cpu_seconds() - imports
    print(json.dumps({"result": result, "cpu": cpu, "imports": imports, "memory": levels}))


def measured(step: str, document: Path, first: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, __file__, "--measure", step, str(document), str(first)],
        env={**os.environ, "DSOCR_ENGINE": "embedded", "DSOCR_WORKERS": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def long_task(folder: Path, pages: int, first: Path) -> None:
    found = measured("operator", born_digital(folder / "long.pdf", pages), first)
    assert found["result"]["pages"] == pages
    size, memory = len(json.dumps(found["result"])), found["memory"]
    growth = max(memory) / memory[0] - 1
    print(f"{pages} pages: {size} bytes of XCom (to stay under: {XCOM_BOUND})")
    print(f"MB after each hundred pages: {', '.join(f'{level:.0f}' for level in memory)}")
    print(f"growth from the first hundred on: {growth:.1%} (to stay under: {GROWTH_BOUND:.0%})")


def beside_the_runner(folder: Path, pages: int, repeats: int, first: Path) -> None:
    document = born_digital(folder / "pages.pdf", pages)
    turns = []
    for _ in range(repeats):
        turns.append({step: measured(step, document, first) for step in STEPS})
        print(*(f"{step} {found['cpu']:.1f} s" for step, found in turns[-1].items()), flush=True)
    for step in STEPS:
        cpu = statistics.median(turn[step]["cpu"] for turn in turns)
        imports = statistics.median(turn[step]["imports"] for turn in turns)
        print(f"{step:9}{cpu:7.2f} s of CPU, {imports:.2f} s for imports and a first page")
    for other in ("ingest", "runner"):
        shares = [turn["operator"]["cpu"] / turn[other]["cpu"] for turn in turns]
        told = ", ".join(f"{share:.3f}" for share in shares)
        median = statistics.median(shares)
        print(f"operator / {other}: {median:.3f} ({told}; to stay under: {CPU_BOUND})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--long", type=int, default=500)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--measure", nargs=3, metavar=("STEP", "DOCUMENT", "FIRST"))
    given = parser.parse_args()
    if given.measure:
        measure(*given.measure)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = born_digital(folder / "first.pdf", 1)
        long_task(folder, given.long, first)
        beside_the_runner(folder, given.pages, given.repeats, first)


if __name__ == "__main__":
    main()

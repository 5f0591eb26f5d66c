"""An unchanged corpus ingested again: wall time of the second ingest beside the first.

usage: python benchmarks/unchanged_corpus.py [--documents 200] [--embedder none|local]

Makes small PDFs (a heading and a paragraph on one page), ingests them with the embedded engine
into an output folder and an index, and does the same again: a new runner, the index opened
anew. A document of another folder is ingested before, so that neither run pays for imports.
Without an embedder the first run is as cheap as it gets, which makes the share of the second
the larger.

Prints both times, the second's CPU, and its share of the first (to reach: 0.01 or less).
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

import pymupdf

from dsocr_integrations.index import open_index
from dsocr_integrations.ingestion import ingest
from dsocr_integrations.ingestion.report import IngestReport
from dsocr_integrations.runner import Runner

PAGES = 1
TARGET = 0.01
WORDS = "water plant report quarter turbidity sample pressure valve filter result annual".split()  # noqa: SIM905


def write_pdf(path: Path, number: int) -> None:
    words = random.Random(number)
    with pymupdf.open() as document:
        for page_number in range(1, PAGES + 1):
            page = document.new_page()
            page.insert_text((72, 80), f"Report {number}, part {page_number}", fontsize=18)
            paragraph = " ".join(words.choices(WORDS, k=120))
            page.insert_textbox((72, 110, 520, 380), paragraph, fontsize=11)
        document.save(path, no_new_id=True)


def corpus(folder: Path, numbers: range) -> Path:
    folder.mkdir()
    for number in numbers:
        write_pdf(folder / f"report-{number:04}.pdf", number)
    return folder


def timed(sources: Path, root: Path, embedder: str) -> tuple[float, float, IngestReport]:
    wall, cpu = time.perf_counter(), time.process_time()
    with (
        Runner("embedded", cache=root / "cache") as runner,
        open_index(root / "index", embedder=embedder, vector_cache=root / "cache") as index,
    ):
        report = ingest(sources, root / "out", runner=runner, index=index)
    return time.perf_counter() - wall, time.process_time() - cpu, report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--embedder", default="none", choices=("none", "local"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        timed(corpus(root / "before", range(1)), root / "elsewhere", options.embedder)
        sources = corpus(root / "in", range(1, options.documents + 1))
        first, cpu, report = timed(sources, root, options.embedder)
        assert report.documents == report.indexed == options.documents, report
        print(f"first time  {first:8.2f} s wall, {cpu:.2f} s CPU ({report.pages} pages)")
        again, cpu, report = timed(sources, root, options.embedder)
        assert report.unchanged == options.documents, report
        assert report.indexed == 0, report
        print(f"again       {again:8.2f} s wall, {cpu:.2f} s CPU")
        print(f"again / first time: {again / first:.4f}  (to reach: {TARGET} or less)")


if __name__ == "__main__":
    main()

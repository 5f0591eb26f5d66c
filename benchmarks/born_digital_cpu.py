"""Measure the CPU of a born-digital page against PyMuPDF's own `to_markdown(use_ocr=False)`.

usage: python benchmarks/born_digital_cpu.py FOLDER

FOLDER holds PDFs with a text layer, such as `tests/data`. PyMuPDF goes first, with the
sessions it opens by itself; then file by file, in turn with the engine, with the one-thread
sessions that the engine opened. The ratio to either is printed.
"""

from __future__ import annotations

import time
from pathlib import Path

import pymupdf
import pymupdf4llm
from reading import answers, folder_argument

from dsocr_integrations.engines.embedded.engine import EmbeddedEngine


def born_digital(folder: Path) -> list[Path]:
    paths = []
    for path in sorted(folder.glob("*.pdf")):
        with pymupdf.open(path) as document:
            if not document.needs_pass and all(page.get_text("words") for page in document):
                paths.append(path)
    return paths


def theirs(paths: list[Path]) -> float:
    start = time.process_time()
    for path in paths:
        with pymupdf.open(path) as document:
            pymupdf4llm.to_markdown(document, use_ocr=False)
    return time.process_time() - start


def main() -> None:
    paths = born_digital(folder_argument("usage: python benchmarks/born_digital_cpu.py FOLDER"))
    theirs(paths[:1])
    as_it_comes = theirs(paths)
    ours, one_thread, pages = 0.0, 0.0, 0
    with EmbeddedEngine().open() as session:
        list(answers(session, paths[0]))
        for path in paths:
            seconds = [spent for _, spent in answers(session, path)]
            ours, pages = ours + sum(seconds), pages + len(seconds)
            one_thread += theirs([path])
    print(f"{pages} pages: ours {ours / pages:.2f} CPU s a page")
    print(f"to_markdown as it comes {as_it_comes / pages:.2f}: ratio {ours / as_it_comes:.2f}")
    print(f"to_markdown, one thread {one_thread / pages:.2f}: ratio {ours / one_thread:.2f}")


if __name__ == "__main__":
    main()

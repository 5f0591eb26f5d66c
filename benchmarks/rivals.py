"""The embedded engine beside other readers that run on the CPU without a download, in one run.

usage: python benchmarks/rivals.py [--tables DIR] [--facts DIR] [--scans DIR] [--python PATH]
                                   [--only NAME ...]

The folders are the open sets that `tables.py`, `facts.py` and `scans.py` take. PATH is the
interpreter of an environment with the packages of `benchmarks/requirements-rivals.txt`; without
it the rivals that are installed beside us are tried. The measures themselves need apted, scipy,
lxml and rapidfuzz. Each reader reads a set in a process of its
own, on one thread, its imports apart. Prints the table of the documentation: TEDS of tables,
facts that hold, character error rate, CPU seconds, and who could not run and why.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Read = Callable[[Path], str]

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)
MARK = "@read@"
"""Begins a line of ours on the child's output, where libraries print as well."""


def ours() -> Read:
    """The embedded engine, as `dsocr read` gives it."""
    from dsocr_integrations import Runner, markdown

    runner = Runner("embedded", cache=False, figures=False)
    return lambda path: "\n\n".join(
        markdown.render(page.blocks) for page in runner.read(path).pages
    )


def pymupdf4llm() -> Read:
    """PyMuPDF's own Markdown."""
    import pymupdf4llm as library

    return lambda path: library.to_markdown(str(path), use_ocr=False, show_progress=False)


def markitdown() -> Read:
    """Markitdown without plug-ins."""
    from markitdown import MarkItDown

    library = MarkItDown(enable_plugins=False)
    return lambda path: library.convert(str(path)).markdown


def pdfplumber() -> Read:
    """Text, and tables as they are found."""
    import pdfplumber as library

    def read(path: Path) -> str:
        with library.open(path) as document:
            return "\n\n".join(
                "\n\n".join([page.extract_text() or "", *map(_html_of_rows, page.extract_tables())])
                for page in document.pages
            )

    return read


def _html_of_rows(rows: list[list[str | None]]) -> str:
    import html

    body = "".join(
        f"<tr>{''.join(f'<td>{html.escape(cell or str())}</td>' for cell in row)}</tr>"
        for row in rows
    )
    return f"<table>{body}</table>"


def pdf_inspector() -> Read:
    """A reader in Rust, without networks."""
    import pdf_inspector as library

    return lambda path: library.process_pdf(str(path)).markdown or ""


def kreuzberg() -> Read:
    """Kreuzberg without recognition."""
    from kreuzberg import extract_file_sync

    return lambda path: extract_file_sync(str(path)).content


def unstructured() -> Read:
    """Unstructured's strategy `fast`."""
    from unstructured.partition.auto import partition

    return lambda path: "\n\n".join(map(str, partition(str(path), strategy="fast")))


def tesseract() -> Read:
    """Tesseract on page pictures."""
    return lambda path: (
        subprocess.run(
            ["tesseract", str(path), "-"], capture_output=True, check=True, text=True
        ).stdout
    )


def rapidocr() -> Read:
    """RapidOCR's lines as they come."""
    from rapidocr import RapidOCR

    library = RapidOCR(params={"Global.log_level": "critical"})
    return lambda path: "\n".join(library(str(path)).txts or ())


PDF = (ours, pymupdf4llm, markitdown, pdfplumber, pdf_inspector, kreuzberg, unstructured)
PICTURES = (ours, tesseract, rapidocr)
READERS = {reader.__name__: reader for reader in (*PDF, *PICTURES)}


def read_here(name: str, paths: list[Path]) -> None:
    """Child process: read the files, and say what was read and its CPU seconds."""
    read = READERS[name]()
    for path in paths:
        start = _cpu_seconds()
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            text = read(path)
        line = {"file": path.name, "text": text, "cpu": _cpu_seconds() - start}
        print(f"{MARK}{json.dumps(line)}", flush=True)


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@dataclass(frozen=True)
class Said:
    """What a reader made of a set.

    Attributes:
        texts: Text of each file by its name; empty where it could not be read.
        cpu: CPU seconds of all files.
        trouble: Why files are missing; empty where none is.
    """

    texts: dict[str, str]
    cpu: float
    trouble: str


def ask(name: str, paths: list[Path], python: str) -> Said:
    """Read a set with one reader in a process of its own."""
    interpreter = sys.executable if name == "ours" else python
    started = time.monotonic()
    done = subprocess.run(
        [interpreter, __file__, "--child", name, *map(str, paths)],
        capture_output=True,
        check=False,
        env={**os.environ, **ONE_THREAD},
    )
    lines = [
        json.loads(line.removeprefix(MARK))
        for line in done.stdout.decode(errors="replace").splitlines()
        if line.startswith(MARK)
    ]
    errors = done.stderr.decode(errors="replace").strip().splitlines() or [""]
    trouble = errors[-1][:100] if done.returncode else ""
    print(f"{name}: {len(lines)} files, {time.monotonic() - started:.0f} s", file=sys.stderr)
    texts = {path.name: "" for path in paths} | {line["file"]: line["text"] for line in lines}
    return Said(texts, sum(line["cpu"] for line in lines), trouble)


def tables_found(text: str) -> list[str]:
    """The tables of a text, HTML or pipes, as HTML."""
    from dsocr_integrations.tables import find_tables, parse_table, to_html

    tables = (parse_table(text[start:end])[0] for start, end in find_tables(text))
    return [to_html(table) for table in tables if table is not None]


def score_tables(folder: Path, said: Said) -> str:
    """Mean TEDS."""
    from table_distance import best_match
    from tables import expected_tables

    scores: list[float] = []
    for truth in sorted(folder.glob("*-str.xml")):
        text = said.texts[truth.name.replace("-str.xml", ".pdf")]
        scores += best_match(expected_tables(truth), tables_found(text))
    return f"{sum(scores) / max(1, len(scores)):.3f}"


def score_facts(folder: Path, said: Said) -> str:
    """Facts that hold, of those measured."""
    from facts import holds
    from table_distance import plain

    lines = (folder / "tests.jsonl").read_text(encoding="utf-8").splitlines()
    verdicts = []
    for fact in (json.loads(line) for line in lines if line.strip()):
        text = plain(re.sub(r"[#*|`]|<[^>]+>", " ", said.texts[Path(fact["pdf"]).name]))
        verdicts.append(holds(fact, text))
    measured = [verdict for verdict in verdicts if verdict is not None]
    return f"{sum(measured)} of {len(measured)}"


def score_scans(folder: Path, said: Said) -> str:
    """Mean character error rate and word recall."""
    from scans import score, truth_of

    scores = [
        score(truth, text)
        for name, text in said.texts.items()
        if (truth := truth_of(folder / name)) is not None
    ]
    cer, recall = (sum(column) / len(scores) for column in zip(*scores, strict=True))
    return f"CER {cer:.3f}, recall {recall:.3f}"


def files_of(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """The files of a set, in the order of their names."""
    return sorted(path for path in folder.rglob("*") if path.suffix in suffixes)


SETS = {
    "tables": (PDF, (".pdf",), score_tables),
    "facts": (PDF, (".pdf",), score_facts),
    "scans": (PICTURES, (".jpg", ".png"), score_scans),
}


def main() -> int:
    """Read each set with each reader and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in SETS:
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        read_here(given.child[0], [Path(path) for path in given.child[1:]])
        return 0
    asked = {name: getattr(given, name) for name in SETS if getattr(given, name)}
    absent = [folder for folder in asked.values() if not folder.is_dir()]
    if absent or not asked:
        print(f"There is no set to read{f' at {absent[0]}' if absent else ''}: see --help.")
        return 2
    print("| set | reader | score | CPU seconds | |\n|---|---|---|---|---|")
    for name, folder in asked.items():
        readers, suffixes, score = SETS[name]
        paths = files_of(folder, suffixes)
        for reader in readers:
            if given.only and reader.__name__ not in given.only:
                continue
            said = ask(reader.__name__, paths, given.python)
            figure = score(folder, said) if said.cpu else "did not run"
            print(f"| {name} | {reader.__name__} | {figure} | {said.cpu:.1f} | {said.trouble} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Damaged and odd files through the sources and the renderer, each in a process of its own.

usage: python benchmarks/robustness.py FOLDER [--pages 5] [--seconds 60] [--memory-mb 3000]

FOLDER holds the files and, where there is one, an `_index.json` whose `expect` says how many
pages MuPDF finds. Prints one line for each bad outcome and one line of totals: the aim is no
crash, hang, traceback or memory over the limit, and that what MuPDF reads is read.
"""

from __future__ import annotations

import argparse
import collections
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

BAD = ("signal", "hang", "traceback", "memory", "unread", "blank")


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    file: str
    kind: str
    detail: str
    seconds: float
    peak_mb: float


def look_at(path: Path, pages: int) -> None:
    """Child process: render the first pages and print what was found as JSON."""
    from dsocr_integrations.errors import DsocrError
    from dsocr_integrations.rendering import open_document
    from dsocr_integrations.sources import resolve_source

    report = {"pages": 0, "rendered": 0, "characters": 0, "inked": 0, "errors": []}
    try:
        with open_document(resolve_source(path)) as document:
            report["pages"] = document.page_count
            for number in document.page_numbers()[:pages]:
                try:
                    region = document.region(number)
                    picture = region.render()
                    words = region.words()
                    region.drawings()
                    region.extras()
                    region.content_hash()
                except DsocrError as error:
                    report["errors"].append(f"page {number}: {error}")
                    continue
                low, high = picture.convert("L").getextrema()
                report["rendered"] += 1
                report["inked"] += low != high
                report["characters"] += sum(len(word.text) for word in words)
    except DsocrError as error:
        report["errors"].append(f"{type(error).__name__}: {error}")
    report["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(report))


def run_one(path: Path, expect: dict, arguments: argparse.Namespace) -> Outcome:
    """Run `look_at` in a limited process and judge it."""
    started = time.monotonic()
    limit = arguments.memory_mb << 20
    command = [sys.executable, __file__, "--look-at", str(path), "--pages", str(arguments.pages)]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=arguments.seconds,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        )
    except subprocess.TimeoutExpired:
        return Outcome(path.name, "hang", "", arguments.seconds, 0)
    seconds = time.monotonic() - started
    messages = done.stderr.decode(errors="replace")
    if done.returncode < 0:
        return Outcome(path.name, "signal", str(-done.returncode), seconds, 0)
    if done.returncode or "Traceback" in messages:
        last = messages.strip().splitlines()[-1:] or [""]
        kind = "memory" if "MemoryError" in messages else "traceback"
        return Outcome(path.name, kind, last[0], seconds, 0)
    report = json.loads(done.stdout)
    kind, detail = judge(report, expect, arguments.pages)
    if messages.strip():
        kind, detail = "traceback", messages.strip().splitlines()[-1]
    return Outcome(path.name, kind, detail, seconds, report["peak_mb"])


def judge(report: dict, expect: dict, pages: int) -> tuple[str, str]:
    """Name the outcome: `ok`, `clean_error`, or what MuPDF reads and we do not."""
    errors = "; ".join(report["errors"])
    mupdf = expect.get("mupdf", {})
    readable = mupdf.get("pages", 0) > 0 or "size" in expect.get("pillow", {})
    wanted = min(mupdf.get("pages", 1), pages) if readable else 0
    if report["rendered"] < wanted:
        return "unread", errors
    # `chars_first5` counts white space; a handful of it is no text.
    if report["characters"] < mupdf.get("chars_first5", 0) * 0.5 - 5:
        return "blank", f"{report['characters']} of {mupdf['chars_first5']} characters"
    return ("ok", "") if report["rendered"] else ("clean_error", errors)


def main() -> int:
    """Run the set and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--look-at", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--pages", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--memory-mb", type=int, default=3000)
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    if arguments.look_at:
        look_at(arguments.look_at, arguments.pages)
        return 0
    if arguments.folder is None or not arguments.folder.is_dir():
        print(f"There is no folder {arguments.folder}: give the folder of the open set.")
        return 2
    index = arguments.folder / "_index.json"
    known = json.loads(index.read_text()) if index.is_file() else []
    expected = {row["file"]: row.get("expect", {}) for row in known}
    files = sorted(
        path
        for path in arguments.folder.iterdir()
        if path.is_file() and not path.name.startswith(("_", "."))
    )
    outcomes = [run_one(path, expected.get(path.name, {}), arguments) for path in files]
    for outcome in outcomes:
        if arguments.verbose or outcome.kind in BAD:
            print(f"{outcome.kind:12} {outcome.file} {outcome.detail[:160]}")
    totals = collections.Counter(outcome.kind for outcome in outcomes)
    bad = sum(totals[kind] for kind in BAD)
    slowest = max((outcome.seconds for outcome in outcomes), default=0)
    peak = max((outcome.peak_mb for outcome in outcomes), default=0)
    print(
        f"{len(outcomes)} files: {bad} bad, {totals['ok']} read, {totals['clean_error']} refused"
        f" with a clear error; slowest {slowest:.1f} s, largest {peak:.0f} MB"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

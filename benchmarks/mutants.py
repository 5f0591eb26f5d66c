"""Do the tests notice when the code is wrong? Small changes, one at a time, in a copy.

    python benchmarks/mutants.py [--rooms grounding,chunking] [--count 24] [--seed 10]

A change that no test of its room notices is a survivor: each is shown, then the share of each
room. Exits with 1 where that share is above a fifth. See `small_changes.py` for what is
changed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from small_changes import Change, changes_of

ROOT = Path(__file__).parents[1]
SURVIVORS_ALLOWED = 0.2
TIME_LIMIT = 300
"""Seconds after which a change counts as noticed: most likely it made an endless loop."""

ROOMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "grounding": (
        ("grounding",),
        (
            "test_repetition.py", "test_captions.py", "test_grounding.py", "test_evidence.py",
            "test_writer.py", "test_captured_output.py", "test_aperiodic.py",
            "test_joined_slices.py", "test_tags.py",
            "test_page_slices.py::test_the_page_tells_how_it_was_read",
        ),
    ),
    "chunking": (
        ("chunking",),
        ("test_chunking.py", "test_long_tables.py", "test_table_continuation.py"),
    ),
    "runner": (
        ("runner",),
        (
            "test_page_density.py", "test_cache.py", "test_mode_climbing.py", "test_questions.py",
            "test_document_reading.py", "test_second_looks.py", "test_token_use.py",
            "test_figures.py", "test_runner.py",
        ),
    ),
    "ingestion": (
        ("ingestion",),
        (
            "test_incremental.py", "test_ingest.py", "test_document_reading.py",
            "test_two_origins.py", "test_going_over.py", "test_upkeep_cli.py",
        ),
    ),
    "fusion": (
        ("index/fusion.py", "index/searching.py"),
        ("index/test_fusion.py", "index/test_searching.py", "index/contract/test_search.py"),
    ),
    "airflow": (
        ("airflow",),
        ("airflow",),
    ),
}  # fmt: skip
"""By room: its code, and its tests, the quickest first."""


def main() -> int:
    """Draw, try and report.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rooms", default=",".join(ROOMS))
    parser.add_argument("--count", type=int, default=24, help="changes in each room")
    parser.add_argument("--seed", type=int, default=10)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--noticed", action="store_true", help="show which test noticed the others")
    options = parser.parse_args()
    shares = {}
    with ExitStack() as stack:
        first = _copy(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        copies: SimpleQueue[Path] = SimpleQueue()
        copies.put(first)
        for _ in range(options.processes - 1):
            again = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            copies.put(shutil.copytree(first, again, dirs_exist_ok=True))
        # All at once, and of the copy: whoever goes on working changes no sample.
        rooms = options.rooms.split(",")
        samples = {room: _sample(first, room, options.count, options.seed) for room in rooms}
        pool = stack.enter_context(ThreadPoolExecutor(options.processes))
        for room, drawn in samples.items():
            if failed := _noticed_by(copies, room, None):
                print(f"{room}: the tests fail without a change: {failed}")
                return 2
            noticed_by = list(pool.map(partial(_noticed_by, copies, room), drawn))
            shares[room] = noticed_by.count("") / len(drawn)
            print(
                f"{room}: {noticed_by.count('')} of {len(drawn)} survive (seed {options.seed})",
                flush=True,
            )
            for change, test in zip(drawn, noticed_by, strict=True):
                if not test or options.noticed:
                    print(f"  {change.path}:{change.line} in {change.scope}")
                    print(f"    - {change.before}\n    + {change.after}\n    {test}".rstrip())
    return int(any(share > SURVIVORS_ALLOWED for share in shares.values()))


def _sample(root: Path, room: str, count: int, seed: int) -> list[Change]:
    """The first changes by their order, no two at one place in the code."""
    package = root / "dsocr_integrations"
    files = [
        file
        for part in ROOMS[room][0]
        for file in ([package / part] if part.endswith(".py") else (package / part).rglob("*.py"))
    ]
    changes = [
        change for file in files for change in changes_of(root, str(file.relative_to(root)), seed)
    ]
    drawn: dict[tuple[str, int, str], Change] = {}
    for change in sorted(changes, key=lambda change: change.order):
        drawn.setdefault((change.path, change.line, change.before), change)
    return list(drawn.values())[:count]


def _copy(folder: Path) -> Path:
    """A copy of what git knows or would add, so that no change is made where people work."""
    listed = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def _noticed_by(copies: SimpleQueue[Path], room: str, change: Change | None) -> str:
    """The first test that fails with a change, or without any; empty when all pass."""
    copy = copies.get()
    try:
        if change is None:
            return _first_failure(copy, room)
        file = copy / change.path
        source = file.read_bytes()
        try:
            file.write_bytes(change.applied_to(source))
            return _first_failure(copy, room)
        finally:
            file.write_bytes(source)
    finally:
        copies.put(copy)


def _first_failure(copy: Path, room: str) -> str:
    tests = [f"tests/{name}" for name in ROOMS[room][1]]
    with subprocess.Popen(
        [
            sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-rfE", "-p", "no:cacheprovider",
            "-m", "not system and not slow and not servers",
            "--hypothesis-profile=mutants", *tests,
        ],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    ) as running:  # fmt: skip
        try:
            told, _ = running.communicate(timeout=TIME_LIMIT)
        except subprocess.TimeoutExpired:
            return "the time limit"
        finally:
            # What a changed runner started and never ended goes with it.
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
    if running.returncode == 0:
        return ""
    failed = (line for line in told.splitlines() if line.startswith(("FAILED", "ERROR")))
    return next(failed, f"exit code {running.returncode}")


if __name__ == "__main__":
    sys.exit(main())

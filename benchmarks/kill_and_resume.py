"""Kill an ingest at random moments, run it again, and compare with an undisturbed run.

usage: python benchmarks/kill_and_resume.py [KILLS] [SEED]

A child process ingests three documents of four pages with the embedded engine. It is killed
with SIGKILL after a random share of the undisturbed run's time, then the same ingest runs to
its end. Every request to the engine is noted in a file before it is answered and every page
in the cache is looked up before and after, so a page that was recorded and read again would
show.

Prints: for each kill its moment and what was recorded by then; at the end the number of runs
with other bytes than the undisturbed one and of recorded pages read again (to reach: 0 and 0).
"""

from __future__ import annotations

import hashlib
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bench_documents import mixed

from dsocr_integrations.engines.base import EngineSession, Reading, ReadRequest
from dsocr_integrations.engines.embedded.engine import EmbeddedEngine
from dsocr_integrations.ingestion import ingest
from dsocr_integrations.runner import Runner
from dsocr_integrations.runner.cache import PageCache
from dsocr_integrations.runner.page_keys import EngineFacts, PageSettings, page_key
from dsocr_integrations.sources import resolve_sources

PAGES = 4
"""Pages of each document."""


@dataclass(frozen=True)
class NotingEngine(EmbeddedEngine):
    """The embedded engine, noting every page it is asked for."""

    log: str = ""

    def open(self) -> EngineSession:
        return NotingSession(super().open(), self.log)


class NotingSession:
    def __init__(self, session: EngineSession, log: str) -> None:
        self._session, self._log = session, log

    def submit(self, request: ReadRequest) -> Future[Reading]:
        with Path(self._log).open("a") as log:
            log.write(f"{request.region.source.revision} {request.region.number}\n")
        return self._session.submit(request)

    def stream(self, request: ReadRequest) -> Iterator[str]:
        return self._session.stream(request)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._session.__exit__(*error)


def child(sources: str, out: str, cache: str, log: str) -> None:
    with Runner(NotingEngine(log=log), cache=cache) as runner:
        ingest(sources, out, runner=runner)


def start(sources: Path, folder: Path) -> subprocess.Popen[bytes]:
    arguments = [str(sources), str(folder / "out"), str(folder / "cache"), str(folder / "log")]
    return subprocess.Popen([sys.executable, __file__, "--child", *arguments])


def tree(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def asked(folder: Path) -> list[tuple[str, int]]:
    log = folder / "log"
    lines = log.read_text().splitlines() if log.exists() else []
    return [(revision, int(number)) for revision, number in (line.split() for line in lines)]


def recorded(sources: Path, folder: Path) -> set[tuple[str, int]]:
    """Pages that the cache holds, by file and number."""
    engine = NotingEngine()
    facts = EngineFacts.of(engine)
    cache = PageCache(folder / "cache")
    return {
        (source.revision, number)
        for source in resolve_sources(sources)
        for number in range(1, PAGES + 1)
        if cache.page(page_key(source, number, PageSettings(), facts)) is not None
    }


def main(kills: int, seed: int) -> None:
    moments = random.Random(seed)
    other_bytes = read_again = killed = 0
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        sources = root / "in"
        sources.mkdir()
        for place in range(3):
            mixed(sources / f"{place}.pdf", PAGES)
        whole = root / "whole"
        whole.mkdir()
        began = time.perf_counter()
        assert start(sources, whole).wait() == 0
        duration = time.perf_counter() - began
        expected = tree(whole / "out")
        print(f"undisturbed: {duration:.1f} s, {len(expected)} files, {len(asked(whole))} requests")
        for place in range(kills):
            folder = root / f"kill{place}"
            folder.mkdir()
            moment = moments.uniform(0.02, 0.98) * duration
            process = start(sources, folder)
            try:
                process.wait(moment)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
            before = recorded(sources, folder)
            requests = len(asked(folder))
            assert start(sources, folder).wait() == 0
            same = tree(folder / "out") == expected
            again = set(asked(folder)[requests:]) & before
            other_bytes += not same
            read_again += len(again)
            print(
                f"kill {place + 1:2} at {moment:6.1f} s: {len(before):2} of {3 * PAGES} pages recorded, "
                f"{'same bytes' if same else 'OTHER BYTES'}, {len(again)} read again",
                flush=True,
            )
    print(f"killed {killed} of {kills} (the others had finished)")
    print(f"runs with other bytes        {other_bytes}  (to reach: 0)")
    print(f"recorded pages read again    {read_again}  (to reach: 0)")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
    else:
        main(
            int(sys.argv[1]) if len(sys.argv) > 1 else 20,
            int(sys.argv[2]) if len(sys.argv) > 2 else 7,
        )

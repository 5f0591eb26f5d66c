"""Read each page with and without PyMuPDF's layout network where it is plain prose, and compare.

usage: python benchmarks/prose_pages.py FOLDER | --made [FIRST LAST]

FOLDER holds PDFs, at any depth. `--made` draws pages of prose of the odd seeds from FIRST to LAST
instead, 1 to 199 unless told otherwise. Printed are the pages that go the short way, those of them
that are read otherwise the long way and in what, and the CPU seconds of both ways.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dsocr_integrations import grounding
from dsocr_integrations.engines.base import EngineSession, Reading, ReadRequest
from dsocr_integrations.engines.embedded.engine import EmbeddedEngine
from dsocr_integrations.errors import DsocrError
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.records.documents import Block
from dsocr_integrations.rendering import PageRegion, open_document
from dsocr_integrations.sources import resolve_source

ROUNDING = 1
"""Units of the 0–999 grid by which boxes of both ways may differ."""


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    arguments = sys.argv[1:]
    if not arguments:
        sys.exit("usage: python benchmarks/prose_pages.py FOLDER | --made [FIRST LAST]")
    with tempfile.TemporaryDirectory() as made:
        if arguments[0] == "--made":
            first, last = (int(given) for given in arguments[1:] or ("1", "199"))
            _draw(Path(made), first | 1, last)
            folder = Path(made)
        else:
            folder = Path(arguments[0])
        compare(sorted(folder.rglob("*.pdf")))


def _draw(folder: Path, first: int, last: int) -> None:
    from tests.engines.embedded.people_pages.prose_pages import draw_prose

    for seed in range(first, last + 1, 2):
        (folder / f"prose{seed:04}.pdf").write_bytes(draw_prose(seed))


def compare(paths: list[Path]) -> None:
    pages, differences = Counter[str](), Counter[str]()
    short, long = 0.0, 0.0
    is_first = True
    with EmbeddedEngine().open() as auto, EmbeddedEngine(layout="network").open() as network:
        for path, region, other in _regions(paths):
            if is_first:
                _timed(auto, region)
                _timed(network, other)
                is_first = False
            by_text, seconds = _timed(auto, region)
            pages["read"] += by_text.failure is None
            if by_text.layout != "text":
                continue
            by_network, other_seconds = _timed(network, other)
            pages["short"] += 1
            short, long = short + seconds, long + other_seconds
            kinds = _differences(by_text, by_network)
            differences.update(kinds)
            if kinds:
                pages["differ"] += 1
                print(f"{path.name} page {region.number}: {', '.join(kinds)}")
    print(f"{pages['read']} pages read, {pages['short']} without the network")
    print(f"{pages['differ']} of these are read otherwise with it: {dict(differences)}")
    if pages["short"]:
        print(f"CPU seconds of these: {short:.1f} and {long:.1f} with it, {short / long:.3f}")


def _regions(paths: list[Path]) -> Iterator[tuple[Path, PageRegion, PageRegion]]:
    """Each page twice, so that what is read once a document counts for both ways."""
    for path in paths:
        try:
            source = resolve_source(path)
            with open_document(source) as document, open_document(source) as again:
                for number in document.page_numbers():
                    yield path, document.region(number), again.region(number)
        except DsocrError as error:
            print(f"{path.name}: {error}")


def _timed(session: EngineSession, region: PageRegion) -> tuple[Reading, float]:
    start = time.process_time()
    reading = session.submit(ReadRequest(region, Prompt.MARKDOWN)).result()
    return reading, time.process_time() - start


def _differences(one: Reading, two: Reading) -> list[str]:
    first, second = grounding.parse(one.text).blocks, grounding.parse(two.text).blocks
    found = []
    if sorted(_words(first)) != sorted(_words(second)):
        found.append("words")
    if [block.text for block in first] != [block.text for block in second]:
        found.append("text of blocks")
    if [block.label for block in first] != [block.label for block in second]:
        found.append("labels")
    if len(first) == len(second) and _farthest(first, second) > ROUNDING:
        found.append("boxes")
    return found


def _words(blocks: tuple[Block, ...]) -> list[str]:
    return [word for block in blocks for word in block.text.replace("*", "").split()]


def _farthest(first: tuple[Block, ...], second: tuple[Block, ...]) -> int:
    return max(
        (
            abs(a - b)
            for one, two in zip(first, second, strict=True)
            for box, other in zip(one.boxes, two.boxes, strict=True)
            for a, b in zip(box, other, strict=True)
        ),
        default=0,
    )


if __name__ == "__main__":
    main()

"""Measure whether `trusted` says something: the error actually made, on pages trusted and doubted.

usage: python benchmarks/trust.py [--pages N] [--first SEED] [--kinds KIND,...] [--out FOLDER]
                                  [--kept FILE] [--list] [DATADIR ...]

Pages are generated: fonts with a wrong map to Unicode; scans with an earlier recognition, with a
paragraph in another script, turned, askew, worn as a whole or in part, of numbers alone, on dark and
dotted grounds, crossed by stamps and strokes, with a slanted block, with writing by hand, with labels
and values, in columns, and bent as pages of a thick book are; N of each, of odd seeds (measuring)
unless an even first seed is given (looking). A DATADIR holds pages with their truth beside them, as for `benchmarks/scans.py`.
Readings are kept in FILE with what is printed, so that a set can grow over several runs: a page that
is drawn and read by the same code versions is judged again, not read, and all that FILE holds is counted.

The error is the characters to be changed for each printed one, in the order that is printed. A
page counts as wrong where it is above 0.1 or a date or sum is missing, as right up to 0.05.
Shares have their intervals after Wilson, at 95 %.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from math import sqrt
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("OMP_NUM_THREADS", "1")

from benchmarks.scans import PICTURES, plain, truth_of
from dsocr_integrations import Runner
from dsocr_integrations.code_version import code_version
from dsocr_integrations.engines.embedded.engine import READING_VERSION
from dsocr_integrations.records.identity import content_key
from dsocr_integrations.sources import resolve_source
from dsocr_integrations.writing.edit_distance import edit_distance
from tests.doubtful_pages import (
    bent_pages,
    broken_fonts,
    columns,
    crossed_print,
    figure_lists,
    grounds,
    handwriting,
    labelled_values,
    lone_lines,
    other_scripts,
    part_worn,
    recognition_layers,
    slanted_blocks,
    tilted_scans,
    turned_scans,
    worn_scans,
)
from tests.doubtful_pages.made_page import MadePage

KINDS = {
    "font": broken_fonts.make,
    "layer": recognition_layers.make,
    "script": other_scripts.make,
    "turned": turned_scans.make,
    "worn": worn_scans.make,
    "slanted": slanted_blocks.make,
    "hand": handwriting.make,
    "labels": labelled_values.make,
    "columns": columns.make,
    "part": part_worn.make,
    "figures": figure_lists.make,
    "ground": grounds.make,
    "tilted": tilted_scans.make,
    "crossed": crossed_print.make,
    "line": lone_lines.make,
    "bent": bent_pages.make,
}
WRONG, RIGHT = 0.1, 0.05
BINS = (0.02, 0.05, 0.1, 0.2, float("inf"))


@dataclass(frozen=True)
class Outcome:
    """How a page was read."""

    kind: str
    name: str
    severity: str
    printed: str
    facts: tuple[str, ...]
    said: str
    trusted: bool
    reasons: tuple[str, ...]
    key: str

    @cached_property
    def error(self) -> float:
        wanted = letters(self.printed)
        return edit_distance(wanted, letters(self.said)) / max(1, len(wanted))

    @property
    def lost(self) -> list[str]:
        said = re.sub(r"<[^>]+>|[\s\\|*#]+", "", self.said)
        return [fact for fact in self.facts if fact.replace(" ", "") not in said]

    @property
    def wrong(self) -> bool:
        return self.error > WRONG or bool(self.lost)

    @property
    def right(self) -> bool:
        return self.error <= RIGHT and not self.lost


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", plain(text).casefold())


class Readings:
    """Reads pages, and keeps in a file how."""

    def __init__(self, runner: Runner, file: Path | None) -> None:
        self._runner = runner
        self._file = file
        lines = file.read_text().splitlines() if file is not None and file.exists() else ()
        known = (Outcome(**json.loads(line)) for line in lines)
        self._known = {one.key: one for one in known}

    def __iter__(self) -> Iterator[Outcome]:
        return iter(self._known.values())

    def read(self, kind: str, name: str, code: str, draw: Callable[[], MadePage]) -> None:
        """Read a page, unless a reading of it with this code is known."""
        key = content_key(kind, name, code, str(READING_VERSION))
        if key in self._known:
            return
        made = draw()
        page = self._runner.read(resolve_source(str(made.path))).pages[0]
        quality = page.reading.quality
        one = Outcome(
            kind,
            name,
            made.severity,
            " ".join(made.lines),
            made.facts,
            page.markdown,
            quality.trusted,
            quality.reasons,
            key,
        )
        self._known[key] = one
        if self._file is not None:
            with self._file.open("a") as file:
                file.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")


def read_generated(readings: Readings, folder: Path, arguments: argparse.Namespace) -> None:
    for place in range(arguments.pages):
        seed = arguments.first + 2 * place
        for kind in arguments.kinds.split(","):
            make = KINDS[kind]
            code = code_version(make.__module__)
            readings.read(kind, str(seed), code, partial(make, folder, seed))


def read_given(readings: Readings, folder: Path) -> None:
    for path in sorted(p for p in folder.iterdir() if p.suffix in PICTURES):
        if truth := truth_of(path):
            code = content_key(path.read_bytes(), truth)
            readings.read(folder.name, path.name, code, partial(MadePage, path, (truth,)))


def share(part: int, whole: int) -> str:
    """Such as `2 of 40 (1.4-16.5 %)`."""
    if not whole:
        return "none"
    z, found = 1.96, part / whole
    middle = (found + z * z / (2 * whole)) / (1 + z * z / whole)
    reach = z * sqrt(found * (1 - found) / whole + (z / (2 * whole)) ** 2) / (1 + z * z / whole)
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return f"{part} of {whole} ({100 * low:.1f}-{100 * high:.1f} %)"


def table(outcomes: list[Outcome]) -> None:
    print("\n| error | pages | trusted | doubted |\n|---|---|---|---|")
    lower = -1.0
    for upper in BINS:
        inside = [one for one in outcomes if lower < one.error <= upper]
        trusted = sum(one.trusted for one in inside)
        name = f"over {lower}" if upper == BINS[-1] else f"up to {upper}"
        print(f"| {name} | {len(inside)} | {trusted} | {len(inside) - trusted} |")
        lower = upper
    believed = [one for one in outcomes if one.trusted]
    print(
        f"\ntrusted above {BINS[-2]}: {share(sum(o.error > BINS[-2] for o in believed), len(believed))}"
    )
    print("\n| kind | pages | right | wrong | wrong and trusted | right and doubted |")
    print("|---|---|---|---|---|---|")
    for kind in (*dict.fromkeys(one.kind for one in outcomes), "all"):
        own = [one for one in outcomes if kind in {one.kind, "all"}]
        wrong = [one for one in own if one.wrong]
        right = [one for one in own if one.right]
        print(
            f"| {kind} | {len(own)} | {len(right)} | {len(wrong)} |"
            f" {share(sum(one.trusted for one in wrong), len(wrong))} |"
            f" {share(sum(not one.trusted for one in right), len(right))} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="*", type=Path)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--list", action="store_true", help="print a line a page")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, Runner("embedded", cache=False) as runner:
        folder = arguments.out or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        readings = Readings(runner, arguments.kept)
        read_generated(readings, folder, arguments)
        for data in arguments.data:
            read_given(readings, data)
    outcomes = list(readings)
    for one in outcomes if arguments.list else ():
        verdict = "wrong" if one.wrong else "right" if one.right else "so-so"
        trust = "trusted" if one.trusted else "doubted " + ",".join(one.reasons)
        print(
            f"{one.kind} {one.name}: {one.error:.3f} {verdict}, {trust}"
            f" ({one.severity}){' lost ' + '; '.join(one.lost) if one.lost else ''}"
        )
    table(outcomes)
    print(dict(Counter(reason for one in outcomes for reason in one.reasons)))


if __name__ == "__main__":
    main()

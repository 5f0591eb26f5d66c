"""What engine, parser and figure stage read in the samples, beside the versions they read it by.

`make golden` writes `readings.json` anew. It refuses a reading that differs where the number of
its stage was not raised, as the test does.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import zip_longest
from pathlib import Path
from typing import Any

from dsocr_integrations import figures, grounding, markdown, quality
from dsocr_integrations.engines import transformers, vllm
from dsocr_integrations.engines.base import Reading, ReadRequest
from dsocr_integrations.engines.embedded import engine as embedded
from dsocr_integrations.engines.embedded.parts import program_version
from dsocr_integrations.engines.server import engine as server
from dsocr_integrations.modes import AUTO_MODE
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import PageRegion, open_document
from dsocr_integrations.sources import resolve_source
from tests.golden.model_answers import FIGURES, PAGES
from tests.golden.shown import to_servers, to_transformers, to_vllm

FILE = Path(__file__).parent / "readings.json"
DATA = Path(__file__).parents[1] / "data"
CONSTRAINTS = Path(__file__).parents[2] / "constraints.txt"
COMMAND = "make golden"

_SAMPLES = ("molecules.pdf", "report.pdf", "scan.pdf", "scan_en.png", "scan_zh.png")
_SHOWN = (("report.pdf", 1), ("scan_zh.png", 1))
_RESAMPLED = ("scan_en.png", "base")
_PINNED = (
    "numpy",
    "onnxruntime",
    "opencv-python-headless",
    "pillow",
    "pymupdf",
    "pymupdf-layout",
    "rapidocr",
    "rdkit",
)
_EXCERPT = 60
_BOX = re.compile(r"(<\|det\|>\[\[[\d, \[\]]*\]\]<\|/det\|>)")
_BOX_SLACK = 3
"""Grid units that a recognised box may move by the arithmetic of another CPU."""


@dataclass(frozen=True)
class Stage:
    """Something that declares a reading version.

    Attributes:
        name: Its key in the file.
        number: What it declares.
        place: Module in which it does.
    """

    name: str
    number: int
    place: str


ENGINE = Stage("embedded", embedded.READING_VERSION, embedded.__name__)
PARSER = Stage("parser", grounding.READING_VERSION, grounding.__name__)
FIGURE_STAGE = Stage("figures", figures.READING_VERSION, figures.__name__)
SERVER = Stage("server", server.READING_VERSION, server.__name__)
VLLM = Stage("vllm", vllm.READING_VERSION, vllm.__name__)
TRANSFORMERS = Stage("transformers", transformers.READING_VERSION, transformers.__name__)


def recorded() -> dict[str, Any]:
    """The file as it stands."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def pins() -> dict[str, str]:
    """Versions that `constraints.txt` pins of the parts that decide what the engine reads."""
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    found = dict(line.split("==") for line in lines if "==" in line)
    return {name: found[name] for name in _PINNED if name in found}


def other_parts() -> list[str]:
    """Parts that are not here as pinned, so that the engine may read otherwise for that reason."""
    other = [f"{name} {pin}" for name, pin in pins().items() if _installed(name) != pin]
    osra = recorded()["parts"]["osra"] if FILE.exists() else program_version("osra")
    if shutil.which("osra") is None or program_version("osra") != osra:
        other.append(f"osra {osra}")
    return other


def answers() -> dict[str, str]:
    """What the embedded engine says to each sample's pages and their figures."""
    with embedded.EmbeddedEngine().open() as session:

        def ask(region: PageRegion, prompt: Prompt, mode: str = AUTO_MODE) -> Reading:
            return session.submit(ReadRequest(region, prompt, mode)).result()

        said = {}
        for name, region in _pages():
            said[name] = ask(region, Prompt.MARKDOWN).text
            blocks = grounding.parse(said[name]).blocks
            for one in figures.figure_requests(blocks, region):
                said[f"{name}, figure {one.number}"] = ask(one.region, Prompt.FIGURE).text
        sample, mode = _RESAMPLED
        said[f"{sample} 1, {mode}"] = ask(_region(sample, 1), Prompt.MARKDOWN, mode).text
    return said


def parsed(said: Mapping[str, str]) -> dict[str, str]:
    """What the parser makes of recorded answers about pages, and of a model's."""
    pages = {name: text for name, text in said.items() if "figure" not in name}
    return {name: _page_facts(text) for name, text in (pages | PAGES).items()}


def looked_at(said: Mapping[str, str]) -> dict[str, str]:
    """What the figure stage looks at in recorded answers, and makes of those about figures."""
    read = {name: text for name, text in said.items() if "figure" in name} | FIGURES
    made = {
        name: _short(figures.interpret(Reading(text), number=1).model_dump_json())
        for name, text in read.items()
    }
    for name, region in _pages():
        wanted = figures.figure_requests(grounding.parse(said[name]).blocks, region)
        told = [(one.number, one.block, one.boxes, one.region.box, one.caption) for one in wanted]
        made[f"{name}, crops"] = _short(repr(told))
    return made


def made_of(said: Mapping[str, str]) -> dict[Stage, dict[str, str]]:
    """What every stage makes of recorded answers, or of the samples for a model to look at.

    Args:
        said: What the embedded engine said.
    """
    shown = {f"{sample} {number}": _region(sample, number) for sample, number in _SHOWN}
    return {
        PARSER: parsed(said),
        FIGURE_STAGE: looked_at(said),
        SERVER: to_servers(shown),
        VLLM: to_vllm(shown),
        TRANSFORMERS: to_transformers(shown),
    }


def complaint(stage: Stage, number: int, before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """What is to be done where readings or numbers differ; empty where nothing is.

    Args:
        stage: Who read.
        number: The number it read by when `before` was recorded.
        before: Recorded readings by sample.
        now: Today's.
    """
    names = dict.fromkeys([*before, *now])
    other = [name for name in names if not _alike(before.get(name), now.get(name))]
    if other and stage.number == number:
        was, found = _first_difference(before.get(other[0]) or "", now.get(other[0]) or "")
        return (
            f"{', '.join(other)}: read otherwise than recorded, first {found!r} for {was!r}. Raise"
            f" READING_VERSION in {stage.place} to {number + 1}, then run `{COMMAND}`."
        )
    if stage.number != number:
        return (
            f"READING_VERSION in {stage.place} is {stage.number}, and the readings were recorded"
            f" with {number}: run `{COMMAND}`."
        )
    return ""


def main() -> None:
    """Write the file anew.

    Raises:
        SystemExit: If a part is not as pinned, or a number was not raised.
    """
    if other := other_parts():
        raise SystemExit(f"Readings are recorded with pinned parts only: {', '.join(other)}.")
    said = answers()
    if FILE.exists():
        # What was said otherwise is parsed otherwise: only the same answers tell.
        before = recorded()
        for stage, new in {ENGINE: said, **made_of(before["embedded"])}.items():
            number = before["versions"].get(stage.name, stage.number - 1)
            words = complaint(stage, number, before.get(stage.name, {}), new)
            if words and stage.number == number:
                raise SystemExit(words)
    made = {ENGINE: said, **made_of(said)}
    facts = {
        "versions": {stage.name: stage.number for stage in made},
        "parts": {**pins(), "osra": program_version("osra")},
        **{stage.name: readings for stage, readings in made.items()},
    }
    text = json.dumps(facts, indent=1, ensure_ascii=False)
    FILE.write_text(text + "\n", encoding="utf-8")


def _pages() -> Iterator[tuple[str, PageRegion]]:
    for sample in _SAMPLES:
        with open_document(resolve_source(DATA / sample)) as document:
            for number in document.page_numbers():
                yield f"{sample} {number}", document.region(number)


def _region(sample: str, number: int) -> PageRegion:
    with open_document(resolve_source(DATA / sample)) as document:
        return document.region(number)


def _page_facts(text: str) -> str:
    page = grounding.parse(text)
    blocks = "\n".join(block.model_dump_json() for block in page.blocks)
    written = markdown.render(page.blocks)
    verdict = quality.assess("stop", page)
    warnings = ", ".join(warning.kind for warning in page.warnings)
    facts = f"{written}\n{blocks}\n{verdict.model_dump_json()}\n{warnings}"
    return _short(facts)


def _short(text: str) -> str:
    """A hash with the beginning of what it is of, for whoever looks for the difference."""
    return f"{hashlib.sha256(text.encode()).hexdigest()[:16]} {' '.join(text[:_EXCERPT].split())}"


def _alike(before: str | None, now: str | None) -> bool:
    if before is None or now is None:
        return False
    was, found = _BOX.split(before), _BOX.split(now)
    return len(was) == len(found) and all(map(_as_near, was, found))


def _as_near(was: str, found: str) -> bool:
    if not (_BOX.fullmatch(was) and _BOX.fullmatch(found)):
        return was == found
    sides = zip_longest(re.findall(r"\d+", was), re.findall(r"\d+", found), fillvalue=-9)
    return all(abs(int(one) - int(other)) <= _BOX_SLACK for one, other in sides)


def _first_difference(before: str, now: str) -> tuple[str, str]:
    pairs = zip_longest(before, now)
    place = next((at for at, (one, other) in enumerate(pairs) if one != other), 0)
    start = max(0, place - 20)
    return before[start : place + 40], now[start : place + 40]


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


if __name__ == "__main__":
    main()

"""The documents, baseline texts and truths that `own_questions.py` asks about."""

from __future__ import annotations

import csv
import hashlib
import html
import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pymupdf

from dsocr_integrations import grounding, markdown
from dsocr_integrations.records.documents import Block, Document, Page
from dsocr_integrations.records.identity import document_id
from dsocr_integrations.records.readings import PageReading
from dsocr_integrations.runner import Runner

SAMPLES = Path(__file__).parent.parent / "tests" / "data"
OPEN_SETS = {
    "tables_icdar2013": "*.pdf",
    "charts_vegalite": "*.pdf",
    "charts_plotly": "*.pdf",
    "charts_chartqa": "*.png",
    "docs_omnidocbench": "*.jpg",
    "scan_scribeocr": "*.png",
    "tables_pubtabnet": "*.png",
    "pdf_docling_silver": "*.pdf",
    "pdf_olmocr_bench": "*.pdf",
    "rag_financebench": "*.pdf",
    "deepseek_raw": "*.md",
}
TOO_LONG = {"ADOBE_2022_10K", "AMAZON_2017_10K"}
"""Reports of about a hundred pages each, which `financebench.py` measures."""
TAGS = re.compile(r"<\|ref\|>.*?<\|/det\|>|<\|[^|]*\|>", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """A document of the corpus.

    Attributes:
        set_name: The set that it comes from; `samples` for those of this project.
        path: The file: a PDF, a picture, or a model's answer to a page (`deepseek_raw`).
    """

    set_name: str
    path: Path

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(self.path.suffix)


def sources(data: Path) -> Iterator[Source]:
    """Every document of the corpus that is there, in a fixed order."""
    for pattern in ("*.pdf", "*.png"):
        for path in sorted(SAMPLES.glob(pattern)):
            yield Source("samples", path)
    others = {path.stem for path in (data / "docs_omnidocbench").glob("*.jpg")} | {"docling__"}
    for set_name, pattern in OPEN_SETS.items():
        for path in sorted((data / set_name).glob(pattern)):
            derived = path.name.endswith((".author_clean.md", ".docling_expected.md"))
            # An answer to a page that stands in the corpus as a picture would be its double.
            answered = path.suffix == ".md"
            double = answered and path.stem.removeprefix("omnidoc__").startswith(tuple(others))
            if path.stem not in TOO_LONG and not derived and not double:
                yield Source(set_name, path)


def read(source: Source, runner: Runner) -> Document:
    """A document as this package reads it; a model's answer as its parser takes it."""
    if source.set_name != "deepseek_raw":
        document = runner.read(source.path)
        return document.model_copy(update={"source": source.path.name})
    parsed = grounding.parse(source.path.read_text(encoding="utf-8"))
    page = _page(1, 1000, 1000, parsed.blocks, markdown.render(parsed.blocks))
    return _document(source, (page,))


def plain_text(source: Source) -> Document:
    """The baseline: PyMuPDF's text of each page; for a model's answer its authors' clean text."""
    texts = list(_plain_pages(source))
    pages = (
        _page(number, width, height, (Block(label="text", text=text),), text)
        for number, (width, height, text) in enumerate(texts, start=1)
    )
    return _document(source, tuple(pages))


def _plain_pages(source: Source) -> Iterator[tuple[float, float, str]]:
    if source.set_name == "deepseek_raw":
        yield 1000, 1000, _clean_answer(source.path)
        return
    with pymupdf.open(source.path) as document:
        for page in document:
            yield page.rect.width, page.rect.height, page.get_text()


def _clean_answer(path: Path) -> str:
    clean = path.with_name(f"{path.stem}.author_clean.md")
    if clean.is_file():
        return clean.read_text(encoding="utf-8")
    return TAGS.sub(" ", path.read_text(encoding="utf-8"))


def _page(number: int, width: float, height: float, blocks: tuple[Block, ...], text: str) -> Page:
    reading = PageReading(engine="text", fingerprint="text")
    return Page(
        number=number, width=width, height=height, reading=reading, markdown=text, blocks=blocks
    )


def _document(source: Source, pages: tuple[Page, ...]) -> Document:
    return Document(
        doc_id=document_id(source.path.name),
        revision="0",
        source=source.path.name,
        page_count=len(pages),
        engine="text",
        fingerprint="text",
        pages=pages,
    )


@cache
def truth(source: Source, number: int) -> str:
    """What stands on a page by its ground truth, without white space and marks of LaTeX."""
    return normal("\n".join(_truths(source, number)))


def normal(text: str) -> str:
    text = re.sub(r"</?[A-Za-z][^<>]*>", " ", html.unescape(text))
    return re.sub(r"[\s$\\{}]+", "", unicodedata.normalize("NFKC", text)).casefold()


def _truths(source: Source, number: int) -> Iterator[str]:
    path = source.path
    if source.set_name == "samples":
        yield from _sample_truths(source.name, number)
    if source.set_name == "deepseek_raw" or path.suffix == ".pdf":
        yield list(_plain_pages(source))[number - 1][2]
    if source.set_name == "pdf_olmocr_bench":
        listing = path.with_name("tests.jsonl").read_text(encoding="utf-8").splitlines()
        facts = map(json.loads, listing)
        yield from (
            fact.get("text", "")
            for fact in facts
            if (fact["pdf"], fact["page"], fact["type"]) == (path.name, number, "present")
        )
    for beside in (".gt.json", ".gt.csv", ".gt.html", ".gt.hocr"):
        file = path.with_name(f"{source.name}{beside}")
        if file.is_file():
            yield from _strings(file)


def _strings(file: Path) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".json":
        yield from _leaves(json.loads(text))
    elif file.suffix == ".csv":
        for row in csv.reader(text.splitlines()):
            yield from row
    else:
        yield text


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    else:
        yield str(value)


def _sample_truths(name: str, number: int) -> Iterator[str]:
    sys.path.insert(0, str(SAMPLES))
    import sample_text

    sys.path.remove(str(SAMPLES))
    pages = {
        "scan_en": [sample_text.SCAN_EN],
        "scan_zh": [sample_text.SCAN_ZH],
        "scan": sample_text.SCAN_PDF,
    }
    if name in pages:
        page = pages[name][number - 1]
        yield from (page.html, page.html_after, *(cell for row in page.table for cell in row))
    for chart in sample_text.CHARTS.values():
        if name == "report" and chart["page"] == number:
            yield from _leaves(chart["rows"])


def fingerprint(answer: str) -> dict[str, str | int]:
    """How a question file names an answer: the open sets' answers are not ours to publish."""
    plain = normal(answer)
    return {"length": len(plain), "sha256": hashlib.sha256(plain.encode()).hexdigest()[:16]}


def stands_in(answer: dict[str, Any], text: str) -> bool:
    """Whether an answer that is known by its fingerprint stands in a normalised text."""
    length, wanted = answer["length"], answer["sha256"]
    return any(
        hashlib.sha256(text[at : at + length].encode()).hexdigest().startswith(wanted)
        for at in range(len(text) - length + 1)
    )

"""Recall@5 of search on our own questions, beside PyMuPDF text and the same search.

usage: python benchmarks/own_questions.py DATADIR [--cache DIR] [--mode lexical|hybrid|both]
                                            [--sets NAME ...] [--misses]
       python benchmarks/own_questions.py DATADIR --check

DATADIR holds the open sets, a folder each (`tables_icdar2013`, `docs_omnidocbench`, …); the
samples come from `tests/data`. `questions.jsonl` beside this file has the questions: wording of
our own in English and Chinese, each with the one page that answers it. All documents go into
one index. A question counts as found when its page is among the pages of the first five hits.

The baselines search PyMuPDF's page text with the same search: as whole pages, and cut by the
same chunker. For a model's answer, which has no PDF, they get the clean text that its authors
published. Pictures have no text for them, so figures are also given for born-digital pages only.

Prints recall@5 by system, language, kind and half (documents fall into two halves by the hash
of their name; the search was tuned on one of them), and the difference to the better baseline
with its 95 % interval (paired bootstrap over the questions, 10,000 resamples, seeded).
Targets: 0.90, and an interval above 0.

`--check` measures nothing: it checks that each page exists and that the answers of questions
for numbers, cells and chart values stand in the page's ground truth.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from question_corpus import Source, plain_text, read, sources, stands_in, truth

from dsocr_integrations.chunking import Chunker
from dsocr_integrations.index import Index, open_index
from dsocr_integrations.records.documents import Document
from dsocr_integrations.runner import Runner

QUESTIONS = Path(__file__).with_name("questions.jsonl")
HITS = 5
RESAMPLES = 10_000
TARGET = 0.90
OURS = "ours"


@dataclass(frozen=True)
class Question:
    """A question and where its answer stands.

    Attributes:
        text: The question.
        language: `en` or `zh`.
        kind: `paraphrase`, `number`, `table_cell`, `chart` or `name`.
        set_name: The set of the document.
        document: The document's file name without its ending.
        page: 1-based page of the answer.
        also: Other pages, as `(document, page)`, that answer it as well.
        answer: Fingerprint of the answer where it is a value (see `question_corpus`).
    """

    text: str
    language: str
    kind: str
    set_name: str
    document: str
    page: int
    also: tuple[tuple[str, int], ...] = ()
    answer: dict[str, Any] | None = None

    @property
    def places(self) -> set[tuple[str, int]]:
        return {(self.document, self.page), *self.also}

    @property
    def half(self) -> str:
        odd = hashlib.sha256(self.document.encode()).digest()[0] % 2
        return "held out" if odd else "tuned on"


@dataclass(frozen=True)
class System:
    """What is compared: documents as read, and how they are cut."""

    documents: Sequence[Document]
    chunker: Chunker


def questions() -> list[Question]:
    return [
        Question(
            text=record["question"],
            language=record["language"],
            kind=record["kind"],
            set_name=record["set"],
            document=record["document"],
            page=record["page"],
            also=tuple((place["document"], place["page"]) for place in record.get("also", ())),
            answer=record.get("answer"),
        )
        for record in map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines())
    ]


def check(asked: list[Question], corpus: list[Source]) -> int:
    """Name each question whose page or answer is not there; returns how many."""
    by_name = {source.name: source for source in corpus}
    wrong = 0
    for question in asked:
        problem = None
        source = by_name.get(question.document)
        if source is None or source.set_name != question.set_name:
            problem = "no such document"
        elif question.page > len(plain_text(source).pages):
            problem = "no such page"
        elif question.answer is None and question.kind in {"number", "table_cell", "chart"}:
            problem = "no answer"
        elif question.answer and not stands_in(question.answer, truth(source, question.page)):
            problem = "answer is not on the page"
        if problem:
            wrong += 1
            print(f"{problem}: {question.document} page {question.page}: {question.text}")
    languages = Counter(question.language for question in asked)
    kinds = Counter(question.kind for question in asked)
    places = {(question.document, question.page) for question in asked}
    print(
        f"{len(asked)} questions on {len(places)} pages, {dict(languages)}, {dict(kinds)}: {wrong} wrong"
    )
    return wrong


def build(place: Path, system: System, embedder: str, vectors: Path) -> Index:
    """An index of every document, as a system reads and cuts it."""
    index = open_index(place, embedder=embedder, allow_mixed_engines=True, vector_cache=vectors)
    for document in system.documents:
        index.upsert_document(
            document.doc_id,
            system.chunker.chunk(document),
            revision=document.revision,
            engine=document.engine,
            fingerprint=document.fingerprint,
        )
    return index


def found(index: Index, question: Question) -> bool:
    pages = {
        (_name(hit.chunk.source), span.page)
        for hit in index.search(question.text, HITS)
        for span in hit.chunk.spans
    }
    return bool(pages & question.places)


def _name(source: str) -> str:
    return Path(source).name.removesuffix(Path(source).suffix)


def interval(differences: Any, seed: int = 2026) -> tuple[float, float]:
    """95 % interval of the mean difference, by resampling the questions."""
    random = np.random.default_rng(seed)
    picks = random.integers(0, len(differences), (RESAMPLES, len(differences)))
    low, high = np.percentile(differences[picks].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def report(
    asked: list[Question], results: dict[str, list[bool]], digital: set[str], mode: str
) -> None:
    marks = {name: np.array(result, dtype=float) for name, result in results.items()}
    groups: dict[str, Any] = {"all": np.ones(len(asked), dtype=bool)}
    groups["born-digital"] = np.array([question.document in digital for question in asked])
    for name, of in (
        ("half", lambda question: question.half),
        ("language", lambda question: question.language),
        ("kind", lambda question: question.kind),
        ("set", lambda question: question.set_name),
    ):
        for value in sorted({of(question) for question in asked}):
            groups[f"{name} {value}"] = np.array([of(question) == value for question in asked])
    width = max(map(len, groups)) + 1
    print(f"\n{mode} search, recall@{HITS}")
    lowest = 0.0
    for group, chosen in groups.items():
        shares = "  ".join(f"{name} {mark[chosen].mean():.3f}" for name, mark in marks.items())
        best = max((name for name in marks if name != OURS), key=lambda n: marks[n][chosen].mean())
        difference = marks[OURS][chosen] - marks[best][chosen]
        low, high = interval(difference)
        lowest = low if group == "all" else lowest
        print(
            f"{group:{width}} n={chosen.sum():3}  {shares}  difference {difference.mean():+.3f}"
            f" ({low:+.3f} to {high:+.3f})"
        )
    reached = marks[OURS].mean() >= TARGET and lowest > 0
    print(f"target {TARGET:.2f} and an interval above 0: {'reached' if reached else 'missed'}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, default=None, help="cache of pages and vectors")
    parser.add_argument("--mode", choices=("lexical", "hybrid", "both"), default="both")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--sets", nargs="*", default=None, help="sets to keep, for a short run")
    parser.add_argument("--misses", action="store_true", help="name what was not found")
    parser.add_argument("--check", action="store_true", help="only check the questions")
    options = parser.parse_args()
    asked = questions()
    corpus = list(sources(options.data))
    missing = {q.set_name for q in asked} - {source.set_name for source in corpus}
    if missing:
        print(f"Nothing measured: {options.data} lacks {', '.join(sorted(missing))}.")
        return 1
    if options.sets:
        corpus = [source for source in corpus if source.set_name in options.sets]
        asked = [question for question in asked if question.set_name in options.sets]
    if options.check:
        return min(1, check(asked, corpus))
    with tempfile.TemporaryDirectory() as folder:
        measure(asked, corpus, options, options.cache or Path(folder))
    return 0


def measure(
    asked: list[Question], corpus: list[Source], options: argparse.Namespace, cache: Path
) -> None:
    began = time.process_time()
    cache.mkdir(parents=True, exist_ok=True)
    runner = Runner(engine="embedded", workers=options.workers, cache=cache)
    documents = [read(source, runner) for source in corpus]
    runner.close()
    baseline = [plain_text(source) for source in corpus]
    digital = {
        source.name
        for source, document in zip(corpus, baseline, strict=True)
        if source.set_name != "deepseek_raw"
        and any(page.markdown.strip() for page in document.pages)
    }
    systems = {
        OURS: System(documents, Chunker()),
        "pymupdf pages": System(baseline, Chunker(max_tokens=100_000)),
        "pymupdf chunks": System(baseline, Chunker()),
    }
    embedders = {"lexical": "none", "hybrid": "local"}
    for mode in embedders if options.mode == "both" else [options.mode]:
        results: dict[str, list[bool]] = {}
        for name, system in systems.items():
            with (
                tempfile.TemporaryDirectory() as folder,
                build(Path(folder), system, embedders[mode], cache) as index,
            ):
                results[name] = [found(index, question) for question in asked]
                print(f"{name}: {index.stats().chunks} chunks", flush=True)
        report(asked, results, digital, mode)
        if options.misses:
            for question, hit, *others in zip(asked, *results.values(), strict=True):
                if not hit:
                    print(f"missed ({sum(others)} baselines found it): {question.half}, {question}")
    print(f"\n{time.process_time() - began:.0f} s of CPU in this process")


if __name__ == "__main__":
    sys.exit(main())

"""An engine for tests that answers at once from the text layer, or fails where told to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Self

import pymupdf

from dsocr_integrations.engines.base import ReadFailure, Reading, ReadRequest


class ScriptedEngine:
    name = "scripted"
    capacity = 2
    deterministic = True
    in_worker_processes = False

    def __init__(self, failing_pages: tuple[int, ...] = (), version: str = "1") -> None:
        self.failing_pages = failing_pages
        self.version = version
        self.asked: Counter[int] = Counter()

    def reading_version(self) -> str:
        return f"scripted/{self.version}"

    def open(self) -> ScriptedSession:
        return ScriptedSession(self)


class ScriptedSession:
    def __init__(self, engine: ScriptedEngine) -> None:
        self.engine = engine

    def submit(self, request: ReadRequest) -> Future[Reading]:
        answer: Future[Reading] = Future()
        answer.set_result(self._answer(request))
        return answer

    def stream(self, request: ReadRequest) -> Iterator[str]:
        yield self._answer(request).text

    def _answer(self, request: ReadRequest) -> Reading:
        number = request.region.number
        self.engine.asked[number] += 1
        if number in self.engine.failing_pages:
            return Reading("", "error", failure=ReadFailure("engine", "The page was too hard."))
        words = " ".join(word.text for word in request.region.words())
        return Reading(
            f"<|ref|>title<|/ref|><|det|>[[80, 60, 900, 100]]<|/det|>\n# Page {number}\n\n"
            f"<|ref|>text<|/ref|><|det|>[[80, 120, 900, 400]]<|/det|>\n{words}\n"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        return None


def write_pdf(path: Path, texts: list[str]) -> Path:
    with pymupdf.open() as document:
        for text in texts:
            document.new_page(width=300, height=400).insert_text((30, 60), text, fontsize=11)
        document.save(path, no_new_id=True)
    return path

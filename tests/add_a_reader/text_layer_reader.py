"""A reader of text layers: a PDF's own words, block by block, without a look at pixels."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from dsocr_integrations.engines.base import ReadFailure, Reading, ReadRequest, told
from dsocr_integrations.engines.page_answers import answer
from dsocr_integrations.errors import SourceError
from dsocr_integrations.grounding.writer import GroundedBlock, GroundedLine, GroundedPage
from dsocr_integrations.rendering import PageRegion
from dsocr_integrations.rendering.words import Word
from dsocr_integrations.settings import Settings


def make(settings: Settings) -> TextLayerEngine:
    """What the entry point names: settings in, engine out."""
    return TextLayerEngine()


@dataclass(frozen=True)
class TextLayerEngine:
    """Cheap to make and picklable; `open` is where weights would be loaded."""

    name: str = "text-layer"
    capacity: int = 1
    deterministic: bool = True
    in_worker_processes: bool = True

    def reading_version(self) -> str:
        """Raised by hand when pages are read otherwise than before."""
        return "text-layer/1"

    def open(self) -> TextLayerSession:
        return TextLayerSession()


class TextLayerSession:
    """Reads in the calling thread; a reader that waits for others completes futures later."""

    def submit(self, request: ReadRequest) -> Future[Reading]:
        future: Future[Reading] = Future()
        future.set_result(_reading(request))
        return future

    def stream(self, request: ReadRequest) -> Iterator[str]:
        yield from told(_reading(request)).text.splitlines(keepends=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        return None


def _reading(request: ReadRequest) -> Reading:
    try:
        page = _page(request.region)
    except SourceError as error:
        return _failed("source", str(error))
    return answer(page, request.prompt) or _failed("unsupported", "A text layer does not say that.")


def _failed(kind: str, message: str) -> Reading:
    return Reading("", "error", failure=ReadFailure(kind, message))


def _page(region: PageRegion) -> GroundedPage:
    blocks = groupby(region.words(), key=lambda word: word.block)
    return GroundedPage(
        region.width, region.height, tuple(_block(tuple(words)) for _, words in blocks)
    )


def _block(words: tuple[Word, ...]) -> GroundedBlock:
    lines = tuple(_line(tuple(line)) for _, line in groupby(words, key=lambda word: word.line))
    text = "\n".join(line.text for line in lines)
    return GroundedBlock("text", (_around(words),), text, lines=lines)


def _line(words: tuple[Word, ...]) -> GroundedLine:
    return GroundedLine(_around(words), " ".join(word.text for word in words))


def _around(words: tuple[Word, ...]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = zip(*(word.box for word in words), strict=True)
    return min(x0), min(y0), max(x1), max(y1)

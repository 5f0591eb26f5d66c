"""The embedded CPU engine: reads pages without a GPU, weights of its own or a network.

It answers the official prompts in DeepSeek-OCR's language, so that nothing downstream knows
the difference; but it is not DeepSeek-OCR, and every reading says so through the engine's
name and reading version.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Self

from dsocr_integrations.engines.base import ReadFailure, Reading, ReadRequest, told
from dsocr_integrations.engines.embedded.parts import limit_threads, named, programs_present
from dsocr_integrations.engines.page_answers import answer
from dsocr_integrations.errors import DsocrError, EngineUnavailableError, SourceError
from dsocr_integrations.modes import AUTO_MODE, mode_named
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.records.readings import LayoutChoice

READING_VERSION = 10
"""Raised by hand when pages or figures are read otherwise than before."""

REMEDY = "Install the CPU engine with: pip install 'dsocr-integrations[embedded]'"

_REQUIRED = ("pymupdf", "onnxruntime", "numpy")


@dataclass(frozen=True)
class EmbeddedEngine:
    """The CPU engine.

    Attributes:
        name: Shown wherever a result is shown.
        capacity: One page at a time; parallelism is a matter of worker processes.
        deterministic: The same page always gives the same answer.
        in_worker_processes: CPU-bound, so that each worker process opens its own.
        languages: Packs of Tesseract to choose from for scans in scripts that RapidOCR does not
            read; all that are installed when empty.
        layout: `auto` tells the regions of a page of plain prose by its text layer alone, which
            takes a fraction of the time; `network` never.
    """

    name: str = "embedded"
    capacity: int = 1
    deterministic: bool = True
    in_worker_processes: bool = True
    languages: tuple[str, ...] = ()
    layout: LayoutChoice = "auto"

    def reading_version(self) -> str:
        """Its name and reading version."""
        return f"{self.name}/{READING_VERSION}"

    def parts_present(self) -> tuple[str, ...]:
        """Programs that it starts where they are there, and what was asked for."""
        asked = (f"languages={'+'.join(self.languages)}",) if self.languages else ()
        way = (f"layout={self.layout}",) if self.layout != "auto" else ()
        return (*programs_present(), *asked, *way)

    def open(self) -> EmbeddedSession:
        """Load nothing yet; the parts load with the first page that needs them.

        Raises:
            EngineUnavailableError: If a package the engine cannot do without is missing.
        """
        missing = [name for name in _REQUIRED if importlib.util.find_spec(name) is None]
        if missing:
            raise EngineUnavailableError(
                f"The embedded engine needs {', '.join(missing)}.", remedy=REMEDY
            )
        limit_threads()
        return EmbeddedSession(self)


class EmbeddedSession:
    """An open CPU engine; reads in the calling thread.

    Args:
        engine: What it was opened by.
    """

    def __init__(self, engine: EmbeddedEngine) -> None:
        self._engine = engine

    def submit(self, request: ReadRequest) -> Future[Reading]:
        """Read now and return a future that is already done.

        Raises:
            EngineUnavailableError: If a package is missing.
        """
        future: Future[Reading] = Future()
        future.set_result(self._read(request))
        return future

    def stream(self, request: ReadRequest) -> Iterator[str]:
        """Yield the answer line by line.

        Raises:
            PageReadError: If this page cannot be read.
        """
        yield from told(self._read(request)).text.splitlines(keepends=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def _read(self, request: ReadRequest) -> Reading:
        try:
            return _answer(request, self._engine)
        except EngineUnavailableError:
            raise
        except ImportError as error:
            raise EngineUnavailableError(
                f"A part of the embedded engine is missing: {error.name or error}.", remedy=REMEDY
            ) from error
        except SourceError as error:
            return _failed("source", str(error))
        except DsocrError as error:
            return _failed("engine", str(error))
        except Exception as error:  # noqa: BLE001 - one bad page must not end the others
            return _failed("engine", f"{type(error).__name__}: {error}")


def _answer(request: ReadRequest, engine: EmbeddedEngine) -> Reading:
    # Whoever only names the engine, as a loader does in an event loop, is not to wait for these.
    from dsocr_integrations.engines.embedded import page_reader
    from dsocr_integrations.engines.embedded.figure_answer import parse_figure

    if request.mode != AUTO_MODE:
        mode_named(request.mode)
    if request.prompt == Prompt.FIGURE:
        return parse_figure(request.region)
    if request.prompt == Prompt.DESCRIBE:
        return _failed(
            "unsupported",
            "The embedded engine reads text, tables, charts and molecules; it cannot describe "
            "a picture in words.",
        )
    page = page_reader.read(request.region, request.mode, engine.languages, engine.layout)
    said = answer(page, request.prompt)
    if said is None:
        return _failed("unsupported", "The embedded engine knows only the official prompts.")
    return replace(said, parts=named(page.parts))


def _failed(kind: str, message: str) -> Reading:
    return Reading(text="", finish_reason="error", failure=ReadFailure(kind, message))

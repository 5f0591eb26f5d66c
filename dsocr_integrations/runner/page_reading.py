"""One page from its place in a file to its record: hash, ask, parse, look again, judge.

The reading is a coroutine over a function that asks the engine, so that the same code runs
beside hundreds of other pages in front of a server and alone in a worker process.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsocr_integrations import figures, grounding, markdown, quality
from dsocr_integrations.cache import PageCache
from dsocr_integrations.documents import GRID, Figure, Page, PageError, PageQuality, PageReading
from dsocr_integrations.engines.base import Reading, ReadRequest, Sampling
from dsocr_integrations.errors import (
    ConfigurationError,
    EngineUnavailableError,
    MissingDependencyError,
    SourceError,
    SourceTooLargeError,
)
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import OpenDocument, PageRegion
from dsocr_integrations.rendering.extras import PageExtras
from dsocr_integrations.runner.page_keys import (
    EngineFacts,
    PageSettings,
    content_hash_key,
    page_key,
    reading_key,
)
from dsocr_integrations.runner.retry import Attempt, ladder, rank
from dsocr_integrations.sources import Source

if TYPE_CHECKING:
    from dsocr_integrations.grounding import ParsedPage
    from dsocr_integrations.rendering.words import Word

logger = logging.getLogger(__name__)

Ask = Callable[[ReadRequest], Awaitable[Reading]]
"""Puts one request to the engine."""

LookUp = Callable[[Callable[[], "PageFacts"]], Awaitable["PageFacts"]]
"""Runs the part that touches the file, in place or off the event loop."""

_WHOLE_PAGE = (0, 0, GRID, GRID)
_INK_DPI = 36.0
_INK_CONTRAST = 64
"""Grey levels between the darkest and the lightest spot of a page that is not blank."""


@dataclass(frozen=True)
class PageTask:
    """One page to read; picklable.

    Attributes:
        source: The document.
        number: 1-based page number.
        page_count: Pages of the document.
    """

    source: Source
    number: int
    page_count: int


@dataclass(frozen=True)
class PageFacts:
    """What the file itself says about a page.

    Attributes:
        region: The page.
        content_hash: Hash of its content; empty when nothing is cached.
        words: Words of the text layer.
        extras: Links, annotations and form fields.
    """

    region: PageRegion
    content_hash: str
    words: tuple[Word, ...]
    extras: PageExtras


@dataclass(frozen=True)
class _Candidate:
    reading: Reading
    attempt: Attempt
    parsed: ParsedPage
    verdict: PageQuality


WHOLE_PAGE = (0, 0, GRID, GRID)


class PageReader:
    """Reads pages with one engine and one set of settings.

    Args:
        engine: Facts about the engine.
        settings: How pages are read.
        cache: Where answers and pages are recorded, if anywhere.
        ask: Puts one request to the engine.
        look_up: Runs the part that touches the file; in place unless told otherwise.
    """

    def __init__(
        self,
        engine: EngineFacts,
        settings: PageSettings,
        cache: PageCache | None,
        ask: Ask,
        look_up: LookUp | None = None,
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._cache = cache
        self._ask_engine = ask
        self._look_up = look_up or _in_place

    async def read(self, task: PageTask) -> Page | PageError:
        """Read one page; what goes wrong with this page alone becomes a record.

        Raises:
            EngineUnavailableError: If the engine as a whole cannot answer.
            MissingDependencyError: If a needed package is not installed.
            ConfigurationError: If a setting cannot be used.
        """
        try:
            return await self._read(task)
        except (EngineUnavailableError, MissingDependencyError, ConfigurationError):
            raise
        except SourceTooLargeError as error:
            return PageError(number=task.number, kind="too_large", message=str(error))
        except SourceError as error:
            return PageError(number=task.number, kind="render", message=str(error))
        except TimeoutError:
            return PageError(
                number=task.number, kind="timeout", message="The page took longer than allowed."
            )
        except MemoryError:
            return PageError(number=task.number, kind="memory", message="The page needs too much.")
        except Exception as error:
            # Recorded, logged with its trace and shown: one page must not end the others.
            logger.exception("Page %d of %s failed.", task.number, task.source.name)
            message = f"{type(error).__name__}: {error}"
            return PageError(number=task.number, kind="internal", message=message)

    async def _read(self, task: PageTask) -> Page | PageError:
        facts = await self._look_up(lambda: self._facts(task))
        best, attempts, failed = await self._best(facts)
        if best is None:
            assert failed is not None and failed.failure is not None  # noqa: S101, PT018
            return PageError(
                number=task.number, kind=failed.failure.kind, message=failed.failure.message
            )
        seen = await self._figures(best, facts)
        page = self._page(task, facts, best, attempts, seen)
        if self._cache is not None and not _has_failed_figure(page):
            self._cache.put_page(
                page_key(task.source, task.number, self._settings, self._engine), page
            )
        return page

    def _facts(self, task: PageTask) -> PageFacts:
        # The document stays open in the renderer's own small store.
        region = OpenDocument(task.source, task.page_count).region(task.number)
        return PageFacts(region, self._content_hash(region), region.words(), region.extras())

    def _content_hash(self, region: PageRegion) -> str:
        if self._cache is None:
            return ""
        key = content_hash_key(region.source, region.number)
        known = self._cache.content_hash(key)
        if known is None:
            known = region.content_hash()
            self._cache.put_content_hash(key, known)
        return known

    async def _best(self, facts: PageFacts) -> tuple[_Candidate | None, int, Reading | None]:
        best: _Candidate | None = None
        failed: Reading | None = None
        attempts = 0
        first = self._key(
            facts, facts.region, self._settings.prompt, Attempt(self._settings.mode, Sampling())
        )
        for attempt in ladder(self._settings.mode, first, deterministic=self._engine.deterministic):
            attempts += 1
            reading = await self._ask(facts, facts.region, self._settings.prompt, attempt)
            if reading.failure is not None:
                failed = reading
                continue
            candidate = _judge(reading, attempt, facts, self._settings.prompt)
            if best is None or rank(candidate.verdict) > rank(best.verdict):
                best = candidate
            if candidate.verdict.trusted:
                break
        return best, attempts, failed

    async def _figures(self, best: _Candidate, facts: PageFacts) -> tuple[Figure, ...]:
        if self._settings.prompt == Prompt.FIGURE:
            return (figures.interpret(best.reading, number=1, boxes=(_WHOLE_PAGE,)),)
        return await self._second_looks(best, facts) if self._settings.figures else ()

    async def _second_looks(self, best: _Candidate, facts: PageFacts) -> tuple[Figure, ...]:
        if self._settings.prompt == Prompt.FIGURE:
            return (figures.interpret(best.reading, number=1, boxes=(WHOLE_PAGE,)),)
        requests = figures.figure_requests(best.parsed.blocks, facts.region)
        attempt = Attempt(self._settings.mode, Sampling())
        answers = await asyncio.gather(
            *(self._ask(facts, one.region, Prompt.FIGURE.value, attempt) for one in requests)
        )
        return tuple(
            figures.interpret(
                answer,
                number=one.number,
                block=one.block,
                boxes=one.boxes,
                caption=one.caption,
            )
            for one, answer in zip(requests, answers, strict=True)
        )

    async def _ask(
        self, facts: PageFacts, region: PageRegion, prompt: str, attempt: Attempt
    ) -> Reading:
        key = self._key(facts, region, prompt, attempt)
        recorded = self._cache.reading(key) if self._cache is not None else None
        if recorded is not None:
            return recorded
        reading = await self._ask_engine(
            ReadRequest(
                region=region,
                prompt=prompt,
                mode=attempt.mode,
                dpi=self._settings.dpi,
                key=key,
                sampling=attempt.sampling,
            )
        )
        if self._cache is not None:
            self._cache.put_reading(key, reading)
        return reading

    def _key(self, facts: PageFacts, region: PageRegion, prompt: str, attempt: Attempt) -> str:
        # Without a cache nobody compares contents; the place in the file names the request.
        content = facts.content_hash or f"{region.source.revision}#{region.number}"
        return reading_key(
            content,
            self._engine,
            clip=region.clip,
            prompt=prompt,
            mode=attempt.mode,
            dpi=self._settings.dpi,
            sampling=attempt.sampling,
        )

    def _page(
        self,
        task: PageTask,
        facts: PageFacts,
        best: _Candidate,
        attempts: int,
        seen: tuple[Figure, ...],
    ) -> Page:
        blocks = best.parsed.blocks
        reading = best.reading
        return Page(
            number=task.number,
            label=facts.region.label,
            width=facts.region.width,
            height=facts.region.height,
            markdown=markdown.render(
                blocks, figures=seen, page_furniture=self._settings.page_furniture
            ),
            blocks=blocks,
            figures=seen,
            warnings=best.parsed.warnings,
            links=facts.extras.links,
            annotations=facts.extras.annotations,
            form_fields=facts.extras.form_fields,
            reading=PageReading(
                engine=self._engine.name,
                fingerprint=self._engine.fingerprint,
                mode=best.attempt.mode,
                prompt=self._settings.prompt,
                finish_reason=reading.finish_reason,
                prompt_tokens=reading.prompt_tokens,
                vision_tokens=reading.vision_tokens,
                output_tokens=reading.output_tokens,
                attempts=attempts,
                quality=best.verdict,
            ),
            raw=reading.text,
        )


def _judge(reading: Reading, attempt: Attempt, facts: PageFacts, prompt: str) -> _Candidate:
    if prompt == Prompt.FIGURE:
        # The answer is one figure's data, not the page's text.
        nothing = grounding.parse("")
        verdict = quality.assess(reading.text, reading.finish_reason, nothing)
        return _Candidate(reading, attempt, nothing, verdict)
    parsed = grounding.parse(reading.text, evidence=reading.evidence)
    words = [word.text for word in facts.words]
    said_nothing = not reading.text.strip()
    verdict = quality.assess(
        reading.text,
        reading.finish_reason,
        parsed,
        words,
        page_has_ink=_has_ink(facts.region) if said_nothing else None,
    )
    return _Candidate(reading, attempt, parsed, verdict)


def _has_ink(region: PageRegion) -> bool:
    # Coarse on purpose: specks of a scanner are no content.
    grey = region.render(_INK_DPI).convert("L").tobytes()
    return max(grey) - min(grey) > _INK_CONTRAST


def _has_failed_figure(page: Page) -> bool:
    # A second look that failed may pass next time; the page itself is in the cache as answers.
    return any(
        warning.kind == "figure_failed" for figure in page.figures for warning in figure.warnings
    )


async def _in_place(look: Callable[[], PageFacts]) -> PageFacts:
    return look()

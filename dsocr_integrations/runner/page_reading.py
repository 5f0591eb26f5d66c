"""One page from its place in a file to its record: hash, ask, parse, look again, judge.

The reading is a coroutine over a function that asks the engine, so that the same code runs
beside hundreds of other pages in front of a server and alone in a worker process.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial

from dsocr_integrations import figures
from dsocr_integrations.engines.base import ReadFailure, Reading, ReadRequest, Sampling
from dsocr_integrations.errors import (
    CacheUnavailableError,
    ConfigurationError,
    EngineUnavailableError,
    MissingDependencyError,
    SourceError,
    SourceTooLargeError,
)
from dsocr_integrations.figures import FigureRequest
from dsocr_integrations.grounding.joined_slices import move_boxes
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.records.documents import GRID, Page, PageError
from dsocr_integrations.records.readings import PageQuality, ReadingAttempt
from dsocr_integrations.rendering import PageRegion
from dsocr_integrations.rendering.upright import turned_back
from dsocr_integrations.runner.cache import PageCache, owner_of
from dsocr_integrations.runner.page_facts import PageFacts, PageTask, look_up_page
from dsocr_integrations.runner.page_keys import EngineFacts, PageSettings, page_key, reading_key
from dsocr_integrations.runner.page_record import (
    Candidate,
    SecondLook,
    attempt_record,
    judge,
    page_record,
)
from dsocr_integrations.runner.retry import MAX_FAILURES, Attempt, ladder, modes_to_try, rank
from dsocr_integrations.runner.sliced_page import joined_candidate

logger = logging.getLogger(__name__)

Ask = Callable[[ReadRequest], Awaitable[Reading]]
"""Puts one request to the engine."""

LookUp = Callable[[Callable[[], PageFacts]], Awaitable[PageFacts]]
"""Runs the part that touches the file, in place or off the event loop."""

_WHOLE_PAGE = (0, 0, GRID, GRID)
_TIMED_OUT = ReadFailure("timeout", "The page took longer than allowed.")
_HOPELESS = frozenset({"render", "source", "too_large", "unsupported"})
"""Failures that another mode or sampling does not change."""


@dataclass
class _Search:
    """The attempts at one page so far."""

    best: Candidate | None = None
    failed: ReadFailure | None = None
    failures: int = 0
    tried: list[ReadingAttempt] = field(default_factory=list)

    def take(self, candidate: Candidate) -> None:
        """Note an answer; the best so far is kept, the cheaper one of equals."""
        self.tried.append(attempt_record(candidate.reading, candidate.attempt, candidate.verdict))
        if self.best is None or rank(candidate.verdict) > rank(self.best.verdict):
            self.best = candidate

    def take_failure(self, reading: Reading, failure: ReadFailure, attempt: Attempt) -> None:
        """Note a request that was not answered."""
        self.failed = failure
        self.failures += 1
        self.tried.append(attempt_record(reading, attempt, PageQuality()))

    @property
    def is_hopeless(self) -> bool:
        """Whether asking again would only fail again."""
        failed = self.failed
        is_final = failed is not None and (failed.is_final or failed.kind in _HOPELESS)
        return is_final or self.failures >= MAX_FAILURES


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
            CacheUnavailableError: If the page cache cannot be reached.
            EngineUnavailableError: If the engine as a whole cannot answer.
            MissingDependencyError: If a needed package is not installed.
            ConfigurationError: If a setting cannot be used.
        """
        try:
            return await self._page(task)
        except (
            CacheUnavailableError,
            ConfigurationError,
            EngineUnavailableError,
            MissingDependencyError,
        ):
            raise
        except SourceTooLargeError as error:
            return PageError(number=task.number, kind="too_large", message=str(error))
        except SourceError as error:
            return PageError(number=task.number, kind="render", message=str(error))
        except TimeoutError:
            return PageError(number=task.number, kind=_TIMED_OUT.kind, message=_TIMED_OUT.message)
        except MemoryError:
            return PageError(number=task.number, kind="memory", message="The page needs too much.")
        except Exception as error:
            # Recorded, logged with its trace and shown: one page must not end the others.
            logger.exception("Page %d of %s failed.", task.number, task.source.name)
            message = f"{type(error).__name__}: {error}"
            return PageError(number=task.number, kind="internal", message=message)

    async def record(self, task: PageTask, page: Page) -> None:
        """Put a finished page into the cache, unless a part of it may be read the next time."""
        if self._cache is not None and not _has_failed_figure(page):
            key = page_key(task.source, task.number, self._settings, self._engine)
            owner = owner_of(task.source)
            await self._cache.apart(partial(self._cache.put_page, key, page, owner=owner))

    async def answer(self, task: PageTask, prompt: str) -> tuple[PageRegion, Reading]:
        """Ask one thing about a page once; what is recorded is not asked again.

        Raises:
            EngineUnavailableError: If the engine as a whole cannot answer.
            SourceError: If the page cannot be loaded.
            TimeoutError: If the answer takes longer than allowed.
        """
        facts = await self._facts(task)
        attempt = Attempt(self._settings.mode, Sampling())
        return facts.region, await self._ask(facts, facts.region, prompt, attempt)

    async def _page(self, task: PageTask) -> Page | PageError:
        facts = await self._facts(task)
        search = await (self._search_slices(facts) if facts.slices else self._search(facts))
        if search.best is None:
            failure = search.failed or ReadFailure("engine", "The engine gave no answer.")
            return PageError(number=task.number, kind=failure.kind, message=failure.message)
        page = page_record(
            facts,
            search.best,
            search.tried,
            await self._looks(search.best, facts),
            engine=self._engine,
            settings=self._settings,
        )
        await self.record(task, page)
        return page

    async def _facts(self, task: PageTask) -> PageFacts:
        return await self._look_up(
            lambda: look_up_page(task, self._settings, self._engine, self._cache)
        )

    async def _search(self, facts: PageFacts) -> _Search:
        settings, deterministic = self._settings, self._engine.deterministic
        modes = tuple(mode.name for mode in facts.climb) or modes_to_try(
            settings.mode, deterministic=deterministic
        )
        key = self._key(facts, facts.region, settings.prompt, Attempt(modes[0], Sampling()))
        search = _Search()
        for attempt in ladder(modes, key, deterministic=deterministic):
            try:
                reading = await self._ask(facts, facts.region, settings.prompt, attempt)
            except TimeoutError:
                if search.best is None:
                    raise
                # What was read in time is better than nothing.
                given_up = Reading("", "error", failure=_TIMED_OUT)
                search.take_failure(given_up, _TIMED_OUT, attempt)
                break
            if reading.failure is not None:
                search.take_failure(reading, reading.failure, attempt)
                if search.is_hopeless:
                    break
                continue
            candidate = judge(reading, attempt, facts, settings.prompt)
            search.take(candidate)
            if attempt.satisfies(candidate.verdict):
                break
        return search

    async def _search_slices(self, facts: PageFacts) -> _Search:
        searches = await asyncio.gather(*(self._search(one) for one in facts.slices))
        if not any(search.best for search in searches):
            return searches[0]
        best = joined_candidate([search.best for search in searches], facts, self._settings.prompt)
        tried = [attempt for search in searches for attempt in search.tried]
        if len(tried) == len(searches):
            # Each slice once is the page once.
            tried = tried[:1]
        return _Search(best, tried=tried)

    async def _looks(self, best: Candidate, facts: PageFacts) -> tuple[SecondLook, ...]:
        answer, prompt = best.reading, self._settings.prompt
        if prompt == Prompt.FIGURE:
            figure = figures.interpret(answer, number=1, boxes=(_WHOLE_PAGE,))
            return (SecondLook(answer, figure),)
        if prompt == Prompt.DESCRIBE:
            figure = figures.described(answer, number=1, boxes=(_WHOLE_PAGE,))
            return (SecondLook(answer, figure),)
        return await self._second_looks(best, facts) if self._settings.figures else ()

    async def _second_looks(self, best: Candidate, facts: PageFacts) -> tuple[SecondLook, ...]:
        requests = figures.figure_requests(best.parsed.blocks, facts.region)
        chosen = figures.looked_at(requests)
        unread = {doubt.kind for doubt in best.reading.doubts}
        if not unread.issuperset(best.verdict.reasons):
            # What was not read cannot say where pictures stand.
            requests, chosen = requests[: figures.MAX_LOOKS], frozenset()
        attempt = Attempt(self._settings.mode, Sampling())
        return tuple(
            await asyncio.gather(
                *(self._look(one, facts, attempt, asks=one.number in chosen) for one in requests)
            )
        )

    async def _look(
        self, request: FigureRequest, facts: PageFacts, attempt: Attempt, *, asks: bool
    ) -> SecondLook:
        answer = None
        if asks:
            answer = await self._ask(facts, request.region, Prompt.FIGURE.value, attempt)
        figure = figures.interpret(
            answer or Reading(""),
            number=request.number,
            block=request.block,
            boxes=request.boxes,
            caption=request.caption,
        )
        return SecondLook(answer, figure)

    async def _ask(
        self, facts: PageFacts, region: PageRegion, prompt: str, attempt: Attempt
    ) -> Reading:
        key = self._key(facts, region, prompt, attempt)
        cache = self._cache
        if cache is not None:
            recorded = await cache.apart(partial(cache.reading, key))
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
        if region.turn:
            reading = _as_page_lies(reading, region.turn)
        if cache is not None:
            owner = owner_of(region.source)
            await cache.apart(partial(cache.put_reading, key, reading, owner=owner))
        return reading

    def _key(self, facts: PageFacts, region: PageRegion, prompt: str, attempt: Attempt) -> str:
        # Without a cache nobody compares contents; the place in the file names the request.
        content = facts.content_hash or f"{region.source.revision}#{region.number}"
        if region.turn:
            content = f"{content} turned {region.turn}"
        return reading_key(
            content,
            self._engine,
            clip=region.clip,
            prompt=prompt,
            mode=attempt.mode,
            dpi=self._settings.dpi,
            sampling=attempt.sampling,
        )


def _as_page_lies(reading: Reading, turn: int) -> Reading:
    """What was said about a turned page, its boxes where they are on the page as it lies."""
    note = f"The page was turned by {90 * turn}° clockwise to be read."
    return replace(
        reading,
        text=move_boxes(reading.text, lambda box: turned_back(box, turn)),
        mode_note=f"{note} {reading.mode_note}".strip(),
        # Its boxes are in points of what was seen.
        evidence=None,
    )


def _has_failed_figure(page: Page) -> bool:
    # A second look that failed may pass next time; the page itself is in the cache as answers.
    return any(
        warning.kind == "figure_failed" for figure in page.figures for warning in figure.warnings
    )


async def _in_place(look: Callable[[], PageFacts]) -> PageFacts:
    return look()

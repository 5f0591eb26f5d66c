"""Ask an engine everything about the sample pages, and measure what it says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field

from dsocr_integrations import grounding
from dsocr_integrations.engines.base import (
    Engine,
    EngineSession,
    ReadFailure,
    Reading,
    ReadRequest,
    parts_present,
)
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.verification.measures import (
    character_error_rate,
    said_text,
    word_recall,
)
from dsocr_integrations.verification.questions import (
    TRANSCRIBING,
    Question,
    SamplePage,
    questions,
)
from dsocr_integrations.verification.report import Answer, Report

_TEXT_PROMPTS = frozenset(prompt.name.lower() for prompt in TRANSCRIBING)


@dataclass
class _Asked:
    question: Question
    page: SamplePage
    began: float
    future: Future[Reading]
    ended: float = field(default=0.0)


def verify(
    engine: Engine,
    pages: Sequence[SamplePage],
    modes: Sequence[str],
    told: Callable[[int], None] = lambda _: None,
) -> Report:
    """Ask all questions, as many together as the engine wants.

    Args:
        engine: Who answers.
        pages: What is asked about.
        modes: Resolution modes; those an engine refuses are reported as refused.
        told: Called with the number of answers after each.

    Returns:
        The report; an answer that failed is part of it.

    Raises:
        EngineUnavailableError: If the engine as a whole cannot answer.
    """
    fingerprint = " ".join((engine.reading_version(), *parts_present(engine)))
    opening = time.monotonic()
    with engine.open() as session:
        began = time.monotonic()
        answers = []
        for asked in _together(session, engine.capacity, pages, modes):
            answers.append(_measured(asked))
            told(len(answers))
        seconds = time.monotonic() - began
    # They came in any order.
    answers.sort(key=lambda answer: _place(answer.question, modes))
    return Report(
        engine=engine.name,
        fingerprint=fingerprint,
        capacity=engine.capacity,
        open_seconds=round(began - opening, 2),
        seconds=round(seconds, 2),
        answers=tuple(answers),
    )


def _place(question: Question, modes: Sequence[str]) -> tuple[str, str, int]:
    return question.page, question.text, modes.index(question.mode)


def _together(
    session: EngineSession, capacity: int, pages: Sequence[SamplePage], modes: Sequence[str]
) -> Iterator[_Asked]:
    by_name = {page.name: page for page in pages}
    running: dict[Future[Reading], _Asked] = {}
    for question, request in questions(pages, modes):
        asked = _ask(session, question, by_name[question.page], request)
        running[asked.future] = asked
        while len(running) >= max(1, capacity):
            yield from _done(running)
    while running:
        yield from _done(running)


def _ask(
    session: EngineSession, question: Question, page: SamplePage, request: ReadRequest
) -> _Asked:
    began = time.monotonic()
    asked = _Asked(question, page, began, session.submit(request))

    def note(_: Future[Reading]) -> None:
        asked.ended = time.monotonic()

    asked.future.add_done_callback(note)
    return asked


def _done(running: dict[Future[Reading], _Asked]) -> Iterator[_Asked]:
    finished, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in finished:
        yield running.pop(future)


def _answered(future: Future[Reading]) -> Reading:
    try:
        return future.result()
    except ConfigurationError as error:
        # A mode or prompt that the engine knows it cannot be asked for.
        return Reading("", "error", failure=ReadFailure("unsupported", str(error)))


def _measured(asked: _Asked) -> Answer:
    reading = _answered(asked.future)
    seconds = round(max(0.0, asked.ended - asked.began), 3)
    if reading.failure is not None:
        return Answer(
            question=asked.question,
            raw="",
            finish_reason="error",
            seconds=seconds,
            failure=f"{reading.failure.kind}: {reading.failure.message}",
        )
    comparable = asked.page.text and asked.question.prompt in _TEXT_PROMPTS
    text = said_text(reading.text) if comparable else ""
    loops = any(warning.kind == "loop" for warning in grounding.parse(reading.text).warnings)
    return Answer(
        question=asked.question,
        raw=reading.text,
        finish_reason=reading.finish_reason,
        seconds=seconds,
        prompt_tokens=reading.prompt_tokens,
        vision_tokens=reading.vision_tokens,
        output_tokens=reading.output_tokens,
        mode_note=reading.mode_note,
        loops=loops or reading.finish_reason == "loop",
        word_recall=word_recall(asked.page.text, text) if comparable else None,
        character_error_rate=character_error_rate(asked.page.text, text) if comparable else None,
    )

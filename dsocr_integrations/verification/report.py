"""What a verification found: a record, its table in markdown, and each raw answer as a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import mean

from dsocr_integrations.records.base import Record
from dsocr_integrations.records.readings import FinishReason
from dsocr_integrations.verification.questions import Question

RAW = "raw"
"""Folder of the raw answers, one file each, as `dsocr parse` reads them."""

_APPROACHED = "(approached)"


class Answer(Record):
    """One answer and what was measured on it.

    Attributes:
        question: What was asked.
        raw: The answer as said, tags included.
        finish_reason: How it ended.
        seconds: From asking to the last token, other pages being read beside it.
        prompt_tokens: Tokens of the prompt, picture included, where known.
        vision_tokens: Tokens of the picture, where known.
        output_tokens: Tokens of the answer, where known.
        mode_note: What was shown to the model instead of the mode that was asked for; empty
            where it was met.
        loops: Whether it runs in circles.
        word_recall: Share of the page's words it holds; `None` where that is no measure.
        character_error_rate: Characters to be corrected for each of the page's.
        failure: Why there is no answer.
    """

    question: Question
    raw: str
    finish_reason: FinishReason
    seconds: float
    prompt_tokens: int | None = None
    vision_tokens: int | None = None
    output_tokens: int | None = None
    mode_note: str = ""
    loops: bool = False
    word_recall: float | None = None
    character_error_rate: float | None = None
    failure: str | None = None

    @property
    def compression(self) -> float | None:
        """Text tokens for each vision token."""
        if not self.vision_tokens or self.output_tokens is None:
            return None
        return round(self.output_tokens / self.vision_tokens, 2)


class Report(Record):
    """All answers of one engine.

    Attributes:
        engine: Its name.
        fingerprint: Model, revision, versions, settings.
        capacity: Questions asked together.
        open_seconds: Loading weights or connecting.
        seconds: Answering everything.
        answers: One for each question.
    """

    engine: str
    fingerprint: str
    capacity: int
    open_seconds: float
    seconds: float
    answers: tuple[Answer, ...]

    @property
    def answered(self) -> tuple[Answer, ...]:
        """Without those that failed."""
        return tuple(answer for answer in self.answers if answer.failure is None)

    @property
    def approached(self) -> frozenset[str]:
        """Modes that the engine could not be asked for, and only came near in some answer."""
        return frozenset(answer.question.mode for answer in self.answered if answer.mode_note)

    @property
    def tokens_per_second(self) -> float | None:
        """Over the whole run, pages decoded together; `None` where tokens are not counted."""
        tokens = sum(answer.output_tokens or 0 for answer in self.answers)
        return round(tokens / self.seconds, 2) if tokens and self.seconds else None


def write_report(report: Report, folder: Path) -> None:
    """Write `report.md`, `report.json` and the raw answers into a folder."""
    (folder / RAW).mkdir(parents=True, exist_ok=True)
    for answer in report.answered:
        (folder / RAW / f"{answer.question.name}.txt").write_text(answer.raw, encoding="utf-8")
    (folder / "report.json").write_text(report.model_dump_json(indent=1), encoding="utf-8")
    (folder / "report.md").write_text("\n".join(_lines(report)) + "\n", encoding="utf-8")


def _lines(report: Report) -> Iterator[str]:
    yield "# What the model said"
    yield ""
    yield f"Engine `{report.engine}`, `{report.fingerprint}`."
    yield ""
    speed = report.tokens_per_second
    yield (
        f"{len(report.answered)} of {len(report.answers)} questions answered in "
        f"{report.seconds:g} s, up to {report.capacity} together; opened in "
        f"{report.open_seconds:g} s; "
        f"{'tokens are not counted' if speed is None else f'{speed:g} tokens a second'}."
    )
    yield ""
    yield from _table(
        ("prompt", "mode", "answers", "word recall", "CER", "loops", "compression", "seconds"),
        _summaries(report),
    )
    yield ""
    if report.approached:
        yield "## Modes only approached"
        yield ""
        yield f"Marked {_APPROACHED} in both tables: the figures there are not the mode's own."
        yield ""
        yield from _counted(answer.mode_note for answer in report.answered)
        yield ""
    yield "## Each answer"
    yield ""
    header = ("page", "prompt", "mode", "ended", "seconds", "vision", "text", "recall", "CER")
    yield from _table(header, map(_row, report.answered))
    if len(report.answered) < len(report.answers):
        yield ""
        yield "## Not answered"
        yield ""
        yield from _counted(answer.failure for answer in report.answers)


def _summaries(report: Report) -> Iterator[tuple[str, ...]]:
    groups: dict[tuple[str, str], list[Answer]] = {}
    for answer in report.answered:
        groups.setdefault((answer.question.prompt, answer.question.mode), []).append(answer)
    for (prompt, mode), answers in groups.items():
        yield (
            prompt,
            f"{mode} {_APPROACHED}" if mode in report.approached else mode,
            str(len(answers)),
            _mean(answer.word_recall for answer in answers),
            _mean(answer.character_error_rate for answer in answers),
            str(sum(answer.loops for answer in answers)),
            _mean(answer.compression for answer in answers),
            _mean(answer.seconds for answer in answers),
        )


def _row(answer: Answer) -> tuple[str, ...]:
    question = answer.question
    ended = "loop" if answer.loops else answer.finish_reason
    measured = (answer.vision_tokens, answer.output_tokens, answer.word_recall)
    return (
        question.page,
        question.prompt,
        f"{question.mode} {_APPROACHED}" if answer.mode_note else question.mode,
        ended,
        f"{answer.seconds:g}",
        *("" if value is None else str(value) for value in measured),
        "" if answer.character_error_rate is None else str(answer.character_error_rate),
    )


def _counted(sentences: Iterable[str | None]) -> Iterator[str]:
    said = Counter(sentence for sentence in sentences if sentence)
    yield from (f"- {count} times: {sentence}" for sentence, count in sorted(said.items()))


def _mean(values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{mean(known):.3g}" if known else ""


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"

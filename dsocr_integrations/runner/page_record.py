"""An answer judged, and the record of a page made of the best one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsocr_integrations import figures as figure_stage
from dsocr_integrations import grounding, quality
from dsocr_integrations.engines.base import Reading
from dsocr_integrations.grounding.joined_slices import move_boxes
from dsocr_integrations.modes import AUTO_MODE
from dsocr_integrations.part_versions import package_parts
from dsocr_integrations.records.documents import Figure, Page, ParseWarning
from dsocr_integrations.records.reading_versions import page_fingerprint
from dsocr_integrations.records.readings import PageQuality, PageReading, ReadingAttempt
from dsocr_integrations.runner.page_facts import ANSWERS_BESIDE_TEXT, PageFacts
from dsocr_integrations.runner.page_keys import EngineFacts, PageSettings
from dsocr_integrations.runner.retry import Attempt

if TYPE_CHECKING:
    from dsocr_integrations.grounding import ParsedPage
    from dsocr_integrations.rendering import PageRegion

_INNER = 0.99
"""What the boxes of a slice are shrunk to."""

_INK_DPI = 36.0
_INK_CONTRAST = 64
"""Grey levels between the darkest and the lightest spot of a page that is not blank."""


@dataclass(frozen=True)
class Candidate:
    """An answer with what is thought of it."""

    reading: Reading
    attempt: Attempt
    parsed: ParsedPage
    verdict: PageQuality


@dataclass(frozen=True)
class SecondLook:
    """A figure, and the answer that it was made of; `None` where the look was left out."""

    answer: Reading | None
    figure: Figure


def judge(reading: Reading, attempt: Attempt, facts: PageFacts, prompt: str) -> Candidate:
    """Take an answer apart and judge it.

    Args:
        reading: An answer that did not fail.
        attempt: How it was asked for.
        facts: The page.
        prompt: The question.
    """
    if prompt in ANSWERS_BESIDE_TEXT:
        nothing = grounding.parse("")
        verdict = quality.assess(reading.finish_reason, nothing)
        return Candidate(reading, attempt, nothing, verdict)
    parsed = grounding.parse(_apart_from_end(reading, facts.region), evidence=reading.evidence)
    verdict = quality.assess(
        reading.finish_reason,
        parsed,
        () if reading.layer_refuted else [word.text for word in facts.words],
        page_has_ink=_has_ink(facts.region) if quality.says_nothing(parsed) else None,
        doubts=reading.doubts,
    )
    return Candidate(reading, attempt, parsed, verdict)


def _apart_from_end(reading: Reading, region: PageRegion) -> str:
    """An answer as said; where the page goes on behind what was seen, nothing ends at its edge.

    Boxes that step down to the very edge of a page are a loop; at a slice's they are its lines.
    """
    if region.clip is None:
        return reading.text
    return move_boxes(
        reading.text,
        lambda box: (_INNER * box[0], _INNER * box[1], _INNER * box[2], _INNER * box[3]),
    )


def attempt_record(reading: Reading, attempt: Attempt, verdict: PageQuality) -> ReadingAttempt:
    """What is kept of one of several attempts."""
    failure = reading.failure
    return ReadingAttempt(
        mode=attempt.mode,
        temperature=attempt.sampling.temperature,
        finish_reason="error" if failure is not None else reading.finish_reason,
        vision_tokens=reading.vision_tokens,
        output_tokens=reading.output_tokens,
        reasons=verdict.reasons if failure is None else (failure.kind,),
        text_layer_agreement=verdict.text_layer_agreement,
    )


def page_record(
    facts: PageFacts,
    best: Candidate,
    tried: Sequence[ReadingAttempt],
    looks: Sequence[SecondLook],
    *,
    engine: EngineFacts,
    settings: PageSettings,
) -> Page:
    """Make the page of the answer that was kept.

    Args:
        facts: The page.
        best: The answer.
        tried: All attempts in order.
        looks: Second looks at its figures.
        engine: Who read it.
        settings: How.
    """
    blocks = best.parsed.blocks
    reading = best.reading
    region, extras = facts.region, facts.extras
    figures = tuple(look.figure for look in looks)
    return Page(
        number=region.number,
        label=region.label,
        width=region.width,
        height=region.height,
        markdown="",  # written when the page is handed out, with the pictures of its figures
        blocks=blocks,
        figures=figures,
        warnings=(
            *best.parsed.warnings,
            *extras.notices,
            *reading.doubts,
            *_mode_warnings(reading, settings),
            *_look_warnings(looks),
        ),
        links=extras.links,
        annotations=extras.annotations,
        form_fields=extras.form_fields,
        words=reading.evidence.words if reading.evidence is not None else (),
        reading=PageReading(
            engine=engine.name,
            fingerprint=_fingerprint(engine, region, reading, looks),
            mode=best.attempt.mode,
            mode_note=reading.mode_note,
            layout=reading.layout,
            prompt=settings.prompt,
            finish_reason=reading.finish_reason,
            prompt_tokens=reading.prompt_tokens,
            vision_tokens=reading.vision_tokens,
            output_tokens=reading.output_tokens,
            attempts=len(tried),
            tried=tuple(tried) if len(tried) > 1 else (),
            gundam_tokens=facts.gundam_tokens,
            quality=best.verdict,
        ),
        raw=reading.text,
    )


def _fingerprint(
    engine: EngineFacts, region: PageRegion, reading: Reading, looks: Sequence[SecondLook]
) -> str:
    answers = (reading, *(look.answer for look in looks if look.answer is not None))
    packages = {"pymupdf"} if not region.is_raster else set()
    if any(look.figure.kind == "molecule" for look in looks):
        packages.add("rdkit")
    return page_fingerprint(
        engine.reading_version,
        grounding.READING_VERSION,
        figure_stage.READING_VERSION if looks else None,
        (*package_parts(packages), *(part for answer in answers for part in answer.parts)),
    )


def _mode_warnings(reading: Reading, settings: PageSettings) -> tuple[ParseWarning, ...]:
    # Whoever leaves the mode open is promised none; the record of the reading says it anyhow.
    if settings.mode == AUTO_MODE or not reading.mode_note:
        return ()
    return (ParseWarning(kind="mode_approached", message=reading.mode_note),)


def _look_warnings(looks: Sequence[SecondLook]) -> tuple[ParseWarning, ...]:
    left_out = sum(look.answer is None for look in looks)
    if not left_out:
        return ()
    why = (
        "the reading of the page is doubtful"
        if left_out == len(looks)
        else f"one page gets at most {figure_stage.MAX_LOOKS}"
    )
    message = f"Second looks at {left_out} of {len(looks)} pictures were left out: {why}."
    return (ParseWarning(kind="looks_left_out", message=message),)


def _has_ink(region: PageRegion) -> bool:
    # Coarse on purpose: specks of a scanner are no content.
    grey = region.render(_INK_DPI).convert("L").tobytes()
    return max(grey) - min(grey) > _INK_CONTRAST

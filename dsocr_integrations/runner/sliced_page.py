"""The readings of a long page's slices as one reading of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dsocr_integrations.engines.base import Reading
from dsocr_integrations.grounding.joined_slices import SliceAnswer, join_slices
from dsocr_integrations.records.documents import GRID, RawBox
from dsocr_integrations.records.readings import FinishReason, PageQuality
from dsocr_integrations.runner.page_record import Candidate, judge

if TYPE_CHECKING:
    from dsocr_integrations.rendering import PageRegion
    from dsocr_integrations.runner.page_facts import PageFacts

_WORST_FIRST: tuple[FinishReason, ...] = ("loop", "error", "length", "stop")


def joined_candidate(bests: Sequence[Candidate | None], facts: PageFacts, prompt: str) -> Candidate:
    """Join the best readings of all slices; one that could not be read makes the page doubtful.

    Args:
        bests: For each slice; at least one of them was read.
        facts: The page with its slices.
        prompt: The question.

    Returns:
        The reading of the whole page, which is trusted if each slice is.
    """
    read = [best for best in bests if best is not None]
    reading = _joined_reading(bests, facts)
    largest = max(read, key=lambda best: best.reading.vision_tokens or 0)
    whole = judge(reading, largest.attempt, facts, prompt)
    reasons = [reason for best in read for reason in best.verdict.reasons]
    if len(read) < len(bests):
        reasons.append("error")
    verdict = PageQuality(
        trusted=not reasons,
        reasons=tuple(dict.fromkeys(reasons)),
        text_layer_agreement=whole.verdict.text_layer_agreement,
    )
    # What looks like a loop on the whole page's coarse grid is one only if a slice says so.
    warnings = tuple(
        warning
        for warning in whole.parsed.warnings
        if warning.kind != "loop" or "loop" in verdict.reasons
    )
    return Candidate(reading, largest.attempt, replace(whole.parsed, warnings=warnings), verdict)


def _joined_reading(bests: Sequence[Candidate | None], facts: PageFacts) -> Reading:
    readings = [best.reading if best else Reading("", "error") for best in bests]
    answers = [
        SliceAnswer(reading.text, _on_page(one.region))
        for reading, one in zip(readings, facts.slices, strict=True)
    ]
    note = next((reading.mode_note for reading in readings if reading.mode_note), "")
    return Reading(
        join_slices(answers),
        min((reading.finish_reason for reading in readings), key=_WORST_FIRST.index),
        prompt_tokens=_total(reading.prompt_tokens for reading in readings),
        vision_tokens=_total(reading.vision_tokens for reading in readings),
        output_tokens=_total(reading.output_tokens for reading in readings),
        mode_note=f"The page was read in {len(readings)} slices. {note}".strip(),
        parts=tuple(sorted({part for reading in readings for part in reading.parts})),
    )


def _on_page(region: PageRegion) -> RawBox:
    x0, y0, x1, y1 = region.box
    across, down = GRID / region.page_size[0], GRID / region.page_size[1]
    return x0 * across, y0 * down, x1 * across, y1 * down


def _total(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None

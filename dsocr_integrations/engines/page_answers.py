"""The official questions about a page, answered from what a reader found on it."""

from __future__ import annotations

from dataclasses import replace

from dsocr_integrations.engines.base import Reading
from dsocr_integrations.grounding.writer import GroundedPage
from dsocr_integrations.prompts import Prompt

_LOCATE_PREFIX, _LOCATE_SUFFIX = Prompt.LOCATE.value.split("xxxx")


def answer(page: GroundedPage, prompt: str) -> Reading | None:
    """Answer a question that the page as read holds the answer to.

    Args:
        page: What was found.
        prompt: One of the official prompts, without the image placeholder.

    Returns:
        The answer in the wire language, with the doubts of the page; `None` for questions that
        need another look at the picture, and for prompts that are none of the official ones.
    """
    said = _said(page, prompt)
    if said is None:
        return None
    return replace(said, doubts=page.doubts, layer_refuted=page.layer_refuted, layout=page.layout)


def _said(page: GroundedPage, prompt: str) -> Reading | None:
    if prompt == Prompt.MARKDOWN:
        return Reading(text=page.to_text(), evidence=page.evidence())
    if prompt == Prompt.OCR:
        return Reading(text=page.to_lines(), evidence=page.line_evidence())
    if prompt == Prompt.FREE:
        return Reading(text=page.to_plain())
    if prompt.startswith(_LOCATE_PREFIX) and prompt.endswith(_LOCATE_SUFFIX):
        target = prompt.removeprefix(_LOCATE_PREFIX).removesuffix(_LOCATE_SUFFIX)
        return Reading(text=page.locate(target))
    return None

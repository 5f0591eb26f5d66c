"""What the tiny checkpoint is asked and what it must say, seen as the engine sees it."""

from __future__ import annotations

from dataclasses import dataclass

from dsocr_integrations.figures import figure_requests
from dsocr_integrations.grounding import parse
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.rendering import PageRegion, open_document
from dsocr_integrations.sources import resolve_source
from tests.models.memorised.page_blocks import PAGES, KnownPage

MODE = "tiny"
"""The one mode it was trained in."""


@dataclass(frozen=True)
class Lesson:
    """One picture, one prompt, one answer.

    Attributes:
        region: The page, or the crop that a second look gets.
        prompt: One of the official prompts.
        answer: To be known by heart.
    """

    region: PageRegion
    prompt: Prompt
    answer: str


def region_of(page: KnownPage) -> PageRegion:
    """The page as every reader opens it."""
    return open_document(resolve_source(page.path)).region(1)


def lessons() -> list[Lesson]:
    """Each page to markdown and as plain text, each picture as a figure."""
    found = []
    for page in PAGES:
        region = region_of(page)
        found += [
            Lesson(region, prompt, page.answer(prompt)) for prompt in (Prompt.MARKDOWN, Prompt.FREE)
        ]
        blocks = parse(page.answer(Prompt.MARKDOWN)).blocks
        found += [
            Lesson(request.region, Prompt.FIGURE, page.figure)
            for request in figure_requests(blocks, region)
        ]
    return found

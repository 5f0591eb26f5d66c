"""Pages of files that say their text themselves: no model reads them, and none is asked."""

from __future__ import annotations

import math

from dsocr_integrations import grounding
from dsocr_integrations.errors import SourceError, SourceTooLargeError
from dsocr_integrations.grounding.writer import GroundedBlock, GroundedPage
from dsocr_integrations.part_versions import package_parts
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.records.documents import GRID, Block, Box, Page, PageError, PointBox
from dsocr_integrations.records.reading_versions import NO_ENGINE, page_fingerprint
from dsocr_integrations.records.readings import PageReading
from dsocr_integrations.rendering.open_documents import use_document
from dsocr_integrations.rendering.text_files.layout import TextPage
from dsocr_integrations.rendering.text_files.opening import text_document
from dsocr_integrations.runner.page_facts import PageTask
from dsocr_integrations.runner.page_keys import EngineFacts
from dsocr_integrations.sources import Source
from dsocr_integrations.sources.media_types import named

READING_VERSION = 4
"""Raised by hand when the text of such files is taken otherwise than before."""

TEXT = EngineFacts(NO_ENGINE, f"{NO_ENGINE}/{READING_VERSION}", deterministic=True)
"""Who "reads" them."""

_ANSWERED = frozenset({Prompt.MARKDOWN.value, Prompt.OCR.value, Prompt.FREE.value})
"""Questions whose answer is the text; any other one is about what a page looks like."""


def says_its_text(source: Source, prompt: str) -> bool:
    """Whether a source's file itself holds the answer to what is asked about its pages."""
    return named(source.media_type).reader == "text" and prompt in _ANSWERED


def text_page(task: PageTask, prompt: str) -> Page | PageError:
    """Take the text of one page.

    Args:
        task: The page of a source that says its text.
        prompt: What is asked about it.
    """
    try:
        with use_document(task.source):
            document = text_document(task.source)
    except SourceTooLargeError as error:
        return PageError(number=task.number, kind="too_large", message=str(error))
    except SourceError as error:
        return PageError(number=task.number, kind="render", message=str(error))
    page = document.pages[task.number - 1]
    return Page(
        number=task.number,
        label=page.label,
        width=page.width,
        height=page.height,
        markdown="",  # written when the page is handed out
        blocks=tuple(
            Block(label=one.label, boxes=(box,), raw_boxes=(box,), text=one.text, table=one.table)
            for one, box in ((one, _on_grid(box, page)) for one, box in page.blocks)
        ),
        warnings=document.notices if task.number == 1 else (),
        reading=PageReading(
            engine=TEXT.name,
            fingerprint=page_fingerprint(
                TEXT.reading_version, grounding.READING_VERSION, None, package_parts({"pymupdf"})
            ),
            prompt=prompt,
        ),
        raw=_as_said(page),
    )


def _as_said(page: TextPage) -> str:
    blocks = tuple(GroundedBlock(one.label, (box,), one.text) for one, box in page.blocks)
    return GroundedPage(page.width, page.height, blocks).to_text()


def _on_grid(box: PointBox, page: TextPage) -> Box:
    return (
        math.floor(box[0] / page.width * GRID),
        math.floor(box[1] / page.height * GRID),
        min(GRID, math.ceil(box[2] / page.width * GRID)),
        min(GRID, math.ceil(box[3] / page.height * GRID)),
    )

"""What is asked: which prompt, in which mode, about which page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dsocr_integrations.engines.base import DEFAULT_DPI, ReadRequest
from dsocr_integrations.modes import MODES
from dsocr_integrations.prompts import Prompt, locate_prompt
from dsocr_integrations.records.base import Record
from dsocr_integrations.rendering import PageRegion, open_document
from dsocr_integrations.sources import SourceFailure, resolve_sources
from dsocr_integrations.sources.media_types import named

PUBLIC_MODES = tuple(name for name, mode in MODES.items() if mode.in_public_weights)
TRANSCRIBING = (Prompt.MARKDOWN, Prompt.OCR, Prompt.FREE)
"""Prompts whose answer should hold the page's text."""

_NO_NAME = re.compile(r"[^\w.]+")
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")


@dataclass(frozen=True)
class SamplePage:
    """A page to ask about.

    Attributes:
        name: Source and page number, fit for a file name.
        region: The page.
        text: What stands on it, from its text layer; empty where that is not known.
    """

    name: str
    region: PageRegion
    text: str


class Question(Record):
    """One request of a verification, without the page itself.

    Attributes:
        page: Name of the page.
        prompt: Short name of the prompt.
        mode: Resolution mode.
        text: The prompt as sent.
    """

    page: str
    prompt: str
    mode: str
    text: str

    @property
    def name(self) -> str:
        """Stem of the file that holds the answer."""
        return f"{self.page}-{self.prompt}-{self.mode}"


def pages_in(folder: Path) -> Iterator[SamplePage]:
    """Every page of every document in a folder.

    Files that are no documents are passed over, and those that no model is asked to read.
    """
    for source in resolve_sources(str(folder)):
        if isinstance(source, SourceFailure) or named(source.media_type).reader == "text":
            continue
        document = open_document(source)
        stem = _NO_NAME.sub("-", source.uri).strip("-.")
        for number in document.page_numbers():
            region = document.region(number)
            text = " ".join(word.text for word in region.words())
            yield SamplePage(f"{stem}-p{number:03d}", region, text)


def questions(
    pages: Sequence[SamplePage], modes: Sequence[str]
) -> Iterator[tuple[Question, ReadRequest]]:
    """Ask everything about everything: six prompts, each mode, each page.

    The place of a word can be asked for only where one is known.
    """
    for page in pages:
        for name, text in _prompts(page):
            for mode in modes:
                question = Question(page=page.name, prompt=name, mode=mode, text=text)
                yield question, ReadRequest(page.region, text, mode=mode, dpi=DEFAULT_DPI)


def _prompts(page: SamplePage) -> Iterator[tuple[str, str]]:
    for prompt in Prompt:
        if prompt is not Prompt.LOCATE:
            yield prompt.name.lower(), prompt.value
        elif word := _LONG_WORD.search(page.text):
            yield prompt.name.lower(), locate_prompt(word.group())

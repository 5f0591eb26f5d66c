"""Cache keys: what an answer or a finished page depends on, all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from dsocr_integrations import figures, grounding
from dsocr_integrations.code_version import code_version
from dsocr_integrations.engines.base import (
    DEFAULT_DPI,
    Engine,
    Sampling,
    mode_ladder,
    parts_present,
)
from dsocr_integrations.modes import AUTO_MODE, Mode
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.records.documents import SCHEMA_VERSION, PointBox
from dsocr_integrations.records.identity import content_key
from dsocr_integrations.records.reading_versions import document_fingerprint
from dsocr_integrations.runner.retry import RETRY_POLICY_VERSION
from dsocr_integrations.sources import Source

_PAGE_CODE = "dsocr_integrations.runner.page_reading"
"""What makes pages of answers."""

_RENDERER_CODE = "dsocr_integrations.rendering.content_hash"
"""What pages are compared by."""


@dataclass(frozen=True)
class EngineFacts:
    """What is known about an engine without opening it.

    Attributes:
        name: Its name.
        reading_version: As `Engine.reading_version`.
        deterministic: Whether asking again is pointless.
        ladder: Modes in which `mode="auto"` may ask it, cheapest first; empty where it looks
            at a page in one way only.
        capacity: Requests it wants in flight to stay full.
        code: Hash of what else its answers depend on: parts present, and a deterministic
            engine's own code.
        sees_views: Whether it looks at views of a fixed size, so that very long pages are cut.
    """

    name: str
    reading_version: str
    deterministic: bool
    ladder: tuple[Mode, ...] = ()
    capacity: int = 1
    code: str = ""
    sees_views: bool = False

    @classmethod
    def of(cls, engine: Engine) -> Self:
        """Find out; a server may have to be asked.

        The code of a deterministic engine is all that its answers come from. What a model
        answers is keyed by its reading version: to ask it again costs money, and a release of
        ours seldom changes what it is asked.

        Raises:
            EngineUnavailableError: If nobody answers, or weights or packages are missing.
            ConfigurationError: If the engine cannot be used as configured.
        """
        # The reading version first: a server that was asked for it knows its capacity.
        version = engine.reading_version()
        ladder, capacity = mode_ladder(engine), engine.capacity
        code = code_version(type(engine).__module__) if engine.deterministic else ""
        code = content_key(code, *parts_present(engine))
        return cls(
            engine.name,
            version,
            engine.deterministic,
            ladder,
            capacity,
            code,
            # Those bound to the CPU read a page's own pixels and text layer, however long it is.
            sees_views=not engine.in_worker_processes,
        )

    @property
    def fingerprint(self) -> str:
        """The reading versions of all stages, which documents and indexes go by."""
        return document_fingerprint(
            self.reading_version, grounding.READING_VERSION, figures.READING_VERSION
        )


@dataclass(frozen=True)
class PageSettings:
    """How pages are read, whatever the engine.

    Attributes:
        prompt: The question asked about each page.
        mode: Resolution mode, or `auto`.
        dpi: Resolution of rendering for engines that look at pixels.
        figures: Whether pictures get a second look.
        page_furniture: Whether headers and footers stand in the markdown.
    """

    prompt: str = Prompt.MARKDOWN.value
    mode: str = AUTO_MODE
    dpi: float = DEFAULT_DPI
    figures: bool = True
    page_furniture: bool = False


def parser_version() -> str:
    """Hash of the code and packages that make pages of answers.

    A change costs parsing the recorded answers again, never reading again.
    """
    return content_key(SCHEMA_VERSION, code_version(_PAGE_CODE))


def page_key(
    source: Source,
    number: int,
    settings: PageSettings,
    engine: EngineFacts,
    *,
    parser: str | None = None,
    retry_policy: str = RETRY_POLICY_VERSION,
) -> str:
    """Key of a finished page: file, page, and all that shapes what is made of it.

    Args:
        source: The file; its bytes count, not its name.
        number: 1-based page number.
        settings: How pages are read.
        engine: Who reads them.
        parser: Version of the parser; the present one when `None`.
        retry_policy: Version of the retry ladder.
    """
    return content_key(
        "page",
        source.revision,
        source.media_type,
        str(number),
        settings.prompt,
        settings.mode,
        repr(settings.dpi),
        repr(settings.figures),
        repr(settings.page_furniture),
        engine.name,
        engine.reading_version,
        engine.code,
        ",".join(mode.name for mode in engine.ladder),
        parser_version() if parser is None else parser,
        retry_policy,
    )


def reading_key(
    content_hash: str,
    engine: EngineFacts,
    *,
    clip: PointBox | None,
    prompt: str,
    mode: str,
    dpi: float,
    sampling: Sampling,
) -> str:
    """Key of an engine's answer: what it looked at, what it was asked, and who it is.

    Args:
        content_hash: Hash of the whole page's content.
        engine: Who answered.
        clip: Part of the page, in points; `None` for all of it.
        prompt: The question.
        mode: Resolution mode.
        dpi: Resolution of rendering.
        sampling: How the answer was drawn.
    """
    return content_key(
        "reading",
        content_hash,
        "" if clip is None else ",".join(f"{value:.3f}" for value in clip),
        prompt,
        mode,
        repr(dpi),
        repr(sampling.temperature),
        str(sampling.seed),
        engine.name,
        engine.reading_version,
        engine.code,
    )


def content_hash_key(source: Source, number: int) -> str:
    """Key under which a page's content hash is kept: bytes, page and renderer."""
    code = code_version(_RENDERER_CODE)
    return content_key("hash", source.revision, source.media_type, str(number), code)

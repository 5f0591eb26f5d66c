"""Cache keys: what an answer or a finished page depends on, all of it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Self

from dsocr_integrations.code_version import code_version
from dsocr_integrations.engines.base import DEFAULT_DPI, Engine, Sampling, mode_ladder
from dsocr_integrations.modes import AUTO_MODE, Mode
from dsocr_integrations.prompts import Prompt
from dsocr_integrations.records.documents import SCHEMA_VERSION, PointBox
from dsocr_integrations.records.identity import content_key
from dsocr_integrations.runner.retry import RETRY_POLICY_VERSION
from dsocr_integrations.sources import Source

_PARSER_CODE = (
    "figures",
    "grounding",
    "markdown.py",
    "molecules.py",
    "quality",
    "records",
    "rendering/extras.py",
    "rendering/words.py",
    "rendering/text_soundness.py",
    "runner/page_density.py",
    "runner/page_facts.py",
    "runner/page_reading.py",
    "runner/page_record.py",
    "runner/starting_mode.py",
    "tables",
)
"""The modules that make pages of answers."""

_PARSER_PACKAGES = ("pymupdf", "rdkit")


@dataclass(frozen=True)
class EngineFacts:
    """What is known about an engine without opening it.

    Attributes:
        name: Its name.
        fingerprint: All that can change its output.
        deterministic: Whether asking again is pointless.
        ladder: Modes in which `mode="auto"` may ask it, cheapest first; empty where it looks
            at a page in one way only.
        capacity: Requests it wants in flight to stay full.
    """

    name: str
    fingerprint: str
    deterministic: bool
    ladder: tuple[Mode, ...] = ()
    capacity: int = 1

    @classmethod
    def of(cls, engine: Engine) -> Self:
        """Find out; a server may have to be asked.

        Raises:
            EngineUnavailableError: If nobody answers, or weights or packages are missing.
            ConfigurationError: If the engine cannot be used as configured.
        """
        # The fingerprint first: a server that was asked for it knows its capacity.
        fingerprint = engine.fingerprint()
        ladder, capacity = mode_ladder(engine), engine.capacity
        return cls(engine.name, fingerprint, engine.deterministic, ladder, capacity)


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


@functools.cache
def parser_version() -> str:
    """Hash of the code and packages that make pages of answers.

    Taken from the modules themselves, so that no edit can be forgotten; a change costs
    parsing the recorded answers again, never reading again.
    """
    code = code_version(*_PARSER_CODE)
    return content_key(SCHEMA_VERSION, code, *map(_version, _PARSER_PACKAGES))


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
        engine.fingerprint,
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
        engine.fingerprint,
    )


def content_hash_key(source: Source, number: int) -> str:
    """Key under which a page's content hash is kept: bytes, page and renderer."""
    packages = map(_version, ("pymupdf", "pillow"))
    code = code_version("rendering")
    return content_key("hash", source.revision, source.media_type, str(number), code, *packages)


@functools.cache
def _version(package: str) -> str:
    try:
        return f"{package}={version(package)}"
    except PackageNotFoundError:
        return f"{package}=absent"

"""What every engine is: something that looks at a page region and answers in DeepSeek-OCR's
own language.

Whatever read the page, the answer is text such as
`<|ref|>table<|/ref|><|det|>[[62, 480, 944, 812]]<|/det|>` followed by the table's HTML, so
parser, figure stage, chunker, index and doors have one code path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

from dsocr_integrations.errors import PageReadError
from dsocr_integrations.modes import AUTO_MODE, Mode
from dsocr_integrations.records.documents import Evidence, ParseWarning
from dsocr_integrations.records.readings import FinishReason, LayoutWay

if TYPE_CHECKING:
    from dsocr_integrations.rendering import PageRegion

DEFAULT_DPI = 144.0
"""Dots per inch at which pages are shown to model engines unless told otherwise."""


PAGE_SECONDS = 300.0
"""Time one page may take where neither the caller nor the engine says otherwise."""


@dataclass(frozen=True)
class Sampling:
    """How the answer is drawn. The first attempt is greedy; retries raise the temperature.

    Attributes:
        temperature: 0 for greedy decoding.
        seed: Derived from the request key, so that a retry is repeatable.
    """

    temperature: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class ReadRequest:
    """One question about one region of a page.

    Attributes:
        region: What to look at; rendered by the engine, lazily.
        prompt: The question, without the image placeholder.
        mode: Name of a resolution mode, or `auto`: what the engine does unless told otherwise.
            The Runner's own `auto` asks an engine with a `mode_ladder` for modes by name.
        dpi: Resolution at which an engine that looks at pixels renders the region.
        key: Cache key of the request; also the seed source of retries.
        sampling: How the answer is drawn.
        heard: Told of each piece of the answer as it comes, by engines that have it in pieces;
            from any thread, and without changing the answer.
    """

    region: PageRegion
    prompt: str
    mode: str = AUTO_MODE
    dpi: float = DEFAULT_DPI
    key: str = ""
    sampling: Sampling = field(default_factory=Sampling)
    heard: Callable[[str], None] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class ReadFailure:
    """Why one request could not be answered although the engine lives.

    Attributes:
        kind: `PageError.kind`, should the page end with it.
        message: What happened, for the user.
        is_final: Whether asking again, in another mode or otherwise, is pointless: the engine
            has done what could be done.
    """

    kind: str
    message: str
    is_final: bool = False


@dataclass(frozen=True)
class Reading:
    """The answer to one request.

    Attributes:
        text: The answer as said, tags included; empty when `failure` is set.
        finish_reason: `stop` for a complete answer.
        prompt_tokens: Tokens of the prompt, image included, where known.
        vision_tokens: Image tokens, where the engine has them.
        output_tokens: Tokens of the answer, where known.
        mode_note: How what the model saw differs from the mode that was asked for; empty where
            it does not.
        failure: Set when this page could not be read.
        evidence: Optional facts beside the text.
        parts: Third-party parts that took part, as `name=version` (see
            `dsocr_integrations.part_versions.part`), sorted.
        doubts: What of the page the engine could not read or not check, each with a message that
            names the remedy; the page's reading is not trusted then.
        layer_refuted: Whether the engine found the page's text layer not to be what is printed,
            so that nothing can be compared with it.
        layout: What told the page's regions; empty where the engine does not say.
    """

    text: str
    finish_reason: FinishReason = "stop"
    prompt_tokens: int | None = None
    vision_tokens: int | None = None
    output_tokens: int | None = None
    mode_note: str = ""
    failure: ReadFailure | None = None
    evidence: Evidence | None = None
    parts: tuple[str, ...] = ()
    doubts: tuple[ParseWarning, ...] = ()
    layer_refuted: bool = False
    layout: LayoutWay = ""


def told(reading: Reading) -> Reading:
    """Pass a reading on, for callers that have nowhere to put a failure.

    Raises:
        PageReadError: If the page could not be read.
    """
    if reading.failure is not None:
        raise PageReadError(reading.failure.message)
    return reading


class EngineSession(Protocol):
    """An engine ready to read; closed by leaving its `with` block."""

    def submit(self, request: ReadRequest) -> Future[Reading]:
        """Ask; futures may complete in any order.

        Raises:
            EngineUnavailableError: If the engine as a whole cannot answer any more. A page
                that cannot be read is a `Reading` with `failure` set instead.
        """
        ...

    def stream(self, request: ReadRequest) -> Iterator[str]:
        """Yield the answer to one request in pieces as it grows.

        Raises:
            EngineUnavailableError: If the engine as a whole cannot answer any more.
            PageReadError: If this page cannot be read.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...


@runtime_checkable
class Engine(Protocol):
    """Who reads the page. Instances are cheap and picklable; `open` does the heavy work."""

    @property
    def name(self) -> str:
        """Short name shown wherever a result is shown."""
        ...

    @property
    def capacity(self) -> int:
        """Requests it wants in flight to stay full."""
        ...

    @property
    def deterministic(self) -> bool:
        """Whether the same request always gives the same answer."""
        ...

    @property
    def in_worker_processes(self) -> bool:
        """Whether the engine is CPU-bound, so that each worker process opens its own."""
        ...

    def reading_version(self) -> str:
        """Who reads, as indexes and output folders compare it: `<name>/<number>[:<model>]`.

        The number is raised by hand when the engine's own code reads otherwise. A model engine
        names model, revision, quantisation and sampling behind it. Neither code nor versions of
        packages belong here: what took part in a page is told by `Reading.parts`, what can
        change an answer and is not the engine's code by `parts_present`. It may ask a server,
        and is not called before the first page.

        Raises:
            EngineUnavailableError: If it must be asked for and nobody answers.
        """
        ...

    def open(self) -> EngineSession:
        """Load weights or connect.

        Raises:
            EngineUnavailableError: If that is not possible; the message tells the remedy.
        """
        ...


def page_seconds(engine: Engine) -> float:
    """Seconds one page may take: the engine's own `page_seconds`, else `PAGE_SECONDS`.

    An engine need not say; one whose pages take long by nature should, or sound pages are
    given up.
    """
    return float(getattr(engine, "page_seconds", PAGE_SECONDS))


def mode_ladder(engine: Engine) -> tuple[Mode, ...]:
    """The modes in which `mode="auto"` may show a page to an engine, cheapest first.

    An engine whose model can be shown a page at several resolutions says so by a method
    `mode_ladder() -> tuple[Mode, ...]`; it then honours `ReadRequest.mode` for each of them.
    The last one is what it takes `auto` for. One without the method, or with an empty ladder,
    is asked for `auto` as it is.
    """
    ladder: Callable[[], tuple[Mode, ...]] | None = getattr(engine, "mode_ladder", None)
    return () if ladder is None else tuple(ladder())


def parts_present(engine: Engine) -> tuple[str, ...]:
    """Parts present on which answers depend, as `name=version`; part of the page cache's keys.

    An engine that starts programs, or whose device or libraries matter to its answers, says so
    by a method `parts_present() -> tuple[str, ...]`. The packages that the code of a
    deterministic engine imports are known without it.
    """
    present: Callable[[], tuple[str, ...]] | None = getattr(engine, "parts_present", None)
    return () if present is None else tuple(present())

"""A model behind OpenAI-style servers (vLLM, SGLang, llama.cpp, Ollama and others)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pydantic import SecretStr

from dsocr_integrations import server_addresses as addresses
from dsocr_integrations.engines.base import PAGE_SECONDS
from dsocr_integrations.engines.runtime_tiling import RuntimeTiling
from dsocr_integrations.engines.server.dialects import AUTO, OPENAI, Dialect, dialect_named
from dsocr_integrations.engines.server.probing import (
    KEY_REMEDY,
    MODEL_REMEDY,
    ServerReport,
    authorization,
    probe_all,
)
from dsocr_integrations.engines.server.profiles import (
    TAKEN_FOR_DEEPSEEK,
    chosen_profile,
    profile_named,
    profile_of,
    unknown_name,
)
from dsocr_integrations.engines.server.served import Served
from dsocr_integrations.engines.server.session import ServerSession
from dsocr_integrations.errors import ConfigurationError, DsocrError, EngineUnavailableError
from dsocr_integrations.modes import Mode
from dsocr_integrations.part_versions import numbers
from dsocr_integrations.records.identity import content_key

logger = logging.getLogger(__name__)

READING_VERSION = 2
"""Raised by hand when pages are shown or answers unpacked otherwise than before."""

PATIENCE = 120.0
"""Seconds; time enough for a server with the weights on its disk to start again."""

_RENDERED_AHEAD = 2
_FEW = 4
"""Requests in flight up to which pages are so slow that drawing ahead gains nothing."""


@dataclass(frozen=True)
class ServerEngine:
    """A model that somebody else runs, on one server or on several alike.

    The server, not the client, decides how a picture is tiled; a mode without tiles only keeps
    the client from sending more pixels than the mode has.

    Attributes:
        url: Base URLs, separated by commas; a missing `/v1` is added (`docs/servers.md`).
        model: Model name to ask for; the one that is served, or whose name is known, when
            `None`.
        dialect: Name of a dialect (`docs/servers.md`), or `auto` to ask the servers.
        profile: Name of a model profile (`docs/servers.md`), or `auto` to know the model by its
            name; one of unknown name is asked as DeepSeek-OCR is.
        api_key: Bearer token; never shown.
        requests: Requests in flight at each server; what suits the dialect when `None`.
        jpeg_quality: From 1 to 100: pages are sent as JPEG, which loses some of them; as PNG,
            which loses nothing, when `None`.
        timeout: Seconds for one answer, from sending the page to the end of the answer.
        attempts: Tries of one page whose answers break off or make no sense.
        patience: Seconds without any answer from any server after which they count as gone.
    """

    url: str = field(repr=False)
    model: str | None = None
    dialect: str = AUTO
    profile: str = AUTO
    api_key: SecretStr | None = None
    requests: int | None = None
    jpeg_quality: int | None = None
    timeout: float = PAGE_SECONDS
    attempts: int = 4
    patience: float = PATIENCE
    name: str = field(default="server", init=False)
    deterministic: bool = field(default=False, init=False)
    in_worker_processes: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Check what can be checked without the network.

        Raises:
            ConfigurationError: If an address, the key, the dialect, the profile or a number cannot
                be used.
        """
        addresses.base_urls(self.url)
        authorization(self.api_key)
        if self.dialect.lower() != AUTO:
            dialect_named(self.dialect)
        if self.profile.lower() != AUTO:
            profile_named(self.profile)
        if self.attempts < 1 or (self.requests is not None and self.requests < 1):
            raise ConfigurationError("attempts and requests must be at least 1.")
        if self.jpeg_quality is not None and not 1 <= self.jpeg_quality <= 100:
            raise ConfigurationError("jpeg_quality must be from 1 to 100.")
        if self.timeout <= 0 or self.patience <= 0:
            raise ConfigurationError("timeout and patience must be more than 0 seconds.")

    @property
    def urls(self) -> tuple[str, ...]:
        """The base URLs, each once; without user name and password where a key is given."""
        urls = addresses.base_urls(self.url)
        return urls if self.api_key is None else tuple(map(addresses.without_user, urls))

    @property
    def capacity(self) -> int:
        """Requests that keep every server busy, and a few pages drawn meanwhile.

        While the dialect is to be found out and has not been, that of an unknown server.
        """
        if self.dialect.lower() != AUTO:
            dialect = dialect_named(self.dialect)
        elif "served" in self.__dict__:  # where cached_property keeps what it found
            dialect = self.served.dialect
        else:
            dialect = OPENAI
        return self.ahead(self.limit(dialect))

    @property
    def page_seconds(self) -> float:
        """Time one page may take: the wait for a server that starts again, and its answer."""
        return self.timeout + self.patience

    def limit(self, dialect: Dialect) -> int:
        """Requests in flight at one server."""
        return self.requests or dialect.requests

    def ahead(self, limit: int) -> int:
        """Pages in the works, given the requests in flight at one server."""
        sent = limit * len(self.urls)
        return sent if sent <= _FEW else sent + _RENDERED_AHEAD

    def reading_version(self) -> str:
        """Model, dialect and request parameters; the address is not part of it.

        Raises:
            EngineUnavailableError: If model or dialect must be asked for and nobody answers.
            ConfigurationError: If the servers cannot be used together or as configured.
        """
        served = self.served
        lossy = [] if self.jpeg_quality is None else [f"jpeg {self.jpeg_quality}"]
        sent = content_key(served.options(), *lossy)[:16]
        return f"server/{READING_VERSION}:{served.identity}@{sent}"

    def mode_ladder(self) -> tuple[Mode, ...]:
        """Modes to climb: one view, then tiles, where it is known how the servers tile.

        Raises:
            EngineUnavailableError: As `reading_version`.
            ConfigurationError: As `reading_version`.
        """
        return self.served.tiling.ladder()

    def own_modes(self) -> tuple[Mode, ...]:
        """Modes that the servers meet or, by shrinking the picture, approach.

        Those of every model as long as it is not known which one is served: nobody is asked.
        """
        if "served" in self.__dict__:  # where cached_property keeps what it found
            return self.served.tiling.own_modes()
        profile = chosen_profile(self.profile, self.model or "")
        return RuntimeTiling(profile.family).own_modes()

    def reports(self) -> tuple[ServerReport, ...]:
        """Ask each server what it is, now."""
        return probe_all(self.urls, api_key=self.api_key)

    @cached_property
    def served(self) -> Served:
        """Model, dialect and profile; found out once where they are not configured.

        Raises:
            EngineUnavailableError: If they must be asked for and nobody answers.
            ConfigurationError: If the servers cannot be used together or as configured.
        """
        if self.model is not None and self.dialect.lower() != AUTO:
            # Whoever names both need not be asked, unless the name says nothing.
            is_telling = profile_of(self.model) is not None
            reports = [] if is_telling else [one for one in self.reports() if one.reachable]
            return self._served(self.model, reports, dialect_named(self.dialect))
        reports = _answering(self.reports())
        model = self.model or _one_model(reports)
        return self._served(model, reports, self._one_dialect(reports))

    def open(self) -> ServerSession:
        """Connect, and find out what has not been configured.

        Raises:
            EngineUnavailableError: If no server answers.
            ConfigurationError: If the servers cannot be used together or as configured.
        """
        # A wrong address is told at once, not when patience with a known server is over.
        reports = _answering(self.reports())
        served = self.served
        if self.profile.lower() == AUTO:
            for root in _roots(served.model, reports):
                _need_same(served, root)
        return ServerSession(self, served.at(reports))

    def _served(self, model: str, reports: Sequence[ServerReport], dialect: Dialect) -> Served:
        roots = _roots(model, reports)
        profile = chosen_profile(self.profile, *roots, model)
        if profile == TAKEN_FOR_DEEPSEEK:
            logger.warning("%s", unknown_name(model))
        # Aliases come and go; what the model was loaded from is the model.
        telling = (root for root in roots if profile.is_named_in(root))
        versions = (report.version_of(dialect) for report in reports)
        oldest = min(versions, key=numbers, default="")
        return Served(model, dialect, profile, next(telling, model), oldest)

    def _one_dialect(self, reports: Sequence[ServerReport]) -> Dialect:
        if self.dialect.lower() != AUTO:
            return dialect_named(self.dialect)
        names = {report.dialect for report in reports}
        if len(names) > 1:
            kinds = ", ".join(f"{report.url} ({report.dialect})" for report in reports)
            raise ConfigurationError(
                f"The servers are of different kinds, so their readings differ: {kinds}.",
                remedy="Read with servers of one kind, or name one dialect for all of them.",
            )
        return dialect_named(names.pop())


def _answering(reports: Sequence[ServerReport]) -> list[ServerReport]:
    answering = [report for report in reports if report.reachable]
    if not answering:
        raise EngineUnavailableError(
            " ".join(report.problem for report in reports), remedy=reports[0].remedy
        )
    return answering


def _one_model(reports: Sequence[ServerReport]) -> str:
    """The model that every server which answers has."""
    for report in reports:
        if report.problem:
            raise _error(report)
    common = set(reports[0].models).intersection(*(report.models for report in reports))
    known = [model for model in reports[0].known_models() if model in common]
    candidates = known or (list(common) if len(common) == 1 else [])
    if not candidates:
        served = "; ".join(f"{report.url}: {', '.join(report.models)}" for report in reports)
        raise ConfigurationError(
            f"The servers have no model in common ({served}).", remedy=MODEL_REMEDY
        )
    return candidates[0]


def _roots(model: str, reports: Sequence[ServerReport]) -> list[str]:
    """What the servers say that a model was loaded from."""
    return [report.roots[model] for report in reports if model in report.roots]


def _need_same(served: Served, root: str) -> None:
    """Make sure that a name does not hide another model than the one it was taken for."""
    found, taken = profile_of(root), served.profile
    if found is None or (
        found.questions == taken.questions and taken.family in {None, found.family}
    ):
        return
    raise ConfigurationError(
        f"{served.model!r} on the server was loaded from {root!r}, which is {found.title}.",
        remedy=f"Set DSOCR_SERVER_PROFILE={found.name}, or name another model.",
    )


def _error(report: ServerReport) -> DsocrError:
    wrong = report.remedy in {KEY_REMEDY, MODEL_REMEDY}
    kind = ConfigurationError if wrong else EngineUnavailableError
    return kind(report.problem, remedy=report.remedy)

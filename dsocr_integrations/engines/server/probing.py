"""Find out what answers at an address: its models, its dialect, and what is wrong with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import httpcore
from pydantic import SecretStr

from dsocr_integrations import server_addresses as addresses
from dsocr_integrations.engines.server import faults
from dsocr_integrations.engines.server.connections import BROKEN, Connections
from dsocr_integrations.engines.server.dialects import (
    DIALECTS,
    OLLAMA,
    OPENAI,
    Dialect,
    hosted_dialect,
)
from dsocr_integrations.engines.server.profiles import by_preference
from dsocr_integrations.engines.server.unpacking import PackedAnswerError, plain_pieces
from dsocr_integrations.errors import ConfigurationError

PROBE_SECONDS = 5.0
MAX_PROBE_BYTES = 4_000_000
"""Hosted services list some hundred models; more is no model list."""

KEY_REMEDY = "Set DSOCR_SERVER_API_KEY to a key of this server."
MODEL_REMEDY = "Name one of them: --model, or DSOCR_SERVER_MODEL."
_ADDRESS_REMEDY = "Start it, or correct the address (--engine, DSOCR_SERVER_URL)."
_UNANSWERED = (TimeoutError, PackedAnswerError, *BROKEN)
_CERTIFICATE_REMEDY = "Name the file of its authority's certificate in SSL_CERT_FILE."
NO_LIST_REMEDY = (
    "Give the base URL of its OpenAI-style interface, which usually ends in /v1; where it lists no "
    "models, name the model: --model, or DSOCR_SERVER_MODEL."
)


@dataclass(frozen=True)
class ServerReport:
    """What a look at one server found.

    Attributes:
        url: Its base URL, without credentials.
        reachable: Whether anything answered over HTTP.
        models: What it serves, in its order.
        roots: What each was loaded from, where the server says so.
        contexts: Tokens of prompt and answer together that it has room for, where it says so.
        dialect: Name of the dialect it was recognised as; `openai` where nothing tells.
        version: Version or build of the server, where it says so.
        problem: Why pages cannot be read there as it is; empty where they can.
        remedy: What to do about it.
    """

    url: str
    reachable: bool
    models: tuple[str, ...] = ()
    roots: Mapping[str, str] = field(default_factory=dict)
    contexts: Mapping[str, int] = field(default_factory=dict)
    dialect: str = OPENAI.name
    version: str = ""
    problem: str = ""
    remedy: str = ""

    def version_of(self, dialect: Dialect) -> str:
        """Its version as that of a dialect; empty where it was taken for another."""
        return self.version if self.dialect == dialect.name else ""

    def known_models(self) -> list[str]:
        """Those of its models that there is a profile for, DeepSeek-OCR's first."""
        return by_preference((model, self.roots.get(model, "")) for model in self.models)

    def aliases(self, model: str) -> list[str]:
        """All names under which it serves one model: vLLM answers under the first of them."""
        root = self.roots.get(model)
        return [name for name in self.models if root and self.roots.get(name) == root]


@dataclass(frozen=True)
class _Answer:
    status: int
    server: str
    data: Any


class _Look:
    """Small questions to one server, each of which ends in time whatever it does.

    Args:
        url: Its base URL; user name and password in it are sent.
        api_key: Sent as a bearer token.
        timeout: Seconds for each answer, to its last byte.
    """

    def __init__(self, url: str, api_key: SecretStr | str | None, timeout: float) -> None:
        self._server = Connections(url, authorization(api_key))
        self._timeout = timeout

    async def get(self, url: str) -> _Answer:
        body = bytearray()
        async with (
            asyncio.timeout(self._timeout),
            self._server.asked("GET", url) as answer,
        ):
            async for piece in plain_pieces(answer):
                body += piece
                if len(body) > MAX_PROBE_BYTES:
                    break
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            data = None
        return _Answer(answer.status, _said_server(answer), data)

    async def aclose(self) -> None:
        await self._server.aclose()


def probe(
    base_url: str, *, api_key: SecretStr | str | None = None, timeout: float = PROBE_SECONDS
) -> ServerReport:
    """Ask a server what it is. At most four small requests; nothing is read there.

    Args:
        base_url: One address, with or without `/v1`.
        api_key: Sent as a bearer token; never part of the report.
        timeout: Seconds for each request.

    Raises:
        ConfigurationError: If `base_url` is no HTTP address.
    """
    (report,) = probe_all(addresses.base_urls(base_url)[:1], api_key=api_key, timeout=timeout)
    return report


def probe_all(
    urls: Sequence[str],
    *,
    api_key: SecretStr | str | None,
    timeout: float = PROBE_SECONDS,
) -> tuple[ServerReport, ...]:
    """Ask several servers at once; reports come in the order of the addresses.

    Args:
        urls: Base URLs, as `addresses.base_urls` gives them.
        api_key: Sent as a bearer token.
        timeout: Seconds for each request.

    Raises:
        ConfigurationError: If the key, or the proxy that the environment names, is none.
    """

    async def look_at_all() -> tuple[ServerReport, ...]:
        return tuple(await asyncio.gather(*(_look_at(url, api_key, timeout) for url in urls)))

    # In a thread of its own, for the caller may stand in an event loop.
    with ThreadPoolExecutor(1, thread_name_prefix="dsocr-probe") as thread:
        return thread.submit(lambda: asyncio.run(look_at_all())).result()


def authorization(api_key: SecretStr | str | None) -> dict[str, str]:
    """The header that carries the key; white space around it is none of it.

    Raises:
        ConfigurationError: If no header can carry it.
    """
    key = api_key.get_secret_value() if isinstance(api_key, SecretStr) else api_key
    key = (key or "").strip()
    if not (key.isascii() and key.isprintable()):
        raise ConfigurationError(
            "The server's key holds characters that no key has.", remedy=KEY_REMEDY
        )
    return {"Authorization": f"Bearer {key}"} if key else {}


def model_names(data: Any) -> tuple[str, ...] | None:
    """Names in the answer to `GET /models`; `None` where it is no model list."""
    entries = _entries(data)
    if entries is None:
        return None
    # mlx-vlm lists all that it could load; what it has loaded need not be loaded first.
    entries.sort(key=lambda entry: entry.get("loaded") is not True)
    return tuple(str(entry["id"]) for entry in entries)


def _entries(data: Any) -> list[dict[str, Any]] | None:
    entries = data.get("data") if isinstance(data, dict) else data
    if not isinstance(entries, list):
        return None
    return [entry for entry in entries if isinstance(entry, dict) and "id" in entry]


async def _look_at(url: str, api_key: SecretStr | str | None, timeout: float) -> ServerReport:  # noqa: ASYNC109 - of each request
    if api_key:
        # A server takes a key or a user name and password, not both.
        url = addresses.without_user(url)
    look = _Look(url, api_key, timeout)
    try:
        answer = await look.get(addresses.at(url, "/models"))
        return await _report(look, url, answer)
    except _UNANSWERED as error:
        return _unreachable(url, error, timeout)
    finally:
        await look.aclose()


def _said_server(answer: httpcore.Response) -> str:
    named = (value for name, value in answer.headers if name.lower() == b"server")
    return next(named, b"").decode("latin-1")


def _unreachable(url: str, error: Exception, timeout: float) -> ServerReport:
    reason = _reason(error, timeout)
    problem = f"The server {addresses.place(url)} does not answer ({reason})."
    remedy = _CERTIFICATE_REMEDY if "certificate" in reason else _ADDRESS_REMEDY
    return ServerReport(addresses.shown(url), False, problem=problem, remedy=remedy)  # noqa: FBT003 - a record's second field


def _reason(error: Exception, timeout: float) -> str:
    if isinstance(error, TimeoutError | httpcore.TimeoutException):
        return f"no answer within {timeout:g} seconds"
    if isinstance(error, httpcore.ConnectError | httpcore.ProxyError):
        return faults.no_connection(error)
    return type(error).__name__


async def _report(look: _Look, url: str, answer: _Answer) -> ServerReport:
    models, entries = model_names(answer.data), _entries(answer.data) or []
    problem, remedy = _trouble(addresses.place(url), answer, models)
    dialect = hosted_dialect(url)
    if dialect is None and answer.status < 500:
        dialect = await _recognised(look, url, answer)
    roots = {str(one["id"]): one["root"] for one in entries if isinstance(one.get("root"), str)}
    if dialect and (folder := await _said_at(look, url, dialect.loaded_at)):
        # The list repeats the alias there, but for adapters.
        roots |= {name: folder for name in models or () if roots.get(name, name) == name}
    report = ServerReport(
        addresses.shown(url),
        reachable=True,
        models=models or (),
        roots=roots,
        contexts={
            str(one["id"]): one["max_model_len"]
            for one in entries
            if type(one.get("max_model_len")) is int and one["max_model_len"] > 0
        },
        dialect=(dialect or OPENAI).name,
        version=await _version(look, url, answer, dialect) if dialect else "",
        problem=problem,
        remedy=remedy,
    )
    if not problem and len(report.models) > 1 and not report.known_models():
        problem = f"No model of the server {addresses.place(url)} has a name that is known here."
        return replace(report, problem=problem, remedy=MODEL_REMEDY)
    return report


def _trouble(place: str, answer: _Answer, models: tuple[str, ...] | None) -> tuple[str, str]:
    if answer.status in {401, 403}:
        return f"The server {place} asks for a key, or refuses the one given.", KEY_REMEDY
    if answer.status >= 500:
        return f"The server {place} answers with status {answer.status}.", _ADDRESS_REMEDY
    if models is None:
        return f"The server {place} has no list of models at this address.", NO_LIST_REMEDY
    if not models:
        return f"The server {place} serves no model.", "Load DeepSeek-OCR on the server."
    return "", ""


async def _recognised(look: _Look, url: str, answer: _Answer) -> Dialect | None:
    owners = _owners(answer.data)
    for dialect in DIALECTS.values():
        if owners & dialect.owners:
            return dialect
    for dialect in DIALECTS.values():
        if dialect.signature and dialect.signature in answer.server.lower():
            return dialect
    root = addresses.root(url)
    try:
        version = await look.get(f"{root}/api/version")
        if version.status == 200 and isinstance(version.data, dict) and "version" in version.data:
            return OLLAMA
        return _by_interface((await look.get(f"{root}/openapi.json")).data)
    except _UNANSWERED:
        # What it is stays open; that it answers is known.
        return None


async def _version(look: _Look, url: str, answer: _Answer, dialect: Dialect) -> str:
    if dialect.signature and dialect.version_at is None:
        return answer.server.partition("/")[2]
    return await _said_at(look, url, dialect.version_at)


async def _said_at(look: _Look, url: str, place: tuple[str, str] | None) -> str:
    """A field of what lies at a path from the server's root; empty where it does not say."""
    if place is None:
        return ""
    path, name = place
    try:
        data = (await look.get(addresses.root(url) + path)).data
    except _UNANSWERED:
        return ""
    return str(data.get(name, "")) if isinstance(data, dict) else ""


def _owners(data: Any) -> set[str]:
    return {str(entry.get("owned_by")) for entry in _entries(data) or ()}


def _by_interface(description: Any) -> Dialect | None:
    paths = description.get("paths") if isinstance(description, dict) else None
    if not isinstance(paths, dict):
        return None
    return next(
        (
            dialect
            for dialect in DIALECTS.values()
            if dialect.paths and all(path in paths for path in dialect.paths)
        ),
        None,
    )

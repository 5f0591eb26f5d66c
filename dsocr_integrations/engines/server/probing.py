"""Find out what answers at an address: its models, its dialect, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr

from dsocr_integrations.engines.server import addresses
from dsocr_integrations.engines.server.dialects import (
    DIALECTS,
    LLAMA_CPP,
    OLLAMA,
    OPENAI,
    Dialect,
    hosted_dialect,
)
from dsocr_integrations.modes import GUNDAM, V2

PROBE_SECONDS = 5.0
MAX_PROBE_BYTES = 4_000_000
"""Hosted services list some hundred models; more is no model list."""

KEY_REMEDY = "Set DSOCR_SERVER_API_KEY to a key of this server."
MODEL_REMEDY = "Name one of them: --model, or DSOCR_SERVER_MODEL."
_ADDRESS_REMEDY = "Start it, or correct the address (--engine, DSOCR_SERVER_URL)."
_PATH_REMEDY = "Give the base URL of its OpenAI-style interface, which usually ends in /v1."


@dataclass(frozen=True)
class ServerReport:
    """What a look at one server found.

    Attributes:
        url: Its base URL, without credentials.
        reachable: Whether anything answered over HTTP.
        models: What it serves, in its order.
        dialect: Name of the dialect it was recognised as; `openai` where nothing tells.
        problem: Why pages cannot be read there as it is; empty where they can.
        remedy: What to do about it.
    """

    url: str
    reachable: bool
    models: tuple[str, ...] = ()
    dialect: str = OPENAI.name
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: httpx.Headers
    data: Any


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
    url = addresses.base_urls(base_url)[0]
    if api_key:
        # A server takes a key or a user name and password, not both.
        url = addresses.shown(url)
    with httpx.Client(headers=authorization(api_key), timeout=timeout) as client:
        try:
            answer = _get(client, f"{url}/models")
        except httpx.HTTPError as error:
            return _unreachable(url, error, timeout)
        return _report(client, url, answer)


def probe_all(
    urls: Sequence[str], *, api_key: SecretStr | None, timeout: float = PROBE_SECONDS
) -> tuple[ServerReport, ...]:
    """Ask several servers at once; reports come in the order of the addresses."""
    with ThreadPoolExecutor(min(16, len(urls)), thread_name_prefix="dsocr-probe") as threads:
        return tuple(threads.map(lambda url: probe(url, api_key=api_key, timeout=timeout), urls))


def authorization(api_key: SecretStr | str | None) -> dict[str, str]:
    """The header that carries the key."""
    key = api_key.get_secret_value() if isinstance(api_key, SecretStr) else api_key
    return {"Authorization": f"Bearer {key}"} if key else {}


def deepseek_models(models: Iterable[str]) -> list[str]:
    """Those whose name says that they are DeepSeek-OCR."""
    return [model for model in models if "deepseekocr" in model.lower().replace("-", "")]


def family_of(model: str) -> str | None:
    """Which model a server's name for one stands for, as `Mode.model` has it; `None` for others."""
    if not deepseek_models([model]):
        return None
    return V2.model if "ocr2" in model.lower().replace("-", "") else GUNDAM.model


def model_names(data: Any) -> tuple[str, ...] | None:
    """Names in the answer to `GET /models`; `None` where it is no model list."""
    entries = data.get("data") if isinstance(data, dict) else None
    if not isinstance(entries, list):
        return None
    return tuple(str(entry["id"]) for entry in entries if isinstance(entry, dict) and "id" in entry)


def reason(error: httpx.HTTPError, timeout: float) -> str:
    """Why no answer came, in a few words."""
    if isinstance(error, httpx.TimeoutException):
        return f"no answer within {timeout:g} seconds"
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    return type(error).__name__


def _get(client: httpx.Client, url: str) -> _Answer:
    with client.stream("GET", url) as answer:
        body = b""
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > MAX_PROBE_BYTES:
                break
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            data = None
        return _Answer(answer.status_code, answer.headers, data)


def _unreachable(url: str, error: httpx.HTTPError, timeout: float) -> ServerReport:
    problem = f"The server {addresses.place(url)} does not answer ({reason(error, timeout)})."
    return ServerReport(addresses.shown(url), False, problem=problem, remedy=_ADDRESS_REMEDY)  # noqa: FBT003 - a record's second field


def _report(client: httpx.Client, url: str, answer: _Answer) -> ServerReport:
    models = model_names(answer.data)
    problem, remedy = _trouble(addresses.place(url), answer, models)
    dialect = hosted_dialect(url)
    if dialect is None and answer.status < 500:
        dialect = _recognised(client, url, answer)
    return ServerReport(
        addresses.shown(url),
        reachable=True,
        models=models or (),
        dialect=(dialect or OPENAI).name,
        problem=problem,
        remedy=remedy,
    )


def _trouble(place: str, answer: _Answer, models: tuple[str, ...] | None) -> tuple[str, str]:
    if answer.status in {401, 403}:
        return f"The server {place} asks for a key, or refuses the one given.", KEY_REMEDY
    if answer.status >= 500:
        return f"The server {place} answers with status {answer.status}.", _ADDRESS_REMEDY
    if models is None:
        return f"The server {place} has no list of models at this address.", _PATH_REMEDY
    if not models:
        return f"The server {place} serves no model.", "Load DeepSeek-OCR on the server."
    if len(models) > 1 and not deepseek_models(models):
        return f"No model of the server {place} is named DeepSeek-OCR.", MODEL_REMEDY
    return "", ""


def _recognised(client: httpx.Client, url: str, answer: _Answer) -> Dialect | None:
    owners = _owners(answer.data)
    for dialect in DIALECTS.values():
        if owners & dialect.owners:
            return dialect
    if "llama.cpp" in answer.headers.get("server", "").lower():
        return LLAMA_CPP
    root = addresses.root(url)
    try:
        version = _get(client, f"{root}/api/version")
        if version.status == 200 and isinstance(version.data, dict) and "version" in version.data:
            return OLLAMA
        return _by_interface(_get(client, f"{root}/openapi.json").data)
    except httpx.HTTPError:
        # What it is stays open; that it answers is known.
        return None


def _owners(data: Any) -> set[str]:
    entries = data.get("data") if isinstance(data, dict) else None
    if not isinstance(entries, list):
        return set()
    return {str(entry.get("owned_by")) for entry in entries if isinstance(entry, dict)}


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

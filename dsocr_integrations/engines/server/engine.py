"""DeepSeek-OCR behind an OpenAI-style server (vLLM, SGLang, llama.cpp, Ollama and others)."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr
from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from dsocr_integrations.documents import FinishReason
from dsocr_integrations.engines.base import ReadFailure, Reading, ReadRequest
from dsocr_integrations.errors import ConfigurationError, EngineUnavailableError, SourceError
from dsocr_integrations.identity import content_key
from dsocr_integrations.modes import MODES

Dialect = Literal["auto", "vllm", "openai"]
MAX_OUTPUT_TOKENS = 7000
"""The model's context is 8,192 tokens in all; the largest prompt takes about 1,100."""

# The n-gram ban of the official scripts; it only works where the server loads the processor.
_VLLM_FIELDS: dict[str, Any] = {
    "skip_special_tokens": False,
    "vllm_xargs": {"ngram_size": 30, "window_size": 90, "whitelist_token_ids": [128821, 128822]},
}
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


class _BusyError(Exception):
    """The server may answer the same request a little later."""


@dataclass(frozen=True)
class ServerEngine:
    """A model that somebody else runs.

    The server, not the client, decides how a picture is tiled; an explicit mode without tiles
    only keeps the client from sending more pixels than the mode has.

    Attributes:
        url: Base URL, with or without the trailing `/v1`.
        model: Model name to ask for; the server's first model when `None`.
        dialect: `vllm` sends vLLM's own fields (tags kept, repeated n-grams banned), `openai`
            only standard ones, `auto` asks the server what it is.
        api_key: Bearer token; never shown.
        capacity: Requests in flight.
        timeout: Seconds for one answer.
        attempts: Tries while the server is busy or starting.
    """

    url: str = field(repr=False)
    model: str | None = None
    dialect: str = "auto"
    api_key: SecretStr | None = None
    capacity: int = 16
    timeout: float = 300.0
    attempts: int = 4
    name: str = field(default="server", init=False)
    deterministic: bool = field(default=False, init=False)
    in_worker_processes: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Check what can be checked without the network.

        Raises:
            ConfigurationError: If the URL or the dialect cannot be used.
        """
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigurationError(
                f"{self.url!r} is no server address.", remedy="Give one such as http://host:8000."
            )
        if self.dialect not in {"auto", "vllm", "openai"}:
            raise ConfigurationError(
                f"There is no server dialect {self.dialect!r}.",
                remedy="Choose auto, vllm or openai.",
            )

    @property
    def base_url(self) -> str:
        """The URL that ends in `/v1`."""
        stripped = self.url.rstrip("/")
        return stripped if stripped.endswith("/v1") else f"{stripped}/v1"

    def fingerprint(self) -> str:
        """Address, model and request parameters; asks the server for its model if none is set.

        Raises:
            EngineUnavailableError: If the server must be asked and does not answer.
        """
        model = self.model or self.models()[0]["id"]
        host = urlsplit(self.url)
        place = f"{host.hostname}:{host.port or ''}{host.path.rstrip('/')}"
        request = json.dumps([self.dialect, MAX_OUTPUT_TOKENS, _VLLM_FIELDS], sort_keys=True)
        return f"server:{model}@{content_key(place, request)[:16]}"

    def models(self) -> list[dict[str, Any]]:
        """What the server serves.

        Raises:
            EngineUnavailableError: If it does not answer or serves nothing.
        """
        with self._client(timeout=10.0) as client:
            try:
                answer = client.get("/models").raise_for_status().json()
                models: list[dict[str, Any]] = answer["data"]
            except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
                raise self._unavailable(error) from error
        if not models:
            raise EngineUnavailableError(
                f"The server {self._place} serves no model.", remedy="Load one on the server."
            )
        return models

    def open(self) -> ServerSession:
        """Connect, and find out what has not been configured.

        Raises:
            EngineUnavailableError: If the server does not answer.
        """
        model, dialect = self.model, self.dialect
        if model is None or dialect == "auto":
            served = self.models()
            model = model or str(served[0]["id"])
            if dialect == "auto":
                owners = {entry.get("owned_by") for entry in served}
                dialect = "vllm" if "vllm" in owners else "openai"
        extra = _VLLM_FIELDS if dialect == "vllm" else {}
        return ServerSession(self, self._client(timeout=self.timeout), model, extra)

    @property
    def _place(self) -> str:
        return urlsplit(self.url).netloc.rpartition("@")[2]

    def _client(self, timeout: float) -> httpx.Client:
        headers = {}
        if self.api_key is not None:
            headers["Authorization"] = f"Bearer {self.api_key.get_secret_value()}"
        limits = httpx.Limits(max_connections=self.capacity)
        return httpx.Client(base_url=self.base_url, headers=headers, timeout=timeout, limits=limits)

    def _unavailable(self, error: Exception) -> EngineUnavailableError:
        return EngineUnavailableError(
            f"The server {self._place} does not answer ({type(error).__name__}).",
            remedy="Check that it runs, its address and its key; `dsocr doctor` repeats this check.",
        )


class ServerSession:
    """Connections to one server; answers come in any order."""

    def __init__(
        self, engine: ServerEngine, client: httpx.Client, model: str, extra: dict[str, Any]
    ) -> None:
        self._engine = engine
        self._client = client
        self._model = model
        self._extra = extra
        self._threads = ThreadPoolExecutor(engine.capacity, thread_name_prefix="dsocr-server")

    def submit(self, request: ReadRequest) -> Future[Reading]:
        """Ask; the future raises `EngineUnavailableError` when the server is gone."""
        return self._threads.submit(self._read, request)

    def stream(self, request: ReadRequest) -> Iterator[str]:
        """Yield one answer in pieces as it grows."""
        body = self._body(request) | {"stream": True}
        try:
            with self._client.stream("POST", "/chat/completions", json=body) as answer:
                answer.raise_for_status()
                for line in answer.iter_lines():
                    data = line.removeprefix("data:").strip()
                    if line.startswith("data:") and data != "[DONE]":
                        yield json.loads(data)["choices"][0]["delta"].get("content") or ""
        except httpx.HTTPError as error:
            raise self._engine._unavailable(error) from error  # noqa: SLF001 - its own session

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._client.close()

    def _read(self, request: ReadRequest) -> Reading:
        try:
            body = self._body(request)
        except SourceError as error:
            return Reading("", "error", failure=ReadFailure("render", str(error)))
        retrying = Retrying(
            retry=retry_if_exception_type((_BusyError, httpx.NetworkError, httpx.ProtocolError)),
            stop=stop_after_attempt(self._engine.attempts),
            wait=wait_random_exponential(multiplier=0.5, max=20),
            reraise=True,
        )
        try:
            return retrying(self._ask, body)
        except httpx.TimeoutException:
            message = f"The server gave no answer within {self._engine.timeout:g} seconds."
            return Reading("", "error", failure=ReadFailure("timeout", message))
        except (_BusyError, httpx.TransportError) as error:
            raise self._engine._unavailable(error) from error  # noqa: SLF001

    def _ask(self, body: dict[str, Any]) -> Reading:
        answer = self._client.post("/chat/completions", json=body)
        if answer.status_code in _BUSY:
            raise _BusyError(str(answer.status_code))
        if answer.status_code in {401, 403, 404}:
            raise self._engine._unavailable(_BusyError(str(answer.status_code)))  # noqa: SLF001
        if answer.is_error:
            message = f"The server refused the page with status {answer.status_code}."
            return Reading("", "error", failure=ReadFailure("engine", message))
        return _reading(answer)

    def _body(self, request: ReadRequest) -> dict[str, Any]:
        url = f"data:image/png;base64,{_picture(request)}"
        content = [
            {"type": "image_url", "image_url": {"url": url}},
            {"type": "text", "text": request.prompt},
        ]
        return {
            "model": self._model,
            "messages": [{"role": "user", "content": content}],
            "max_tokens": MAX_OUTPUT_TOKENS,
            "temperature": request.sampling.temperature,
            "seed": request.sampling.seed,
            **self._extra,
        }


def _picture(request: ReadRequest) -> str:
    image = request.region.render(request.dpi)
    mode = MODES.get(request.mode)
    if mode is not None and not mode.tiled:
        image.thumbnail((mode.base_size, mode.base_size))
    out = io.BytesIO()
    image.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode("ascii")


def _reading(answer: httpx.Response) -> Reading:
    try:
        body = answer.json()
        choice = body["choices"][0]
        text = choice["message"]["content"] or ""
        usage = body.get("usage") or {}
    except (ValueError, KeyError, IndexError, TypeError):
        message = "The server's answer is not an OpenAI-style completion."
        return Reading("", "error", failure=ReadFailure("engine", message))
    finish: FinishReason = "stop" if choice.get("finish_reason") == "stop" else "length"
    return Reading(
        text,
        finish,
        prompt_tokens=usage.get("prompt_tokens"),
        output_tokens=usage.get("completion_tokens"),
    )

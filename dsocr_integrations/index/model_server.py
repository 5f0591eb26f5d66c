"""Asking an OpenAI-style server: patient while it is busy, bounded, and without telling secrets."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from dsocr_integrations.errors import DsocrError
from dsocr_integrations.server_addresses import at, base_url

MAX_WAIT = 60.0
"""Seconds that a `Retry-After` is heeded at most."""

MAX_ANSWER_BYTES = 64 * 1024 * 1024
"""Far above any honest answer: embeddings of 64 texts of 4,096 values, each printed with 20 digits, are 6 MB."""

_ENCODINGS = frozenset({"identity", "gzip", "deflate"})
"""Others, or several one upon the other, unpack a few bytes to gigabytes before any is counted."""

_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


class _BusyError(Exception):
    """The server may answer the same request a little later.

    Args:
        status: What it answered.
        wait: Seconds it asked to be left alone, if it did.
    """

    def __init__(self, status: int, wait: float | None) -> None:
        super().__init__(f"status {status}")
        self.wait = wait


@dataclass(frozen=True)
class ModelServer:
    """A server of models; connects when first asked.

    Attributes:
        url: Base URL, with or without the trailing `/v1` or what is asked below it.
        call: What is asked below it, such as `/embeddings`.
        api_key: Bearer token; never shown.
        timeout: Seconds for one answer.
        attempts: Tries while the server is busy or starting.
        unavailable: Makes the error that says what the server does instead of answering.
    """

    url: str = field(repr=False)
    call: str
    api_key: SecretStr | None
    timeout: float
    attempts: int
    unavailable: Callable[[str], DsocrError]

    @cached_property
    def first_model(self) -> str:
        """The first model that it names."""
        answer = self._answer("GET", "/models")
        try:
            return str(answer["data"][0]["id"])
        except (KeyError, IndexError, TypeError) as error:
            raise self.unavailable("names no model") from error

    def ask(self, body: dict[str, Any]) -> Any:
        """What it answers, from JSON."""
        return self._answer("POST", self.call, body)

    @cached_property
    def base_url(self) -> str:
        """The base URL.

        Raises:
            ConfigurationError: If the URL is none.
        """
        parts = urlsplit(self.url)
        path = parts.path.rstrip("/").removesuffix(self.call)
        return base_url(parts._replace(path=path).geturl())

    @cached_property
    def _client(self) -> httpx.Client:
        headers = {"Accept-Encoding": "identity"}
        if self.api_key is not None:
            headers["Authorization"] = f"Bearer {self.api_key.get_secret_value()}"
        return httpx.Client(headers=headers, timeout=self.timeout)

    def _answer(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        retrying = Retrying(
            retry=retry_if_exception_type((_BusyError, httpx.NetworkError, httpx.ProtocolError)),
            stop=stop_after_attempt(self.attempts),
            wait=_wait,
            reraise=True,
        )
        try:
            return json.loads(retrying(self._ask, method, path, body))
        except (_BusyError, httpx.HTTPError) as error:
            # The transport's own words may hold the URL with its user and password.
            told = str(error) if isinstance(error, _BusyError) else type(error).__name__
            raise self.unavailable(f"does not answer ({told})") from None
        except ValueError as error:
            raise self.unavailable("gave no JSON") from error

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> bytes:
        with self._client.stream(method, at(self.base_url, path), json=body) as answer:
            if answer.status_code in _BUSY:
                raise _BusyError(answer.status_code, _asked_wait(answer))
            if not answer.is_success:
                raise self.unavailable(f"refused with status {answer.status_code}")
            if answer.headers.get("Content-Encoding", "identity").lower() not in _ENCODINGS:
                raise self.unavailable("gave an answer packed otherwise than asked for")
            data = bytearray()
            for part in answer.iter_bytes():
                data += part
                if len(data) > MAX_ANSWER_BYTES:
                    raise self.unavailable("gave an answer without end")
        return bytes(data)


_backoff = wait_random_exponential(multiplier=0.5, max=20)


def _wait(state: RetryCallState) -> float:
    """Seconds before the next try: what the server asked for, else a growing random pause."""
    error = state.outcome.exception() if state.outcome is not None else None
    asked = error.wait if isinstance(error, _BusyError) else None
    return _backoff(state) if asked is None else asked


def _asked_wait(answer: httpx.Response) -> float | None:
    """Read `Retry-After`: seconds or a date (RFC 9110, section 10.2.3)."""
    text = answer.headers.get("Retry-After", "")
    try:
        seconds = float(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        seconds = (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), MAX_WAIT) if seconds == seconds else None  # noqa: PLR0124 - NaN

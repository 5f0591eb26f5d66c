"""Embeddings from an OpenAI-style server (`POST /v1/embeddings`): vLLM, TEI, Ollama, OpenAI."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from dsocr_integrations.errors import ConfigurationError, EmbedderUnavailableError
from dsocr_integrations.server_addresses import at, base_url, place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_WAIT = 60.0
"""Seconds that a `Retry-After` is heeded at most."""

MAX_ANSWER_BYTES = 64 * 1024 * 1024
"""Far above any honest answer: 64 texts of 4,096 values, each printed with 20 digits, are 6 MB."""

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
class ServerEmbedder:
    """A model behind an OpenAI-style `/v1/embeddings`; connects when first asked.

    Attributes:
        url: Base URL, with or without the trailing `/v1` or `/embeddings`; others, such as `/v2`,
            and queries are left as they are.
        model: Model name to ask for; the server's first model when empty.
        api_key: Bearer token; never shown.
        query_prefix: Put before each query, where the model wants one (`query: ` for E5).
        passage_prefix: The same for passages.
        batch_size: Texts in one request.
        timeout: Seconds for one answer.
        attempts: Tries while the server is busy or starting.
    """

    url: str = field(repr=False)
    model: str = ""
    api_key: SecretStr | None = None
    query_prefix: str = ""
    passage_prefix: str = ""
    batch_size: int = 64
    timeout: float = 60.0
    attempts: int = 5
    normalised: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Check what can be checked without the network.

        Raises:
            ConfigurationError: If the URL or the batch size cannot be used.
        """
        _ = self._base_url
        if self.batch_size < 1:
            raise ConfigurationError("A batch holds at least one text.")

    @cached_property
    def name(self) -> str:
        """Model and prefixes; asks the server for its first model if none is set.

        The address is left out: the same model served elsewhere gives the same vectors.
        """
        prefixes = [self.query_prefix, self.passage_prefix]
        return f"{self._model}{json.dumps(prefixes) if any(prefixes) else ''}"

    @cached_property
    def dimension(self) -> int:
        """Length of a vector, from one short request."""
        return len(self._vectors(["dimension"])[0])

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed passages, in batches; shape `(len(texts), dimension)`.

        Raises:
            EmbedderUnavailableError: If the server does not answer, or not with one vector of
                numbers of the same length for each text.
        """
        import numpy as np

        vectors: list[list[float]] = []
        for start in range(0, len(texts), self.batch_size):
            batch = texts[start : start + self.batch_size]
            vectors.extend(self._vectors([self.passage_prefix + text for text in batch]))
        if not vectors:
            return np.empty((0, self.dimension), dtype=np.float32)
        if len({len(vector) for vector in vectors}) != 1:
            raise self._unavailable("gave embeddings of several lengths")
        return np.asarray(vectors, dtype=np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Embed a query; shape `(dimension,)`.

        Raises:
            EmbedderUnavailableError: As `embed_documents`.
        """
        import numpy as np

        return np.asarray(self._vectors([self.query_prefix + text])[0], dtype=np.float32)

    @cached_property
    def _model(self) -> str:
        if self.model:
            return self.model
        answer = self._answer("GET", "/models")
        try:
            return str(answer["data"][0]["id"])
        except (KeyError, IndexError, TypeError) as error:
            raise self._unavailable("names no model") from error

    @cached_property
    def _client(self) -> httpx.Client:
        headers = {"Accept-Encoding": "identity"}
        if self.api_key is not None:
            headers["Authorization"] = f"Bearer {self.api_key.get_secret_value()}"
        return httpx.Client(headers=headers, timeout=self.timeout)

    @cached_property
    def _base_url(self) -> str:
        parts = urlsplit(self.url)
        path = parts.path.rstrip("/").removesuffix("/embeddings")
        return base_url(parts._replace(path=path).geturl())

    @property
    def _place(self) -> str:
        return place(self.url)

    def _vectors(self, texts: list[str]) -> list[list[float]]:
        body = {"model": self._model, "input": texts, "encoding_format": "float"}
        answer = self._answer("POST", "/embeddings", body)
        try:
            entries = sorted(answer["data"], key=lambda entry: int(entry["index"]))
            places = [int(entry["index"]) for entry in entries]
            vectors = [[float(value) for value in entry["embedding"]] for entry in entries]
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise self._unavailable("gave no list of embeddings") from error
        if places != list(range(len(texts))) or not all(vectors):
            raise self._unavailable(f"gave {len(vectors)} embeddings for {len(texts)} texts")
        if not all(math.isfinite(value) for vector in vectors for value in vector):
            raise self._unavailable("gave values that are no finite numbers")
        return vectors

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
            raise self._unavailable(f"does not answer ({told})") from None
        except ValueError as error:
            raise self._unavailable("gave no JSON") from error

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> bytes:
        with self._client.stream(method, at(self._base_url, path), json=body) as answer:
            if answer.status_code in _BUSY:
                raise _BusyError(answer.status_code, _asked_wait(answer))
            if not answer.is_success:
                raise self._unavailable(f"refused with status {answer.status_code}")
            if answer.headers.get("Content-Encoding", "identity").lower() not in _ENCODINGS:
                raise self._unavailable("gave an answer packed otherwise than asked for")
            data = bytearray()
            for part in answer.iter_bytes():
                data += part
                if len(data) > MAX_ANSWER_BYTES:
                    raise self._unavailable("gave an answer without end")
        return bytes(data)

    def _unavailable(self, what: str) -> EmbedderUnavailableError:
        return EmbedderUnavailableError(
            f"The embedding server {self._place} {what}.",
            remedy="Check that it runs and serves embeddings, its address, model and key.",
        )


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

"""One request over HTTP to one server, and every way in which that can go wrong."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from pydantic import SecretStr

from dsocr_integrations.engines.base import Reading
from dsocr_integrations.engines.server import addresses, faults
from dsocr_integrations.engines.server.answers import MAX_ANSWER_BYTES, reading_of
from dsocr_integrations.engines.server.dialects import Dialect
from dsocr_integrations.engines.server.endpoints import Endpoint
from dsocr_integrations.engines.server.probing import (
    MAX_PROBE_BYTES,
    PROBE_SECONDS,
    authorization,
    model_names,
)
from dsocr_integrations.engines.server.refusals import is_wrong_model, refusal, wrong_model
from dsocr_integrations.engines.server.requests import path_of
from dsocr_integrations.engines.server.streaming import GrowingAnswer, lines

CONNECT_SECONDS = 10.0
_IDLE_SECONDS = 4.0
"""vLLM closes idle connections after five; a request must not meet one that is being closed."""

_ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=_IDLE_SECONDS)


class Transport:
    """Connections to all servers of a session.

    A client holds one connection, and there are as many clients as requests in flight: the
    pool of one client looks at all its connections for every request, and with 64 of them it
    would spend more time looking than sending.

    Args:
        dialect: What they speak.
        model: What they are asked for.
        api_key: Sent as a bearer token.
        timeout: Seconds for one answer, from the first byte sent to the last received.
    """

    def __init__(
        self,
        *,
        dialect: Dialect,
        model: str,
        api_key: SecretStr | None,
        timeout: float,
    ) -> None:
        self._dialect = dialect
        self._model = model
        self._api_key = api_key
        self._timeout = timeout
        self._idle: dict[str, list[httpx.AsyncClient]] = {}
        self._certificates: ssl.SSLContext | None = None

    async def read(self, body: bytes, endpoint: Endpoint) -> Reading:
        """Ask for a whole answer.

        Raises:
            NoAnswerError: If there is none.
        """
        async with self._posted(body, endpoint) as answer:
            data = await _bounded(answer, MAX_ANSWER_BYTES)
            return reading_of(data, self._dialect, self._model)

    async def stream(self, body: bytes, endpoint: Endpoint, put: Callable[[str], None]) -> Reading:
        """Ask for an answer in pieces.

        Args:
            body: The request.
            endpoint: Who is asked.
            put: Takes each piece as it comes.

        Returns:
            The whole.

        Raises:
            NoAnswerError: If it does not come to its end; asking again is pointless once a piece has
                been passed on.
        """
        growing = GrowingAnswer(self._dialect, self._model)
        try:
            async with self._posted(body, endpoint) as answer:
                async for line in lines(answer.aiter_bytes()):
                    if piece := growing.take(line):
                        put(piece)
                    if growing.finish is not None:
                        break
                else:
                    raise faults.unusable("The answer broke off.")
        except faults.NoAnswerError as fault:
            fault.again = fault.again and not growing.text
            raise
        return Reading(growing.text, growing.finish)

    async def is_alive(self, endpoint: Endpoint) -> bool:
        """Whether a server answers at all."""
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                async with self._client(endpoint) as client:
                    answer = await client.get(f"{endpoint.url}/models")
        except (TimeoutError, httpx.HTTPError):
            return False
        return not answer.is_server_error

    async def aclose(self) -> None:
        """Close every connection."""
        for client in [client for idle in self._idle.values() for client in idle]:
            await client.aclose()

    @asynccontextmanager
    async def _posted(self, body: bytes, endpoint: Endpoint) -> AsyncIterator[httpx.Response]:
        own = self._dialect.wire == "ollama"
        start = addresses.root(endpoint.url) if own else endpoint.url
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._client(endpoint) as client,
                client.stream("POST", f"{start}{path_of(self._dialect)}", content=body) as answer,
            ):
                if answer.status_code != 200:
                    raise await self._fault(answer, endpoint)
                yield answer
        except TimeoutError:
            raise faults.timed_out(self._timeout) from None
        except httpx.TransportError as error:
            raise faults.of_transport(error) from error
        except httpx.HTTPError as error:
            raise faults.unusable(f"No usable answer ({type(error).__name__}).") from error

    async def _fault(self, answer: httpx.Response, endpoint: Endpoint) -> faults.NoAnswerError:
        try:
            body: Any = json.loads(await _bounded(answer, MAX_PROBE_BYTES))
        except (ValueError, RecursionError):
            body = None
        status = answer.status_code
        if is_wrong_model(status, body):
            return wrong_model(self._model, await self._served(endpoint), endpoint.place)
        refused = refusal(status, body, endpoint.place, self._dialect)
        return refused or faults.of_status(status, answer.headers, body)

    async def _served(self, endpoint: Endpoint) -> tuple[str, ...]:
        async with (
            self._client(endpoint) as client,
            client.stream("GET", f"{endpoint.url}/models") as answer,
        ):
            data = await _bounded(answer, MAX_PROBE_BYTES)
        try:
            return model_names(json.loads(data)) or ()
        except (ValueError, RecursionError):
            return ()

    @asynccontextmanager
    async def _client(self, endpoint: Endpoint) -> AsyncIterator[httpx.AsyncClient]:
        idle = self._idle.setdefault(endpoint.url, [])
        # The last one used is the likeliest to be still connected.
        client = idle.pop() if idle else self._new_client()
        try:
            yield client
        finally:
            idle.append(client)

    def _new_client(self) -> httpx.AsyncClient:
        headers = authorization(self._api_key)
        # An answer that says that it is compressed could be any size; plain text is asked for.
        headers |= {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if self._certificates is None:
            # Reading the certificates takes longer than everything else here together.
            self._certificates = httpx.create_ssl_context()
        return httpx.AsyncClient(
            headers=headers,
            verify=self._certificates,
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
            limits=_ONE,
        )


async def _bounded(answer: httpx.Response, limit: int) -> bytes:
    pieces, size = [], 0
    async for piece in answer.aiter_bytes():
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise faults.unusable("The server's answer is longer than any page.")
    return b"".join(pieces)

"""One request over HTTP to one server, and every way in which that can go wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import httpcore
import httpx
from pydantic import SecretStr

from dsocr_integrations import server_addresses as addresses
from dsocr_integrations.engines.base import Reading
from dsocr_integrations.engines.server import faults
from dsocr_integrations.engines.server.answers import (
    MAX_ANSWER_BYTES,
    reading_of,
    too_long,
)
from dsocr_integrations.engines.server.connections import BROKEN, Connections
from dsocr_integrations.engines.server.endpoints import Endpoint
from dsocr_integrations.engines.server.probing import (
    MAX_PROBE_BYTES,
    PROBE_SECONDS,
    authorization,
    model_names,
)
from dsocr_integrations.engines.server.refusals import is_wrong_model, refusal, wrong_model
from dsocr_integrations.engines.server.requests import path_of
from dsocr_integrations.engines.server.secrets import Secrets
from dsocr_integrations.engines.server.served import Served
from dsocr_integrations.engines.server.streaming import (
    GrowingAnswer,
    is_in_pieces,
    is_whole,
    lines,
)
from dsocr_integrations.engines.server.unpacking import PackedAnswerError, plain_pieces

PATIENCE_AFTER_END = 1.0
"""Seconds that an answer's end is waited for to be followed by its tokens."""


class Transport:
    """Connections to all servers of a session.

    Args:
        served: What they are asked for, and how.
        urls: Their addresses.
        api_key: Sent as a bearer token.
        timeout: Seconds for one answer, from the first byte sent to the last received.
    """

    def __init__(
        self,
        *,
        served: Served,
        urls: Iterable[str],
        api_key: SecretStr | None,
        timeout: float,
    ) -> None:
        self._served = served
        self._api_key = api_key
        self._secrets = Secrets(api_key, urls)
        self._timeout = timeout
        self._servers: dict[str, Connections] = {}

    async def read(self, body: bytes, endpoint: Endpoint) -> Reading:
        """Ask for a whole answer.

        Raises:
            NoAnswerError: If there is none.
        """
        async with self._posted(body, endpoint) as answer:
            data = await _bounded(answer, MAX_ANSWER_BYTES)
        if not is_in_pieces(data, self._served):
            return reading_of(data, self._served, self._secrets)
        growing = GrowingAnswer(self._served, self._secrets)
        for line in data.splitlines():
            growing.take(line)
            if growing.finish is not None:
                return Reading(growing.text, growing.finish)
        raise faults.unusable("The answer broke off.")

    async def stream(
        self, body: bytes, endpoint: Endpoint, put: Callable[[str], None], *, again: bool = False
    ) -> Reading:
        """Ask for an answer in pieces.

        Args:
            body: The request.
            endpoint: Who is asked.
            put: Takes each piece as it comes.
            again: Whether it may be asked again although pieces have been passed on.

        Returns:
            The whole.

        Raises:
            NoAnswerError: If it does not come to its end; asking again is pointless once a piece has
                been passed on.
        """
        growing = GrowingAnswer(self._served, self._secrets)
        try:
            async with self._posted(body, endpoint) as answer:
                if is_whole(answer.headers):
                    data = await _bounded(answer, MAX_ANSWER_BYTES)
                    reading = reading_of(data, self._served, self._secrets)
                    put(reading.text)
                    return reading
                await _grown(growing, lines(plain_pieces(answer)), put)
        except faults.NoAnswerError as fault:
            fault.again = fault.again and (again or not growing.text)
            raise
        return growing.reading

    async def is_alive(self, endpoint: Endpoint) -> bool:
        """Whether a server answers at all."""
        try:
            async with (
                asyncio.timeout(PROBE_SECONDS),
                self._server(endpoint).asked(
                    "GET", addresses.at(endpoint.url, "/models")
                ) as answer,
            ):
                return answer.status < 500
        except (TimeoutError, *BROKEN):
            return False

    async def aclose(self) -> None:
        """Close every connection."""
        for server in self._servers.values():
            await server.aclose()

    @asynccontextmanager
    async def _posted(self, body: bytes, endpoint: Endpoint) -> AsyncIterator[httpcore.Response]:
        own = self._served.dialect.wire == "ollama"
        start = addresses.root(endpoint.url) if own else endpoint.url
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._server(endpoint).asked(
                    "POST", addresses.at(start, path_of(self._served.dialect)), body
                ) as answer,
            ):
                if answer.status != 200:
                    raise await self._fault(answer, endpoint)
                yield answer
        except TimeoutError:
            raise faults.timed_out(self._timeout) from None
        except BROKEN as error:
            raise faults.of_transport(error) from error
        except PackedAnswerError as error:
            raise faults.unusable("The server's answer cannot be unpacked.") from error

    async def _fault(self, answer: httpcore.Response, endpoint: Endpoint) -> faults.NoAnswerError:
        try:
            said: Any = json.loads(await _bounded(answer, MAX_PROBE_BYTES))
        except (ValueError, RecursionError):
            said = None
        body = self._secrets.left_out_of(said)
        status = answer.status
        if is_wrong_model(status, body):
            return wrong_model(self._served.model, await self._models(endpoint), endpoint.place)
        headers = httpx.Headers(answer.headers)
        left = [fields for fields in self._served.optional if not fields <= endpoint.refused]
        refused = faults.of_field(status, body, left)
        if refused is None and faults.RENAMED not in endpoint.refused:
            refused = faults.of_renamed(status, body)
        return (
            refused
            or refusal(
                status,
                body,
                endpoint.place,
                self._served,
                moved_to=headers.get("location", ""),
                has_answered=endpoint.has_answered,
            )
            or faults.of_status(status, headers, body)
        )

    async def _models(self, endpoint: Endpoint) -> tuple[str, ...]:
        async with self._server(endpoint).asked(
            "GET", addresses.at(endpoint.url, "/models")
        ) as answer:
            data = await _bounded(answer, MAX_PROBE_BYTES)
        try:
            return model_names(self._secrets.left_out_of(json.loads(data))) or ()
        except (ValueError, RecursionError):
            return ()

    def _server(self, endpoint: Endpoint) -> Connections:
        if endpoint.url not in self._servers:
            headers = {"Content-Type": "application/json"} | authorization(self._api_key)
            self._servers[endpoint.url] = Connections(endpoint.url, headers)
        return self._servers[endpoint.url]


async def _grown(
    growing: GrowingAnswer, answer: AsyncIterator[bytes], put: Callable[[str], None]
) -> None:
    """Take an answer line by line, and what follows its end, such as its tokens, if that comes."""
    try:
        async with asyncio.timeout(None) as patience:
            async for line in answer:
                if piece := growing.take(line):
                    put(piece)
                if growing.is_over:
                    return
                if growing.finish is not None and patience.when() is None:
                    patience.reschedule(asyncio.get_running_loop().time() + PATIENCE_AFTER_END)
    except TimeoutError:
        if growing.finish is None:
            raise
    if growing.finish is None:
        raise faults.unusable("The answer broke off.")


async def _bounded(answer: httpcore.Response, limit: int) -> bytes:
    pieces, size = [], 0
    async for piece in plain_pieces(answer):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise too_long()
    return b"".join(pieces)

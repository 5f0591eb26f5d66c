"""Connections to one server, kept open from one request to the next."""

from __future__ import annotations

import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any

import httpcore
import httpx

from dsocr_integrations.engines.server.environment import certificates, proxy_to
from dsocr_integrations.engines.server.plain_sockets import PlainSockets

CONNECT_SECONDS = 10.0
_IDLE_SECONDS = 4.0
"""vLLM closes idle connections after five; a request must not meet one that is being closed."""

BROKEN = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
)
"""What is raised where there is no connection, or none any more."""


class Connections:
    """Connections to one server.

    A pool holds one connection, and there are as many pools as requests in flight: one pool
    for all would look at all its connections for every request, and with 64 of them it would
    spend more time looking than sending. There is no httpx client around them either: what it
    does about cookies, redirects and their like, which no page needs, costs as much again.

    Args:
        url: Base URL; user name and password in it are sent.
        headers: Sent with every request.

    Raises:
        ConfigurationError: If the environment names a proxy or certificates that are none.
    """

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        parsed = httpx.URL(url)
        self._headers = _with_identity(parsed, headers)
        self._proxy = _proxy(parsed)
        self._encrypted = parsed.scheme == "https"
        plain = not self._encrypted and self._proxy is None
        self._sockets = PlainSockets() if plain else None
        self._certificates: ssl.SSLContext | None = None
        self._idle: list[httpcore.AsyncConnectionPool] = []

    @asynccontextmanager
    async def asked(
        self, method: str, url: str, body: bytes | None = None
    ) -> AsyncIterator[httpcore.Response]:
        """Send one request; what it answers is read within the `with` block.

        Args:
            method: Such as `POST`.
            url: On this server.
            body: What is sent with it.

        Raises:
            One of `BROKEN`: If there is no connection, or it breaks.
        """
        # The last one used is the likeliest to be still connected.
        pool = self._idle.pop() if self._idle else self._new_pool()
        try:
            async with pool.stream(
                method,
                _target(url),
                headers=self._headers,
                content=body,
                extensions={"timeout": {"connect": CONNECT_SECONDS}},
            ) as answer:
                yield answer
        finally:
            if _has_more(pool):
                await pool.aclose()
            else:
                self._idle.append(pool)

    async def aclose(self) -> None:
        """Close every connection."""
        for pool in self._idle:
            await pool.aclose()

    def _new_pool(self) -> httpcore.AsyncConnectionPool:
        if self._encrypted and self._certificates is None:
            # Reading the certificates takes longer than everything else here together.
            self._certificates = certificates()
        return httpcore.AsyncConnectionPool(
            ssl_context=self._certificates,
            proxy=self._proxy,
            max_connections=1,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=self._sockets,
        )


def _has_more(pool: httpcore.AsyncConnectionPool) -> bool:
    """Whether more has come than one answer; the next page would get it for its own.

    httpcore 1.0 keeps it and has no public way to tell; what lies behind a proxy has one layer
    more.
    """
    for connection in pool.connections:
        inner: Any = connection
        while (deeper := getattr(inner, "_connection", None)) is not None:
            inner = deeper
        state = getattr(inner, "_h11_state", None)
        if state is not None and state.trailing_data[0]:
            return True
    return False


@lru_cache
def _target(url: str) -> httpcore.URL:
    """An address without user name and password."""
    parsed = httpx.URL(url)
    return httpcore.URL(
        scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path
    )


def _with_identity(url: httpx.URL, headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    shown = {
        "Host": url.netloc.decode("ascii"),
        "User-Agent": "dsocr-integrations",
        "Accept": "*/*",
        # An answer that says that it is compressed could be any size; plain text is asked for.
        "Accept-Encoding": "identity",
    }
    if url.userinfo:
        pair = f"{url.username}:{url.password}".encode()
        shown["Authorization"] = f"Basic {b64encode(pair).decode('ascii')}"
    merged = {**shown, **headers}
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in merged.items()]


def _proxy(url: httpx.URL) -> httpcore.Proxy | None:
    proxy = proxy_to(url)
    if proxy is None:
        return None
    return httpcore.Proxy(_target(str(proxy.url)), auth=proxy.raw_auth)

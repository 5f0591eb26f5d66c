"""Connections without encryption, straight from the event loop.

Between httpcore and the loop stands anyio, for the sake of other loops than asyncio's; for a
page that is sent and read in five pieces it costs a fifth of all the client's time.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from typing import Any

import httpcore


class PlainSockets(httpcore.AsyncNetworkBackend):
    """Where httpcore gets connections to servers on `http://`."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,  # noqa: ARG002 - httpcore's interface
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - httpcore's interface
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of a host that answers.

        Args:
            host: Name or address.
            port: Its port.
            timeout: Seconds for each address.
            local_address: Not supported.
            socket_options: Not supported.

        Raises:
            httpcore.ConnectError: If there is none, for whatever reason.
        """
        loop = asyncio.get_running_loop()
        failure: OSError | None = None
        try:
            for family, kind, protocol, _, address in await loop.getaddrinfo(
                host, port, type=socket.SOCK_STREAM
            ):
                try:
                    async with asyncio.timeout(timeout):
                        return await _connected(socket.socket(family, kind, protocol), address)
                except OSError as error:
                    failure = error
        except socket.gaierror as error:
            failure = error
        raise httpcore.ConnectError(str(failure)) from failure


class _PlainStream(httpcore.AsyncNetworkStream):
    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._loop = asyncio.get_running_loop()

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
    ) -> bytes:
        try:
            async with asyncio.timeout(timeout):
                return await self._loop.sock_recv(self._socket, max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
    ) -> None:
        try:
            async with asyncio.timeout(timeout):
                await self._loop.sock_sendall(self._socket, buffer)
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    async def aclose(self) -> None:
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return self._is_readable()
        return self._socket if info == "socket" else None

    def _is_readable(self) -> bool:
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            # Reading would tell what has become of it.
            return True
        return True


async def _connected(fresh: socket.socket, address: Any) -> _PlainStream:
    try:
        fresh.setblocking(False)  # noqa: FBT003 - as the standard library has it
        fresh.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(fresh, address)
    except BaseException:
        fresh.close()
        raise
    return _PlainStream(fresh)

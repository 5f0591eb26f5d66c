"""How a client reaches the server: standard input and output, or HTTP on this machine only."""

from __future__ import annotations

import hmac
import socket
from collections.abc import Sequence
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dsocr_integrations.errors import ConfigurationError

HOST = "127.0.0.1"
PATH = "/mcp"


def serve_stdio(server: MCPServer[Any]) -> None:
    """Serve one client over standard input and output until it leaves."""
    server.run("stdio")


def listening_socket(port: int) -> socket.socket:
    """Listen on the loopback interface; clients that come before the server is up are kept.

    Args:
        port: The port; 0 for any that is free.

    Raises:
        ConfigurationError: If the port is taken.
    """
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise ConfigurationError(
            f"Port {port} of {HOST} cannot be used: {error.strerror}.", remedy="Choose another."
        ) from error


def serve_http(
    server: MCPServer[Any], listener: socket.socket, *, token: str, origins: Sequence[str] = ()
) -> None:
    """Serve clients on this machine over HTTP until interrupted.

    Args:
        server: The server.
        listener: As `listening_socket` makes it.
        token: What a client must send as its bearer token.
        origins: Web origins that may call it beside its own; pages of others are refused.
    """
    import uvicorn

    port = listener.getsockname()[1]
    app = http_app(server, port=port, token=token, origins=origins)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


def http_app(
    server: MCPServer[Any], *, port: int, token: str, origins: Sequence[str] = ()
) -> ASGIApp:
    """The HTTP application: streamable HTTP under `/mcp`, behind token, Host and Origin checks."""
    hosts = [f"{name}:{port}" for name in (HOST, "localhost")]
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        stateless_http=True,
        transport_security=TransportSecuritySettings(
            enable_dns_rebinding_protection=True,
            allowed_hosts=hosts,
            allowed_origins=[*(f"http://{host}" for host in hosts), *origins],
        ),
    )
    return TokenGate(app, token)


class TokenGate:
    """Lets a request pass only with the right bearer token.

    Args:
        app: What stands behind the gate.
        token: The token.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401, or hand the request on."""
        if scope["type"] != "lifespan" and not self._may_pass(Headers(scope=scope)):
            refusal = JSONResponse(
                {"error": "A bearer token is needed, and it must be the server's."},
                status_code=401,
                headers={"WWW-Authenticate": "Bearer"},
            )
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _may_pass(self, headers: Headers) -> bool:
        given = headers.get("authorization", "").encode()
        return hmac.compare_digest(given, self._expected)

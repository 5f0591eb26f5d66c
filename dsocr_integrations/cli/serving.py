"""What `dsocr mcp` does."""

from __future__ import annotations

import secrets
from importlib.util import find_spec
from typing import TYPE_CHECKING

from dsocr_integrations.cli.outcomes import ExitCode, tell
from dsocr_integrations.errors import MissingDependencyError
from dsocr_integrations.settings import DEFAULT_INDEX

if TYPE_CHECKING:
    from dsocr_integrations.settings import Settings


def mcp(
    settings: Settings, roots: list[str], port: int | None, origins: list[str], *, allow_sql: bool
) -> ExitCode:
    """Serve the index over stdio, or over HTTP where a port is given; stdout is the client's."""
    if find_spec("mcp") is None:
        raise MissingDependencyError(
            "The MCP server needs the mcp package, which is not installed.",
            remedy="Run: pip install 'dsocr-integrations[mcp]'.",
        )
    from dsocr_integrations.index import open_index
    from dsocr_integrations.mcp import (
        PATH,
        listening_socket,
        make_server,
        serve_http,
        serve_stdio,
    )

    path = settings.index or DEFAULT_INDEX
    with open_index(path, embedder=settings.embedder, create=False) as index:
        server = make_server(index, roots=roots, allow_sql=allow_sql)
        if port is None:
            serve_stdio(server)
        else:
            with listening_socket(port) as listener:
                host, bound = listener.getsockname()
                tell(f"Serving http://{host}:{bound}{PATH}")
                token = _token(settings)
                serve_http(server, listener, token=token, origins=origins)
    return ExitCode.ALL_READ


def _token(settings: Settings) -> str:
    if settings.mcp_token is not None:
        return settings.mcp_token.get_secret_value()
    token = secrets.token_urlsafe(32)
    tell(f"Token of this run (set DSOCR_MCP_TOKEN to choose one): {token}")
    return token
